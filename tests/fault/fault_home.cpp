#include "breakwater/tests/fault/fault_home.hpp"

#include <filesystem>
#include <stdexcept>
#include <thread>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace breakwater::testing {

namespace {

using json = nlohmann::json;

std::string text_in(const json& object, const char* name) {
  auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

bool holds_a_refresh_token(const std::string& path) { return read_text(path).find("rt_") != std::string::npos; }

/// Asks the authority something on a connection of its own. It takes connections in their order, so when it has
/// answered this one it has read what was sent on others before.
void wait_for_the_authority(const std::string& url) {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  to.sin_port = htons(static_cast<uint16_t>(std::stoi(url.substr(url.rfind(':') + 1))));
  auto fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  constexpr std::string_view question = "GET /nothing HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n";
  char answer[512];
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0 &&
      ::write(fd, question.data(), question.size()) == static_cast<ssize_t>(question.size()))
    while (::read(fd, answer, sizeof answer) > 0) {
    }
  ::close(fd);
}

} // namespace

disk_state look_at(const std::string& directory) {
  disk_state seen;
  auto path = directory + "/auth.json";
  auto text = read_text(path);
  auto document = json::parse(text, nullptr, false);
  seen.is_whole = document.is_object() || !std::filesystem::exists(path);
  if (document.is_object()) {
    auto tokens = document.value("tokens", json::object());
    seen.access_token = text_in(tokens, "access_token");
    seen.refresh_token = text_in(tokens, "refresh_token");
  }
  auto side = json::parse(read_text(path + ".breakwater-state"), nullptr, false);
  if (side.is_object()) {
    seen.has_intent = side.contains("intent");
    seen.ledger = side.value("ledger", json::array());
  }
  std::error_code gone;
  for (auto& entry : std::filesystem::directory_iterator{directory, gone}) {
    auto name = entry.path().filename().string();
    if (!entry.is_regular_file(gone))
      continue;
    if (name.starts_with(".auth.json") || (name != "auth.json" && holds_a_refresh_token(entry.path().string())))
      seen.leftovers.push_back(name);
  }
  return seen;
}

fault_home::fault_home(fake::server_options with, std::string directory)
    : directory_{directory.empty() ? own_ / "home" : std::move(directory)}, authority_{std::move(with)} {
  std::filesystem::create_directories(directory_);
  std::filesystem::permissions(directory_, std::filesystem::perms::owner_all);
  if (auto problem = authority_.start())
    throw std::runtime_error{*problem};
  login_ = authority_.issue();
  write(login_);
}

void fault_home::write(const fake::grant& login) {
  json tokens = {{"access_token", std::string{login.access_token.reveal()}},
                 {"refresh_token", std::string{login.refresh_token.reveal()}},
                 {"id_token", std::string{login.id_token.reveal()}},
                 {"account_id", login.account}};
  write_text(file(), json{{"auth_mode", "chatgpt"}, {"tokens", tokens}}.dump(2));
}

uint64_t fault_home::requests() const {
  wait_for_the_authority(authority_.url());
  return authority_.totals().token_requests;
}

bool fault_home::is_unharmed() const {
  wait_for_the_authority(authority_.url());
  auto totals = authority_.totals();
  return totals.replays == 0 && totals.after_refusal == 0 && authority_.is_alive(login_.family);
}

subject_process::options fault_home::options(std::vector<std::string> more) const {
  subject_process::options made;
  made.arguments = {"--file", file(), "--token-endpoint", authority_.token_endpoint()};
  made.arguments.insert(made.arguments.end(), more.begin(), more.end());
  return made;
}

bool fault_home::lease_is_free(std::chrono::milliseconds deadline) const {
  return comes_true(
      [&] {
        auto fd = ::open(lease_file().c_str(), O_RDONLY | O_CLOEXEC);
        if (fd < 0)
          return true;
        auto is_free = ::flock(fd, LOCK_SH | LOCK_NB) == 0;
        ::close(fd);
        return is_free;
      },
      deadline);
}

bool comes_true(const std::function<bool()>& is_so, std::chrono::milliseconds deadline) {
  auto until = std::chrono::steady_clock::now() + deadline;
  while (!is_so()) {
    if (std::chrono::steady_clock::now() >= until)
      return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
  return true;
}

nlohmann::json status_of(subject_process& subject) { return subject.ask({{"do", "status"}}); }

std::string explained(subject_process& subject, const std::string& what) {
  auto history = subject.ask({{"do", "explain"}});
  std::string found;
  for (auto& entry : history.value("entries", json::array()))
    if (entry["what"] == what)
      found += entry["detail"].get<std::string>() + "\n";
  return found;
}

bool is_success(const nlohmann::json& answer) { return answer.is_object() && !answer.contains("error"); }

} // namespace breakwater::testing
