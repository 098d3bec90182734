#include "breakwater/storage/keyring_document.hpp"

#include "breakwater/storage/directory_watch.hpp"
#include "breakwater/storage/keyring_item.hpp"
#include "breakwater/storage/keyring_watch.hpp"

#include <fcntl.h>
#include <sys/stat.h>

namespace breakwater {

namespace {

/// Best effort: if it fails, watches learn of the change later.
void touch_change_mark(const file_place& place) {
  unique_fd{uninterrupted([&] {
    return ::open(place.change_mark().path().c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK,
                  S_IRUSR | S_IWUSR);
  })};
}

document_content content_of(keyring_content found) {
  document_content content;
  content.error = std::move(found.error);
  content.exists = found.exists;
  content.name_count = found.exists ? 1 : 0;
  content.written = found.written;
  if (found.exists)
    content.version.text = hash_of(secret{found.text});
  content.text = std::move(found.text);
  return content;
}

} // namespace

keyring_document::keyring_document(keyring_settings settings) : settings_{std::move(settings)} {}

std::string keyring_document::where(const file_place&) const { return describe_keyring_item(settings_, settings_.key); }

document_content keyring_document::read(const file_place&) {
  return content_of(keyring_item{settings_, settings_.key, ec::store_unreadable}.read());
}

document_version keyring_document::look(const file_place& place) { return read(place).version; }

failure keyring_document::replace(const file_place& place, std::string_view text, const document_version* replaces) {
  keyring_item item{settings_, settings_.key, ec::store_unwritable};
  if (replaces) {
    auto there = content_of(item.read());
    if (there.error)
      return std::move(there.error);
    if (there.version != *replaces)
      return {ec::store_unwritable, where(place) + ": changed by another program at this moment; try again"};
  }
  auto failed = item.write(text);
  touch_change_mark(place); // also after a failure, since it may have been written
  return failed;
}

failure keyring_document::erase(const file_place& place, const document_content&) {
  auto failed = keyring_item{settings_, settings_.key, ec::store_unwritable}.erase();
  touch_change_mark(place);
  return failed;
}

credential_document::aside_result keyring_document::put_aside(const file_place&, std::string_view text) {
  auto key = settings_.key + ".unreadable";
  return {keyring_item{settings_, key, ec::store_unwritable}.write(text), describe_keyring_item(settings_, key)};
}

failure keyring_document::erase_aside(const file_place&) {
  return keyring_item{settings_, settings_.key + ".unreadable", ec::store_unwritable}.erase();
}

credential_document::watch_result keyring_document::watch(const std::string& path, std::function<void()> changed) {
  auto [error, place] = locate_file(path, ::geteuid());
  if (error)
    return {std::move(error), nullptr};
  struct both {
    std::mutex one_at_a_time;
    std::unique_ptr<directory_watch> marks;
    std::unique_ptr<keyring_watch> items;
  };
  auto made = std::make_shared<both>();
  auto call = [guard = made.get(), changed = std::move(changed)] {
    std::lock_guard lock{guard->one_at_a_time};
    changed();
  };
  auto marks = directory_watch::start(place.change_mark().path(), call);
  if (marks.error)
    return {std::move(marks.error), nullptr};
  made->marks = std::move(marks.watch);
  auto items = keyring_watch::start(settings_, call);
  made->items = std::move(items.watch);
  return {std::move(items.error), items.error ? nullptr : made};
}

} // namespace breakwater
