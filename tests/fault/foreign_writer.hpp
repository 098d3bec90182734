#pragma once
#include "breakwater/tools/authority/server.hpp"

#include <string>
#include <string_view>

/// Other programs that write the common auth.json, as app-server clients do: without our lease.
namespace breakwater::testing {

/// How a program replaces the file.
enum class foreign_way {
  in_place,    ///< an older client: O_TRUNC, one write, no lock
  under_locks, ///< a newer client: auth.lock, auth.json.lock, temporary file, fsync, rename
  renamed,     ///< an editor, a backup tool: temporary file and rename, no lock
};

/// The text of an auth.json with this login.
std::string document_of(const fake::grant&, std::string_view last_refresh = "2026-01-01T00:00:00Z");

/// Replaces the file at `path`.
void write_as(foreign_way, const std::string& path, std::string_view text);

/// Writes in place, half of it now; the rest, and the end of the file, when the object is told to.
class half_write {
public:
  half_write(const std::string& path, std::string_view text);
  ~half_write();
  half_write(const half_write&) = delete;
  half_write& operator=(const half_write&) = delete;
  void complete();

private:
  int fd_;
  std::string rest_;
};

/// A refresh by a program that is not ours: what the authority answered, empty if it refused.
struct foreign_refresh {
  std::string access_token, refresh_token, id_token;
};
foreign_refresh refresh_as_foreigner(const fake::server&, const std::string& refresh_token);

} // namespace breakwater::testing
