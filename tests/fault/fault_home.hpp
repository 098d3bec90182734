#pragma once
#include "breakwater/tests/process/subject_process.hpp"
#include "breakwater/tests/storage/temporary_directory.hpp"
#include "breakwater/tools/authority/server.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace breakwater::testing {

/// What lies in a directory, read as any other program would read it.
struct disk_state {
  /// auth.json is absent, or whole JSON.
  bool is_whole = false;
  /// Empty: no credential.
  std::string access_token, refresh_token;
  bool has_intent = false;
  nlohmann::json ledger = nlohmann::json::array();
  /// Temporary files, and other files in which a refresh token can be read.
  std::vector<std::string> leftovers;
};

disk_state look_at(const std::string& directory);

/// A strict authority of its own, a login, and the directory in which the login lies as an auth.json.
class fault_home {
public:
  /// In `directory`, which is made if it is not there; empty: in one of its own.
  explicit fault_home(fake::server_options with = {}, std::string directory = {});

  const std::string& directory() const { return directory_; }
  std::string file() const { return directory_ + "/auth.json"; }
  std::string lease_file() const { return file() + ".breakwater-lease"; }
  disk_state disk() const { return look_at(directory_); }

  fake::server& authority() { return authority_; }
  /// What lies in the file from the beginning.
  const fake::grant& login() const { return login_; }
  std::string first_access_token() const { return std::string{login_.access_token.reveal()}; }
  std::string first_refresh_token() const { return std::string{login_.refresh_token.reveal()}; }
  /// Token requests, with all that were sent to the authority before this was asked.
  uint64_t requests() const;
  /// No refresh token came twice, and the login is alive.
  bool is_unharmed() const;
  bool is_current(const std::string& refresh_token) const { return authority_.is_current(secret{refresh_token}); }

  /// Writes a login as an app-server client would.
  void write(const fake::grant&);

  /// Options of a subject that uses this file; `more` goes behind what it needs.
  subject_process::options options(std::vector<std::string> more = {}) const;

  /// Waits until nobody holds the lease. False after `deadline`.
  bool lease_is_free(std::chrono::milliseconds deadline = std::chrono::seconds{10}) const;

private:
  temporary_directory own_;
  std::string directory_;
  fake::server authority_;
  fake::grant login_;
};

/// Waits until it is so; false after `deadline`.
bool comes_true(const std::function<bool()>& is_so, std::chrono::milliseconds deadline = std::chrono::seconds{10});

/// `{"do":"status","token":true}`, without a refresh.
nlohmann::json status_of(subject_process&);
/// The details of all decisions of this kind, one per line.
std::string explained(subject_process&, const std::string& what);

/// The answer is a status or an outcome, not a failure.
bool is_success(const nlohmann::json& answer);

} // namespace breakwater::testing
