#pragma once
#include <string>
#include <vector>

/// Measurements that want a process of their own: one whose memory nobody used before, one with nothing else to do.
namespace breakwater::bench {

/// The argument that makes this program a child.
inline constexpr const char* child_option = "--child";

/// Runs this program with these arguments, and returns the numbers that it prints; empty: it failed.
std::vector<double> run_child(std::vector<std::string> arguments);

/// The child's side: `arguments` are those behind `child_option`. Returns the exit status.
int be_child(const std::vector<std::string>& arguments);

} // namespace breakwater::bench
