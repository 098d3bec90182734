#include "breakwater/tests/fault/crash_sweep.hpp"

#include "breakwater/tests/fault/traced_thread.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <numeric>
#include <regex>
#include <set>
#include <thread>

namespace breakwater::testing {

namespace {

constexpr int runs_at_once = 2;

struct run_result {
  bool was_killed = false;
  std::vector<system_call> calls;
};

run_result run(const crash_scene& scene, victim which, const std::string& injection) {
  fault_home home;
  scene.prepare(home);
  auto command = scene.ask(home);
  run_result result;
  crashed end;
  {
    subject_process subject{home.options({"--revocation-endpoint", home.authority().revocation_endpoint()})};
    auto threads = threads_of(subject);
    std::vector<std::string> expressions = {std::string{trace_all}};
    if (!injection.empty())
      expressions.push_back(injection);
    traced_thread traced{which == victim::store ? threads.store : threads.wire, expressions};
    auto answers = subject.answers_to(subject.tell(command));
    if (!answers.empty()) {
      end.answer = answers[0];
      comes_true([&] { return scene.is_over(home) || subject.has_ended(); });
    }
    // The answer to this is behind all that was under way.
    if (subject.ask({{"do", "reload"}}).is_null())
      traced.wait();
    else
      traced.detach();
    result.calls = calls_in(traced.lines());
    result.was_killed = traced.was_killed();
  }
  if (result.was_killed) {
    end.before = result.calls.empty() ? injection : result.calls.back().line;
    SCOPED_TRACE("killed before " + end.before + " (" + injection + ")");
    scene.check(home, end);
  }
  return result;
}

/// What a call is about, the same in every run: its name and the first file or socket that it names.
std::string subject_of(const system_call& call) {
  static const std::regex temporary_directory{"/[^\">]*breakwater-test-[A-Za-z0-9]{6}"};
  static const std::regex first_object{R"((?:[<"])(~[^">]*|anon_inode:\[?[a-z]+|/[^">]*))"};
  auto line = std::regex_replace(call.line, temporary_directory, "~");
  std::smatch found;
  return call.name + " " + (std::regex_search(line, found, first_object) ? found[1].str() : "");
}

/// One kill: before the n-th call of this name.
struct job {
  std::string name;
  int count;
  /// The last one recorded: goes on as long as there are more.
  bool is_last;
};

class sweep {
public:
  sweep(const crash_scene& scene, victim which) : scene_{scene}, which_{which} {}

  sweep_result operator()() {
    auto recording = run(scene_, which_, "");
    std::set<std::string> recorded;
    for (auto& call : recording.calls) {
      recorded.insert(subject_of(call));
      ++result_.recorded[call.name];
    }
    for (auto& [name, count] : result_.recorded)
      for (int i = 1; i <= count; ++i)
        jobs_.push_back({name, i, i == count});
    std::vector<std::thread> workers;
    for (int i = 0; i < runs_at_once; ++i)
      workers.emplace_back([this] { work(); });
    for (auto& worker : workers)
      worker.join();
    for (auto& each : recorded)
      if (!hit_.contains(each))
        result_.missed += each + "\n";
    return std::move(result_);
  }

private:
  void work() {
    for (size_t at; (at = next_++) < jobs_.size();) {
      auto [name, count, is_last] = jobs_[at];
      while (kill_before(name, count) && is_last)
        ++count;
    }
  }

  bool kill_before(const std::string& name, int count) {
    auto ended = run(scene_, which_, "inject=" + name + ":signal=SIGKILL:when=" + std::to_string(count));
    if (!ended.was_killed)
      return false;
    std::lock_guard lock{mutex_};
    ++result_.killed[name];
    if (!ended.calls.empty())
      hit_.insert(subject_of(ended.calls.back()));
    return true;
  }

  const crash_scene& scene_;
  victim which_;
  std::vector<job> jobs_;
  std::atomic<size_t> next_{0};
  std::mutex mutex_;
  sweep_result result_;
  std::set<std::string> hit_;
};

} // namespace

int sweep_result::kills() const {
  return std::accumulate(killed.begin(), killed.end(), 0, [](int sum, auto& each) { return sum + each.second; });
}

sweep_result kill_before_every_call(const crash_scene& scene, victim which) { return sweep{scene, which}(); }

} // namespace breakwater::testing
