#pragma once
#include "breakwater/core/effects.hpp"

#include <optional>
#include <vector>

namespace breakwater {

/// What a waiter waits for.
enum class wanted : uint8_t {
  status = 0,               ///< the status, as soon as there is one
  status_with_token = 1,    ///< the same, with the token
  refreshed_status = 2,     ///< the status after a refresh, whatever came of it
  refreshed_with_token = 3, ///< the same, with the token
  refresh = 4,              ///< the status after a refresh, or why there was none
  token = 5,                ///< a good token
};

struct waiter {
  waiter_id who = 0;
  wanted what = wanted::status;
  bool closed = false;
  /// The generation that does not satisfy: the observed, rejected or current one; 0: any satisfies.
  uint64_t seen = 0;
  std::chrono::milliseconds min_validity{0};
};

/// The callers whose answer is still open, in the order of their numbers, with one deadline queue for all. A million
/// of them cost two vectors.
class waiters {
public:
  bool empty() const { return open_ == 0; }
  size_t size() const { return open_; }

  /// `w.who` must be greater than every number added before.
  void add(const waiter& w, instant deadline);

  /// Removes and returns the waiters for whom `leaves` is true.
  template <class Predicate>
  std::vector<waiter> extract_if(Predicate leaves) {
    std::vector<waiter> out;
    for (auto& w : list_)
      if (!w.closed && leaves(w)) {
        out.push_back(w);
        w.closed = true;
      }
    open_ -= out.size();
    tidy();
    return out;
  }

  /// Removes and returns those whose deadline is not after `now`.
  std::vector<waiter> extract_overdue(instant now);

  /// Open waiters whom generation `before` does not satisfy are not satisfied by `after` either.
  void see(uint64_t before, uint64_t after);

  /// The earliest deadline of an open waiter.
  std::optional<instant> next_deadline() const;

  /// The open and closed ones, for pictures of the state.
  const std::vector<waiter>& list() const { return list_; }

private:
  struct due {
    instant at;
    waiter_id who;
  };
  static bool later(const due& a, const due& b) { return a.at != b.at ? a.at > b.at : a.who > b.who; }

  waiter* find_open(waiter_id who);
  /// Forgets what is closed: at the head of the queue always, in the list once it is the larger part.
  void tidy();

  std::vector<waiter> list_; // sorted by number
  std::vector<due> queue_;   // a heap, earliest first
  size_t open_ = 0;
};

} // namespace breakwater
