#include "breakwater/tests/exploration/explorer.hpp"

#include <chrono>

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

/// One walk from a root with budgets that are never the limit. False if it found something.
bool walk_once(const root& origin, uint64_t seed, search_result& result) {
  auto w = origin.begin;
  w.total_left = 255;
  w.left.fill(255);
  auto unlimited = root{origin.name, w};
  auto random = seed;
  std::vector<event> events, path;
  while (path.size() < walk_length) {
    list_events(w, events);
    if (events.empty())
      break;
    path.push_back(pick(w, events, random));
    ++result.events;
    if (auto broken = happen(w, path.back())) {
      result.broken = broken;
      result.trace = retell(unlimited, path);
      result.trace.insert(result.trace.begin(), "walk with seed " + std::to_string(seed));
      return false;
    }
  }
  result.depth = std::max(result.depth, path.size());
  return true;
}

} // namespace

search_result walk(uint64_t events, uint64_t seed, bool only_this_walk) {
  auto begun = std::chrono::steady_clock::now();
  search_result result;
  auto roots = make_roots(0);
  do {
    if (!walk_once(roots[seed % roots.size()], seed, result))
      break;
    ++result.states;
    ++seed;
  } while (!only_this_walk && result.events < events);
  result.complete = !result.broken;
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  return result;
}

} // namespace breakwater::exploration
