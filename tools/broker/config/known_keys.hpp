#pragma once
#include "breakwater/tools/broker/config/value.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Every setting there is: one table for the file, the environment, flags and the documents.
namespace breakwater::broker {

enum class value_kind : uint8_t {
  text = 0,
  path = 1,     ///< absolute, or with `~/`, or relative to the file that it stands in
  url = 2,      ///< https, or http on a loopback host
  number = 3,   ///< a whole number
  duration = 4, ///< `5m`
  words = 5,    ///< a list of texts, or one text with blanks between
  choice = 6,   ///< one of `choices`
};

struct known_key {
  /// "", "broker", "policy", or "account" for those of [account.NAME].
  std::string_view section;
  std::string_view name;
  value_kind kind;
  /// As TOML, without quotes; empty: nothing, or a default that depends on others.
  std::string_view built_in;
  /// The environment variable; of an account's keys it describes the account `default`.
  std::string_view variable;
  /// With blanks between; for `choice` only.
  std::string_view choices;
  std::string_view about;
};

std::span<const known_key> known_keys();

/// The key of a full name such as `account.work.store`, or nullptr.
const known_key* find_key(std::string_view full_name);

/// The full name of a key; `account` names the account of an account's key.
std::string full_name(const known_key&, const std::string& account);

/// True if an account may be called so: 1 to 64 letters, digits, `-` and `_`.
bool is_account_name(std::string_view);

/// What is wrong with the value for this key, or nothing; a right one is brought into its final form. Never quotes it.
std::optional<std::string> adapt(const known_key&, plain_value&);

/// The known name that was probably meant, or an empty text.
std::string closest(std::string_view name, const std::vector<std::string>& known);

/// The names of one section's keys.
std::vector<std::string> names_in(std::string_view section);

/// A name that asks for a secret; what to do instead, or an empty text.
std::string_view instead_of_secret(std::string_view name);

} // namespace breakwater::broker
