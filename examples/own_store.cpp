// A store of one's own: here a vault in memory, as it could be in front of a secret service. Usage: own_store
// TOKEN_ENDPOINT REFRESH_TOKEN
#include "breakwater/actors/ask.hpp"
#include "breakwater/actors/errors.hpp"
#include "breakwater/actors/start.hpp"

#include <iostream>
#include <mutex>

using namespace breakwater;

// What all stores that name it share. Its mutex makes each write one atomic compare-and-write.
struct vault {
  std::mutex mutex;
  stored content;
  const void* lease_of = nullptr;
  std::function<void()> changed;
};

class vault_store : public credential_store {
public:
  explicit vault_store(vault& to) : vault_(to) {}
  ~vault_store() override { release(); }

  std::string where() const override { return "the vault"; }
  load_result load() override {
    std::lock_guard guard{vault_.mutex};
    return {{}, vault_.content};
  }
  store_outcome acquire() override {
    std::lock_guard guard{vault_.mutex};
    if (vault_.lease_of != nullptr && vault_.lease_of != this)
      return {ec::store_busy, "another store holds the lease of the vault"};
    vault_.lease_of = this;
    return {};
  }
  store_outcome write_intent(const intent& note, const ledger& known) override {
    return under_lease([&] {
      vault_.content.intent = note;
      vault_.content.ledger = known;
    });
  }
  store_outcome write_ledger(const ledger& known) override {
    return under_lease([&] { vault_.content.ledger = known; });
  }
  store_outcome clear_intent(uint64_t flight) override {
    std::lock_guard guard{vault_.mutex};
    if (vault_.content.intent && vault_.content.intent->flight == flight)
      vault_.content.intent.reset();
    return {};
  }
  commit_result commit(const credential& next, const token_hash& sent) override {
    {
      std::lock_guard guard{vault_.mutex};
      auto there = hash_of(vault_.content.credential.refresh_token);
      if (there != sent && there != hash_of(next.refresh_token))
        return {commit_outcome::conflict, {}};
      vault_.content.credential = next;
    }
    tell();
    return {};
  }
  put_result put(const credential& next) override {
    put_result out;
    {
      std::lock_guard guard{vault_.mutex};
      vault_.content.credential = next;
      out.found = vault_.content;
    }
    tell();
    return out;
  }
  take_result take() override {
    take_result out;
    {
      std::lock_guard guard{vault_.mutex};
      out.erased = std::exchange(vault_.content.credential, {});
    }
    tell();
    return out;
  }
  void release() override {
    std::lock_guard guard{vault_.mutex};
    if (vault_.lease_of == this)
      vault_.lease_of = nullptr;
  }
  store_outcome watch(std::function<void()> changed) override {
    std::lock_guard guard{vault_.mutex};
    vault_.changed = std::move(changed);
    return {};
  }

private:
  template <class Write>
  store_outcome under_lease(Write write) {
    std::lock_guard guard{vault_.mutex};
    if (vault_.lease_of != this)
      return {ec::store_unwritable, "the lease of the vault is not ours"};
    write();
    return {};
  }
  void tell() {
    std::lock_guard guard{vault_.mutex};
    if (vault_.changed)
      vault_.changed();
  }

  vault& vault_;
};

int main(int argc, char** argv) {
  if (argc != 3)
    return 2;
  vault shared;
  shared.content.credential.method = auth_method::oauth;
  shared.content.credential.refresh_token = secret{argv[2]};
  shared.content.credential.account.id = "alice";
  {
    system_config config;
    caf::actor_system system{config};
    auth_config settings;
    settings.authority = generic_authority(argv[1], "example-client");
    settings.store = std::make_unique<vault_store>(shared);
    auto service = start(system, std::move(settings));
    if (!service)
      return 1;
    auto token = ask(system, service->auth(), get_token{}).get();
    std::cout << (token ? "got a token" : failure_of(token.error()).message) << std::endl;
  }
  auto kept = shared.content.credential.refresh_token != secret{argv[2]};
  std::cout << (kept ? "the vault holds the next refresh token" : "the vault is unchanged") << std::endl;
}
