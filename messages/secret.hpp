#pragma once
#include "breakwater/messages/inspect.hpp"

#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>

namespace breakwater {

/// A string that prints as `[redacted]` and is wiped when freed. One immutable heap block, shared by all copies, so
/// that copying a secret never copies its bytes. Safe to copy and to read from any thread.
class secret {
public:
  /// The empty secret: no block, nothing to wipe.
  secret() noexcept = default;

  /// Copies `bytes` into a block of our own. The caller's buffer stays the caller's to wipe.
  explicit secret(std::string_view bytes);

  /// Copies `bytes` into a block of our own and wipes the string it came in.
  static secret absorb(std::string& bytes);

  bool empty() const noexcept { return !block_; }
  size_t size() const noexcept;

  /// The bytes, valid while any copy of this secret lives. Every call of this is a place to audit.
  std::string_view reveal() const noexcept;

  /// Compares in a time that depends on the lengths only.
  friend bool operator==(const secret& a, const secret& b) noexcept;

private:
  struct block;
  std::shared_ptr<const block> block_;
};

/// What every printed secret looks like.
inline constexpr std::string_view redacted = "[redacted]";

std::string to_string(const secret&);
std::ostream& operator<<(std::ostream&, const secret&);

/// nlohmann's hook: a secret that reaches a JSON document reaches it redacted.
template <class Json>
void to_json(Json& out, const secret&) {
  out = std::string{redacted};
}

/// fmt's hook for fmt 9 and newer; `fmt::formatter` in secret_fmt.hpp serves every version.
inline std::string_view format_as(const secret&) { return redacted; }

/// Wipes a buffer that held a secret; the compiler cannot remove it.
void wipe(std::string& bytes) noexcept;

/// Binary inspectors carry the bytes (a token has to cross the wire); every readable one gets `[redacted]`.
template <class Inspector>
auto inspect(Inspector& f, secret& x) {
  if constexpr (is_readable_inspector<Inspector>)
    if (wants_readable(f)) {
      auto shown = std::string{redacted};
      return f.apply(shown);
    }
  return inspect_as<std::string>(
    f, x, [](const secret& s) { return std::string{s.reveal()}; }, [](std::string& s) { return secret::absorb(s); });
}

} // namespace breakwater
