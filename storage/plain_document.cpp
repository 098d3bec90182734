#include "breakwater/storage/plain_document.hpp"

#include "breakwater/storage/atomic_write.hpp"
#include "breakwater/storage/directory_watch.hpp"

namespace breakwater {

namespace {

/// Erases the document behind a link and leaves the link something to lead to.
failure empty_file(const file_hop& target, const document_content& content) {
  auto failed = write_file(target, "{}\n", &content.version.file);
  if (failed && version_of(target.path()) != content.version.file)
    write_file(target, content.text);
  return failed;
}

} // namespace

document_content plain_document::read(const file_place& place) {
  auto file = read_file(place.path(), ::geteuid());
  document_content content;
  content.error = std::move(file.error);
  content.exists = file.exists;
  content.name_count = file.name_count;
  content.version.file = file.version;
  content.written = wall_time{std::chrono::nanoseconds{file.version.modified}};
  content.text = std::move(file.text);
  return content;
}

document_version plain_document::look(const file_place& place) { return {version_of(place.path()), {}}; }

failure plain_document::replace(const file_place& place, std::string_view text, const document_version* replaces) {
  return write_file(place.file(), text, replaces ? &replaces->file : nullptr);
}

failure plain_document::erase(const file_place& place, const document_content& content) {
  return place.is_link() ? empty_file(place.file(), content) : erase_file(place.file());
}

credential_document::aside_result plain_document::put_aside(const file_place& place, std::string_view text) {
  return {write_file(place.aside_file(), text), place.aside_file().path()};
}

failure plain_document::erase_aside(const file_place& place) {
  return version_of(place.aside_file().path()) == file_version{} ? failure{} : erase_file(place.aside_file());
}

credential_document::watch_result plain_document::watch(const std::string& path, std::function<void()> changed) {
  auto started = directory_watch::start(path, std::move(changed));
  return {std::move(started.error), std::move(started.watch)};
}

} // namespace breakwater
