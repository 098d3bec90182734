#pragma once
#include "breakwater/storage/file_store.hpp"
#include "breakwater/tests/process/subject_process.hpp"
#include "breakwater/tests/storage/temporary_directory.hpp"
#include "breakwater/tools/authority/server.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace breakwater::testing {

using std::chrono::milliseconds;

/// The account that every login of these tests is for, unless they say another.
inline constexpr auto fleet_account = "alice";

/// How a test's authority is, and how its processes are started.
struct fleet_settings {
  fake::authority_settings authority;
  /// Beside the file and the authority: options of breakwater-subject.
  std::vector<std::string> arguments;
};

/// Some processes that share one auth.json, and a strict authority. All end with it.
class fleet {
public:
  explicit fleet(fleet_settings = {});

  fake::server& authority() { return authority_; }
  const std::string& file() const { return file_; }
  const temporary_directory& home() const { return home_; }

  /// Stores a new login as another program does, without any of the processes; false if that fails.
  bool store_login(const fake::grant&);
  /// A login that `issue` of the authority gives, stored; returns its family.
  uint64_t log_in(std::optional<milliseconds> life = {});
  /// What the file holds now, read without the lease.
  load_result stored() const;

  subject_process& start(std::vector<std::string> more_arguments = {});
  /// The same options once more, in place of one that is gone.
  void restart(size_t index);
  /// `count` of them, all launched before the first is waited for.
  void start_all(size_t count, std::vector<std::string> more_arguments = {});
  /// Each listens; false and a test failure if one does not.
  bool are_ready();

  subject_process& operator[](size_t index) { return *processes_[index]; }
  size_t size() const { return processes_.size(); }
  /// Sends one command to all, then collects the one answer of each.
  std::vector<nlohmann::json> ask_all(const nlohmann::json& command);
  /// Each ends by itself and well.
  void finish_all();

private:
  subject_process::options options(const std::vector<std::string>& more_arguments) const;

  fleet_settings settings_;
  fake::server authority_;
  temporary_directory home_;
  std::string file_ = home_ / "auth.json";
  std::vector<std::string> more_arguments_;
  std::vector<std::unique_ptr<subject_process>> processes_;
};

/// A login as breakwater-subject takes it.
nlohmann::json login_command(const fake::grant&, std::optional<milliseconds> life = {});

/// Looks every few milliseconds until it holds; false after `deadline`.
bool eventually(const std::function<bool()>& holds, milliseconds deadline = std::chrono::seconds{30});

/// `name` of a command, as JSON.
nlohmann::json command(const char* name);

} // namespace breakwater::testing
