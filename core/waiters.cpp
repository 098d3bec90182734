#include "breakwater/core/waiters.hpp"

#include <algorithm>

namespace breakwater {

void waiters::add(const waiter& w, instant deadline) {
  list_.push_back(w);
  queue_.push_back({deadline, w.who});
  std::push_heap(queue_.begin(), queue_.end(), later);
  ++open_;
}

std::vector<waiter> waiters::extract_overdue(instant now) {
  std::vector<waiter> out;
  while (!queue_.empty() && queue_.front().at <= now) {
    if (auto w = find_open(queue_.front().who)) {
      out.push_back(*w);
      w->closed = true;
      --open_;
    }
    std::pop_heap(queue_.begin(), queue_.end(), later);
    queue_.pop_back();
  }
  tidy();
  return out;
}

void waiters::see(uint64_t before, uint64_t after) {
  for (auto& w : list_)
    if (w.seen == before)
      w.seen = after;
}

std::optional<instant> waiters::next_deadline() const {
  if (open_ == 0)
    return std::nullopt;
  return queue_.front().at;
}

waiter* waiters::find_open(waiter_id who) {
  auto at = std::lower_bound(list_.begin(), list_.end(), who,
                             [](const waiter& w, waiter_id number) { return w.who < number; });
  return at != list_.end() && at->who == who && !at->closed ? &*at : nullptr;
}

void waiters::tidy() {
  if (open_ == 0) {
    // Given back, not kept: a burst of a million must not stay in memory.
    std::vector<waiter>{}.swap(list_);
    std::vector<due>{}.swap(queue_);
    return;
  }
  while (!find_open(queue_.front().who)) {
    std::pop_heap(queue_.begin(), queue_.end(), later);
    queue_.pop_back();
  }
  if (list_.size() > 2 * open_)
    std::erase_if(list_, [](const waiter& w) { return w.closed; });
}

} // namespace breakwater
