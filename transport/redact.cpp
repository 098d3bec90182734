#include "breakwater/transport/redact.hpp"

#include "breakwater/messages/secret.hpp"

#include <algorithm>

namespace breakwater {

namespace {

constexpr size_t secret_size_min = 4;
constexpr size_t fragment_size_min = 12;
constexpr size_t lookalike_size_min = 20;
constexpr size_t word_size_max = 40;
/// Text is cut here before it is searched: the search costs text times secret.
constexpr size_t searched_size_max = 1024;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return lower(c) >= 'a' && lower(c) <= 'z'; }
/// Characters of base64, base64url, JWTs and percent-encoding.
bool is_token_char(char c) {
  return is_digit(c) || is_letter(c) || std::string_view{"-._~+/=%"}.find(c) != std::string_view::npos;
}

/// How many characters at the start of `text` are a piece of `whole`: at most one try per place of the first character.
size_t common_size(std::string_view text, std::string_view whole) {
  size_t longest = 0;
  for (size_t start = 0; start < whole.size(); ++start) {
    size_t n = 0;
    while (n < text.size() && start + n < whole.size() && lower(text[n]) == lower(whole[start + n]))
      ++n;
    longest = std::max(longest, n);
  }
  return longest;
}

/// How many characters at the start of `text` must not be shown.
size_t secret_size(std::string_view text, std::span<const std::string_view> secrets) {
  size_t longest = 0;
  for (auto secret : secrets)
    if (secret.size() >= secret_size_min) {
      auto n = common_size(text, secret);
      if (n >= std::min(fragment_size_min, secret.size()))
        longest = std::max(longest, n);
    }
  return longest;
}

} // namespace

std::string printable(std::string_view text, size_t size_max) {
  std::string shown{text.substr(0, size_max)};
  std::ranges::replace_if(
      shown, [](char c) { return c < ' ' || c > '~'; }, '?');
  return shown;
}

std::string without_secrets(std::string_view text, std::span<const std::string_view> secrets) {
  std::string shown;
  shown.reserve(text.size());
  for (size_t i = 0; i < text.size();) {
    if (auto n = secret_size(text.substr(i), secrets); n > 0) {
      shown += redacted;
      i += n;
    } else {
      shown += text[i++];
    }
  }
  return shown;
}

std::string without_lookalikes(std::string_view text) {
  std::string shown;
  for (size_t i = 0; i < text.size();) {
    auto end = static_cast<size_t>(
        std::find_if_not(text.begin() + static_cast<ptrdiff_t>(i), text.end(), is_token_char) - text.begin());
    auto word = text.substr(i, end - i);
    bool mixed = std::ranges::any_of(word, is_digit) && std::ranges::any_of(word, is_letter);
    if (word.size() >= word_size_max || (word.size() >= lookalike_size_min && mixed))
      shown += redacted;
    else
      shown += word;
    if (end < text.size())
      shown += text[end];
    i = end + 1;
  }
  return shown;
}

std::string fit_to_show(std::string_view text, std::span<const std::string_view> secrets, size_t size_max) {
  auto raw = printable(text, searched_size_max);
  if (text.size() > searched_size_max)
    while (!raw.empty() && is_token_char(raw.back())) // half a word may be half a token
      raw.pop_back();
  auto known = without_secrets(raw, secrets);
  auto shown = without_lookalikes(known);
  wipe(raw);
  wipe(known);
  shown.resize(std::min(shown.size(), size_max));
  return shown;
}

} // namespace breakwater
