#include "breakwater/tests/storage/store_contract.hpp"

#include "breakwater/storage/keyring_store.hpp"
#include "breakwater/storage/memory_store.hpp"
#include "breakwater/storage/open_store.hpp"
#include "breakwater/storage/sealed_store.hpp"
#include "breakwater/tests/storage/private_keyring.hpp"
#include "breakwater/tests/storage/temporary_directory.hpp"

namespace breakwater::testing {

namespace {

class shared_memory : public store_place {
public:
  std::unique_ptr<credential_store> open() override { return std::make_unique<memory_store>(place_); }

private:
  std::shared_ptr<memory_place> place_ = std::make_shared<memory_place>();
};

class one_file : public store_place {
public:
  std::unique_ptr<credential_store> open() override { return std::make_unique<file_store>(directory_ / "auth.json"); }

private:
  temporary_directory directory_;
};

/// Every other store goes through a symbolic link in another directory.
class linked_file : public store_place {
public:
  linked_file() {
    write_text(real_ / "real.json", "{}");
    std::filesystem::create_symlink(real_ / "real.json", links_ / "auth.json");
  }
  std::unique_ptr<credential_store> open() override {
    return std::make_unique<file_store>(++opened_ % 2 ? links_ / "auth.json" : real_ / "real.json");
  }

private:
  temporary_directory real_, links_;
  int opened_ = 0;
};

/// Small limits: what Argon2 costs is not what is tested here.
class sealed_file : public store_place {
public:
  std::unique_ptr<credential_store> open() override {
    return std::make_unique<sealed_store>(directory_ / "auth.json.sealed", secret{"passphrase"},
                                          sealed_settings{1, 8192});
  }

private:
  temporary_directory directory_;
};

class keyring : public store_place {
public:
  std::unique_ptr<credential_store> open() override {
    return std::make_unique<keyring_store>(directory_.path(), keyring_.settings());
  }

private:
  private_keyring keyring_;
  temporary_directory directory_;
};

template <private_keyring::state State>
class automatic : public store_place {
public:
  std::unique_ptr<credential_store> open() override {
    store_choice choice;
    choice.mode = store_mode::automatic;
    choice.path = directory_ / "auth.json";
    choice.keyring = keyring_.settings();
    auto opened = open_store(choice);
    EXPECT_EQ(opened.error.code, ec::none) << opened.error.message;
    return std::move(opened.store);
  }

private:
  private_keyring keyring_{State};
  temporary_directory directory_;
};

template <class Place>
store_maker maker(std::string name) {
  return {std::move(name), [] { return std::make_unique<Place>(); }};
}

} // namespace

INSTANTIATE_TEST_SUITE_P(store, store_contract,
                         ::testing::Values(maker<shared_memory>("memory"), maker<one_file>("file"),
                                           maker<linked_file>("link"), maker<sealed_file>("encrypted"),
                                           maker<keyring>("keyring"),
                                           maker<automatic<private_keyring::state::unlocked>>("auto_with_keyring"),
                                           maker<automatic<private_keyring::state::no_service>>("auto_without")),
                         name_of_store);

} // namespace breakwater::testing
