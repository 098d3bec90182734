#include "breakwater/tools/storm/verdict_on_row.hpp"

namespace breakwater::storm {

namespace {

/// An answer that needs no request can still be late: the kernel may give the processor to somebody else.
constexpr std::chrono::milliseconds hiccup{250};
/// Where the authority is too quick to tell a hiccup from waiting, this share of late answers is one in...
constexpr uint64_t late_share = 5;

/// The token that the callers began with can be used to the end, or another one comes in its place.
bool has_token_throughout(const row& r) {
  const auto& right = r.scenario->right;
  return right.stays_in_use && (r.began_valid || right.keeps == survivor::newest);
}

bool waited(const row& r) {
  if (r.delay / 2 >= hiccup)
    return r.valid_waited > 0;
  return r.valid_waited * late_share > r.valid_asks;
}

} // namespace

uint64_t requests_allowed(const row& r) {
  const auto& right = r.scenario->right;
  if (right.quiet.count() == 0)
    return right.requests;
  return right.requests + static_cast<uint64_t>(r.wall / right.quiet);
}

std::vector<std::string> faults_of(const row& r) {
  std::vector<std::string> faults;
  auto check = [&](bool good, std::string fault) {
    if (!good)
      faults.push_back(std::move(fault));
  };
  auto number = [](uint64_t n) { return std::to_string(n); };
  auto allowed = requests_allowed(r);
  check(r.asked > 0, "nobody asked anything");
  check(r.requests <= allowed,
        number(r.requests) + " requests reached the authority, " + number(allowed) + " is right");
  check(r.requests >= r.scenario->right.requests, "no request reached the authority");
  check(r.replays == 0, number(r.replays) + " of the requests were replays of a spent refresh token");
  check(r.family_alive, "the tokens in use were revoked");
  check(r.token_kept, "the refresh token was lost");
  check(r.requests_after_poison == 0, number(r.requests_after_poison) + " requests after the refusal was known");
  check(!waited(r), number(r.valid_waited) + " of " + number(r.valid_asks) +
                        " callers with a valid token waited for somebody's request");
  check(r.open == 0, number(r.open) + " asks were not answered");
  check(!has_token_throughout(r) || r.without_token == 0,
        number(r.without_token) + " answers held no token, though one was there to be used");
  return faults;
}

} // namespace breakwater::storm
