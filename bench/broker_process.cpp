#include "breakwater/bench/broker_process.hpp"

#include "breakwater/bench/child.hpp"
#include "breakwater/bench/measure.hpp"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

namespace breakwater::bench {

namespace {

std::string own_path() { return std::filesystem::read_symlink("/proc/self/exe").string(); }

std::vector<char*> pointers(std::vector<std::string>& of) {
  std::vector<char*> out;
  for (auto& one : of)
    out.push_back(one.data());
  out.push_back(nullptr);
  return out;
}

void pin(int processor) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(processor, &set);
  ::sched_setaffinity(0, sizeof set, &set);
}

fake::server_options slow_authority() {
  fake::server_options out;
  out.authority.delay = std::chrono::milliseconds{50};
  return out;
}

} // namespace

stay_on::stay_on(int processor) {
  ::sched_getaffinity(0, sizeof before_, &before_);
  if (processor >= 0 && processor < static_cast<int>(::sysconf(_SC_NPROCESSORS_ONLN)))
    pin(processor);
}

stay_on::~stay_on() { ::sched_setaffinity(0, sizeof before_, &before_); }

broker_home::broker_home() : authority(slow_authority()) {
  auto pattern = (std::filesystem::temp_directory_path() / "breakwater-bench-XXXXXX").string();
  if (::mkdtemp(pattern.data()) != nullptr)
    path_ = pattern;
  if (auto problem = authority.start())
    std::fprintf(stderr, "the authority did not start: %s\n", problem->c_str());
}

broker_home::~broker_home() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

void broker_home::log_in(size_t token_bytes) { write_auth_file(std::string(token_bytes, 'a'), "r"); }

fake::grant broker_home::log_in() {
  auto grant = authority.issue();
  write_auth_file(std::string{grant.access_token.reveal()}, std::string{grant.refresh_token.reveal()});
  return grant;
}

void broker_home::write_auth_file(const std::string& access_token, const std::string& refresh_token) const {
  std::filesystem::remove(path_ + "/auth.json.breakwater-state");
  auto file = path_ + "/auth.json";
  std::ofstream{file, std::ios::trunc} << R"({"tokens":{"id_token":"","account_id":"alice","access_token":")"
                                       << access_token << R"(","refresh_token":")" << refresh_token << "\"}}";
  std::filesystem::permissions(file, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

std::vector<std::string> broker_home::environment() const {
  return {"HOME=" + path_, "CODEX_HOME=" + path_, "BREAKWATER_SOCKET=" + socket(),
          "CODEX_REFRESH_TOKEN_URL_OVERRIDE=" + authority.token_endpoint()};
}

line_process::line_process(std::vector<std::string> arguments, std::vector<std::string> environment, int processor) {
  int in[2], out[2];
  if (::pipe2(in, O_CLOEXEC) != 0 || ::pipe2(out, O_CLOEXEC) != 0)
    return;
  auto argv = pointers(arguments), envp = pointers(environment);
  id_ = ::fork();
  if (id_ == 0) {
    ::dup2(in[0], 0);
    ::dup2(out[1], 1);
    auto nowhere = ::open("/dev/null", O_WRONLY);
    ::dup2(nowhere, 2);
    if (processor >= 0)
      pin(processor);
    ::execve(argv[0], argv.data(), envp.data());
    ::_exit(127);
  }
  ::close(in[0]);
  ::close(out[1]);
  input_ = in[1];
  output_ = out[0];
}

line_process::~line_process() {
  ::close(input_);
  ::close(output_);
  if (id_ > 0) {
    ::kill(id_, SIGKILL);
    ::waitpid(id_, nullptr, 0);
  }
}

double line_process::resident_mb() const {
  std::ifstream in{"/proc/" + std::to_string(id_) + "/status"};
  for (std::string line; std::getline(in, line);)
    if (line.starts_with("VmRSS:"))
      return std::stod(line.substr(6)) / 1000;
  return 0;
}

std::string broker_program() { return std::filesystem::path{own_path()}.replace_filename("breakwater").string(); }

std::vector<std::string> own_child(const std::string& what, const std::string& amount) {
  return {own_path(), child_option, what, amount};
}

int connect_to(const std::string& socket_path) {
  auto made = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  socket_path.copy(address.sun_path, sizeof address.sun_path - 1);
  if (::connect(made, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0)
    return made;
  ::close(made);
  return -1;
}

int connect_soon(const std::string& socket_path) {
  for (auto tries = 0; tries < 10'000; ++tries) {
    if (auto made = connect_to(socket_path); made >= 0)
      return made;
    ::usleep(1000);
  }
  return -1;
}

bool put(int descriptor, const std::string& bytes) {
  for (size_t sent = 0; sent < bytes.size();) {
    auto count = ::write(descriptor, bytes.data() + sent, bytes.size() - sent);
    if (count <= 0)
      return false;
    sent += static_cast<size_t>(count);
  }
  return true;
}

bool take_lines(int descriptor, size_t count, std::string* seen) {
  std::vector<char> bytes(size_t{256} << 10);
  while (count > 0) {
    auto size = ::read(descriptor, bytes.data(), bytes.size());
    if (size <= 0)
      return false;
    if (seen)
      seen->assign(bytes.data(), static_cast<size_t>(size));
    auto lines = static_cast<size_t>(std::count(bytes.data(), bytes.data() + size, '\n'));
    count -= std::min(count, lines);
  }
  return true;
}

std::string initialize_line() {
  return R"({"id":0,"method":"initialize","params":{"clientInfo":{"name":"bench","version":"1"}}})"
         "\n";
}

std::string status_line(bool include_token, bool refresh) {
  auto word = [](bool flag) { return flag ? "true" : "false"; };
  return std::string{R"({"id":1234,"method":"getAuthStatus","params":{"includeToken":)"} + word(include_token) +
         R"(,"refreshToken":)" + word(refresh) + "}}\n";
}

double pump(int input, int output, const std::string& line, size_t count, size_t depth) {
  std::string many;
  for (size_t i = 0; i < depth; ++i)
    many += line;
  std::vector<char> bytes(size_t{256} << 10);
  size_t sent = depth, answered = 0;
  auto whole = true;
  stay_on load{load_processor};
  auto seconds = seconds_of([&] {
    whole = put(input, many);
    while (whole && answered < count) {
      auto size = ::read(output, bytes.data(), bytes.size());
      whole = size > 0;
      auto lines = whole ? static_cast<size_t>(std::count(bytes.data(), bytes.data() + size, '\n')) : 0;
      answered += lines;
      auto next = std::min(lines, count - std::min(count, sent));
      whole = whole && put(input, many.substr(0, next * line.size()));
      sent += next;
    }
  });
  return whole ? static_cast<double>(answered) / seconds : 0;
}

} // namespace breakwater::bench
