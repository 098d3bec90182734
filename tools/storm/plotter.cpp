#include "breakwater/tools/storm/plotter.hpp"

#include "breakwater/tools/storm/output_file.hpp"
#include "breakwater/tools/storm/temporary_directory.hpp"

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>
#include <system_error>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace breakwater::storm {

namespace {

std::string content_of(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

/// Runs `gnuplot script` in `directory`, its complaints in the file `complaints` there. True if it ended well.
bool run_gnuplot(const std::string& directory) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addchdir_np(&actions, directory.c_str());
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "complaints", O_WRONLY | O_CREAT | O_TRUNC, 0600);
  char program[] = "gnuplot", script[] = "script";
  char* arguments[] = {program, script, nullptr};
  pid_t child = 0;
  auto error = ::posix_spawnp(&child, program, &actions, nullptr, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0)
    return false;
  int status = 0;
  while (::waitpid(child, &status, 0) < 0)
    if (errno != EINTR)
      return false;
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

void erase_between(std::string& text, std::string_view from, std::string_view to) {
  auto begin = text.find(from);
  auto end = text.find(to, begin);
  if (begin != std::string::npos && end != std::string::npos)
    text.erase(begin, end + to.size() - begin);
}

} // namespace

std::optional<std::string> problem_of_plotter() {
  auto* path = std::getenv("PATH");
  std::istringstream directories{path != nullptr ? path : "/usr/bin:/bin"};
  for (std::string each; std::getline(directories, each, ':');)
    if (::access((each + "/gnuplot").c_str(), X_OK) == 0)
      return std::nullopt;
  return "gnuplot was not found. Install it (on Debian: apt-get install gnuplot-nox), or leave the option away";
}

std::string to_element(std::string svg) {
  svg.erase(0, std::min(svg.find("<svg"), svg.size()));
  erase_between(svg, "<title>", "</title>");
  erase_between(svg, "<defs>", "</defs>");
  for (size_t at = 0; (at = svg.find(" id=\"", at)) != std::string::npos; ++at)
    svg.replace(at, 5, " class=\"");
  return svg;
}

drawing draw(const std::string& script, const std::vector<std::string>& files) {
  temporary_directory directory;
  if (directory.problem())
    return {{}, *directory.problem()};
  if (auto problem = write_output(directory.path() + "/script", script))
    return {{}, *problem};
  if (!run_gnuplot(directory.path())) {
    auto complaints = content_of(directory.path() + "/complaints");
    return {{}, "gnuplot failed" + (complaints.empty() ? std::string{} : ": " + complaints)};
  }
  drawing out;
  for (const auto& each : files) {
    out.svgs.push_back(to_element(content_of(directory.path() + "/" + each)));
    if (out.svgs.back().empty())
      return {{}, "gnuplot drew nothing into " + each};
  }
  return out;
}

} // namespace breakwater::storm
