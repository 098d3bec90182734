#include <algorithm>
#include <sstream>

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

// The rules of the app-server that were measured on it; the others were only read, or are about what this is not.
TEST(contract_table, given_the_measured_rules_when_counted_then_each_has_a_conversation) {
  std::set<int> played;
  for (auto& one : all_conversations())
    played.insert(one.rule);
  const std::vector<std::pair<int, int>> measured{{1, 9}, {13, 25}, {27, 33}, {36, 36}, {38, 51}};
  for (auto [first, last] : measured)
    for (int rule = first; rule <= last; ++rule)
      EXPECT_TRUE(played.contains(rule)) << rule;
}

TEST(contract_table,
     given_the_deliberate_differences_when_the_document_is_read_then_it_has_the_same_and_their_reasons) {
  auto text = read_text(APP_SERVER_DOCUMENT);
  auto at = text.find("## Deliberate differences");
  ASSERT_NE(at, std::string::npos);
  std::set<int> documented, played;
  std::istringstream lines{text.substr(at)};
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with("| ") && std::isdigit(static_cast<unsigned char>(line[2]))) {
      documented.insert(std::stoi(line.substr(2)));
      EXPECT_EQ(std::count(line.begin(), line.end(), '|'), 5) << line;
    }
  for (auto& one : all_conversations())
    if (one.differs)
      played.insert(one.rule);
  EXPECT_EQ(documented, played);
}

} // namespace breakwater::testing
