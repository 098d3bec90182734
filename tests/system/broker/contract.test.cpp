#include "contract_fixture.hpp"

/// Conversations for the rules of the app-server's auth contract. The numbers are those of docs/app-server.md, which
/// says of each deliberate difference why; `differs` marks them here, and the last test compares the two.
namespace breakwater::testing {

namespace {

std::vector<conversation> all_conversations() {
  std::vector<conversation> out;
  for (auto& part :
       {conversations_on_storage(), conversations_on_refresh(), conversations_on_login(), conversations_on_rpc()})
    out.insert(out.end(), part.begin(), part.end());
  return out;
}

class contract_rules : public contract, public ::testing::WithParamInterface<conversation> {};

} // namespace

TEST_P(contract_rules, given_the_conversation_when_replayed_then_clients_see_what_they_depend_on) {
  GetParam().play(*this);
}

INSTANTIATE_TEST_SUITE_P(app_server, contract_rules, ::testing::ValuesIn(all_conversations()), [](const auto& tested) {
  return "rule_" + std::to_string(tested.param.rule) + "_" + tested.param.name;
});

TEST(contract_table, given_a_deliberate_difference_when_the_document_is_read_then_it_gives_the_reason) {
  auto text = read_text(APP_SERVER_DOCUMENT);
  auto at = text.find("## Deliberate differences");
  ASSERT_NE(at, std::string::npos);
  auto table = text.substr(at);
  for (auto& one : all_conversations())
    if (one.differs) {
      EXPECT_THAT(table, ::testing::HasSubstr("\n| " + std::to_string(one.rule) + " |")) << one.name;
    }
}

} // namespace breakwater::testing
