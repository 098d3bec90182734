#include "breakwater/storage/sealed_codec.hpp"

#include <algorithm>
#include <concepts>
#include <cstring>

#include <sodium.h>

namespace breakwater {

namespace {

constexpr std::string_view magic = "brkwseal";

static_assert(sealed_header_size == magic.size() + sizeof(uint32_t) + 2 * sizeof(uint64_t) + sizeof(key_recipe::salt) +
                                        sizeof(sealed_header::nonce));
static_assert(sizeof(key_recipe::salt) == crypto_pwhash_argon2id_SALTBYTES);
static_assert(sizeof(sealed_header::nonce) == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES);
static_assert(sealed_overhead == sealed_header_size + crypto_aead_xchacha20poly1305_ietf_ABYTES);

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

failure unreadable(std::string_view where, std::string_view what) {
  return {ec::store_unreadable, std::string{where}.append(": ").append(what)};
}

/// Numbers are written with the lowest byte first.
template <std::unsigned_integral T>
T read_number(std::string_view& from) {
  T number = 0;
  for (size_t i = 0; i < sizeof number; ++i)
    number |= static_cast<T>(static_cast<T>(static_cast<unsigned char>(from[i])) << (8 * i));
  from.remove_prefix(sizeof number);
  return number;
}

template <std::unsigned_integral T>
void write_number(std::string& to, T number) {
  for (size_t i = 0; i < sizeof number; ++i)
    to += static_cast<char>(number >> (8 * i));
}

template <size_t Size>
void read_bytes(std::string_view& from, std::array<unsigned char, Size>& to) {
  std::memcpy(to.data(), from.data(), Size);
  from.remove_prefix(Size);
}

template <size_t Size>
void write_bytes(std::string& to, const std::array<unsigned char, Size>& from) {
  to.append(reinterpret_cast<const char*>(from.data()), Size);
}

std::string render_header(const sealed_header& header) {
  std::string text{magic};
  write_number(text, sealed_version);
  write_number(text, header.recipe.passes);
  write_number(text, header.recipe.memory);
  write_bytes(text, header.recipe.salt);
  write_bytes(text, header.nonce);
  return text;
}

} // namespace

sealed_header_result parse_sealed_header(std::string_view file, std::string_view where) {
  auto common = file.substr(0, magic.size());
  if (file.empty() || common != magic.substr(0, common.size()))
    return {unreadable(where, "not an encrypted credential; restore the file, or remove it and log in again"), {}};
  auto cut = unreadable(where, "the file is cut short; restore it, or remove it and log in again");
  if (file.size() < magic.size() + sizeof sealed_version)
    return {std::move(cut), {}};
  auto rest = file.substr(magic.size());
  if (auto version = read_number<uint32_t>(rest); version != sealed_version)
    return {unreadable(where, "this is version " + std::to_string(version) + ", and this program reads version " +
                                  std::to_string(sealed_version) + "; use the newer program"),
            {}};
  if (file.size() < sealed_overhead)
    return {std::move(cut), {}};
  sealed_header_result result;
  auto& recipe = result.header.recipe;
  recipe.passes = read_number<uint64_t>(rest);
  recipe.memory = read_number<uint64_t>(rest);
  read_bytes(rest, recipe.salt);
  read_bytes(rest, result.header.nonce);
  if (recipe.passes < crypto_pwhash_argon2id_OPSLIMIT_MIN || recipe.passes > sealed_passes_max ||
      recipe.memory < crypto_pwhash_argon2id_MEMLIMIT_MIN || recipe.memory > sealed_memory_max)
    return {unreadable(where, "its header asks for " + std::to_string(recipe.passes) + " passes over " +
                                  std::to_string(recipe.memory) +
                                  " bytes, which no program writes; restore the file, or remove it and log in again"),
            {}};
  return result;
}

key_recipe make_recipe(uint64_t passes, uint64_t memory) {
  key_recipe made;
  made.passes = std::clamp<uint64_t>(passes, crypto_pwhash_argon2id_OPSLIMIT_MIN, sealed_passes_max);
  made.memory = std::clamp<uint64_t>(memory, crypto_pwhash_argon2id_MEMLIMIT_MIN, sealed_memory_max);
  if (sodium_init() >= 0)
    randombytes_buf(made.salt.data(), made.salt.size());
  return made;
}

sealed_key_result make_sealed_key(const guarded_bytes& passphrase, const key_recipe& recipe, std::string_view where) {
  sealed_key_result result;
  result.key = guarded_bytes{size_t{crypto_aead_xchacha20poly1305_ietf_KEYBYTES}};
  if (passphrase.empty() || result.key.empty() ||
      crypto_pwhash_argon2id(result.key.data(), result.key.size(), reinterpret_cast<const char*>(passphrase.data()),
                             passphrase.size(), recipe.salt.data(), recipe.passes, recipe.memory,
                             crypto_pwhash_argon2id_ALG_ARGON2ID13) != 0)
    return {unreadable(where, "no memory to make its key: " + std::to_string(recipe.memory >> 20) +
                                  " MiB are needed for a moment"),
            {}};
  return result;
}

std::string seal(std::string_view text, const guarded_bytes& key, const key_recipe& recipe) {
  sealed_header header{recipe, {}};
  randombytes_buf(header.nonce.data(), header.nonce.size());
  auto file = render_header(header);
  file.resize(sealed_overhead + text.size());
  crypto_aead_xchacha20poly1305_ietf_encrypt(reinterpret_cast<unsigned char*>(file.data()) + sealed_header_size,
                                             nullptr, bytes_of(text), text.size(), bytes_of(file), sealed_header_size,
                                             nullptr, header.nonce.data(), key.data());
  return file;
}

unsealed_result unseal(std::string_view file, const guarded_bytes& key, std::string_view where) {
  auto parsed = parse_sealed_header(file, where);
  if (parsed.error)
    return {std::move(parsed.error), {}};
  unsealed_result result;
  result.text.resize(file.size() - sealed_overhead);
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(reinterpret_cast<unsigned char*>(result.text.data()), nullptr, nullptr,
                                                 bytes_of(file) + sealed_header_size, file.size() - sealed_header_size,
                                                 bytes_of(file), sealed_header_size, parsed.header.nonce.data(),
                                                 key.data()) != 0)
    return {unreadable(where, "wrong passphrase, or the file was altered; nothing was written. Give the passphrase it "
                              "was made with, restore the file, or remove it and log in again"),
            {}};
  return result;
}

} // namespace breakwater
