#include "breakwater/transport/oauth_codec.hpp"

#include "breakwater/transport/oauth_client.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

/// Input: status (2 bytes), then content type, Date and Retry-After up to a line end each, then the body. What holds
/// for every answer is checked: bounds, and no trace of the token that was sent.
namespace breakwater {
namespace {

constexpr std::string_view sent_token = "rt-5ent-t0ken";

void require(bool holds) {
  if (!holds)
    std::abort();
}

std::string_view next_line(std::string_view& from) {
  auto end = from.find('\n');
  auto line = from.substr(0, end);
  from.remove_prefix(end == std::string_view::npos ? from.size() : end + 1);
  return line;
}

bool is_printable(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

void check(const token_answer& answer) {
  bool is_success = answer.status >= 200 && answer.status <= 299;
  bool has_token = !answer.access_token.empty() || !answer.refresh_token.empty() || !answer.id_token.empty();
  require(!has_token || (is_success && answer.body == body_kind::json));
  require(is_printable(answer.access_token.reveal()));
  require(answer.expires_in.count() >= -1 && answer.expires_in <= stated_seconds_max);
  require(answer.retry_after.count() >= -1 && answer.retry_after <= stated_seconds_max);
  require(answer.error_code.size() <= 100 && is_printable(answer.error_code));
  require(answer.error_description.size() <= 300 && is_printable(answer.error_description));
  for (const auto& text : {answer.error_code, answer.error_description, answer.transport_error})
    require(text.find(sent_token) == std::string::npos);
}

void run(std::string_view input) {
  static const auto to = generic_authority("https://auth.example.com/token", "client");
  http_answer from;
  from.how = delivery::answered;
  if (input.size() < 2)
    return;
  from.status = static_cast<unsigned char>(input[0]) * 4 + static_cast<unsigned char>(input[1]) % 4;
  input.remove_prefix(2);
  from.content_type = next_line(input);
  from.date = next_line(input);
  from.retry_after = next_line(input);
  from.body = input;
  auto copy = from;
  check(parse_token_answer(std::move(from), to, secret{sent_token}, wall_time{std::chrono::seconds{1700000000}}));
  auto revoked = parse_revocation_answer(std::move(copy), to, secret{sent_token});
  require(revoked.message.find(sent_token) == std::string::npos);
}

} // namespace
} // namespace breakwater

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  breakwater::run({reinterpret_cast<const char*>(bytes), size});
  return 0;
}
