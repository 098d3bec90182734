#include "breakwater/storage/auto_document.hpp"

#include "breakwater/storage/atomic_write.hpp"
#include "breakwater/storage/auth_file_codec.hpp"
#include "breakwater/storage/choose_copy.hpp"

#include <mutex>

namespace breakwater {

namespace {

bool exists(const file_place& place) { return ::access(place.directory().c_str(), F_OK) == 0; }

/// False also for what a logout leaves behind a link: an empty document.
bool holds_something(const file_place& place, const document_content& file) {
  return file.exists && !(place.is_link() && file.text == "{}\n");
}

failure parse(const document_content& from, const std::string& where, const side_file& side, found_copy& to) {
  if (from.error || !from.exists)
    return from.error;
  auto parsed = parse_auth_file(from.text, where);
  to = {std::move(parsed.found), from.written};
  apply_facts(side, to.credential);
  return std::move(parsed.error);
}

failure lives_in_keyring(failure error, const file_place& place) {
  error.message += " (the credential of " + place.path() +
                   " is kept in the keyring; to keep it in the file again, choose the file and log in)";
  return error;
}

} // namespace

auto_document::auto_document(keyring_settings settings, keyring_answer answer)
    : keyring_{std::move(settings)}, answer_{answer}, home_{answer == keyring_answer::given ? document_home::keyring
                                                                                            : document_home::file} {}

credential_document& auto_document::current() {
  return home_ == document_home::keyring ? static_cast<credential_document&>(keyring_) : file_;
}

std::string auto_document::where(const file_place& place) const {
  return home_ == document_home::keyring ? keyring_.where(place) : file_.where(place);
}

failure auto_document::find_home(const file_place& place, place_content& side) {
  read_side_file(side, place, ::geteuid());
  if (answer_ == keyring_answer::silent && side.side.home == document_home::file &&
      version_of(place.path()) == file_version{}) {
    if (auto asked = keyring_.read(place); asked.error)
      return lives_in_keyring(std::move(asked.error), place);
    answer_ = keyring_answer::given;
  }
  home_ = answer_ == keyring_answer::given ? document_home::keyring : side.side.home;
  return side.side_problem;
}

failure auto_document::settle(const file_place& place) {
  place_content side;
  if (auto failed = find_home(place, side))
    return failed;
  if (home_ == document_home::file)
    return {};
  auto file = file_.read(place);
  move_result moved;
  if (file.error || holds_something(place, file))
    moved = move_file(place, side.side, file);
  if (moved.error)
    return std::move(moved.error);
  if (side.side.home != document_home::keyring) {
    side.side.home = document_home::keyring;
    if (auto failed = write_file(place.side_file(), render_side_file(side.side)))
      return failed;
  }
  if (moved.done)
    if (auto failed = file_.erase(place, file))
      return failed;
  return {ec::none, std::move(moved.remark)};
}

auto_document::move_result auto_document::move_file(const file_place& place, const side_file& side,
                                                    const document_content& file) {
  if (file.error)
    return {file.error};
  found_copy in_file, in_keyring;
  if (auto failed = parse(file, file_.where(place), side, in_file))
    return {{}, false, failed.message + "; it was left there, and the keyring is used"};
  auto kept = keyring_.read(place);
  if (kept.error)
    return {lives_in_keyring(std::move(kept.error), place)};
  if (parse(kept, keyring_.where(place), side, in_keyring)) // told by whoever reads it
    return {};
  auto choice = choose_copy(in_file, in_keyring, side.ledger);
  move_result moved{{}, true, {}};
  if (!choice.reason.empty())
    moved.remark = place.path() + " and the keyring held different credentials; the " +
                   (choice.file_wins ? "file's" : "keyring's") + " was kept, since " + choice.reason;
  else if (choice.file_wins)
    moved.remark = place.path() + ": the credential was moved to the keyring";
  if (choice.file_wins)
    moved.error = keyring_.replace(place, file.text, &kept.version);
  return moved;
}

document_content auto_document::read(const file_place& place) {
  place_content side;
  if (auto failed = find_home(place, side)) {
    document_content content;
    content.error = std::move(failed);
    return content;
  }
  return home_ == document_home::file ? file_.read(place) : read_keyring(place, side.side);
}

document_content auto_document::read_keyring(const file_place& place, const side_file& side) {
  auto file = file_.read(place);
  auto content = keyring_.read(place);
  if (content.error) {
    content.error = lives_in_keyring(std::move(content.error), place);
    return content;
  }
  auto unsettled = holds_something(place, file) || file.error || (side.home != document_home::keyring && exists(place));
  // A file that cannot be understood may be a credential, and so is not "nothing stored".
  if (!content.exists && holds_something(place, file)) {
    content.exists = true;
    content.text = std::move(file.text);
  }
  content.version.file = file.version.file;
  content.unsettled = unsettled;
  return content;
}

document_version auto_document::look(const file_place& place) {
  place_content side;
  if (find_home(place, side))
    return {};
  if (home_ == document_home::file)
    return file_.look(place);
  return {file_.look(place).file, keyring_.look(place).text};
}

failure auto_document::replace(const file_place& place, std::string_view text, const document_version* replaces) {
  if (home_ == document_home::file)
    return file_.replace(place, text, replaces);
  if (replaces) {
    document_version there{{}, replaces->text};
    return keyring_.replace(place, text, &there);
  }
  if (auto failed = keyring_.replace(place, text, nullptr))
    return failed;
  // What `settle` left there is no credential, or could not be compared with what `put_aside` has by now.
  auto file = file_.read(place);
  if (!holds_something(place, file))
    return {};
  if (auto aside = file_.put_aside(place, file.text); aside.error)
    return std::move(aside.error);
  return file_.erase(place, file);
}

failure auto_document::erase(const file_place& place, const document_content& content) {
  if (home_ == document_home::file)
    return file_.erase(place, content);
  auto file = file_.read(place);
  if (holds_something(place, file))
    if (auto failed = file_.erase(place, file))
      return failed;
  return keyring_.erase(place, content);
}

credential_document::aside_result auto_document::put_aside(const file_place& place, std::string_view text) {
  // Nothing of the keyring needs it if the text came from a file that `settle` left: that is put aside by `replace`.
  auto file = file_.read(place);
  return file.text == text ? file_.put_aside(place, text) : current().put_aside(place, text);
}

failure auto_document::erase_aside(const file_place& place) {
  if (auto failed = file_.erase_aside(place))
    return failed;
  return home_ == document_home::keyring ? keyring_.erase_aside(place) : failure{};
}

credential_document::watch_result auto_document::watch(const std::string& path, std::function<void()> changed) {
  struct both {
    std::mutex one_at_a_time;
    std::shared_ptr<void> file, keyring;
  };
  auto made = std::make_shared<both>();
  auto call = [guard = made.get(), changed = std::move(changed)] {
    std::lock_guard lock{guard->one_at_a_time};
    changed();
  };
  auto file = file_.watch(path, call);
  if (file.error)
    return file;
  made->file = std::move(file.watch);
  auto keyring = keyring_.watch(path, call);
  made->keyring = std::move(keyring.watch);
  if (keyring.error && home_ == document_home::keyring)
    return keyring;
  return {{}, made};
}

} // namespace breakwater
