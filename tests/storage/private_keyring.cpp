#include "breakwater/tests/storage/private_keyring.hpp"

#include "breakwater/storage/keyring_item.hpp"

#include <chrono>
#include <functional>
#include <thread>

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace breakwater::testing {

namespace {

constexpr std::string_view bus_configuration = R"(<busconfig>
  <type>session</type>
  <listen>ADDRESS</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
)";

std::vector<char*> pointers_to(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (auto& text : texts)
    pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

/// Another process comes up in its own time; false if it does not.
bool wait_until(const std::function<bool()>& so) {
  auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{20};
  while (!so()) {
    if (std::chrono::steady_clock::now() > deadline)
      return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
  return true;
}

} // namespace

helper_process::helper_process(const std::vector<std::string>& command, const std::vector<std::string>& environment,
                               const std::string& input) {
  std::array<int, 2> pipe{}, back{};
  EXPECT_EQ(::pipe2(pipe.data(), O_CLOEXEC), 0);
  EXPECT_EQ(::pipe2(back.data(), O_CLOEXEC), 0);
  EXPECT_EQ(::write(pipe[1], input.data(), input.size()), static_cast<ssize_t>(input.size()));
  auto arguments = pointers_to(command), variables = pointers_to(environment);
  auto quiet = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  id_ = ::fork();
  EXPECT_GE(id_, 0);
  if (id_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::dup2(pipe[0], 0);
    ::dup2(back[1], 1);
    ::dup2(quiet, 2);
    ::execvpe(arguments[0], arguments.data(), variables.data());
    ::_exit(127);
  }
  ::close(pipe[0]);
  ::close(pipe[1]);
  ::close(back[1]);
  ::close(quiet);
  output_ = back[0];
}

helper_process::~helper_process() {
  kill();
  ::close(output_);
}

std::string helper_process::output() {
  std::string text;
  char buffer[4096];
  for (;;) {
    auto size = ::read(output_, buffer, sizeof buffer);
    if (size <= 0)
      return text;
    text.append(buffer, static_cast<size_t>(size));
  }
}

void helper_process::send(int signal) const { EXPECT_EQ(::kill(id_, signal), 0); }

void helper_process::kill() {
  if (id_ <= 0)
    return;
  ::kill(id_, SIGKILL);
  ::waitpid(id_, nullptr, 0);
  id_ = 0;
}

private_keyring::private_keyring(state wanted) {
  std::string configuration{bus_configuration};
  configuration.replace(configuration.find("ADDRESS"), 7, address());
  write_text(directory_ / "bus.conf", configuration);
  for (auto* name : {"run", "data", "configuration", "cache"}) {
    std::filesystem::create_directory(directory_ / name);
    std::filesystem::permissions(directory_ / name, std::filesystem::perms::owner_all);
  }
  bus_ = std::make_unique<helper_process>(
      std::vector<std::string>{"dbus-daemon", "--nofork", "--config-file=" + (directory_ / "bus.conf")}, environment(),
      "");
  EXPECT_TRUE(wait_until([&] { return std::filesystem::exists(directory_ / "bus"); })) << "install dbus-daemon";
  if (wanted == state::locked) { // what there is to lock is made first
    start_service(state::unlocked);
    kill_service();
  }
  if (wanted != state::no_service)
    start_service(wanted);
}

private_keyring::~private_keyring() = default;

std::vector<std::string> private_keyring::environment() const {
  return {"PATH=" + std::string{::getenv("PATH")},
          "HOME=" + directory_.path(),
          "XDG_RUNTIME_DIR=" + (directory_ / "run"),
          "XDG_DATA_HOME=" + (directory_ / "data"),
          "XDG_CONFIG_HOME=" + (directory_ / "configuration"),
          "XDG_CACHE_HOME=" + (directory_ / "cache"),
          "DBUS_SESSION_BUS_ADDRESS=" + address()};
}

keyring_settings private_keyring::settings() const {
  keyring_settings made;
  made.bus_address = address();
  made.answer_wait_max = std::chrono::seconds{10};
  return made;
}

void private_keyring::start_service(state wanted) {
  std::vector<std::string> command{"gnome-keyring-daemon", "--foreground", "--components=secrets"};
  if (wanted == state::unlocked)
    command.push_back("--unlock");
  service_ = std::make_unique<helper_process>(command, environment(), "password of the test");
  failure last;
  EXPECT_TRUE(wait_until([&] {
    last = keyring_item{settings(), "somebody", ec::store_unreadable}.read().error;
    return wanted == state::unlocked ? !last : last.message.find("is locked") != std::string::npos;
  })) << "install gnome-keyring; "
      << last.message;
}

std::string private_keyring::secret_tool(const std::vector<std::string>& arguments, const std::string& input) const {
  std::vector<std::string> command{"secret-tool"};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return helper_process{command, environment(), input}.output();
}

void private_keyring::kill_service() { service_.reset(); }

} // namespace breakwater::testing
