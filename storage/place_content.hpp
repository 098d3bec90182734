#pragma once
#include "breakwater/messages/credential.hpp"
#include "breakwater/storage/credential_document.hpp"
#include "breakwater/storage/side_file_codec.hpp"

#include <chrono>

namespace breakwater {

/// Document and side file of a place, read and parsed.
struct place_content {
  document_content document;
  /// Why the document could not be parsed, though it could be read.
  failure document_problem;
  /// Completed by the side file; method none: no credential.
  breakwater::credential credential;

  file_version side_version;
  /// Why the side file could not be read or parsed.
  failure side_problem;
  side_file side;

  /// The first failure of any kind.
  const failure& problem() const;
};

/// The side file alone.
void read_side_file(place_content&, const file_place&, uid_t user);

/// Reads both once. A text that cannot be parsed is read again once after `half_written_pause`: a program that
/// writes in place may be in the middle of it.
place_content read_place(credential_document&, const file_place&, uid_t user,
                         std::chrono::milliseconds half_written_pause);

/// Reads both as they were at one moment, without a lock: a reader that held one could make the app-server
/// client's save fail, which does not wait for `auth.json.lock`. Both are read again until neither changed between
/// the first read and the last look; every writer replaces them whole.
place_content read_place_at_one_moment(credential_document&, const file_place&, uid_t user,
                                       std::chrono::milliseconds half_written_pause);

} // namespace breakwater
