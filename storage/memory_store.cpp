#include "breakwater/storage/memory_store.hpp"

#include "breakwater/storage/compare_and_write.hpp"

namespace breakwater {

namespace {

constexpr std::string_view name = "memory";

store_outcome not_leased() {
  return {ec::store_unwritable, std::string{name} + ": the lease is not ours, so nothing was written"};
}

} // namespace

void memory_place::notify() {
  std::vector<std::shared_ptr<watcher>> called;
  {
    std::lock_guard guard{mutex_};
    called = watchers_;
  }
  for (auto& each : called) {
    std::lock_guard guard{each->mutex};
    if (each->changed)
      each->changed();
  }
}

memory_store::memory_store() : memory_store{std::make_shared<memory_place>()} {}

memory_store::memory_store(std::shared_ptr<memory_place> place) : place_{std::move(place)} {}

memory_store::~memory_store() {
  release();
  watch({});
}

std::string memory_store::where() const { return std::string{name}; }

load_result memory_store::load() {
  std::lock_guard guard{place_->mutex_};
  return {{}, place_->content_};
}

store_outcome memory_store::acquire() {
  std::lock_guard guard{place_->mutex_};
  if (place_->holder_ && place_->holder_ != this)
    return {ec::store_busy, std::string{name} + ": another store is refreshing this credential"};
  place_->holder_ = this;
  return {};
}

store_outcome memory_store::write_intent(const intent& note, const ledger& entries) {
  std::lock_guard guard{place_->mutex_};
  if (place_->holder_ != this)
    return not_leased();
  place_->content_.intent = note;
  place_->content_.ledger = newest_of(entries);
  return {};
}

store_outcome memory_store::write_ledger(const ledger& entries) {
  std::lock_guard guard{place_->mutex_};
  if (place_->holder_ != this)
    return not_leased();
  place_->content_.ledger = newest_of(entries);
  return {};
}

store_outcome memory_store::clear_intent(uint64_t flight) {
  std::lock_guard guard{place_->mutex_};
  if (place_->content_.intent && place_->content_.intent->flight == flight)
    place_->content_.intent.reset();
  return {};
}

commit_result memory_store::commit(const credential& next, const token_hash& sent) {
  {
    std::lock_guard guard{place_->mutex_};
    auto& current = place_->content_.credential;
    switch (next_commit_step(current, next, sent)) {
    case commit_step::conflict:
      return {commit_outcome::conflict, {}};
    case commit_step::keep:
      return {commit_outcome::saved, {}};
    case commit_step::write:
      current = next;
    }
  }
  place_->notify();
  return {commit_outcome::saved, {}};
}

put_result memory_store::put(const credential& next) {
  if (next.method == auth_method::none)
    return {{ec::store_unwritable, std::string{name} + ": a credential without a method cannot be stored"}, {}};
  put_result result;
  {
    std::lock_guard guard{place_->mutex_};
    place_->content_.credential = next;
    result.found = place_->content_;
  }
  place_->notify();
  return result;
}

take_result memory_store::take() {
  take_result result;
  {
    std::lock_guard guard{place_->mutex_};
    result.erased = std::exchange(place_->content_.credential, {});
  }
  if (result.erased.method != auth_method::none)
    place_->notify();
  return result;
}

void memory_store::release() {
  std::lock_guard guard{place_->mutex_};
  if (place_->holder_ == this)
    place_->holder_ = nullptr;
}

store_outcome memory_store::watch(std::function<void()> changed) {
  auto ended = std::exchange(watcher_, nullptr);
  if (changed) {
    watcher_ = std::make_shared<memory_place::watcher>();
    watcher_->changed = std::move(changed);
  }
  {
    std::lock_guard guard{place_->mutex_};
    if (ended)
      std::erase(place_->watchers_, ended);
    if (watcher_)
      place_->watchers_.push_back(watcher_);
  }
  if (ended) {
    std::lock_guard guard{ended->mutex}; // waits for a call that is under way
    ended->changed = nullptr;
  }
  return {};
}

} // namespace breakwater
