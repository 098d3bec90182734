#pragma once
#include "breakwater/storage/keyring_settings.hpp"
#include "breakwater/tests/storage/temporary_directory.hpp"

#include <memory>
#include <string>
#include <vector>

#include <sys/types.h>

namespace breakwater::testing {

/// A program of this test's own; killed with it.
class helper_process {
public:
  /// Runs a program found in PATH, with `input` on its standard input and nothing of our environment but PATH.
  helper_process(const std::vector<std::string>& command, const std::vector<std::string>& environment,
                 const std::string& input);
  helper_process(const helper_process&) = delete;
  ~helper_process();

  void send(int signal) const;
  /// Kills it and waits for its end.
  void kill();
  /// What it writes to its standard output until it ends, with code 0 or not.
  std::string output();

private:
  pid_t id_ = 0;
  int output_ = -1;
};

/// A session bus and a real gnome-keyring on it, in directories of their own: nothing of the user's is touched, and the
/// bus starts no service by itself.
class private_keyring {
public:
  enum class state { no_service, locked, unlocked };

  explicit private_keyring(state = state::unlocked);
  ~private_keyring();

  /// For stores: this bus, and little patience.
  keyring_settings settings() const;
  /// As a new login would start it: with the same keyring file.
  void start_service(state);
  void kill_service();
  void kill_bus() { bus_->kill(); }
  helper_process& service() { return *service_; }
  /// Runs secret-tool, as another program would use the keyring; what it prints.
  std::string secret_tool(const std::vector<std::string>& arguments, const std::string& input = {}) const;

private:
  std::vector<std::string> environment() const;
  std::string address() const { return "unix:path=" + (directory_ / "bus"); }

  temporary_directory directory_;
  std::unique_ptr<helper_process> bus_, service_;
};

} // namespace breakwater::testing
