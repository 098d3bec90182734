#include "http_get.hpp"

#include <curl/curl.h>

long http_get(const std::string& url, const breakwater::secret& token) {
  auto* curl = curl_easy_init();
  if (curl == nullptr)
    return 0;
  auto header = "Authorization: Bearer " + std::string{token.reveal()};
  auto* headers = curl_slist_append(nullptr, header.c_str());
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(
      curl, CURLOPT_WRITEFUNCTION, +[](char*, size_t, size_t size, void*) { return size; });
  curl_easy_perform(curl);
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  curl_slist_free_all(headers);
  curl_easy_cleanup(curl);
  breakwater::wipe(header);
  return status;
}
