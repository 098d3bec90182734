#include "breakwater/transport/oauth_codec.hpp"

#include "breakwater/transport/answer_reader.hpp"
#include "breakwater/transport/redact.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace breakwater {

namespace {

constexpr size_t code_size_max = 100;
constexpr size_t description_size_max = 300;
/// How far into a body markup is looked for.
constexpr size_t sniffed_size = 1024;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string lowered(std::string_view text) {
  std::string made{text};
  std::ranges::transform(made, made.begin(), lower);
  return made;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blank = " \t\r\n";
  auto first = text.find_first_not_of(blank);
  return first == std::string_view::npos ? std::string_view{}
                                         : text.substr(first, text.find_last_not_of(blank) - first + 1);
}

secret as_token(const answer_field& field, bool for_a_header) {
  auto text = field.as_string();
  auto is_wrong = [&](char c) {
    auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F || (for_a_header && byte > 0x7E);
  };
  return std::ranges::any_of(text, is_wrong) ? secret{} : secret{text};
}

/// A number's text, as a count of seconds: rounded down to the resolution of `Duration`, bounded; -1 of it if the
/// number is below zero or none.
template <class Duration>
Duration as_seconds(std::string_view text) {
  constexpr auto nothing = Duration{-1};
  constexpr auto per_second = static_cast<double>(Duration{std::chrono::seconds{1}}.count());
  // What is written as 0.3 is not 0.299 because a double holds a little less than that.
  constexpr double least_lost = 1e-6;
  text = trimmed(text);
  double value = -1;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  bool whole = end == text.data() + text.size() && !text.empty();
  if (whole && error == std::errc::result_out_of_range) // 1e999 and 1e-999 alike
    return text.find('-') == std::string_view::npos ? Duration{stated_seconds_max} : nothing;
  if (!whole || error != std::errc{} || !std::isfinite(value) || value < 0)
    return nothing;
  auto most = static_cast<double>(Duration{stated_seconds_max}.count());
  return Duration{static_cast<int64_t>(std::min(std::floor(value * per_second + least_lost), most))};
}

/// An HTTP date in any of the three formats (RFC 9110, section 5.6.7); unknown_time if it is none or out of range.
wall_time as_date(const std::string& text) {
  constexpr auto seconds_max = std::chrono::duration_cast<std::chrono::seconds>(wall_time::duration::max()).count();
  auto at = text.empty() ? -1 : curl_getdate(text.c_str(), nullptr);
  if (at <= 0 || at > seconds_max)
    return unknown_time;
  return wall_time{std::chrono::seconds{at}};
}

/// `Retry-After` (RFC 9110, section 10.2.3): a date counts from the answer's own `Date`, so that the two clocks need
/// not agree.
std::chrono::seconds as_pause(const std::string& text, wall_time date, wall_time now) {
  auto value = trimmed(text);
  if (!value.empty() && std::ranges::all_of(value, [](char c) { return c >= '0' && c <= '9'; }))
    return as_seconds<std::chrono::seconds>(value);
  auto until = as_date(text);
  if (until == unknown_time)
    return std::chrono::seconds{-1};
  auto from = date != unknown_time ? date : now;
  if (until <= from)
    return std::chrono::seconds{0};
  return std::min(std::chrono::ceil<std::chrono::seconds>(until - from), stated_seconds_max);
}

/// `text` is trimmed and without a byte order mark.
bool is_html(std::string_view text) {
  if (!text.starts_with('<'))
    return false;
  auto head = lowered(text.substr(0, sniffed_size));
  constexpr std::array<std::string_view, 8> marks = {"<!doctype html", "<html",   "<head", "<body",
                                                     "<title",         "<script", "<meta", "<h1"};
  return std::ranges::any_of(marks, [&](auto mark) { return head.find(mark) != std::string::npos; });
}

std::string as_error_code(const answer_fields& fields, std::span<const std::string_view> secrets) {
  for (auto text : {fields.error.as_string(), fields.nested_code.as_code(), fields.code.as_code()})
    if (auto code = trimmed(text); !code.empty())
      return lowered(fit_to_show(code, secrets, code_size_max));
  return {};
}

std::string as_description(const answer_fields& fields, std::span<const std::string_view> secrets) {
  auto text = fields.error_description.as_string();
  if (text.empty())
    text = fields.nested_message.as_string();
  return fit_to_show(text, secrets, description_size_max);
}

std::string shown_error(const http_answer& from, std::span<const std::string_view> secrets) {
  return without_secrets(printable(from.error, description_size_max), secrets);
}

} // namespace

body_kind kind_of(std::string_view body, std::string_view content_type) {
  auto text = trimmed(body.starts_with("\xEF\xBB\xBF") ? body.substr(3) : body);
  if (text.empty())
    return body_kind::empty;
  if (is_json(body))
    return body_kind::json;
  bool claims_html = lowered(trimmed(content_type)).starts_with("text/html");
  bool looks_like_json = text.front() == '{' || text.front() == '[';
  return is_html(text) || (claims_html && !looks_like_json) ? body_kind::html : body_kind::other;
}

token_answer parse_token_answer(http_answer from, const authority& to, const secret& sent, wall_time now) {
  const std::array secrets = {sent.reveal(), to.client_secret.reveal()};
  token_answer made;
  made.how = from.how;
  made.status = from.status;
  made.transport_error = shown_error(from, secrets);
  if (from.how != delivery::answered)
    return made;

  made.date = as_date(from.date);
  made.retry_after = as_pause(from.retry_after, made.date, now);
  auto fields = read_answer_fields(from.body);
  made.body = fields.is_object ? body_kind::json : kind_of(from.body, from.content_type);
  made.error_code = as_error_code(fields, secrets);
  made.error_description = as_description(fields, secrets);
  if (from.status < 200 || from.status > 299)
    return made;

  made.access_token = as_token(fields.access_token, true);
  made.refresh_token = as_token(fields.refresh_token, false);
  made.id_token = as_token(fields.id_token, false);
  made.expires_in = as_seconds<std::chrono::milliseconds>(fields.expires_in.as_number());
  if (!made.access_token.empty() || !made.refresh_token.empty() || !made.id_token.empty())
    made.error_description.clear(); // it could quote what was just issued
  return made;
}

revocation_answer parse_revocation_answer(http_answer from, const authority& to, const secret& sent) {
  auto read = parse_token_answer(std::move(from), to, sent, unknown_time);
  if (read.how != delivery::answered)
    return {false, (read.how == delivery::unsent ? "not sent: " : "no answer: ") + read.transport_error};
  if (read.status >= 200 && read.status <= 299)
    return {true, "revoked"};
  auto message = "HTTP " + std::to_string(read.status);
  for (const auto& part : {read.error_code, read.error_description})
    if (!part.empty())
      message += ": " + part;
  return {false, message};
}

} // namespace breakwater
