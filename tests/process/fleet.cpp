#include "breakwater/tests/process/fleet.hpp"

#include <thread>

namespace breakwater::testing {

namespace {

credential credential_of(const fake::grant& grant) {
  credential made;
  made.method = auth_method::oauth;
  made.access_token = grant.access_token;
  made.refresh_token = grant.refresh_token;
  made.id_token = grant.id_token;
  made.account.id = grant.account;
  made.refreshed_at = std::chrono::system_clock::now();
  made.expires_at = made.refreshed_at + grant.expires_in;
  return made;
}

} // namespace

fleet::fleet(fleet_settings settings) : settings_{std::move(settings)}, authority_{{settings_.authority, 0, {}}} {
  if (auto problem = authority_.start())
    ADD_FAILURE() << *problem;
}

bool fleet::store_login(const fake::grant& grant) {
  auto put = file_store{file_}.put(credential_of(grant));
  EXPECT_EQ(put.error.code, ec::none) << put.error.message;
  return put.error.code == ec::none;
}

uint64_t fleet::log_in(std::optional<milliseconds> life) {
  auto grant = life ? authority_.issue(fleet_account, *life) : authority_.issue(fleet_account);
  return store_login(grant) ? grant.family : 0;
}

load_result fleet::stored() const { return file_store{file_}.load(); }

subject_process::options fleet::options(const std::vector<std::string>& more_arguments) const {
  subject_process::options made;
  made.arguments = {"--file", file_, "--token-endpoint", authority_.token_endpoint()};
  for (const auto* some : {&settings_.arguments, &more_arguments})
    made.arguments.insert(made.arguments.end(), some->begin(), some->end());
  return made;
}

subject_process& fleet::start(std::vector<std::string> more_arguments) {
  more_arguments_ = std::move(more_arguments);
  return *processes_.emplace_back(std::make_unique<subject_process>(options(more_arguments_)));
}

void fleet::restart(size_t index) { processes_[index] = std::make_unique<subject_process>(options(more_arguments_)); }

void fleet::start_all(size_t count, std::vector<std::string> more_arguments) {
  for (size_t i = 0; i < count; ++i)
    start(more_arguments);
}

bool fleet::are_ready() {
  for (auto& each : processes_)
    if (!each->is_ready()) {
      ADD_FAILURE() << "a process did not get ready: " << each->errors();
      return false;
    }
  return true;
}

std::vector<nlohmann::json> fleet::ask_all(const nlohmann::json& command) {
  std::vector<int> ids;
  for (auto& each : processes_)
    ids.push_back(each->tell(command));
  std::vector<nlohmann::json> answers;
  for (size_t i = 0; i < processes_.size(); ++i) {
    auto answer = processes_[i]->answers_to(ids[i], std::chrono::seconds{60});
    EXPECT_EQ(answer.size(), 1u) << command << " " << processes_[i]->errors();
    answers.push_back(answer.empty() ? nlohmann::json::object() : answer[0]);
  }
  return answers;
}

void fleet::finish_all() {
  for (auto& each : processes_)
    EXPECT_EQ(each->finish(), 0) << each->errors();
}

nlohmann::json login_command(const fake::grant& grant, std::optional<milliseconds> life) {
  return {{"do", "login"},
          {"account", grant.account},
          {"access_token", std::string{grant.access_token.reveal()}},
          {"refresh_token", std::string{grant.refresh_token.reveal()}},
          {"expires_in_ms", life.value_or(grant.expires_in).count()}};
}

bool eventually(const std::function<bool()>& holds, milliseconds deadline) {
  auto until = std::chrono::steady_clock::now() + deadline;
  while (!holds()) {
    if (std::chrono::steady_clock::now() >= until)
      return false;
    std::this_thread::sleep_for(milliseconds{5});
  }
  return true;
}

nlohmann::json command(const char* name) { return {{"do", name}}; }

} // namespace breakwater::testing
