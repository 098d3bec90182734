#include "breakwater/tools/storm/json.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "sample_row.hpp"

namespace breakwater::storm {

namespace {

using nlohmann::ordered_json;

std::vector<std::string> keys_of(const ordered_json& object) {
  std::vector<std::string> keys;
  for (const auto& item : object.items())
    keys.push_back(item.key());
  return keys;
}

} // namespace

TEST(json, given_rows_when_rendered_then_exactly_the_documented_keys) {
  auto document = ordered_json::parse(render_json({perfect_row("rotation")}));
  EXPECT_EQ(keys_of(document), std::vector<std::string>{"rows"});
  std::vector<std::string> wanted{"scenario", "policy",  "processes", "callers",       "asked",
                                  "requests", "replays", "family",    "refresh_token", "requests_after_poison",
                                  "p50_ms",   "p99_ms",  "wall_s"};
  EXPECT_EQ(keys_of(document["rows"][0]), wanted);
}

TEST(json, given_a_row_when_rendered_then_its_numbers_are_in_the_units_that_the_keys_name) {
  auto made = perfect_row("rotation");
  made.family_alive = false;
  made.token_kept = false;
  auto first = ordered_json::parse(render_json({made}))["rows"][0];
  EXPECT_EQ(first["policy"], "breakwater");
  EXPECT_EQ(first["callers"], 200);
  EXPECT_EQ(first["family"], "revoked");
  EXPECT_EQ(first["refresh_token"], "lost");
  EXPECT_DOUBLE_EQ(first["p50_ms"], 0.09);
  EXPECT_DOUBLE_EQ(first["p99_ms"], 51.25);
  EXPECT_DOUBLE_EQ(first["wall_s"], 0.305);
}

TEST(json, given_no_rows_when_rendered_then_an_empty_list) {
  EXPECT_EQ(ordered_json::parse(render_json({})), ordered_json({{"rows", ordered_json::array()}}));
}

} // namespace breakwater::storm
