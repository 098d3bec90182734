#include "breakwater/storage/file_checks.hpp"

namespace breakwater {

namespace {

constexpr mode_t others_write = S_IWGRP | S_IWOTH;

std::string owned_by(const struct stat& found, uid_t user, const std::string& path) {
  return path + ": belongs to user " + std::to_string(found.st_uid) + ", not to user " + std::to_string(user) +
         "; change its owner, or run as that user";
}

std::string_view kind_of_mode(mode_t mode) {
  if (S_ISDIR(mode))
    return "a directory";
  if (S_ISFIFO(mode))
    return "a FIFO";
  if (S_ISSOCK(mode))
    return "a socket";
  if (S_ISLNK(mode))
    return "a symbolic link";
  return "a device";
}

} // namespace

std::optional<std::string> problem_of_file(const struct stat& found, uid_t user, const std::string& path) {
  if (!S_ISREG(found.st_mode))
    return (path + ": expected a file, found ").append(kind_of_mode(found.st_mode));
  if (found.st_uid != user)
    return owned_by(found, user, path);
  if (found.st_mode & others_write)
    return path + ": writable for other users; run chmod go-w on it";
  return std::nullopt;
}

std::optional<std::string> problem_of_directory(const struct stat& found, uid_t user, const std::string& path) {
  if (!S_ISDIR(found.st_mode))
    return path + ": expected a directory";
  if (found.st_uid != user && found.st_uid != 0)
    return owned_by(found, user, path);
  if ((found.st_mode & others_write) && !(found.st_mode & S_ISVTX))
    return path + ": other users may write this directory and so replace the file in it; run chmod go-w on it";
  return std::nullopt;
}

std::optional<std::string> problem_of_link(const struct stat& found, uid_t user, const std::string& path) {
  if (found.st_uid != user && found.st_uid != 0)
    return owned_by(found, user, path);
  return std::nullopt;
}

} // namespace breakwater
