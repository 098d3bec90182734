#pragma once
#include <curl/curl.h>

#include <memory>

#include <string.h>

#if LIBCURL_VERSION_NUM < 0x075700
#error "libcurl 7.87 or newer is needed: without CURLOPT_QUICK_EXIT a cancelled name look-up blocks the loop"
#endif

namespace breakwater {

struct easy_deleter {
  void operator()(CURL* handle) const noexcept { curl_easy_cleanup(handle); }
};

struct multi_deleter {
  void operator()(CURLM* handle) const noexcept { curl_multi_cleanup(handle); }
};

/// A header line may hold the client's secret: each is wiped before curl frees it.
struct header_deleter {
  void operator()(curl_slist* list) const noexcept {
    for (auto* line = list; line != nullptr; line = line->next)
      explicit_bzero(line->data, strlen(line->data));
    curl_slist_free_all(list);
  }
};

/// One transfer.
using easy_handle = std::unique_ptr<CURL, easy_deleter>;
/// A set of transfers that share connections; every transfer leaves it before either ends.
using multi_handle = std::unique_ptr<CURLM, multi_deleter>;
/// The header lines of one transfer.
using header_list = std::unique_ptr<curl_slist, header_deleter>;

} // namespace breakwater
