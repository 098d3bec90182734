#include "breakwater/storage/open_store.hpp"

#include "breakwater/storage/auto_document.hpp"
#include "breakwater/storage/keyring_item.hpp"
#include "breakwater/storage/keyring_store.hpp"
#include "breakwater/storage/memory_store.hpp"
#include "breakwater/storage/sealed_store.hpp"

#include <array>
#include <filesystem>

namespace breakwater {

namespace {

struct mode_name {
  std::string_view name;
  store_mode mode;
};

constexpr std::array<mode_name, 5> modes = {{{"file", store_mode::file},
                                             {"keyring", store_mode::keyring},
                                             {"encrypted", store_mode::encrypted},
                                             {"auto", store_mode::automatic},
                                             {"memory", store_mode::memory}}};

std::string directory_of(const std::string& path) {
  std::error_code problem;
  auto whole = std::filesystem::absolute(path, problem);
  return whole.parent_path().string();
}

open_store_result open_automatic(store_choice choice) {
  auto keyring = keyring_settings_of(std::move(choice.keyring), directory_of(choice.path));
  auto answer = keyring_item{keyring, keyring.key, ec::store_unreadable}.read();
  auto kind = keyring_answer::given;
  if (answer.error)
    kind = answer.absent ? keyring_answer::absent : keyring_answer::silent;
  open_store_result result;
  result.store = std::make_unique<document_store>(
      std::move(choice.path), std::make_unique<auto_document>(std::move(keyring), kind), choice.file);
  // Brings the credential home. What fails here fails again, and is told, when the store is used.
  result.error.message = result.store->load().error.message;
  if (answer.error && result.error.message.empty())
    result.error.message = "the file is used, since no keyring answers: " + answer.error.message;
  return result;
}

} // namespace

std::string to_string(store_mode mode) {
  for (auto& each : modes)
    if (each.mode == mode)
      return std::string{each.name};
  return {};
}

std::optional<store_mode> parse_store_mode(std::string_view text) {
  for (auto& each : modes)
    if (each.name == text)
      return each.mode;
  return std::nullopt;
}

open_store_result open_store(store_choice choice) {
  switch (choice.mode) {
  case store_mode::file:
    return {{}, std::make_unique<file_store>(std::move(choice.path), choice.file)};
  case store_mode::keyring:
    return {{}, std::make_unique<keyring_store>(directory_of(choice.path), std::move(choice.keyring), choice.file)};
  case store_mode::encrypted: {
    auto [error, passphrase] = read_passphrase(choice.passphrase);
    if (error)
      return {std::move(error), nullptr};
    return {{}, std::make_unique<sealed_store>(choice.path + ".sealed", passphrase, choice.sealed, choice.file)};
  }
  case store_mode::automatic:
    return open_automatic(std::move(choice));
  case store_mode::memory:
    return {{}, std::make_unique<memory_store>()};
  }
  return {{ec::store_unreadable, "no such mode of a store"}, nullptr};
}

} // namespace breakwater
