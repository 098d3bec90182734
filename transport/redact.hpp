#pragma once
#include <span>
#include <string>
#include <string_view>

/// Makes text that came from outside fit for logs, errors and the history.
namespace breakwater {

/// Replaces what is not printable ASCII by `?` and cuts at `size_max`.
std::string printable(std::string_view text, size_t size_max);

/// Replaces every occurrence of a secret, in upper or lower case, and every run of 12 or more characters of one, by
/// `[redacted]`. Secrets shorter than 4 bytes are left alone: they could not be told from ordinary text.
std::string without_secrets(std::string_view text, std::span<const std::string_view> secrets);

/// Replaces every word that could be a token by `[redacted]`: one of 20 or more token characters with letters and
/// digits among them, or one of 40 or more.
std::string without_lookalikes(std::string_view text);

/// All three: what an authority said, safe to show.
std::string fit_to_show(std::string_view text, std::span<const std::string_view> secrets, size_t size_max);

} // namespace breakwater
