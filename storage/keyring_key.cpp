#include "breakwater/messages/token_hash.hpp"
#include "breakwater/storage/keyring_settings.hpp"

#include <filesystem>

namespace breakwater {

std::string keyring_key(const std::string& directory) {
  constexpr size_t digits = 16;
  std::error_code problem;
  auto path = std::filesystem::weakly_canonical(directory, problem).string();
  if (problem)
    path = directory;
  if (path.size() > 1 && path.back() == '/')
    path.pop_back();
  return "cli|" + to_hex(hash_of(secret{path})).substr(0, digits);
}

} // namespace breakwater
