#include "breakwater/storage/file_store.hpp"

#include "breakwater/storage/atomic_write.hpp"
#include "breakwater/storage/auth_file_codec.hpp"
#include "breakwater/storage/compare_and_write.hpp"

#include <filesystem>

#include <sys/stat.h>

namespace breakwater {

namespace {

std::string absolute(std::string path) {
  std::error_code problem;
  auto made = std::filesystem::absolute(path, problem);
  return problem || path.empty() ? path : made.string();
}

bool exists(const std::string& directory) {
  struct stat found {};
  return ::stat(directory.c_str(), &found) == 0;
}

/// What cannot be read cannot be written either: the callers of these operations tell failures of writing apart only.
failure as_unwritable(failure error) {
  if (error)
    error.code = ec::store_unwritable;
  return error;
}

/// Erases the document behind a link and leaves the link something to lead to.
failure empty_file(const file_hop& target, const place_content& content) {
  auto failed = write_file(target, "{}\n", &content.auth.version);
  if (failed && version_of(target.path()) != content.auth.version)
    write_file(target, content.auth.text);
  return failed;
}

} // namespace

file_store::file_store(std::string path, file_store_settings settings)
    : path_{absolute(std::move(path))}, settings_{settings} {}

file_store::~file_store() = default;

load_result file_store::load() {
  auto [error, place] = locate_file(path_, ::geteuid());
  if (error)
    return {std::move(error), {}};
  auto content = read_place_at_one_moment(place, ::geteuid(), settings_.half_written_pause);
  if (content.problem())
    return {content.problem(), {}};
  return {{}, {std::move(content.credential), std::move(content.side.ledger), content.side.intent}};
}

store_outcome file_store::acquire() {
  auto [error, place] = locate_file(path_, ::geteuid());
  if (error)
    return as_unwritable(std::move(error));
  if (auto failed = make_directory(place.directory()))
    return failed;
  return lease_.acquire(place, ::geteuid());
}

failure file_store::begin(session& now, bool with_directory) const {
  auto located = locate_file(path_, ::geteuid());
  if (located.error)
    return std::move(located.error);
  now.place = std::move(located.place);
  if (!exists(now.place.directory())) {
    if (!with_directory)
      return {};
    if (auto failed = make_directory(now.place.directory()))
      return failed;
  }
  if (auto failed = now.lock.take(now.place, ::geteuid(), settings_.write_lock_wait_max))
    return failed;
  remove_leftovers(now.place, ::geteuid());
  now.content = read_place(now.place, ::geteuid(), settings_.half_written_pause);
  return now.content.side_problem;
}

failure file_store::begin_leased(session& now) const {
  if (auto failed = begin(now, false))
    return as_unwritable(std::move(failed));
  if (!lease_.is_held(now.place))
    return {ec::store_unwritable,
            now.place.lease_path() + ": the lease is not ours (any more), so nothing was written"};
  return {};
}

store_outcome file_store::write_intent(const intent& note, const ledger& entries) {
  session now;
  if (auto failed = begin_leased(now))
    return failed;
  now.content.side.intent = note;
  now.content.side.ledger = newest_of(entries);
  return write_file(now.place.side_file(), render_side_file(now.content.side));
}

store_outcome file_store::write_ledger(const ledger& entries) {
  session now;
  if (auto failed = begin_leased(now))
    return failed;
  now.content.side.ledger = newest_of(entries);
  return write_file(now.place.side_file(), render_side_file(now.content.side));
}

store_outcome file_store::clear_intent(uint64_t flight) {
  session now;
  if (auto failed = begin(now, false))
    return as_unwritable(std::move(failed));
  auto& note = now.content.side.intent;
  if (!note || note->flight != flight)
    return {};
  note.reset();
  return write_file(now.place.side_file(), render_side_file(now.content.side));
}

failure file_store::write_both(session& now, const credential& next, std::string_view existing,
                               const file_version* replaces) {
  auto rendered = render_auth_file(next, existing, now.place.path());
  if (rendered.error)
    return std::move(rendered.error);
  auto before = now.content.side;
  note_facts(now.content.side, now.content.credential, next);
  if (now.content.side != before)
    if (auto failed = write_file(now.place.side_file(), render_side_file(now.content.side)))
      return failed;
  return write_file(now.place.file(), rendered.text, replaces);
}

std::string file_store::note_on_names(const session& now) {
  if (now.content.auth.name_count < 2 || std::exchange(names_noted_, true))
    return {};
  return now.place.path() + ": saved; this file had other names (hard links), and they keep the old content";
}

commit_result file_store::commit(const credential& next, const token_hash& sent) {
  session now;
  if (auto failed = begin(now, false))
    return {commit_outcome::failed, std::move(failed)};
  auto& content = now.content;
  if (content.problem())
    return {commit_outcome::failed, content.problem()};
  failure failed;
  switch (next_commit_step(content.credential, next, sent)) {
  case commit_step::conflict:
    return {commit_outcome::conflict, {}};
  case commit_step::keep:
    // Written again rather than synced: after a failed fsync, a later one says nothing about the earlier content.
    failed = write_file(now.place.file(), content.auth.text, &content.auth.version);
    break;
  case commit_step::write:
    failed = write_both(now, next, content.auth.text, &content.auth.version);
  }
  if (failed)
    return {commit_outcome::failed, std::move(failed)};
  return {commit_outcome::saved, {ec::none, note_on_names(now)}};
}

put_result file_store::put(const credential& next) {
  session now;
  if (auto failed = begin(now, true))
    return {std::move(failed), {}};
  if (now.content.auth.error)
    return {now.content.auth.error, {}};
  std::string note;
  std::string_view existing = now.content.auth.text;
  if (now.content.auth_problem) {
    file_hop aside{now.place.directory(), now.place.name() + ".unreadable"};
    if (auto failed = write_file(aside, existing))
      return {std::move(failed), {}};
    note = now.content.auth_problem.message + "; what was there is now " + aside.path();
    existing = {};
  }
  if (auto failed = write_both(now, next, existing, nullptr))
    return {std::move(failed), {}};
  if (note.empty())
    note = note_on_names(now);
  return {{ec::none, std::move(note)}, {next, std::move(now.content.side.ledger), now.content.side.intent}};
}

take_result file_store::take() {
  session now;
  if (auto failed = begin(now, false))
    return {std::move(failed), {}};
  if (now.content.problem())
    return {now.content.problem(), {}};
  if (now.content.credential.method == auth_method::none)
    return {};
  auto failed = now.place.is_link() ? empty_file(now.place.file(), now.content) : erase_file(now.place.file());
  if (failed)
    return {std::move(failed), {}};
  return {{}, std::move(now.content.credential)};
}

void file_store::release() { lease_.release(); }

store_outcome file_store::watch(std::function<void()> changed) {
  watch_.reset();
  if (!changed)
    return {};
  auto [error, watch] = directory_watch::start(path_, std::move(changed));
  watch_ = std::move(watch);
  return error;
}

} // namespace breakwater
