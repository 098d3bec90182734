#include <sys/stat.h>

#include "contract_fixture.hpp"

/// How the file is read and written.
namespace breakwater::testing {

namespace {

using namespace std::chrono_literals;

void fields_and_layout(contract& c) {
  auto grant = c.log_in();
  c.start();
  c.refresh();
  auto text = c.auth_text();
  EXPECT_THAT(text, ::testing::StartsWith("{\n  \""));
  auto file = json::parse(text);
  EXPECT_TRUE(file["OPENAI_API_KEY"].is_null());
  for (auto field : {"id_token", "access_token", "refresh_token", "account_id"})
    EXPECT_TRUE(file["tokens"][field].is_string()) << field;
  EXPECT_NE(file["last_refresh"], "2026-11-01T00:00:00Z");
  EXPECT_NE(file["tokens"]["refresh_token"], grant.refresh_token.reveal());
}

void modes(contract& c) {
  c.log_in();
  auto file = c.auth();
  file["auth_mode"] = "chatgpt";
  c.write(file);
  c.start();
  EXPECT_EQ(c.status()["authMethod"], "chatgpt");
  c.write({{"auth_mode", "apikey"}, {"OPENAI_API_KEY", "sk-1"}});
  c.start();
  EXPECT_EQ(c.status()["authMethod"], "apikey");
}

void key_and_tokens(contract& c) {
  c.log_in();
  auto file = c.auth();
  file["OPENAI_API_KEY"] = "sk-both";
  c.write(file);
  c.start();
  EXPECT_EQ(c.status(true), (json{{"authMethod", "apikey"}, {"authToken", "sk-both"}, {"requiresOpenaiAuth", true}}));
}

void unknown_fields(contract& c) {
  c.log_in();
  auto file = c.auth();
  file["something_new"] = {{"a", 1}};
  c.write(file);
  c.start();
  c.refresh();
  EXPECT_EQ(c.auth()["something_new"], (json{{"a", 1}})) << "lost in a save";
  file["auth_mode"] = "of_the_future";
  c.write(file);
  c.start();
  EXPECT_EQ(c.status(), logged_out);
}

void opaque_id_token(contract& c) {
  auto grant = c.log_in();
  auto file = c.auth();
  file["tokens"]["id_token"] = "not-a-jwt";
  c.write(file);
  c.start();
  EXPECT_EQ(c.status(true), with_token(grant.access_token));
}

void environment_keys(contract& c) {
  auto grant = c.log_in();
  c.variables["OPENAI_API_KEY"] = "sk-env";
  c.variables["CODEX_API_KEY"] = "sk-env";
  c.start();
  EXPECT_EQ(c.status(true), with_token(grant.access_token));
}

void other_stores(contract& c) {
  auto grant = c.log_in();
  write_text(c.home / "config.toml", "cli_auth_credentials_store = \"ephemeral\"\n");
  c.start();
  auto token = c.refresh()["authToken"];
  EXPECT_NE(token, grant.access_token.reveal());
  EXPECT_EQ(c.auth()["tokens"]["access_token"], token) << "kept where it was found";
  auto file = c.auth_text();
  c.variables["BREAKWATER_STORE"] = "memory";
  c.start();
  EXPECT_EQ(c.status(), logged_out);
  c.client->ask("account/login/start", {{"type", "apiKey"}, {"apiKey", "sk-here-only"}});
  EXPECT_EQ(c.status(true)["authToken"], "sk-here-only");
  EXPECT_EQ(c.auth_text(), file);
}

void environment_token(contract& c) {
  auto grant = c.log_in();
  c.variables["CODEX_ACCESS_TOKEN"] = c.authority.issue("alice").access_token.reveal();
  c.start();
  EXPECT_EQ(c.status(true), with_token(grant.access_token));
}

/// What a client that opened the file at some time can read from it now.
std::string all_of(int file) {
  std::string out(65536, '\0');
  auto count = ::pread(file, out.data(), out.size(), 0);
  return out.substr(0, static_cast<size_t>(std::max<ssize_t>(count, 0)));
}

void replaced_whole(contract& c) {
  auto grant = c.log_in();
  std::filesystem::permissions(c.home / "auth.json", std::filesystem::perms{0644});
  auto before = c.auth_text();
  unique_fd reader{::open((c.home / "auth.json").c_str(), O_RDONLY | O_CLOEXEC)};
  c.start();
  EXPECT_NE(c.refresh()["authToken"], grant.access_token.reveal());
  EXPECT_EQ(all_of(reader.get()), before) << "written over for a client that was reading";
  EXPECT_NE(c.auth_text(), before);
  struct stat now {};
  ASSERT_EQ(::stat((c.home / "auth.json").c_str(), &now), 0);
  EXPECT_EQ(now.st_mode & 0777, 0600u) << "a looser mode was kept";
  c.client->ask("account/login/start", {{"type", "apiKey"}, {"apiKey", "sk-7"}});
  ASSERT_EQ(::stat((c.home / "auth.json").c_str(), &now), 0);
  EXPECT_EQ(now.st_mode & 0777, 0600u);
}

void always_whole(contract& c) {
  c.log_in();
  c.variables["BREAKWATER_FRESH_WINDOW"] = "0s";
  c.start();
  std::atomic<bool> done = false;
  std::set<std::string> seen;
  int broken = 0;
  std::thread reader{[&] {
    while (!done) {
      auto file = c.auth();
      if (file.is_object() && file["tokens"]["refresh_token"].is_string())
        seen.insert(file["tokens"]["refresh_token"].get<std::string>());
      else
        ++broken;
    }
  }};
  c.poll(30);
  done = true;
  reader.join();
  EXPECT_EQ(c.requests(), 30u);
  EXPECT_GT(seen.size(), 1u);
  EXPECT_EQ(broken, 0);
}

void two_processes(contract& c) {
  auto grant = c.log_in();
  c.authority.stand({.delay = 100ms});
  c.start();
  auto second = c.run({"app-server"});
  line_client other{*second};
  other.initialize();
  json both{{"id", 1}, {"method", "getAuthStatus"}, {"params", auth_status(true, true)}};
  c.client->say(both);
  other.say(both);
  auto answer = c.client->message();
  EXPECT_NE(answer["result"]["authToken"], grant.access_token.reveal());
  EXPECT_EQ(other.message(), answer);
  EXPECT_EQ(c.requests(), 1u);
  EXPECT_TRUE(c.authority.is_alive(grant.family));
}

void saves(contract& c) {
  c.log_in();
  auto real = c.home / "elsewhere.json";
  std::filesystem::rename(c.home / "auth.json", real);
  std::filesystem::create_symlink(real, c.home / "auth.json");
  c.start();
  c.refresh();
  EXPECT_TRUE(std::filesystem::is_symlink(c.home / "auth.json"));
  EXPECT_TRUE(c.authority.is_current(secret{c.auth()["tokens"]["refresh_token"].get<std::string>()}));
  EXPECT_EQ(std::filesystem::status(real).permissions() & std::filesystem::perms::mask,
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

void leftovers(contract& c) {
  c.log_in();
  write_text(c.home / ".auth-Ab12Cd", "left behind by a client that was killed");
  c.start();
  c.refresh();
  EXPECT_FALSE(std::filesystem::exists(c.home / ".auth-Ab12Cd"));
  EXPECT_TRUE(std::filesystem::exists(c.home / "auth.lock")) << "lock files stay, as the client's own";
}

void no_last_refresh(contract& c) {
  auto grant = c.log_in();
  auto file = c.auth();
  file.erase("last_refresh");
  c.write(file);
  c.start();
  EXPECT_EQ(c.status(true), with_token(grant.access_token));
}

} // namespace

std::vector<conversation> conversations_on_storage() {
  return {
      {1, "fields_and_layout_of_the_file", fields_and_layout},
      {2, "modes_by_name", modes},
      {3, "a_key_and_tokens_without_a_mode_are_a_key", key_and_tokens},
      {4, "unknown_fields_and_modes", unknown_fields},
      {4, "an_id_token_that_is_no_jwt", opaque_id_token, differs},
      {5, "the_store_is_chosen_by_our_own_settings", other_stores, differs},
      {6, "api_keys_of_the_environment_are_ignored", environment_keys},
      {6, "a_token_of_the_environment_is_ignored", environment_token, differs},
      {7, "a_save_replaces_the_file_for_its_owner_only", replaced_whole, differs},
      {7, "the_file_is_whole_at_any_moment", always_whole, differs},
      {8, "two_processes_send_one_request", two_processes, differs},
      {8, "a_save_replaces_the_file_behind_its_link", saves},
      {9, "files_left_by_killed_clients_go", leftovers, differs},
      {13, "no_last_refresh", no_last_refresh, differs},
  };
}

} // namespace breakwater::testing
