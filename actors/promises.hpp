#pragma once
#include "breakwater/actors/caf_compat.hpp"
#include "breakwater/core/effects.hpp"

#include <deque>

namespace breakwater {

/// The promises of callers whose answer is still open, found by their number without searching. A million of them are
/// one queue of small objects; the front is freed as it is answered.
class promises {
public:
  /// Numbers rise and are never used twice.
  waiter_id add(caf::response_promise promise) {
    open_.push_back(std::move(promise));
    return first_ + open_.size() - 1;
  }

  /// Gives the caller its answer; a number that is not open does nothing.
  template <class Answer>
  void deliver(waiter_id who, const Answer& answer) {
    if (who < first_ || who - first_ >= open_.size())
      return;
    deliver(open_[who - first_], answer);
    while (!open_.empty() && !open_.front().pending()) {
      open_.pop_front();
      ++first_;
    }
  }

  /// Gives every caller the same answer.
  template <class Answer>
  void deliver_all(const Answer& answer) {
    for (auto& promise : open_)
      deliver(promise, answer);
    first_ += open_.size();
    open_.clear();
  }

private:
  template <class Answer>
  static void deliver(caf::response_promise& promise, const Answer& answer) {
    if (promise.pending())
      promise.deliver(answer);
    promise = caf::response_promise{};
  }

  std::deque<caf::response_promise> open_;
  waiter_id first_ = 1;
};

} // namespace breakwater
