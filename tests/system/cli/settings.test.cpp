#include "breakwater/tools/broker/config/settings.hpp"

#include "breakwater/tools/broker/config/accounts.hpp"
#include "breakwater/tools/broker/config/known_keys.hpp"

#include <gmock/gmock.h>

#include <set>

namespace breakwater::broker {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

environment environment_of(std::map<std::string, std::string> variables) {
  return [all = std::move(variables)](const std::string& name) -> std::optional<std::string> {
    auto at = all.find(name);
    return at == all.end() ? std::nullopt : std::optional{at->second};
  };
}

config_sources sources(std::optional<std::string> file, std::map<std::string, std::string> variables = {},
                       std::vector<flag_value> flags = {}) {
  variables.try_emplace("HOME", "/home/me");
  config_sources out;
  out.variable = environment_of(std::move(variables));
  out.file_path = "/etc/b/config.toml";
  out.file_text = std::move(file);
  out.flags = std::move(flags);
  out.working_directory = "/here";
  return out;
}

std::string one_problem(const config_sources& from) {
  auto made = make_settings(from);
  EXPECT_EQ(made.problems.size(), 1u);
  return made.problems.empty() ? "" : made.problems[0].where + ": " + made.problems[0].what;
}

struct precedence {
  const char* name;
  std::optional<std::string> file;
  std::map<std::string, std::string> variables;
  std::vector<flag_value> flags;
  const char* value;
  origin from;
};

const precedence precedences[] = {
    {"broker.use", {}, {}, {}, "auto", {origin_kind::built_in, "default"}},
    {"broker.use", "[broker]\nuse = 'never'\n", {}, {}, "never", {origin_kind::file, "/etc/b/config.toml:2"}},
    {"broker.use",
     "[broker]\nuse = 'never'\n",
     {{"BREAKWATER_BROKER", "always"}},
     {},
     "always",
     {origin_kind::variable, "BREAKWATER_BROKER"}},
    {"broker.use",
     "[broker]\nuse = 'never'\n",
     {{"BREAKWATER_BROKER", "always"}},
     {{"broker.use", "auto", "--set broker.use"}},
     "auto",
     {origin_kind::flag, "--set broker.use"}},
    {"broker.socket", {}, {}, {}, "/home/me/.breakwater/run/broker.sock", {origin_kind::built_in, "default"}},
    {"broker.socket",
     {},
     {{"XDG_RUNTIME_DIR", "/run/user/7"}},
     {},
     "/run/user/7/breakwater/broker.sock",
     {origin_kind::built_in, "XDG_RUNTIME_DIR"}},
    {"broker.socket",
     "[broker]\nsocket = 'b.sock'\n",
     {{"XDG_RUNTIME_DIR", "/run/user/7"}},
     {},
     "/etc/b/b.sock",
     {origin_kind::file, "/etc/b/config.toml:2"}},
    {"broker.socket",
     {},
     {},
     {{"broker.socket", "b.sock", "--socket"}},
     "/here/b.sock",
     {origin_kind::flag, "--socket"}},
    {"broker.socket",
     "[broker]\nsocket = '~/b.sock'\n",
     {},
     {},
     "/home/me/b.sock",
     {origin_kind::file, "/etc/b/config.toml:2"}},
    {"account.default.path", {}, {}, {}, "/home/me/.codex/auth.json", {origin_kind::built_in, "default"}},
    {"account.default.path",
     "[account.default]\npath = '/a.json'\n",
     {},
     {},
     "/a.json",
     {origin_kind::file, "/etc/b/config.toml:2"}},
    {"account.default.path",
     "[account.default]\npath = '/a.json'\n",
     {{"CODEX_HOME", "/codex"}},
     {},
     "/codex/auth.json",
     {origin_kind::variable, "CODEX_HOME"}},
    {"account.default.path",
     {},
     {{"CODEX_HOME", "/codex"}, {"BREAKWATER_AUTH_FILE", "/mine.json"}},
     {},
     "/mine.json",
     {origin_kind::variable, "BREAKWATER_AUTH_FILE"}},
    {"account.default.path",
     {},
     {{"CODEX_HOME", "/codex"}},
     {{"account.default.path", "/flag.json", "--set account.default.path"}},
     "/flag.json",
     {origin_kind::flag, "--set account.default.path"}},
    {"account.default.token_endpoint",
     {},
     {},
     {},
     "https://auth.openai.com/oauth/token",
     {origin_kind::built_in, "authority openai"}},
    {"account.default.token_endpoint",
     {},
     {{"CODEX_REFRESH_TOKEN_URL_OVERRIDE", "http://127.0.0.1:9/oauth/token"}},
     {},
     "http://127.0.0.1:9/oauth/token",
     {origin_kind::variable, "CODEX_REFRESH_TOKEN_URL_OVERRIDE"}},
    {"account.default.authority",
     {},
     {{"CODEX_REFRESH_TOKEN_URL_OVERRIDE", "http://127.0.0.1:9/oauth/token"}},
     {},
     "openai",
     {origin_kind::built_in, "default"}},
    {"account.default.revocation_endpoint",
     {},
     {{"CODEX_REFRESH_TOKEN_URL_OVERRIDE", "http://127.0.0.1:9/oauth/token"}},
     {},
     "http://127.0.0.1:9/oauth/revoke",
     {origin_kind::built_in, "beside token_endpoint"}},
    {"account.default.revocation_endpoint",
     {},
     {{"CODEX_REVOKE_TOKEN_URL_OVERRIDE", "http://127.0.0.1:8/revoke"}},
     {},
     "http://127.0.0.1:8/revoke",
     {origin_kind::variable, "CODEX_REVOKE_TOKEN_URL_OVERRIDE"}},
    {"account.default.token_endpoint",
     {},
     {{"CODEX_REFRESH_TOKEN_URL_OVERRIDE", "http://127.0.0.1:9/t"},
      {"BREAKWATER_TOKEN_ENDPOINT", "https://x.example/t"}},
     {},
     "https://x.example/t",
     {origin_kind::variable, "BREAKWATER_TOKEN_ENDPOINT"}},
    {"account.default.authority",
     "[account.default]\ntoken_endpoint = 'https://x.example/t'\n",
     {},
     {},
     "generic",
     {origin_kind::built_in, "since token_endpoint is set"}},
    {"account.default.client_auth",
     "[account.default]\nclient_secret_env = 'S'\n",
     {},
     {},
     "basic",
     {origin_kind::built_in, "since client_secret_env is set"}},
    {"policy.early_window",
     "[policy]\nearly_window = '90s'\n",
     {},
     {},
     "1m30s",
     {origin_kind::file, "/etc/b/config.toml:2"}},
    {"policy.early_window",
     "[policy]\nearly_window = '90s'\n",
     {{"BREAKWATER_EARLY_WINDOW", "2m"}},
     {},
     "2m",
     {origin_kind::variable, "BREAKWATER_EARLY_WINDOW"}},
};

TEST(settings, given_file_variables_and_flags_when_laid_over_each_other_then_the_later_wins_and_says_so) {
  for (const auto& row : precedences) {
    auto made = make_settings(sources(row.file, row.variables, row.flags));
    ASSERT_TRUE(made.problems.empty()) << row.name << ": " << made.problems[0].what;
    EXPECT_EQ(made.found.text(row.name), row.value) << row.name;
    EXPECT_EQ(made.found.at(row.name).from, row.from) << row.name << " from " << made.found.at(row.name).from.where;
  }
}

TEST(settings, given_nothing_when_made_then_every_key_has_a_value_and_the_account_is_default) {
  auto made = make_settings(sources({}));
  ASSERT_TRUE(made.problems.empty());
  EXPECT_THAT(made.found.accounts, ElementsAre("default"));
  EXPECT_FALSE(made.found.has_file);
  for (const auto& key : known_keys())
    EXPECT_TRUE(made.found.values.contains(full_name(key, "default"))) << key.name;
  EXPECT_EQ(made.found.duration("policy.age_max"), std::chrono::days{8});
  EXPECT_EQ(made.found.number("policy.doubt_tries_max"), 5);
  EXPECT_EQ(made.found.number("account.default.passphrase_fd"), std::nullopt);
}

TEST(settings, given_the_keys_when_listed_then_every_variable_and_name_is_used_once) {
  std::set<std::string_view> variables, names;
  for (const auto& key : known_keys()) {
    EXPECT_TRUE(variables.insert(key.variable).second) << key.variable;
    EXPECT_TRUE(names.insert(key.name).second) << key.name;
    EXPECT_EQ(find_key(full_name(key, "a-b_1")), &key);
    EXPECT_FALSE(key.about.empty());
  }
}

TEST(settings, given_accounts_when_none_is_chosen_then_the_first_in_the_file_is_meant) {
  const auto* file = "[account.work]\npath = '/w.json'\n[account.home]\npath = '/h.json'\n";
  auto made = make_settings(sources(file));
  ASSERT_TRUE(made.problems.empty());
  EXPECT_THAT(made.found.accounts, ElementsAre("work", "home"));
  made = make_settings(sources(file, {{"BREAKWATER_ACCOUNT", "home"}}));
  EXPECT_EQ(made.found.account(), "home");
  made = make_settings(sources(file, {{"BREAKWATER_ACCOUNT", "home"}}, {{"default_account", "work", "--account"}}));
  EXPECT_EQ(made.found.account(), "work");
  made = make_settings(sources(std::string{"default_account = 'home'\n"} + file));
  EXPECT_EQ(made.found.account(), "home");
}

TEST(settings, given_a_variable_about_an_account_that_is_not_there_when_made_then_it_is_said_and_nothing_is_set) {
  auto made = make_settings(
      sources("[account.work]\npath = '/w.json'\n", {{"BREAKWATER_TOKEN_ENDPOINT", "https://x.example/t"}}));
  ASSERT_TRUE(made.problems.empty());
  ASSERT_EQ(made.found.notes.size(), 1u);
  EXPECT_THAT(made.found.notes[0], HasSubstr("BREAKWATER_TOKEN_ENDPOINT is set and does nothing"));
  EXPECT_EQ(made.found.text("account.work.token_endpoint"), "https://auth.openai.com/oauth/token");
}

TEST(settings, given_mistakes_in_the_file_when_read_then_line_and_advice_are_told) {
  struct {
    const char* file;
    const char* told;
  } const rows[] = {
      {"[broker]\nsockt = '/b'\n", "/etc/b/config.toml:2: unknown key 'sockt' in [broker]; did you mean 'socket'?"},
      {"[brker]\nsocket = '/b'\n", "/etc/b/config.toml:1: unknown table [brker]; did you mean 'broker'?"},
      {"colour = 'x'\n", "/etc/b/config.toml:1: unknown key 'colour'; did you mean 'color'?"},
      {"[account.work]\ntoken_endpoint = 'http://x.example/t'\n",
       "/etc/b/config.toml:2: account.work.token_endpoint is plain http"},
      {"[account.work]\ntoken_endpoint = 'x.example'\n",
       "/etc/b/config.toml:2: account.work.token_endpoint is not an absolute https URL"},
      {"[account.work]\nstore = 'fil'\n",
       "account.work.store is none of: file, keyring, encrypted, auto, memory; did you mean 'file'?"},
      {"[account.work]\nstore = true\n", "account.work.store is true or false, which no setting is"},
      {"[account.work]\npassphrase_fd = 'x'\n", "account.work.passphrase_fd is no whole number"},
      {"[policy]\nearly_window = 5\n", "policy.early_window is a bare number; write it with its unit, such as \"5s\""},
      {"[policy]\nearly_window = '5 minutes'\n", "policy.early_window is no length of time"},
      {"[account.'a b']\nstore = 'file'\n", "an account's name has 1 to 64 letters"},
      {"[account]\nstore = 'file'\n", "[account] needs a name, as in [account.work]"},
      {"account = 'work'\n", "/etc/b/config.toml:1: [account] needs a name"},
      {"default_account = 'work'\n", "/etc/b/config.toml:1: there is no account 'work': there is default"},
      {"[broker\n", "/etc/b/config.toml:1: "},
      {"a = 1\na = 2\n", "/etc/b/config.toml:2: "},
  };
  for (const auto& row : rows) {
    auto made = make_settings(sources(row.file));
    ASSERT_FALSE(made.problems.empty()) << row.file;
    EXPECT_THAT(made.problems[0].where + ": " + made.problems[0].what, HasSubstr(row.told)) << row.file;
  }
}

TEST(settings, given_a_secret_where_a_setting_should_be_when_read_then_it_is_refused_and_not_quoted) {
  for (const auto* file :
       {"[account.work]\nclient_secret = 'hush-hush-1234'\n", "[account.work]\npassphrase = 'hush-hush-1234'\n",
        "[account.work]\nrefresh_token = 'hush-hush-1234'\n", "api_key = 'hush-hush-1234'\n",
        "[account.work]\ntoken_endpoint = 'hush-hush-1234'\n", "[policy]\nearly_window = 'hush-hush-1234'\n",
        "x = 'hush-hush-1234\n", "[account.work]\nstore = 'hush-hush-1234'\n"}) {
    auto made = make_settings(sources(file));
    ASSERT_FALSE(made.problems.empty()) << file;
    for (const auto& each : made.problems)
      EXPECT_THAT(each.where + each.what, Not(HasSubstr("hush"))) << file;
  }
}

TEST(settings, given_mistakes_in_variables_and_flags_when_read_then_they_are_named) {
  EXPECT_THAT(one_problem(sources({}, {{"BREAKWATER_STORE", "disk"}})),
              HasSubstr("BREAKWATER_STORE: account.default.store is none of"));
  EXPECT_THAT(one_problem(sources({}, {}, {{"broker.sockt", "x", "--set broker.sockt"}})),
              HasSubstr("unknown setting 'broker.sockt'; did you mean 'broker.socket'?"));
  EXPECT_THAT(one_problem(sources({}, {}, {{"account.work.path", "x", "--set account.work.path"}})),
              HasSubstr("no such account: there is default"));
  EXPECT_THAT(one_problem(sources({}, {}, {{"account.default.client_secret", "x", "--set"}})),
              HasSubstr("'client_secret' is no setting"));
}

TEST(settings, given_settings_when_an_authority_is_made_then_they_are_in_it) {
  auto variable = environment_of({{"HOME", "/home/me"}, {"MY_SECRET", "hush"}});
  auto made = make_settings(sources("[account.work]\ntoken_endpoint = 'https://x.example/t'\nclient_id = 'me'\n"
                                    "client_secret_env = 'MY_SECRET'\nscopes = ['a', 'b']\ntotal_timeout = '5s'\n"
                                    "replay_grace = '10s'\n[policy]\nfresh_window = '0s'\nhistory_max = 7\n"));
  ASSERT_TRUE(made.problems.empty()) << made.problems[0].what;
  auto to = make_authority(made.found, "work", variable);
  ASSERT_FALSE(to.problem) << to.problem->what;
  EXPECT_EQ(to.made.token_endpoint, "https://x.example/t");
  EXPECT_EQ(to.made.revocation_endpoint, "");
  EXPECT_EQ(to.made.client_id, "me");
  EXPECT_EQ(to.made.client_secret.reveal(), "hush");
  EXPECT_EQ(to.made.auth, client_auth::basic);
  EXPECT_EQ(to.made.format, body_format::form);
  EXPECT_EQ(to.made.extra_parameters.at(0), (std::pair<std::string, std::string>{"scope", "a b"}));
  auto policy = make_policy(made.found, to.made);
  EXPECT_EQ(policy.settle, std::chrono::seconds{10});
  EXPECT_EQ(policy.replay_grace, std::chrono::seconds{10});
  EXPECT_EQ(policy.fresh_window.count(), 0);
  EXPECT_EQ(policy.history_max, 7u);
  EXPECT_FALSE(policy.can_revoke);
}

TEST(settings, given_defaults_when_an_authority_is_made_then_it_is_that_of_app_server_clients) {
  auto made = make_settings(sources({}));
  auto to = make_authority(made.found, "default", environment_of({}));
  ASSERT_FALSE(to.problem);
  EXPECT_EQ(to.made.format, body_format::json);
  EXPECT_EQ(to.made.client_id, "app_EMoamEEZ73f0CkXaXp7hrann");
  EXPECT_EQ(to.made.revocation_endpoint, "https://auth.openai.com/oauth/revoke");
}

TEST(settings, given_a_client_without_what_it_needs_when_an_authority_is_made_then_the_place_is_named) {
  auto made = make_settings(sources("[account.work]\ntoken_endpoint = 'https://x.example/t'\n"));
  auto to = make_authority(made.found, "work", environment_of({}));
  ASSERT_TRUE(to.problem);
  EXPECT_THAT(to.problem->what, HasSubstr("client_id is empty"));
  made = make_settings(sources("[account.work]\nclient_secret_env = 'MY_SECRET'\n"));
  to = make_authority(made.found, "work", environment_of({}));
  ASSERT_TRUE(to.problem);
  EXPECT_EQ(to.problem->where, "/etc/b/config.toml:2");
  EXPECT_THAT(to.problem->what, HasSubstr("the variable MY_SECRET is not set"));
}

TEST(default_paths, given_an_environment_when_asked_then_the_paths_follow_it) {
  auto bare = environment_of({{"HOME", "/home/me/"}});
  EXPECT_EQ(default_config_file(bare), "/home/me/.config/breakwater/config.toml");
  EXPECT_EQ(default_socket(bare), "/home/me/.breakwater/run/broker.sock");
  EXPECT_EQ(default_auth_file(bare), "/home/me/.codex/auth.json");
  auto full = environment_of(
      {{"HOME", "/home/me"}, {"XDG_CONFIG_HOME", "/c/"}, {"XDG_RUNTIME_DIR", "/r"}, {"CODEX_HOME", "/x/"}});
  EXPECT_EQ(default_config_file(full), "/c/breakwater/config.toml");
  EXPECT_EQ(default_socket(full), "/r/breakwater/broker.sock");
  EXPECT_EQ(default_auth_file(full), "/x/auth.json");
  // The XDG specification: relative paths are ignored.
  auto relative = environment_of({{"HOME", "/home/me"}, {"XDG_CONFIG_HOME", "c"}, {"XDG_RUNTIME_DIR", "r"}});
  EXPECT_EQ(default_config_file(relative), "/home/me/.config/breakwater/config.toml");
  EXPECT_EQ(default_socket(relative), "/home/me/.breakwater/run/broker.sock");
}

} // namespace
} // namespace breakwater::broker
