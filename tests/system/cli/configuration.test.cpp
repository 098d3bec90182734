#include <sys/stat.h>

#include "with_authority.hpp"

namespace breakwater::testing {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

class configuration : public with_authority {
protected:
  void write_config(const std::string& text) {
    write_text(home / "config.toml", text);
    environment["BREAKWATER_CONFIG"] = home / "config.toml";
  }
};

TEST_F(configuration, given_a_file_variables_and_flags_when_printed_then_each_value_says_where_it_is_from) {
  write_config("default_account = 'work'\n[broker]\nmetrics = '127.0.0.1:9464'\n[account.work]\npath = 'work.json'\n"
               "[account.default]\nstore = 'file'\n");
  environment["BREAKWATER_EXIT_GRACE"] = "3s";
  auto shown = breakwater({"config", "--set", "policy.early_window=10m"});
  EXPECT_EQ(shown.code, 0) << shown.err;
  auto file = std::string{home / "config.toml"};
  EXPECT_THAT(shown.out, ContainsRegex("default_account +work +" + file + ":1\n"));
  EXPECT_THAT(shown.out, ContainsRegex("broker.metrics +127.0.0.1:9464 +" + file + ":3\n"));
  EXPECT_THAT(shown.out, ContainsRegex("broker.exit_grace +3s +BREAKWATER_EXIT_GRACE\n"));
  EXPECT_THAT(shown.out, ContainsRegex("policy.early_window +10m +--set policy.early_window\n"));
  EXPECT_THAT(shown.out, ContainsRegex("account.work.path +" + home.path() + "/work.json +" + file + ":5\n"));
  EXPECT_THAT(shown.out, ContainsRegex("account.default.client_id +test-client +BREAKWATER_CLIENT_ID\n"));
  auto json = this->json({"config"});
  EXPECT_EQ(json["account"], "work");
  EXPECT_EQ(json["fileExists"], true);
  EXPECT_EQ(json["values"]["broker.exit_grace"]["from"]["kind"], "variable");
}

TEST_F(configuration, given_accounts_when_one_is_named_then_the_command_is_about_it) {
  write_config("[account.default]\nstore = 'file'\n[account.work]\npath = 'work.json'\n");
  log_in();
  EXPECT_EQ(breakwater({"status"}).code, 0);
  auto work = breakwater({"status", "--account", "work"});
  EXPECT_EQ(work.code, 3);
  EXPECT_THAT(work.out, HasSubstr("account   work\n"));
  EXPECT_THAT(work.out, HasSubstr("/work.json\n"));
  auto none = breakwater({"status", "--account", "wrok"});
  EXPECT_EQ(none.code, 2);
  EXPECT_THAT(none.err, HasSubstr("--account: there is no account 'wrok': there is default, work"));
}

TEST_F(configuration, given_mistakes_when_any_command_is_run_then_exit_code_2_and_the_line_is_named) {
  write_config("[broker]\nsockt = '/x'\n[policy]\nearly_window = 'soon'\n");
  auto status = breakwater({"status"});
  EXPECT_EQ(status.code, 2);
  auto file = std::string{home / "config.toml"};
  EXPECT_EQ(status.err, "breakwater: " + file +
                            ":2: unknown key 'sockt' in [broker]; did you mean 'socket'?\n"
                            "breakwater: " +
                            file +
                            ":4: policy.early_window is no length of time; write a number with its unit, such as "
                            "250ms, 30s, 5m, 1h30m or 8d\n");
  auto error = json({"status"}, 2)["error"];
  EXPECT_EQ(error["code"], "invalid_request");
  EXPECT_EQ(error["exit"], 2);
}

TEST_F(configuration, given_a_file_that_is_named_and_missing_when_run_then_it_is_an_error) {
  auto status = breakwater({"status", "--config", home / "none.toml"});
  EXPECT_EQ(status.code, 2);
  EXPECT_THAT(status.err, HasSubstr("which --config names, cannot be opened: No such file"));
}

TEST_F(configuration, given_a_file_that_others_can_write_when_run_then_it_is_refused) {
  write_config("[broker]\nuse = 'auto'\n");
  ASSERT_EQ(::chmod((home / "config.toml").c_str(), 0666), 0);
  auto status = breakwater({"status"});
  EXPECT_EQ(status.code, 2);
  EXPECT_THAT(status.err, HasSubstr("other users may write this, and could send your tokens elsewhere"));
}

TEST_F(configuration, given_a_directory_or_an_endless_file_as_configuration_when_run_then_it_is_refused_at_once) {
  for (const auto* path : {"/dev/zero", "/tmp"}) {
    environment["BREAKWATER_CONFIG"] = path;
    auto status = breakwater({"status"});
    EXPECT_EQ(status.code, 2) << path;
    EXPECT_THAT(status.err, HasSubstr("this is no regular file"));
  }
}

TEST_F(configuration, given_a_secret_in_the_file_when_run_then_it_is_refused_and_not_shown) {
  write_config("[account.default]\nclient_secret = 'hush-hush-1234'\n");
  auto status = breakwater({"config"});
  EXPECT_EQ(status.code, 2);
  EXPECT_THAT(status.err, HasSubstr("name that with client_secret_env"));
  EXPECT_THAT(status.err, Not(HasSubstr("hush")));
}

TEST_F(configuration, given_a_client_secret_in_a_variable_when_the_settings_are_printed_then_only_its_name_is) {
  write_config("[account.default]\nclient_secret_env = 'MY_SECRET'\n");
  environment["MY_SECRET"] = "hush-hush-1234";
  auto shown = breakwater({"config"});
  EXPECT_EQ(shown.code, 0) << shown.err;
  EXPECT_THAT(shown.out, ContainsRegex("client_secret_env +MY_SECRET"));
  EXPECT_THAT(shown.out, Not(HasSubstr("hush")));
}

TEST_F(configuration, given_the_variables_of_app_server_clients_when_run_then_they_are_understood) {
  environment.erase("BREAKWATER_AUTH_FILE");
  environment.erase("BREAKWATER_TOKEN_ENDPOINT");
  environment.erase("BREAKWATER_REVOCATION_ENDPOINT");
  environment["CODEX_HOME"] = home.path();
  environment["CODEX_REFRESH_TOKEN_URL_OVERRIDE"] = authority.token_endpoint();
  log_in();
  EXPECT_EQ(breakwater({"refresh"}).code, 0);
  EXPECT_EQ(authority.totals().token_requests, 1u);
  EXPECT_EQ(breakwater({"logout"}).code, 0);
}

TEST_F(configuration, given_an_account_in_memory_and_no_broker_when_asked_then_exit_code_2_and_what_to_do) {
  environment["BREAKWATER_STORE"] = "memory";
  auto status = breakwater({"status"});
  EXPECT_EQ(status.code, 2);
  EXPECT_THAT(status.err, HasSubstr("lives in the memory of a broker"));
  EXPECT_THAT(status.err, HasSubstr("breakwater serve"));
}

TEST_F(configuration, given_an_encrypted_store_when_logged_in_then_it_needs_its_passphrase) {
  environment["BREAKWATER_STORE"] = "encrypted";
  environment["BREAKWATER_PASSPHRASE_ENV"] = "MY_PASSPHRASE";
  auto grant = authority.issue();
  auto login = breakwater({"login"}, tokens_of(grant));
  EXPECT_EQ(login.code, 5);
  EXPECT_THAT(login.err, HasSubstr("MY_PASSPHRASE"));
  environment["MY_PASSPHRASE"] = "correct horse battery staple";
  login = breakwater({"login"}, tokens_of(grant));
  EXPECT_EQ(login.code, 0) << login.err;
  EXPECT_EQ(breakwater({"status"}).code, 0);
  EXPECT_EQ(read_text(auth_file() + ".sealed").find("rt_"), std::string::npos);
}

TEST_F(configuration, given_no_broker_when_only_the_broker_may_be_asked_then_exit_code_5) {
  auto status = breakwater({"status", "--broker-only", "--socket", socket()});
  EXPECT_EQ(status.code, 5);
  EXPECT_THAT(status.err, HasSubstr("no broker listens on " + socket()));
  EXPECT_THAT(status.err, HasSubstr("breakwater serve"));
}

} // namespace
} // namespace breakwater::testing
