#pragma once
#include "breakwater/messages/inspect.hpp"

#include <cstddef>
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

  /// Compares in a time that depends on the lengths, and on whether both are copies of one secret, but not on the
  /// bytes.
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

/// Empties a string that held a secret and wipes all of its buffer; the compiler cannot remove it.
void wipe(std::string& bytes) noexcept;

/// Binary inspectors carry the bytes (a token has to cross the wire); every readable one gets `[redacted]`. CAF 0.17's
/// stringification prefers `to_string`. The copy made for the inspector is wiped; the framework's own buffers are not.
template <class Inspector>
auto inspect(Inspector& f, secret& x) {
  if constexpr (is_readable_inspector<Inspector>)
    if (wants_readable(f)) {
      auto shown = std::string{redacted};
      return f.apply(shown);
    }
  struct wiped_copy {
    std::string bytes;
    ~wiped_copy() { wipe(bytes); }
  } copy;
  if constexpr (!detail::is_loading_inspector<Inspector>())
    copy.bytes = x.reveal();
  return inspect_wire(f, copy.bytes, [&] { x = secret::absorb(copy.bytes); });
}

} // namespace breakwater
