#include "breakwater/tools/authority/token_mint.hpp"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <set>

namespace breakwater::fake {
namespace {

const token_claims some_claims{"alice", wall_time{std::chrono::seconds{1000}}, wall_time{std::chrono::seconds{4600}}};

TEST(token_mint, given_a_seed_when_two_mints_mint_then_they_make_the_same_tokens_and_no_token_twice) {
  token_mint one{token_format::jwt, 7}, two{token_format::jwt, 7};
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    auto made = one.refresh_token();
    EXPECT_TRUE(made == two.refresh_token());
    EXPECT_TRUE(seen.insert(made).second);
    made = one.access_token(some_claims);
    EXPECT_TRUE(made == two.access_token(some_claims));
    EXPECT_TRUE(seen.insert(made).second);
  }
}

TEST(token_mint, given_another_seed_then_other_tokens) {
  token_mint one{token_format::opaque, 7}, two{token_format::opaque, 8};
  EXPECT_TRUE(one.refresh_token() != two.refresh_token());
}

TEST(token_mint, given_opaque_tokens_then_there_is_no_id_token_and_no_jwt) {
  token_mint mint{token_format::opaque, 1};
  EXPECT_TRUE(mint.id_token(some_claims).empty());
  EXPECT_TRUE(mint.access_token(some_claims).find('.') == std::string::npos);
}

TEST(token_mint, given_hs256_then_the_signature_verifies) {
  auto token = token_mint{token_format::jwt_hs256, 1}.access_token(some_claims);
  auto dot = token.rfind('.');
  ASSERT_NE(dot, std::string::npos);
  unsigned char digest[32];
  unsigned size = 0;
  HMAC(EVP_sha256(), signing_key.data(), static_cast<int>(signing_key.size()),
       reinterpret_cast<const unsigned char*>(token.data()), dot, digest, &size);
  EXPECT_TRUE(base64url({reinterpret_cast<const char*>(digest), size}) == token.substr(dot + 1));
}

TEST(token_mint, given_a_life_below_a_second_then_its_dates_have_milliseconds) {
  using std::chrono::milliseconds;
  token_mint mint{token_format::jwt, 1};
  auto begin = wall_time{milliseconds{1'000'250}};
  auto of = [&](milliseconds life) { return mint.access_token({"alice", begin, begin + life}); };
  auto says = [](const std::string& token, const std::string& claims) {
    auto dot = token.find('.');
    auto payload = token.substr(dot + 1, token.rfind('.') - dot - 1);
    payload.append((4 - payload.size() % 4) % 4, 'A');
    for (auto& c : payload)
      c = c == '-' ? '+' : c == '_' ? '/' : c;
    std::string text(payload.size(), '\0');
    EVP_DecodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                    reinterpret_cast<const unsigned char*>(payload.data()), static_cast<int>(payload.size()));
    return text.find(claims) != std::string::npos;
  };
  EXPECT_TRUE(says(of(milliseconds{300}), R"("exp":1000.55,)"));
  EXPECT_TRUE(says(of(milliseconds{300}), R"("iat":1000.25,)"));
  EXPECT_TRUE(says(of(milliseconds{2000}), R"("exp":1002,)"));
  EXPECT_TRUE(says(of(milliseconds{2000}), R"("iat":1000,)"));
}

TEST(base64url, given_the_vectors_of_rfc_4648_then_they_come_out_without_padding) {
  EXPECT_EQ(base64url(""), "");
  EXPECT_EQ(base64url("f"), "Zg");
  EXPECT_EQ(base64url("fo"), "Zm8");
  EXPECT_EQ(base64url("foobar"), "Zm9vYmFy");
  EXPECT_EQ(base64url("\xfb\xff"), "-_8");
}

} // namespace
} // namespace breakwater::fake
