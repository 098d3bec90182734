#include "breakwater/tests/exploration/explorer.hpp"

#include "breakwater/tests/exploration/seen_set.hpp"
#include "breakwater/tests/exploration/state_hash.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <deque>
#include <set>

namespace breakwater::exploration {

namespace {

/// How a world was first reached: enough to tell the way again, in eight bytes.
struct step_taken {
  uint32_t from;
  event what;
};
constexpr uint32_t no_step = UINT32_MAX;

class search {
public:
  explicit search(const search_limits& limits) : limits_(limits), roots_(make_roots(limits.bound)) {
    if (limits_.root >= 0)
      std::erase_if(roots_, [&](const root& each) { return each.begin.root != limits_.root; });
  }

  search_result run() {
    auto begun = std::chrono::steady_clock::now();
    result_.complete = limits_.deep ? depth_first() : breadth_first();
    result_.states = seen_.size();
    result_.distinct = distinct_.size();
    result_.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
    return std::move(result_);
  }

private:
  struct open_world {
    world state;
    uint32_t step;
    uint32_t depth;
  };

  bool is_new(const world& w) {
    auto hash = hash_of_world(w);
    if (!limits_.deep)
      distinct_.insert(hash);
    return seen_.insert(with_budgets(hash, w));
  }

  bool breadth_first() {
    std::deque<open_world> frontier;
    for (auto& each : roots_)
      if (is_new(each.begin))
        frontier.push_back({each.begin, no_step, 0});
    std::vector<event> events;
    while (!frontier.empty()) {
      auto from = std::move(frontier.front());
      frontier.pop_front();
      result_.depth = from.depth;
      list_events(from.state, events);
      for (auto what : events) {
        auto next = from.state;
        ++result_.events;
        if (auto broken = happen(next, what)) {
          if (!limits_.expected.empty() && broken->guarantee != limits_.expected)
            continue;
          if (told_.insert(broken->guarantee + broken->what).second)
            report_broken(*broken, retell(root_of(from.state), path_to(from.step, what)));
          if (!limits_.all)
            return false;
          continue;
        }
        if (!is_new(next))
          continue;
        steps_.push_back({from.step, what});
        frontier.push_back({std::move(next), static_cast<uint32_t>(steps_.size() - 1), from.depth + 1});
        report(frontier.size());
        if (seen_.size() >= limits_.states_max)
          return false;
      }
    }
    return true;
  }

  const root& root_of(const world& w) const {
    return *std::find_if(roots_.begin(), roots_.end(), [&](const root& each) { return each.begin.root == w.root; });
  }

  void report_broken(const violation& broken, std::vector<std::string> trace) {
    if (limits_.all)
      print(broken, trace);
    result_.broken = broken;
    result_.trace = std::move(trace);
  }

  std::vector<event> path_to(uint32_t step, event last) const {
    std::vector<event> path{last};
    for (; step != no_step; step = steps_[step].from)
      path.push_back(steps_[step].what);
    std::reverse(path.begin(), path.end());
    return path;
  }

  /// Budgets only shrink, so that no way through the worlds is long: a stack holds it.
  bool depth_first() {
    for (auto& each : roots_) {
      std::vector<event> path;
      if (is_new(each.begin) && !descend(each, each.begin, path))
        return false;
    }
    return true;
  }

  bool descend(const root& origin, const world& from, std::vector<event>& path) {
    result_.depth = std::max(result_.depth, path.size());
    std::vector<event> events;
    list_events(from, events);
    for (auto what : events) {
      auto next = from;
      ++result_.events;
      path.push_back(what);
      if (auto broken = happen(next, what)) {
        report_broken(*broken, retell(origin, path));
        return false;
      }
      if (is_new(next)) {
        report(path.size());
        if (seen_.size() >= limits_.states_max || !descend(origin, next, path))
          return false;
      }
      path.pop_back();
    }
    return true;
  }

  void report(size_t open) const {
    if (seen_.size() % 500'000 == 0) {
      std::printf("  %9zu worlds, %zu open, depth %zu\n", seen_.size(), open, result_.depth);
      std::fflush(stdout);
    }
  }

  search_limits limits_;
  std::vector<root> roots_;
  seen_set seen_, distinct_;
  std::vector<step_taken> steps_;
  std::set<std::string> told_;
  search_result result_;
};

} // namespace

search_result explore(const search_limits& limits) { return search{limits}.run(); }

void print(const violation& broken, const std::vector<std::string>& trace) {
  std::printf("BROKEN %s: %s\n", broken.guarantee.c_str(), broken.what.c_str());
  for (auto& line : trace)
    std::printf("%s\n", line.c_str());
  std::fflush(stdout);
}

std::vector<std::string> retell(const root& origin, const std::vector<event>& path) {
  std::vector<std::string> story{"begins with: " + origin.name};
  auto w = origin.begin;
  for (size_t i = 0; i < path.size(); ++i) {
    std::vector<std::string> lines;
    happen(w, path[i], &lines);
    lines.front() = std::to_string(i + 1) + ". " + lines.front();
    story.insert(story.end(), lines.begin(), lines.end());
  }
  return story;
}

} // namespace breakwater::exploration
