#include "breakwater/transport/endpoint.hpp"

#include "breakwater/transport/oauth_client.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <memory>
#include <string_view>

#include <arpa/inet.h>

namespace breakwater {

namespace {

using url_handle = std::unique_ptr<CURLU, decltype(&curl_url_cleanup)>;

std::string part_of(CURLU* url, CURLUPart which) {
  char* text = nullptr;
  if (curl_url_get(url, which, &text, 0) != CURLUE_OK)
    return {};
  std::string part{text};
  curl_free(text);
  return part;
}

bool is_loopback_host(const std::string& host) {
  in_addr v4{};
  in6_addr v6{};
  if (inet_pton(AF_INET, host.c_str(), &v4) == 1)
    return ntohl(v4.s_addr) >> 24 == 127;
  if (inet_pton(AF_INET6, host.c_str(), &v6) == 1)
    return IN6_IS_ADDR_LOOPBACK(&v6);
  return host == "localhost";
}

std::optional<std::string> endpoint_problem(const std::string& name, const std::string& url) {
  auto where = endpoint_of(url);
  if (where.host.empty())
    return name + " is not an absolute https URL; give one such as https://auth.example.com/oauth/token";
  if (where.has_user_or_fragment)
    return name + " on " + where.host + " has a user name or a fragment; remove it (RFC 6749, section 3.2)";
  if (!where.is_protected())
    return name + " on " + where.host +
           " is plain http, which would show the tokens to the network; use https (http is " +
           "for loopback hosts only)";
  return std::nullopt;
}

/// A header's value ends where a line ends: nothing may bring its own.
bool has_control(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

std::optional<std::string> client_problem(const authority& of) {
  if (of.client_id.empty())
    return "client_id is empty; set the id under which the authority knows this client";
  if (of.auth != client_auth::none && of.client_secret.empty())
    return "client_secret is empty, and the client authentication basic or post needs one; set it, or use none";
  if (has_control(of.user_agent))
    return "user_agent has a control character; remove it";
  if (of.connect_timeout.count() <= 0 || of.total_timeout.count() <= 0)
    return "connect_timeout and total_timeout have to be longer than zero";
  constexpr std::array<std::string_view, 4> ours = {"grant_type", "refresh_token", "client_id", "client_secret"};
  for (const auto& [name, value] : of.extra_parameters)
    if (std::ranges::find(ours, name) != ours.end())
      return "extra parameter '" + name + "' is one that every token request already carries; remove it";
  return std::nullopt;
}

std::optional<std::string> ca_bundle_problem(const std::string& path) {
  std::ifstream file{path};
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("-----BEGIN") && line.find("CERTIFICATE") != std::string::npos)
      return std::nullopt;
  return "ca_bundle " + path +
         " cannot be read or holds no PEM certificate; name a readable PEM file, or leave it empty " +
         "for the system's certificates";
}

} // namespace

endpoint endpoint_of(const std::string& url) {
  endpoint made;
  url_handle parsed{curl_url(), &curl_url_cleanup};
  if (!parsed || curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK)
    return made;
  auto scheme = part_of(parsed.get(), CURLUPART_SCHEME);
  if (scheme != "https" && scheme != "http")
    return made;
  made.is_https = scheme == "https";
  made.has_user_or_fragment = !part_of(parsed.get(), CURLUPART_USER).empty() ||
                              !part_of(parsed.get(), CURLUPART_PASSWORD).empty() ||
                              !part_of(parsed.get(), CURLUPART_FRAGMENT).empty();
  made.host = part_of(parsed.get(), CURLUPART_HOST);
  std::ranges::transform(made.host, made.host.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  if (made.host.size() > 2 && made.host.front() == '[')
    made.host = made.host.substr(1, made.host.size() - 2);
  made.is_loopback = is_loopback_host(made.host);
  return made;
}

std::optional<std::string> settings_problem_of(const authority& of) {
  if (auto problem = endpoint_problem("token_endpoint", of.token_endpoint))
    return problem;
  if (!of.revocation_endpoint.empty())
    if (auto problem = endpoint_problem("revocation_endpoint", of.revocation_endpoint))
      return problem;
  return client_problem(of);
}

std::optional<std::string> revocation_problem_of(const authority& of) {
  if (of.revocation_endpoint.empty())
    return "this authority has no revocation_endpoint";
  if (auto problem = endpoint_problem("revocation_endpoint", of.revocation_endpoint))
    return problem;
  return client_problem(of);
}

std::optional<std::string> problem_of(const authority& of) {
  if (auto problem = settings_problem_of(of))
    return problem;
  return of.ca_bundle.empty() ? std::nullopt : ca_bundle_problem(of.ca_bundle);
}

} // namespace breakwater
