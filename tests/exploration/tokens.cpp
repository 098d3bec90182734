#include "breakwater/tests/exploration/tokens.hpp"

#include <array>
#include <cstdlib>
#include <string>

namespace breakwater::exploration {

namespace {

/// {"https://api.openai.com/auth":{"chatgpt_account_id":"Y"}}, as base64url.
constexpr auto claims_of_y = "eyJodHRwczovL2FwaS5vcGVuYWkuY29tL2F1dGgiOnsiY2hhdGdwdF9hY2NvdW50X2lkIjoiWSJ9fQ";

struct token_book {
  std::array<secret, token_count_max> refresh, access, jwt;
  std::array<token_hash, token_count_max> hashes;

  token_book() {
    for (size_t i = 0; i < token_count_max; ++i) {
      auto number = std::to_string(i);
      refresh[i] = secret{"r" + number};
      access[i] = secret{"a" + number};
      jwt[i] = secret{std::string{"h."} + claims_of_y + ".a" + number};
      hashes[i] = hash_of(refresh[i]);
    }
  }
};

const token_book& book() {
  static const token_book made;
  return made;
}

} // namespace

const secret& refresh_secret(token_id id) { return book().refresh[id]; }
const token_hash& refresh_hash(token_id id) { return book().hashes[id]; }
const secret& access_secret(token_id id, bool jwt) { return jwt ? book().jwt[id] : book().access[id]; }

token_id token_of(const secret& token) {
  if (token.empty())
    return no_token;
  auto text = token.reveal();
  token_id id = 0;
  for (auto at = text.find_last_of("ra") + 1; at < text.size(); ++at)
    id = static_cast<token_id>(id * 10 + (text[at] - '0'));
  return id;
}

token_id refresh_of(const token_hash& hash) {
  for (token_id i = 0; i < token_count_max; ++i)
    if (book().hashes[i] == hash)
      return i;
  return no_token;
}

} // namespace breakwater::exploration
