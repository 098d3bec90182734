#include "breakwater/transport/oauth_client.hpp"
#include "breakwater/transport/oauth_codec.hpp"
#include "breakwater/transport/redact.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>
#include <string_view>

#include <malloc.h>

/// Looks into every block that this program frees. Bytes after the end of a freed object count, too: a buffer that
/// grew would show there.
namespace {

constexpr std::string_view marker = "marker-5ecret-0123456789";
std::atomic<int> blocks_with_marker{0};

void look_and_free(void* block) noexcept {
  if (block == nullptr)
    return;
  std::string_view bytes{static_cast<const char*>(block), malloc_usable_size(block)};
  blocks_with_marker += bytes.find(marker) != std::string_view::npos;
  std::free(block);
}

} // namespace

void* operator new(size_t size) {
  if (auto* block = std::malloc(size))
    return block;
  throw std::bad_alloc{};
}
void operator delete(void* block) noexcept { look_and_free(block); }
void operator delete(void* block, size_t) noexcept { look_and_free(block); }

namespace breakwater {
namespace {

TEST(wiping, given_a_plain_string_when_freed_then_this_test_sees_it) {
  blocks_with_marker = 0;
  { std::string text{marker}; }
  EXPECT_EQ(blocks_with_marker, 1);
}

TEST(wiping, given_requests_of_every_kind_when_freed_then_no_block_holds_a_secret) {
  auto to = generic_authority("https://auth.example.com/token", "client");
  to.client_secret = secret{marker};
  secret token{marker};
  blocks_with_marker = 0;
  for (auto auth : {client_auth::none, client_auth::basic, client_auth::post})
    for (auto format : {body_format::form, body_format::json}) {
      to.auth = auth;
      to.format = format;
      render_refresh(to, token);
      render_revocation(to, token, token_kind::access_token);
    }
  EXPECT_EQ(blocks_with_marker, 0);
}

TEST(wiping, given_a_buffer_that_grew_when_freed_then_no_block_holds_a_secret) {
  blocks_with_marker = 0;
  {
    wiped_string body;
    for (int i = 0; i < 1000; ++i)
      body.append(marker);
    auto moved = std::move(body);
  }
  EXPECT_EQ(blocks_with_marker, 0);
}

TEST(wiping, given_an_answer_with_no_json_when_parsed_and_freed_then_no_block_holds_a_secret) {
  http_answer from;
  from.how = delivery::answered;
  from.status = 200;
  from.body = "access_token=" + wiped_string{marker};
  blocks_with_marker = 0;
  parse_token_answer(std::move(from), authority{}, secret{marker}, unknown_time);
  EXPECT_EQ(blocks_with_marker, 0);
}

TEST(wiping, given_an_error_text_with_a_secret_when_made_fit_to_show_then_no_block_holds_it) {
  const wiped_string text = "unknown token " + wiped_string{marker} + ", log in again";
  const std::string_view secrets[] = {marker};
  blocks_with_marker = 0;
  EXPECT_EQ(fit_to_show(text, secrets, 100), "unknown token [redacted], log in again");
  EXPECT_EQ(fit_to_show(text, {}, 100), "unknown token [redacted], log in again");
  EXPECT_EQ(blocks_with_marker, 0);
}

} // namespace
} // namespace breakwater
