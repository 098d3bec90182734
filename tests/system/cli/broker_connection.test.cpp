#include "breakwater/tools/broker/cli/broker_connection.hpp"

#include "breakwater/tests/storage/temporary_directory.hpp"

#include <gmock/gmock.h>

namespace breakwater::cli {
namespace {

TEST(broker_connection, given_a_listener_when_it_is_of_another_user_then_it_is_given_no_secrets) {
  EXPECT_TRUE(may_be_given_secrets(1000, 1000));
  EXPECT_TRUE(may_be_given_secrets(0, 1000));
  EXPECT_FALSE(may_be_given_secrets(1001, 1000));
  EXPECT_FALSE(may_be_given_secrets(1000, 0));
}

TEST(broker_connection, given_no_listener_when_connected_then_it_is_said_that_nobody_is_there) {
  testing::temporary_directory place;
  auto opened = broker_connection::open(place / "none.sock");
  EXPECT_FALSE(opened.connection);
  EXPECT_TRUE(opened.nobody);
}

TEST(broker_connection, given_a_path_that_no_socket_can_have_when_connected_then_it_is_an_error) {
  auto opened = broker_connection::open(std::string(200, 'x'));
  EXPECT_FALSE(opened.connection);
  EXPECT_FALSE(opened.nobody);
  EXPECT_NE(opened.error.find("107 bytes"), std::string::npos) << opened.error;
}

} // namespace
} // namespace breakwater::cli
