#include "breakwater/bench/child.hpp"

#include "breakwater/bench/benchmarks.hpp"

#include <cstdio>
#include <filesystem>
#include <sstream>

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ; // POSIX: declared by nobody

namespace breakwater::bench {

std::vector<double> run_child(std::vector<std::string> arguments) {
  auto program = std::filesystem::read_symlink("/proc/self/exe").string();
  arguments.insert(arguments.begin(), {program, child_option});
  std::vector<char*> argv;
  for (auto& each : arguments)
    argv.push_back(each.data());
  argv.push_back(nullptr);

  int ends[2];
  if (pipe(ends) != 0)
    return {};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_addclose(&actions, ends[0]);
  pid_t pid = 0;
  auto failed = posix_spawn(&pid, program.c_str(), &actions, nullptr, argv.data(), environ) != 0;
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);

  std::string text;
  char buffer[512];
  for (ssize_t n = 0; !failed && (n = read(ends[0], buffer, sizeof(buffer))) > 0;)
    text.append(buffer, static_cast<size_t>(n));
  close(ends[0]);
  int status = 0;
  if (failed || waitpid(pid, &status, 0) != pid || status != 0)
    return {};
  std::istringstream in{text};
  std::vector<double> out;
  for (double value = 0; in >> value;)
    out.push_back(value);
  return out;
}

int be_child(const std::vector<std::string>& arguments) {
  if (arguments.size() != 2)
    return 2;
  auto amount = std::stoul(arguments[1]);
  if (arguments[0] == "coalescing")
    return print_coalescing(amount);
  if (arguments[0] == "single_flight")
    return print_single_flight(amount);
  if (arguments[0] == "idle")
    return print_idle(amount);
#ifdef BREAKWATER_BENCH_BROKER
  if (arguments[0] == "json_loop")
    return print_json_loop(amount);
#endif
  return 2;
}

} // namespace breakwater::bench
