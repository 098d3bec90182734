#include "breakwater/tests/fault/forgetful_fs/disk.hpp"

#include <algorithm>
#include <cerrno>

#include <sys/stat.h>

namespace breakwater::testing {

namespace {

/// So many changes are tried in every combination.
constexpr size_t exhaustive_max = 6;

std::string data_after_cut(const forgetful_disk::node& file, unsynced_data what) {
  switch (what) {
  case unsynced_data::old:
    return file.durable_content;
  case unsynced_data::none:
    return {};
  case unsynced_data::half:
    return file.content.substr(0, file.content.size() / 2);
  case unsynced_data::zeros:
    return std::string(file.content.size(), '\0');
  case unsynced_data::whole:
    return file.content;
  }
  return {};
}

} // namespace

std::string to_string(unsynced_data what) {
  constexpr const char* names[] = {"old", "none", "half", "zeros", "whole"};
  return names[static_cast<size_t>(what)];
}

forgetful_disk::forgetful_disk() {
  nodes_[root].mode = S_IFDIR | S_IRWXU;
  touch(root);
}

void forgetful_disk::touch(inode_number number) { ::clock_gettime(CLOCK_REALTIME, &nodes_[number].modified); }

inode_number forgetful_disk::find(std::string_view path) const {
  auto number = root;
  while (number != 0 && !path.empty()) {
    auto slash = std::min(path.find('/'), path.size());
    auto name = path.substr(0, slash);
    path.remove_prefix(std::min(slash + 1, path.size()));
    if (name.empty())
      continue;
    const auto& entries = at(number).entries;
    auto found = entries.find(std::string{name});
    number = found == entries.end() ? 0 : found->second;
  }
  return number;
}

nlink_t forgetful_disk::link_count(inode_number number) const {
  nlink_t count = 0;
  for (const auto& [directory, is] : nodes_)
    for (const auto& [name, to] : is.entries)
      count += to == number;
  return count;
}

std::string forgetful_disk::name_of(inode_number number) const {
  for (const auto& [directory, is] : nodes_)
    for (const auto& [name, to] : is.entries)
      if (to == number)
        return name;
  return number == root ? "/" : "";
}

std::pair<inode_number, std::string> forgetful_disk::place_of(std::string_view path) const {
  auto slash = path.rfind('/');
  return {find(path.substr(0, slash)), std::string{path.substr(slash + 1)}};
}

void forgetful_disk::apply(change made) {
  for (const auto& each : made) {
    auto& entries = nodes_[each.directory].entries;
    if (each.number == 0)
      entries.erase(each.name);
    else
      entries[each.name] = each.number;
    touch(each.directory);
  }
  changes_.push_back(std::move(made));
}

int forgetful_disk::make(std::string_view path, mode_t mode, std::string content) {
  auto [directory, name] = place_of(path);
  if (directory == 0)
    return -ENOENT;
  if (find(path) != 0)
    return -EEXIST;
  auto number = ++last_;
  auto& made = nodes_[number];
  made.mode = mode;
  made.content = std::move(content);
  // A link is its target: no file system makes one without it.
  if (S_ISLNK(mode))
    made.durable_content = made.content;
  touch(number);
  apply({{directory, name, number}});
  return 0;
}

int forgetful_disk::remove(std::string_view path, bool is_directory) {
  auto number = find(path);
  if (number == 0)
    return -ENOENT;
  if (S_ISDIR(at(number).mode) != is_directory)
    return is_directory ? -ENOTDIR : -EISDIR;
  if (!at(number).entries.empty())
    return -ENOTEMPTY;
  auto [directory, name] = place_of(path);
  apply({{directory, name, 0}});
  return 0;
}

int forgetful_disk::rename(std::string_view from, std::string_view to) {
  auto number = find(from);
  auto [new_directory, new_name] = place_of(to);
  if (number == 0 || new_directory == 0)
    return -ENOENT;
  if (auto there = find(to); there != 0 && S_ISDIR(at(there).mode) != S_ISDIR(at(number).mode))
    return S_ISDIR(at(there).mode) ? -EISDIR : -ENOTDIR;
  auto [old_directory, old_name] = place_of(from);
  apply({{old_directory, old_name, 0}, {new_directory, new_name, number}});
  return 0;
}

int forgetful_disk::link(std::string_view from, std::string_view to) {
  auto number = find(from);
  auto [directory, name] = place_of(to);
  if (number == 0 || directory == 0)
    return -ENOENT;
  if (find(to) != 0)
    return -EEXIST;
  apply({{directory, name, number}});
  return 0;
}

void forgetful_disk::write(inode_number number, std::string_view bytes, size_t offset) {
  auto& file = nodes_[number];
  file.content.resize(std::max(file.content.size(), offset + bytes.size()));
  file.content.replace(offset, bytes.size(), bytes);
  file.is_dirty = true;
  touch(number);
}

void forgetful_disk::resize(inode_number number, size_t size) {
  auto& file = nodes_[number];
  file.is_dirty = file.is_dirty || file.content.size() != size;
  file.content.resize(size);
  touch(number);
}

void forgetful_disk::set_mode(inode_number number, mode_t mode) {
  auto& is = nodes_[number];
  is.mode = (is.mode & S_IFMT) | (mode & ~S_IFMT);
}

void forgetful_disk::set_modified(inode_number number, timespec at) { nodes_[number].modified = at; }

void forgetful_disk::sync(inode_number number) {
  auto& is = nodes_[number];
  is.durable_content = is.content;
  is.is_dirty = false;
  if (!S_ISDIR(is.mode))
    return;
  is.durable_entries = is.entries;
  for (auto& each : changes_)
    std::erase_if(each, [&](const assignment& one) { return one.directory == number; });
  std::erase_if(changes_, [](const change& each) { return each.empty(); });
}

void forgetful_disk::sync_all() {
  for (auto& [number, is] : nodes_)
    sync(number);
}

bool forgetful_disk::has_unsynced_data() const {
  return std::ranges::any_of(nodes_, [](const auto& each) { return each.second.is_dirty; });
}

forgetful_disk forgetful_disk::after_cut(const cut_outcome& outcome) const {
  auto after = *this;
  after.changes_.clear();
  for (auto& [number, is] : after.nodes_) {
    is.entries = is.durable_entries;
    if (is.is_dirty)
      is.content = data_after_cut(is, outcome.data);
  }
  for (size_t i = 0; i < changes_.size(); ++i)
    if (i < 64 && (outcome.kept_changes >> i & 1) != 0)
      after.apply(changes_[i]);
  after.sync_all();
  return after;
}

std::vector<cut_outcome> forgetful_disk::outcomes() const {
  auto count = std::min<size_t>(changes_.size(), 63);
  auto all = (uint64_t{1} << count) - 1;
  std::vector<uint64_t> masks;
  if (count <= exhaustive_max) {
    for (uint64_t mask = 0; mask <= all; ++mask)
      masks.push_back(mask);
  } else {
    for (size_t i = 0; i <= count; ++i) {
      auto prefix = (uint64_t{1} << i) - 1;
      masks.insert(masks.end(), {prefix, all & ~prefix, all & (uint64_t{1} << i)});
    }
    std::ranges::sort(masks);
    masks.erase(std::unique(masks.begin(), masks.end()), masks.end());
  }
  using enum unsynced_data;
  std::vector<unsynced_data> fates{old};
  if (has_unsynced_data())
    fates = {old, none, half, zeros, whole};
  std::vector<cut_outcome> made;
  for (auto mask : masks)
    for (auto fate : fates)
      made.push_back({mask, fate});
  return made;
}

} // namespace breakwater::testing
