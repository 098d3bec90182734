#include "breakwater/tests/exploration/explorer.hpp"

#include <algorithm>
#include <chrono>
#include <map>

namespace breakwater::exploration {

namespace {

constexpr size_t walk_length = 400;

/// SplitMix64: small, and the same everywhere.
uint64_t next_random(uint64_t& state) {
  auto z = state += 0x9e3779b97f4a7c15;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
  z = (z ^ z >> 27) * 0x94d049bb133111eb;
  return z ^ z >> 31;
}

/// What goes on by itself is likelier than what comes from outside, else nothing ever ends.
event pick(const world& w, const std::vector<event>& all, uint64_t& random) {
  std::vector<event> begun, outside;
  for (auto each : all)
    (price_of(w, each) ? outside : begun).push_back(each);
  auto& from = outside.empty() || (!begun.empty() && next_random(random) % 4 != 0) ? begun : outside;
  return from[next_random(random) % from.size()];
}

/// A violation's words without the numbers of its tokens.
std::string kind_of(const violation& broken) {
  auto words = broken.guarantee + ": " + broken.what;
  std::erase_if(words, [](char c) { return c >= '0' && c <= '9'; });
  return words;
}

/// Lets the events happen that can. The path that did, if it ends in a violation of this kind.
std::vector<event> replay(world w, const std::vector<event>& path, const std::string& kind) {
  std::vector<event> events, done;
  for (auto each : path) {
    list_events(w, events);
    auto same = [&](event e) { return e.kind == each.kind && e.who == each.who; };
    if (std::none_of(events.begin(), events.end(), same))
      continue;
    done.push_back(each);
    if (auto broken = happen(w, each))
      return kind_of(*broken) == kind ? done : std::vector<event>{};
  }
  return {};
}

/// Leaves out what the violation does not need, until nothing can be left out.
std::vector<event> shorten(const world& begin, std::vector<event> path, const std::string& kind) {
  for (auto length = path.size() / 2; length > 0; length = length == 1 ? 0 : length / 2)
    for (size_t at = path.size(); at-- > 0;) {
      if (at + length > path.size())
        continue;
      auto less = path;
      less.erase(less.begin() + static_cast<ptrdiff_t>(at), less.begin() + static_cast<ptrdiff_t>(at + length));
      if (auto found = replay(begin, less, kind); !found.empty() && found.size() < path.size())
        path = found;
    }
  return path;
}

class walker {
public:
  explicit walker(uint64_t seed) : seed_(seed), random_(seed) {}

  /// One walk, with budgets that are never the limit. False if it found something new.
  bool go(root origin, search_result& result, std::map<std::string, bool>& known, const std::string& expected) {
    origin.begin.total_left = 255;
    origin.begin.left.fill(255);
    auto w = origin.begin;
    std::vector<event> events, path;
    while (path.size() < walk_length) {
      list_events(w, events);
      if (events.empty())
        break;
      path.push_back(pick(w, events, random_));
      ++result.events;
      if (auto broken = happen(w, path.back())) {
        if (!expected.empty() && broken->guarantee != expected)
          return true;
        auto kind = kind_of(*broken);
        if (std::exchange(known[kind], true))
          return true;
        result.broken = broken;
        result.trace = retell(origin, shorten(origin.begin, path, kind));
        result.trace.insert(result.trace.begin(), "walk with seed " + std::to_string(seed_) + ", shortened");
        return false;
      }
    }
    return true;
  }

private:
  uint64_t seed_;
  uint64_t random_;
};

} // namespace

search_result walk(const walk_limits& limits) {
  auto begun = std::chrono::steady_clock::now();
  search_result result;
  std::map<std::string, bool> known;
  auto roots = make_roots(0);
  auto seed = limits.seed;
  do {
    if (!walker{seed}.go(roots[seed % roots.size()], result, known, limits.expected)) {
      if (!limits.all)
        break;
      print(*result.broken, result.trace);
    }
    ++result.states;
    ++seed;
  } while (!limits.only_one && result.events < limits.events);
  result.complete = !result.broken;
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  return result;
}

} // namespace breakwater::exploration
