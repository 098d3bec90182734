#pragma once
#include "breakwater/storage/credential_store.hpp"

#include <memory>
#include <mutex>
#include <vector>

namespace breakwater {

/// What several memory stores share, as processes share a file. Lives as long as one of them, or its maker, holds it.
/// Guards itself; any thread.
class memory_place {
public:
  memory_place() = default;
  memory_place(const memory_place&) = delete;
  memory_place& operator=(const memory_place&) = delete;

private:
  friend class memory_store;

  struct watcher {
    std::mutex mutex;
    std::function<void()> changed;
  };

  void notify();

  std::mutex mutex_;
  stored content_;
  /// The store that has the lease: its address, never followed.
  const void* holder_ = nullptr;
  std::vector<std::shared_ptr<watcher>> watchers_;
};

/// Keeps a credential for the life of this process: for tests, and for tokens that must not reach a disk. Durable
/// means: in the place. `changed` is called on the thread of whoever changed the place.
class memory_store : public credential_store {
public:
  /// A place of its own, shared with nobody.
  memory_store();
  explicit memory_store(std::shared_ptr<memory_place>);
  ~memory_store() override;

  std::string where() const override;
  load_result load() override;
  store_outcome acquire() override;
  store_outcome write_intent(const intent&, const ledger&) override;
  store_outcome write_ledger(const ledger&) override;
  store_outcome clear_intent(uint64_t flight) override;
  commit_result commit(const credential& next, const token_hash& sent) override;
  put_result put(const credential& next) override;
  take_result take() override;
  void release() override;
  store_outcome watch(std::function<void()> changed) override;

private:
  std::shared_ptr<memory_place> place_;
  std::shared_ptr<memory_place::watcher> watcher_;
};

} // namespace breakwater
