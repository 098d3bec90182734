#include "breakwater/tools/authority/request_codec.hpp"

#include <nlohmann/json.hpp>
#include <openssl/evp.h>

#include <strings.h>

namespace breakwater::fake {

namespace {

int digit_of(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

std::string decoded(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && digit_of(text[i + 1]) >= 0 && digit_of(text[i + 2]) >= 0) {
      plain += static_cast<char>(digit_of(text[i + 1]) * 16 + digit_of(text[i + 2]));
      i += 2;
    } else {
      plain += text[i] == '+' ? ' ' : text[i];
    }
  }
  return plain;
}

/// What follows an authentication scheme, whose name is compared without case; empty for another scheme.
std::string_view credentials_of(const http_request& request, std::string_view scheme) {
  auto value = request.header("authorization");
  if (value.size() <= scheme.size() || value[scheme.size()] != ' ' ||
      strncasecmp(value.data(), scheme.data(), scheme.size()) != 0)
    return {};
  value.remove_prefix(scheme.size());
  value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
  return value;
}

std::string base64_decoded(std::string_view text) {
  auto padding = text.size() - std::min(text.find_last_not_of('=') + 1, text.size());
  std::string plain(text.size() / 4 * 3 + 3, '\0');
  auto size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(plain.data()),
                              reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  if (size < 0 || static_cast<size_t>(size) < padding || padding > 2)
    return {};
  plain.resize(static_cast<size_t>(size) - padding);
  return plain;
}

} // namespace

parameters parse_form(std::string_view body) {
  parameters all;
  while (!body.empty()) {
    auto pair = body.substr(0, body.find('&'));
    body.remove_prefix(std::min(pair.size() + 1, body.size()));
    auto equals = pair.find('=');
    auto name = decoded(pair.substr(0, equals));
    if (!name.empty())
      all.emplace(std::move(name), equals == std::string_view::npos ? std::string{} : decoded(pair.substr(equals + 1)));
  }
  return all;
}

std::optional<parameters> parse_json_strings(std::string_view body) {
  auto document = nlohmann::json::parse(body, nullptr, false);
  if (!document.is_object())
    return std::nullopt;
  parameters all;
  for (const auto& [name, value] : document.items())
    if (value.is_string())
      all.emplace(name, value.get_ref<const std::string&>());
  return all;
}

bool has_json_body(const http_request& request) {
  return request.header("content-type").starts_with("application/json");
}

std::optional<parameters> parse_parameters(const http_request& request) {
  if (has_json_body(request))
    return parse_json_strings(request.body);
  if (request.header("content-type").starts_with("application/x-www-form-urlencoded"))
    return parse_form(request.body);
  return std::nullopt;
}

client_identity parse_client(const http_request& request, const parameters& body) {
  auto value_of = [&](const char* name) {
    auto found = body.find(name);
    return found != body.end() ? found->second : std::string{};
  };
  if (auto coded = credentials_of(request, "basic"); !coded.empty()) {
    auto pair = base64_decoded(coded);
    auto colon = pair.find(':');
    if (colon != std::string::npos)
      return {decoded(std::string_view{pair}.substr(0, colon)), decoded(std::string_view{pair}.substr(colon + 1))};
  }
  return {value_of("client_id"), value_of("client_secret")};
}

std::string_view parse_bearer(const http_request& request) { return credentials_of(request, "bearer"); }

} // namespace breakwater::fake
