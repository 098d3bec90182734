#include "breakwater/storage/sealed_document.hpp"

#include "breakwater/storage/atomic_write.hpp"
#include "breakwater/storage/directory_watch.hpp"

namespace breakwater {

sealed_document::sealed_document(guarded_bytes passphrase, sealed_settings settings)
    : passphrase_{std::move(passphrase)}, settings_{settings} {}

failure sealed_document::use(const key_recipe& recipe, std::string_view where) {
  if (recipe_ == recipe)
    return {};
  auto made = make_sealed_key(passphrase_, recipe, where);
  if (made.error)
    return std::move(made.error);
  recipe_ = recipe;
  key_ = std::move(made.key);
  return {};
}

failure sealed_document::use_strong_enough(std::string_view where) {
  auto wanted = make_recipe(settings_.passes, settings_.memory);
  if (recipe_ && recipe_->passes >= wanted.passes && recipe_->memory >= wanted.memory)
    return {};
  return use(wanted, where);
}

void sealed_document::prepare(const file_place& place) {
  if (read(place).exists)
    return;
  use_strong_enough(place.path());
}

document_content sealed_document::read(const file_place& place) {
  auto file = read_file(place.path(), ::geteuid());
  document_content content;
  content.error = std::move(file.error);
  content.exists = file.exists;
  content.name_count = file.name_count;
  content.version.file = file.version;
  if (content.error || !content.exists)
    return content;
  auto parsed = parse_sealed_header(file.text, place.path());
  content.error = std::move(parsed.error);
  if (!content.error)
    content.error = use(parsed.header.recipe, place.path());
  if (content.error)
    return content;
  auto opened = unseal(file.text, key_, place.path());
  content.error = std::move(opened.error);
  content.text = std::move(opened.text);
  return content;
}

document_version sealed_document::look(const file_place& place) { return {version_of(place.path()), {}}; }

failure sealed_document::replace(const file_place& place, std::string_view text, const document_version* replaces) {
  if (auto failed = use_strong_enough(place.path())) {
    failed.code = ec::store_unwritable;
    return failed;
  }
  return write_file(place.file(), seal(text, key_, *recipe_), replaces ? &replaces->file : nullptr);
}

failure sealed_document::erase(const file_place& place, const document_content& content) {
  return place.is_link() ? replace(place, "{}\n", &content.version) : erase_file(place.file());
}

credential_document::aside_result sealed_document::put_aside(const file_place& place, std::string_view text) {
  if (auto failed = use_strong_enough(place.path()))
    return {{ec::store_unwritable, std::move(failed.message)}, {}};
  return {write_file(place.aside_file(), seal(text, key_, *recipe_)), place.aside_file().path()};
}

failure sealed_document::erase_aside(const file_place& place) {
  return version_of(place.aside_file().path()) == file_version{} ? failure{} : erase_file(place.aside_file());
}

credential_document::watch_result sealed_document::watch(const std::string& path, std::function<void()> changed) {
  auto started = directory_watch::start(path, std::move(changed));
  return {std::move(started.error), std::move(started.watch)};
}

} // namespace breakwater
