#include "breakwater/tools/broker/config/settings_file.hpp"

#include "breakwater/storage/posix.hpp"

#include <filesystem>
#include <system_error>

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace breakwater::broker {

namespace {

constexpr off_t size_max = 1 << 20;

struct file_text {
  std::optional<std::string> text;
  std::string problem;
};

std::string problem_of(const struct stat& found) {
  if (!S_ISREG(found.st_mode))
    return "this is no regular file";
  if (found.st_uid != ::geteuid() && found.st_uid != 0)
    return "this belongs to another user (uid " + std::to_string(found.st_uid) +
           "), who could send your tokens elsewhere; use a file of your own";
  if ((found.st_mode & (S_IWGRP | S_IWOTH)) != 0)
    return "other users may write this, and could send your tokens elsewhere; run: chmod go-w on it";
  if (found.st_size > size_max)
    return "this is larger than 1 MiB, which no configuration is";
  return {};
}

std::string system_text(int error) { return std::generic_category().message(error); }

file_text read_file(const config_file_choice& from) {
  unique_fd fd{::open(from.path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (!fd) {
    if (errno == ENOENT && !from.required)
      return {};
    auto named = from.named_by.empty() ? std::string{} : ", which " + from.named_by + " names,";
    return {std::nullopt, "the configuration" + named + " cannot be opened: " + system_text(errno)};
  }
  struct stat found {};
  if (::fstat(fd.get(), &found) != 0)
    return {std::nullopt, system_text(errno)};
  if (auto problem = problem_of(found); !problem.empty())
    return {std::nullopt, problem};
  std::string text(static_cast<size_t>(found.st_size), '\0');
  size_t done = 0;
  while (done < text.size()) {
    auto count = ::read(fd.get(), text.data() + done, text.size() - done);
    if (count < 0 && errno == EINTR)
      continue;
    if (count < 0)
      return {std::nullopt, "cannot be read: " + system_text(errno)};
    if (count == 0)
      break;
    done += static_cast<size_t>(count);
  }
  text.resize(done);
  return {std::move(text), {}};
}

} // namespace

config_file_choice choose_config_file(const std::string& flag, const environment& variable) {
  if (!flag.empty())
    return {flag, true, "--config"};
  if (auto named = variable("BREAKWATER_CONFIG"))
    return {*named, true, "BREAKWATER_CONFIG"};
  return {default_config_file(variable), false, {}};
}

settings_result load_settings(const config_file_choice& file, const environment& variable,
                              std::vector<flag_value> flags) {
  std::error_code ignored;
  config_sources from;
  from.variable = variable;
  from.working_directory = std::filesystem::current_path(ignored).string();
  from.file_path = std::filesystem::absolute(file.path, ignored).lexically_normal().string();
  from.flags = std::move(flags);
  auto read = read_file(file);
  if (!read.problem.empty())
    return {{}, {{from.file_path, read.problem}}};
  from.file_text = std::move(read.text);
  return make_settings(from);
}

} // namespace breakwater::broker
