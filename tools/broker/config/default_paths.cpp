#include "breakwater/tools/broker/config/default_paths.hpp"

#include <cstdlib>

#include <pwd.h>
#include <unistd.h>

namespace breakwater::broker {

namespace {

std::string without_end_slash(std::string path) {
  while (path.size() > 1 && path.back() == '/')
    path.pop_back();
  return path;
}

std::string below(const std::string& directory, const std::string& name) {
  return directory == "/" ? directory + name : directory + '/' + name;
}

} // namespace

environment process_environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    if (auto* found = std::getenv(name.c_str()); found != nullptr && *found != '\0')
      return std::string{found};
    if (name == "HOME")
      if (auto* user = ::getpwuid(::getuid()); user != nullptr && user->pw_dir != nullptr && *user->pw_dir != '\0')
        return std::string{user->pw_dir};
    return std::nullopt;
  };
}

std::string home_directory(const environment& variable) { return without_end_slash(variable("HOME").value_or("/")); }

std::string default_config_file(const environment& variable) {
  // The XDG base directory specification: a relative path there is to be ignored.
  auto base = variable("XDG_CONFIG_HOME");
  if (!base || base->front() != '/')
    base = below(home_directory(variable), ".config");
  return below(without_end_slash(*base), "breakwater/config.toml");
}

std::string default_socket(const environment& variable) {
  auto base = variable("XDG_RUNTIME_DIR");
  if (base && base->front() == '/')
    return below(without_end_slash(*base), "breakwater/broker.sock");
  return below(home_directory(variable), ".breakwater/run/broker.sock");
}

std::string default_client_home(const environment& variable) {
  if (auto home = variable("CODEX_HOME"))
    return without_end_slash(*home);
  return below(home_directory(variable), ".codex");
}

std::string default_auth_file(const environment& variable) { return below(default_client_home(variable), "auth.json"); }

std::string with_home(const std::string& path, const environment& variable) {
  if (path == "~")
    return home_directory(variable);
  return path.starts_with("~/") ? below(home_directory(variable), path.substr(2)) : path;
}

} // namespace breakwater::broker
