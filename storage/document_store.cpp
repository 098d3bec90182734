#include "breakwater/storage/document_store.hpp"

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

std::string joined(const std::string& first, const std::string& second) {
  return first.empty() || second.empty() ? first + second : first + "; " + second;
}

} // namespace

document_store::document_store(std::string path, std::unique_ptr<credential_document> document,
                               document_store_settings settings)
    : path_{absolute(std::move(path))}, document_{std::move(document)}, settings_{settings} {}

document_store::~document_store() = default;

void document_store::sweep(const file_place& place) {
  if (std::exchange(swept_, true) || !has_leftovers(place, ::geteuid()))
    return;
  write_lock lock;
  if (!lock.take(place, ::geteuid(), std::chrono::milliseconds{0}))
    remove_leftovers(place, ::geteuid());
}

load_result document_store::load() {
  auto [error, place] = locate_file(path_, ::geteuid());
  if (error)
    return {std::move(error), {}};
  sweep(place);
  auto content = read_place_at_one_moment(*document_, place, ::geteuid(), settings_.half_written_pause);
  std::string remark;
  if (content.document.unsettled && !content.document.error) {
    session settled;
    if (auto failed = begin(settled, scope::both)) {
      failed.code = ec::store_unreadable;
      return {std::move(failed), {}};
    }
    content = std::move(settled.content);
    remark = std::move(settled.remark);
  }
  if (content.problem())
    return {content.problem(), {}};
  return {{ec::none, std::move(remark)},
          {std::move(content.credential), std::move(content.side.ledger), content.side.intent}};
}

store_outcome document_store::acquire() {
  auto [error, place] = locate_file(path_, ::geteuid());
  if (error)
    return as_unwritable(std::move(error));
  if (auto failed = make_directory(place.directory()))
    return failed;
  return lease_.acquire(place, ::geteuid());
}

failure document_store::begin(session& now, scope needed) const {
  auto located = locate_file(path_, ::geteuid());
  if (located.error)
    return std::move(located.error);
  now.place = std::move(located.place);
  if (!exists(now.place.directory())) {
    if (needed != scope::both_with_directory && document_->is_in_directory())
      return {};
    if (auto failed = make_directory(now.place.directory()))
      return failed;
  }
  if (needed != scope::side_file)
    document_->prepare(now.place);
  if (auto failed = now.lock.take(now.place, ::geteuid(), settings_.write_lock_wait_max))
    return failed;
  remove_leftovers(now.place, ::geteuid());
  if (needed == scope::side_file) {
    read_side_file(now.content, now.place, ::geteuid());
    return now.content.side_problem;
  }
  auto settled = document_->settle(now.place);
  if (settled)
    return settled;
  now.remark = std::move(settled.message);
  now.content = read_place(*document_, now.place, ::geteuid(), settings_.half_written_pause);
  return now.content.side_problem;
}

failure document_store::begin_leased(session& now) const {
  if (auto failed = begin(now, scope::side_file))
    return as_unwritable(std::move(failed));
  if (!lease_.is_held(now.place))
    return {ec::store_unwritable,
            now.place.lease_path() + ": the lease is not ours (any more), so nothing was written"};
  return {};
}

store_outcome document_store::write_intent(const intent& note, const ledger& entries) {
  session now;
  if (auto failed = begin_leased(now))
    return failed;
  now.content.side.intent = note;
  now.content.side.ledger = newest_of(entries);
  return write_file(now.place.side_file(), render_side_file(now.content.side));
}

store_outcome document_store::write_ledger(const ledger& entries) {
  session now;
  if (auto failed = begin_leased(now))
    return failed;
  now.content.side.ledger = newest_of(entries);
  return write_file(now.place.side_file(), render_side_file(now.content.side));
}

store_outcome document_store::clear_intent(uint64_t flight) {
  session now;
  if (auto failed = begin(now, scope::side_file))
    return as_unwritable(std::move(failed));
  auto& note = now.content.side.intent;
  if (!note || note->flight != flight)
    return {};
  note.reset();
  return write_file(now.place.side_file(), render_side_file(now.content.side));
}

failure document_store::write_both(session& now, const credential& next, std::string_view existing,
                                   const document_version* replaces) {
  auto rendered = render_auth_file(next, existing, document_->where(now.place));
  if (rendered.error)
    return std::move(rendered.error);
  auto before = now.content.side;
  note_facts(now.content.side, now.content.credential, next);
  now.content.side.home = document_->home();
  if (now.content.side != before)
    if (auto failed = write_file(now.place.side_file(), render_side_file(now.content.side)))
      return failed;
  return document_->replace(now.place, rendered.text, replaces);
}

std::string document_store::note_on_names(const session& now) {
  if (now.content.document.name_count < 2 || std::exchange(names_noted_, true))
    return {};
  return now.place.path() + ": saved; this file had other names (hard links), and they keep the old content";
}

commit_result document_store::commit(const credential& next, const token_hash& sent) {
  session now;
  if (auto failed = begin(now, scope::both))
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
    failed = document_->replace(now.place, content.document.text, &content.document.version);
    break;
  case commit_step::write:
    failed = write_both(now, next, content.document.text, &content.document.version);
  }
  if (failed)
    return {commit_outcome::failed, std::move(failed)};
  return {commit_outcome::saved, {ec::none, joined(now.remark, note_on_names(now))}};
}

put_result document_store::put(const credential& next) {
  session now;
  if (auto failed = begin(now, scope::both_with_directory))
    return {std::move(failed), {}};
  if (now.content.document.error)
    return {now.content.document.error, {}};
  auto note = now.remark;
  std::string_view existing = now.content.document.text;
  if (now.content.document_problem) {
    auto aside = document_->put_aside(now.place, existing);
    if (aside.error)
      return {std::move(aside.error), {}};
    note = joined(note, now.content.document_problem.message + "; what was there is now " + aside.where);
    existing = {};
  }
  if (auto failed = write_both(now, next, existing, nullptr))
    return {std::move(failed), {}};
  return {{ec::none, joined(note, note_on_names(now))},
          {next, std::move(now.content.side.ledger), now.content.side.intent}};
}

take_result document_store::take() {
  session now;
  if (auto failed = begin(now, scope::both))
    return {std::move(failed), {}};
  if (now.content.problem())
    return {now.content.problem(), {}};
  // First, since a failure has to leave the credential where it is.
  if (auto failed = document_->erase_aside(now.place))
    return {std::move(failed), {}};
  if (now.content.credential.method == auth_method::none)
    return {};
  if (auto failed = document_->erase(now.place, now.content.document))
    return {std::move(failed), {}};
  return {{ec::none, now.remark}, std::move(now.content.credential)};
}

void document_store::release() { lease_.release(); }

store_outcome document_store::watch(std::function<void()> changed) {
  watch_.reset();
  if (!changed)
    return {};
  auto [error, watch] = document_->watch(path_, std::move(changed));
  watch_ = std::move(watch);
  return error;
}

} // namespace breakwater
