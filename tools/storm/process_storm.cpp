#include "breakwater/tools/storm/process_storm.hpp"

#include "breakwater/storage/file_store.hpp"
#include "breakwater/tools/storm/child_process.hpp"
#include "breakwater/tools/storm/child_protocol.hpp"
#include "breakwater/tools/storm/crowd.hpp"
#include "breakwater/tools/storm/login.hpp"
#include "breakwater/tools/storm/measure.hpp"
#include "breakwater/tools/storm/temporary_directory.hpp"

#include <algorithm>
#include <csignal>
#include <numeric>
#include <thread>

namespace breakwater::storm {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds look_every{2};
/// For a start, and for telling what the callers saw, on a machine with other work.
constexpr milliseconds patience{30'000};

/// One of them, as far as it has told.
struct member {
  member(const std::string& program) : process{program, {std::string{child_word}}} {}

  child_process process;
  bool ready = false;
  child_message last;
};

class process_storm {
public:
  process_storm(size_t processes, policy_kind kind, const storm_settings& settings, const onlooker& who)
      : kind_(kind), settings_(settings), who_(who) {
    fake::server_options options;
    options.authority.delay = settings.delay;
    options.authority.seed = settings.seed;
    made_at_ = steady_clock::now();
    server_.emplace(std::move(options));
    callers_of_.assign(processes, settings.callers / processes);
    for (size_t i = 0; i < settings.callers % processes; ++i)
      ++callers_of_[i];
  }

  run_result run(const std::string& program) {
    if (auto problem = begin(program))
      return {std::nullopt, *problem};
    if (auto early = listen([](const member& each) { return each.ready; }, patience))
      return *early;
    began_ = steady_clock::now();
    for (auto& each : members_)
      each->process.say("\n");
    auto limit = settings_.time + settings_.delay + drain_max_of(kind_) + patience;
    if (auto early = listen([](const member& each) { return each.last.callers.has_value(); }, limit))
      return *early;
    auto measured = measure(note());
    measured.processes = members_.size();
    return {std::move(measured), {}};
  }

private:
  std::optional<std::string> begin(const std::string& program) {
    if (auto problem = directory_.problem())
      return problem;
    if (auto problem = server_->start())
      return problem;
    grant_ = begins_valid() ? server_->issue("alice") : server_->issue("alice", milliseconds{0});
    if (auto put = file_store{auth_file()}.put(credential_of(grant_)); put.error)
      return put.error.message;
    std::signal(SIGPIPE, SIG_IGN); // one that is gone hears nothing, and its output says so
    for (size_t i = 0; i < callers_of_.size(); ++i) {
      auto& made = *members_.emplace_back(std::make_unique<member>(program));
      if (auto problem = made.process.problem())
        return problem;
      child_settings told{kind_, auth_file(), server_->token_endpoint(), settings_};
      told.storm.callers = callers_of_[i];
      told.storm.seed += i;
      made.process.say(render(told));
    }
    return std::nullopt;
  }

  bool begins_valid() const { return settings_.mix != ask_mix::token; }

  std::string auth_file() const { return directory_.path() + "/auth.json"; }

  /// Listens to all until each is so far; what to return if they do not come so far.
  template <class Predicate>
  std::optional<run_result> listen(Predicate so_far, milliseconds at_most) {
    auto until = steady_clock::now() + at_most;
    for (;;) {
      for (auto& each : members_) {
        // In this order: what it said last comes before its end.
        for (const auto& line : each->process.lines())
          if (auto problem = hear(*each, line))
            return run_result{std::nullopt, *problem};
        if (each->process.is_over() && !so_far(*each))
          return run_result{std::nullopt, "one of the processes ended before its time"};
      }
      ended_ = steady_clock::now();
      if (std::all_of(members_.begin(), members_.end(), [&](const auto& each) { return so_far(*each); }))
        return std::nullopt;
      if (ended_ >= until)
        return run_result{std::nullopt, "one of the processes does not answer"};
      if (who_.interrupted())
        return run_result{};
      show();
      std::this_thread::sleep_for(look_every);
    }
  }

  static std::optional<std::string> hear(member& from, const std::string& line) {
    auto message = parse_child_message(line);
    if (!message)
      return "one of the processes says what nobody understands";
    if (!message->problem.empty())
      return message->problem;
    from.ready = from.ready || message->ready;
    from.last = std::move(*message);
    return std::nullopt;
  }

  void show() const {
    if (began_ == steady_instant{})
      return;
    auto sum = [this](uint64_t child_message::*part) {
      return std::accumulate(members_.begin(), members_.end(), uint64_t{0},
                             [part](uint64_t all, const auto& each) { return all + each->last.*part; });
    };
    who_.show({sum(&child_message::asked), sum(&child_message::answered), server_->totals().token_requests,
               ended_ - began_, settings_.time + settings_.delay});
  }

  record note() {
    record all;
    all.scenario = &many_processes();
    all.policy = kind_;
    for (auto& each : members_)
      for (auto& caller : *each->last.callers)
        all.callers.push_back(std::move(caller));
    all.authority = server_->stats();
    all.began = began_;
    all.ended = ended_;
    all.began_there = began_ - made_at_;
    all.delay = settings_.delay;
    all.began_valid = begins_valid();
    all.family_alive = server_->is_alive(grant_.family);
    auto stored = file_store{auth_file()}.load().found.credential.refresh_token;
    all.token_kept = all.family_alive && is_newest(*server_, stored, grant_.family, all.authority.tokens);
    return all;
  }

  policy_kind kind_;
  storm_settings settings_;
  const onlooker& who_;
  std::vector<size_t> callers_of_;

  std::optional<fake::server> server_;
  steady_instant made_at_, began_, ended_;
  temporary_directory directory_;
  fake::grant grant_;
  /// After the directory, so that they end before it goes.
  std::vector<std::unique_ptr<member>> members_;
};

} // namespace

run_result run_process_storm(size_t processes, policy_kind kind, const storm_settings& settings, const onlooker& who,
                             const std::string& program) {
  return process_storm{processes, kind, settings, who}.run(program);
}

} // namespace breakwater::storm
