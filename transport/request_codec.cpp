#include "breakwater/transport/oauth_codec.hpp"

#include <openssl/evp.h>

#include <string_view>
#include <utility>
#include <vector>

namespace breakwater {

namespace {

/// Views: the strings and secrets they show belong to the caller's arguments.
using parameters = std::vector<std::pair<std::string_view, std::string_view>>;

constexpr std::string_view hex = "0123456789ABCDEF";

/// application/x-www-form-urlencoded, as RFC 6749, appendix B has it.
void append_form_encoded(wiped_string& out, std::string_view text) {
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '.' ||
                 c == '_' || c == '*';
    if (plain)
      out += c;
    else if (c == ' ')
      out += '+';
    else
      (out += '%') += {hex[byte >> 4], hex[byte & 15]};
  }
}

void append_json_string(wiped_string& out, std::string_view text) {
  out += '"';
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\')
      (out += '\\') += c;
    else if (byte < 0x20)
      (out += "\\u00") += {hex[byte >> 4], hex[byte & 15]};
    else
      out += c;
  }
  out += '"';
}

wiped_string form_body(const parameters& all) {
  wiped_string body;
  for (auto [name, value] : all) {
    if (!body.empty())
      body += '&';
    append_form_encoded(body, name);
    body += '=';
    append_form_encoded(body, value);
  }
  return body;
}

wiped_string json_body(const parameters& all) {
  wiped_string body{"{"};
  for (auto [name, value] : all) {
    if (body.size() > 1)
      body += ',';
    append_json_string(body, name);
    body += ':';
    append_json_string(body, value);
  }
  return body += '}';
}

/// RFC 6749, section 2.3.1: both are form-encoded before they are joined, so that neither can hold the colon.
wiped_string basic_authorization(const authority& to) {
  wiped_string pair;
  append_form_encoded(pair, to.client_id);
  pair += ':';
  append_form_encoded(pair, to.client_secret.reveal());
  wiped_string encoded(4 * ((pair.size() + 2) / 3) + 1, '\0'); // EVP_EncodeBlock writes a NUL behind it
  auto size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(encoded.data()),
                              reinterpret_cast<const unsigned char*>(pair.data()), static_cast<int>(pair.size()));
  encoded.resize(static_cast<size_t>(size));
  return wiped_string{"Basic "} += encoded;
}

/// Adds what the client proves itself with, then writes everything the way the authority takes it.
http_request render(const authority& to, std::string url, parameters all) {
  http_request made;
  made.url = std::move(url);
  if (to.auth == client_auth::basic)
    made.authorization = basic_authorization(to);
  else
    all.emplace_back("client_id", to.client_id);
  if (to.auth == client_auth::post)
    all.emplace_back("client_secret", to.client_secret.reveal());
  bool is_form = to.format == body_format::form;
  made.content_type = is_form ? "application/x-www-form-urlencoded" : "application/json";
  made.body = is_form ? form_body(all) : json_body(all);
  made.user_agent = to.user_agent;
  made.ca_bundle = to.ca_bundle;
  made.connect_timeout = to.connect_timeout;
  made.total_timeout = to.total_timeout;
  return made;
}

} // namespace

http_request render_refresh(const authority& to, const secret& refresh_token) {
  parameters all = {{"grant_type", "refresh_token"}, {"refresh_token", refresh_token.reveal()}};
  for (const auto& [name, value] : to.extra_parameters)
    all.emplace_back(name, value);
  return render(to, to.token_endpoint, std::move(all));
}

http_request render_revocation(const authority& to, const secret& token, token_kind kind) {
  auto hint = kind == token_kind::refresh_token ? "refresh_token" : "access_token";
  return render(to, to.revocation_endpoint, {{"token", token.reveal()}, {"token_type_hint", hint}});
}

} // namespace breakwater
