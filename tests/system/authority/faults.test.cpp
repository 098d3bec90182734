#include "breakwater/tests/system/authority/raw_client.hpp"
#include "breakwater/tools/authority/server.hpp"

#include <gtest/gtest.h>

namespace breakwater::fake {
namespace {

struct expected_fault {
  fault what;
  CURLcode code;
  long status;
  bool spent;
};

/// What libcurl reports of each fault, and whether the authority has spent the token: the facts that clients have to
/// live with.
const expected_fault table[] = {
    {fault::none, CURLE_OK, 200, true},
    {fault::reset_at_accept, CURLE_COULDNT_CONNECT, 0, false},
    {fault::never_read, CURLE_OPERATION_TIMEDOUT, 0, false},
    {fault::cut_request, CURLE_RECV_ERROR, 0, false},
    {fault::lost_by_reset, CURLE_RECV_ERROR, 0, true},
    {fault::lost_by_close, CURLE_GOT_NOTHING, 0, true},
    {fault::cut_header, CURLE_OK, 200, true},
    {fault::cut_body, CURLE_PARTIAL_FILE, 200, true},
    {fault::drip, CURLE_OPERATION_TIMEDOUT, 200, true},
};

TEST(faults, given_each_fault_then_what_libcurl_sees_and_whether_the_token_is_spent) {
  ASSERT_EQ(std::size(table), names_of(fault{}).size()) << "every fault has a row";
  for (const auto& row : table) {
    server authority;
    ASSERT_EQ(authority.start(), std::nullopt);
    auto login = authority.issue();
    authority.script({answer::normal, row.what, std::chrono::milliseconds{row.what == fault::drip ? 2 : 0}});
    auto form = refresh_form(login.refresh_token.reveal());
    // Only the two that never end need the time-out; the rest get all the time that a slow machine takes.
    auto ends = row.code != CURLE_OPERATION_TIMEDOUT;
    auto got = post_form(authority.token_endpoint(), form, ends ? 20'000 : 400);
    // A reset may strike while libcurl still looks at the connection, or just after.
    if (row.what == fault::reset_at_accept)
      EXPECT_TRUE(got.code == row.code || got.code == CURLE_RECV_ERROR || got.code == CURLE_SEND_ERROR) << got.code;
    else
      EXPECT_EQ(got.code, row.code) << name_of(row.what);
    EXPECT_EQ(got.status, row.status) << name_of(row.what);
    EXPECT_EQ(authority.is_current(login.refresh_token), !row.spent) << name_of(row.what);
    EXPECT_EQ(authority.totals().token_requests, row.spent ? 1u : 0u) << name_of(row.what);
    EXPECT_EQ(authority.totals().unread_connections, row.spent ? 0u : 1u) << name_of(row.what);
    authority.clear_script();
    EXPECT_EQ(post_form(authority.token_endpoint(), form).status, row.spent ? 400 : 200) << "served again";
  }
}

TEST(faults, given_a_header_cut_then_libcurl_takes_it_for_an_empty_200) {
  server authority;
  ASSERT_EQ(authority.start(), std::nullopt);
  auto login = authority.issue();
  authority.script({answer::normal, fault::cut_header});
  auto got = post_form(authority.token_endpoint(), refresh_form(login.refresh_token.reveal()));
  EXPECT_EQ(got.status, 200);
  EXPECT_TRUE(got.body.empty());
}

TEST(faults, given_a_kept_connection_when_an_early_fault_is_next_then_the_next_request_on_it_is_lost) {
  server authority;
  ASSERT_EQ(authority.start(), std::nullopt);
  auto login = authority.issue();
  raw_client client{authority.url()};
  client.send_refresh("unknown");
  EXPECT_EQ(client.read_status(), 400);
  authority.script({answer::normal, fault::cut_request});
  client.send_refresh(login.refresh_token.reveal());
  EXPECT_EQ(client.read_status(), 0);
  EXPECT_TRUE(authority.is_current(login.refresh_token));
}

} // namespace
} // namespace breakwater::fake
