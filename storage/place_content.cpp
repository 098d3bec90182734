#include "breakwater/storage/place_content.hpp"

#include "breakwater/storage/auth_file_codec.hpp"

#include <thread>

namespace breakwater {

namespace {

/// How often a place may change while it is read: nobody saves that often.
constexpr int read_count_max = 64;

void read_auth(place_content& content, const file_place& place, uid_t user) {
  content.auth_problem = {};
  content.credential = {};
  content.auth = read_file(place.path(), user);
  if (content.auth.error || !content.auth.exists)
    return;
  auto parsed = parse_auth_file(content.auth.text, place.path());
  content.auth_problem = std::move(parsed.error);
  content.credential = std::move(parsed.found);
}

void read_side(place_content& content, const file_place& place, uid_t user) {
  auto file = read_file(place.side_file().path(), user);
  content.side_version = file.version;
  content.side_problem = std::move(file.error);
  if (content.side_problem || !file.exists)
    return;
  auto parsed = parse_side_file(file.text, place.side_file().path());
  content.side_problem = std::move(parsed.error);
  content.side = std::move(parsed.found);
}

} // namespace

const failure& place_content::problem() const {
  if (auth.error)
    return auth.error;
  return auth_problem ? auth_problem : side_problem;
}

place_content read_place(const file_place& place, uid_t user, std::chrono::milliseconds half_written_pause) {
  place_content content;
  read_auth(content, place, user);
  if (content.auth_problem) {
    std::this_thread::sleep_for(half_written_pause);
    read_auth(content, place, user);
  }
  read_side(content, place, user);
  apply_facts(content.side, content.credential);
  return content;
}

place_content read_place_at_one_moment(const file_place& place, uid_t user,
                                       std::chrono::milliseconds half_written_pause) {
  for (int i = 0; i < read_count_max; ++i) {
    auto content = read_place(place, user, half_written_pause);
    if (content.problem())
      return content;
    if (version_of(place.path()) == content.auth.version &&
        version_of(place.side_file().path()) == content.side_version)
      return content;
  }
  place_content content;
  content.auth.error = {ec::store_unreadable, place.path() + ": changes faster than it can be read"};
  return content;
}

} // namespace breakwater
