#pragma once
#include "breakwater/tools/broker/net/connection.hpp"
#include "breakwater/tools/broker/net/ending_signals.hpp"
#include "breakwater/tools/broker/net/poller.hpp"
#include "breakwater/tools/broker/service/switchboard.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <unordered_map>
#include <vector>

namespace breakwater::broker {

/// Something else that the loop waits for: a listener, the metrics.
class loop_guest {
public:
  virtual ~loop_guest() = default;
  virtual int descriptor() const = 0;
  virtual void on_ready() = 0;
  /// When it wants to be called even if nothing happens; nothing: never.
  virtual std::optional<std::chrono::milliseconds> timeout() { return std::nullopt; }
};

struct loop_options {
  breakwater::broker::limits limits;
  std::chrono::milliseconds exit_grace{0};
  session_facts facts;
  /// Called once when the end begins.
  std::function<void()> on_ending;
};

/// The one thread that does all input and output: clients, signals, what comes back from auth actors. It ends after
/// SIGINT or SIGTERM, or with the client of `serve_only`; then it waits for flights and their saves, and for answers to
/// be written, for at most `exit_grace`.
class loop : public audience {
public:
  loop(loop_options, std::shared_ptr<inbox>, tally&);
  ~loop() override;

  /// What the system did not give; empty: ready.
  const std::string& problem() const { return problem_; }

  /// A new client.
  void add(channel);
  /// The loop ends when this client does.
  void serve_only(channel);
  /// `guest` outlives the loop, or is removed before.
  void add_guest(loop_guest& guest);
  /// Its descriptor is not waited for any more.
  void drop_guest(loop_guest& guest) { poller_.forget(guest.descriptor()); }

  /// Until the end. True: nothing was left undone.
  bool run(switchboard&);

  // -- for the switchboard -------------------------------------------------------------------------------------------
  wiped_string* output_of(uint64_t client) override;
  void wrote(uint64_t client, size_t ended) override;
  void change_ended(uint64_t client) override;
  void notify_all(std::string_view method, std::string_view params) override;

private:
  void dispatch(const epoll_event&);
  void on_client(connection&, uint32_t events);
  void on_signal();
  void settle_all();
  bool settle(connection&);
  void end(connection&);
  void close_stalled();
  void consider_end();
  void begin_shutdown(std::chrono::milliseconds deadline);
  bool is_quiet() const;
  int wait_ms() const;

  loop_options options_;
  std::shared_ptr<inbox> inbox_;
  tally& tally_;
  std::string problem_;
  switchboard* board_ = nullptr;

  poller poller_;
  ending_signals signals_;
  std::vector<loop_guest*> guests_;
  std::vector<char> buffer_;

  std::unordered_map<uint64_t, std::unique_ptr<connection>> clients_;
  uint64_t last_id_;
  /// Those with something to write or to go on with.
  std::vector<uint64_t> dirty_;
  uint64_t only_ = 0;
  /// Those whose output is not taken.
  std::set<uint64_t> stalled_;

  loop_clock::time_point now_;
  loop_clock::time_point next_check_{};
  /// When the only client's input ended, and when the end began.
  std::optional<loop_clock::time_point> input_ended_, ending_;
};

} // namespace breakwater::broker
