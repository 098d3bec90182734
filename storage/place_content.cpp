#include "breakwater/storage/place_content.hpp"

#include "breakwater/storage/auth_file_codec.hpp"

#include <thread>

namespace breakwater {

namespace {

/// How often a place may change while it is read: nobody saves that often.
constexpr int read_count_max = 64;

void read_document(place_content& content, credential_document& document, const file_place& place) {
  content.document_problem = {};
  content.credential = {};
  content.document = document.read(place);
  if (content.document.error || !content.document.exists)
    return;
  auto parsed = parse_auth_file(content.document.text, document.where(place));
  content.document_problem = std::move(parsed.error);
  content.credential = std::move(parsed.found);
}

} // namespace

const failure& place_content::problem() const {
  if (document.error)
    return document.error;
  return document_problem ? document_problem : side_problem;
}

void read_side_file(place_content& content, const file_place& place, uid_t user) {
  auto file = read_file(place.side_file().path(), user);
  content.side_version = file.version;
  content.side_problem = std::move(file.error);
  content.side = {};
  if (content.side_problem || !file.exists)
    return;
  auto parsed = parse_side_file(file.text, place.side_file().path());
  content.side_problem = std::move(parsed.error);
  content.side = std::move(parsed.found);
}

place_content read_place(credential_document& document, const file_place& place, uid_t user,
                         std::chrono::milliseconds half_written_pause) {
  place_content content;
  read_document(content, document, place);
  if (content.document_problem) {
    std::this_thread::sleep_for(half_written_pause);
    read_document(content, document, place);
  }
  read_side_file(content, place, user);
  apply_facts(content.side, content.credential);
  return content;
}

place_content read_place_at_one_moment(credential_document& document, const file_place& place, uid_t user,
                                       std::chrono::milliseconds half_written_pause) {
  for (int i = 0; i < read_count_max; ++i) {
    auto content = read_place(document, place, user, half_written_pause);
    if (content.problem())
      return content;
    if (document.look(place) == content.document.version &&
        version_of(place.side_file().path()) == content.side_version)
      return content;
  }
  place_content content;
  content.document.error = {ec::store_unreadable, document.where(place) + ": changes faster than it can be read"};
  return content;
}

} // namespace breakwater
