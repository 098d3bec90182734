#include "breakwater/tests/integration/real_authority.hpp"

#include <curl/curl.h>

#include <cstdlib>
#include <fstream>
#include <memory>
#include <stdexcept>

namespace breakwater {

namespace {

std::string post(const std::string& url, const std::string& body) {
  std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> easy{curl_easy_init(), &curl_easy_cleanup};
  std::string answer;
  auto append = +[](char* bytes, size_t, size_t size, void* to) {
    static_cast<std::string*>(to)->append(bytes, size);
    return size;
  };
  curl_easy_setopt(easy.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(easy.get(), CURLOPT_PROXY, "");
  curl_easy_setopt(easy.get(), CURLOPT_POSTFIELDS, body.c_str());
  curl_easy_setopt(easy.get(), CURLOPT_WRITEFUNCTION, append);
  curl_easy_setopt(easy.get(), CURLOPT_WRITEDATA, &answer);
  if (auto code = curl_easy_perform(easy.get()); code != CURLE_OK)
    throw std::runtime_error{url + ": " + curl_easy_strerror(code)};
  return answer;
}

} // namespace

real_authority::real_authority() {
  const auto* file = std::getenv("BREAKWATER_OIDC");
  if (file == nullptr)
    throw std::runtime_error{"BREAKWATER_OIDC is not set: run these tests with ctest, which starts the authority"};
  std::ifstream{file} >> ready_;
}

authority real_authority::client(const std::string& client_id) const {
  auto issuer = ready_.at("issuer").get<std::string>();
  authority made;
  made.token_endpoint = issuer + "/token";
  made.revocation_endpoint = issuer + "/token/revocation";
  made.client_id = client_id;
  if (client_id != "public") {
    made.client_secret = secret{"not-a-secret"};
    made.auth = client_id == "basic" ? client_auth::basic : client_auth::post;
  }
  return made;
}

authority real_authority::behind_tls(const std::string& certificate) const {
  auto made = client();
  made.token_endpoint = ready_.at("https").at(certificate).get<std::string>() + "/token";
  made.revocation_endpoint.clear();
  made.ca_bundle = ready_.at("certificates").get<std::string>() + "/ca.pem";
  return made;
}

issued_family real_authority::issue(const std::string& client_id) {
  auto login = control("/_test/issue", {{"client_id", client_id}});
  return {login.at("family"), login.at("refresh_token"), login.at("access_token")};
}

nlohmann::json real_authority::family(const issued_family& of) { return control("/_test/family", {{"family", of.id}}); }

void real_authority::fault(const issued_family& of, nlohmann::json what) {
  what["family"] = of.id;
  control("/_test/fault", what);
}

bool real_authority::accepts(const std::string& token) {
  return control("/_test/introspect", {{"token", token}}).at("active").get<bool>();
}

nlohmann::json real_authority::spend(const issued_family& of) {
  return nlohmann::json::parse(
      post(client().token_endpoint, "grant_type=refresh_token&client_id=public&refresh_token=" + of.refresh_token));
}

nlohmann::json real_authority::control(const std::string& path, const nlohmann::json& body) {
  auto answer = nlohmann::json::parse(post(ready_.at("issuer").get<std::string>() + path, body.dump()));
  if (answer.is_object() && answer.value("error", nlohmann::json{}) == "fixture")
    throw std::runtime_error{path + ": " + answer.dump()};
  return answer;
}

} // namespace breakwater
