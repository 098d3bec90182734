#include "breakwater/tests/exploration/explorer.hpp"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

using namespace breakwater::exploration;

constexpr auto usage =
    "breakwater-explore [options]: explores the auth machine, two processes on one store and one authority\n"
    "  --bound N        how much may come from outside: 0 little, 1 the ordinary bound, 2 much\n"
    "  --root N         only from this beginning\n"
    "  --states-max N   stop after N worlds\n"
    "  --states-min N   fail if there are fewer distinct worlds\n"
    "  --all            go on after a violation, and print each kind once\n"
    "  --deep           depth first with the largest bound, up to 10^8 worlds\n"
    "  --walk N         random walks of N events in all instead; --seed S the first, --replay S just one\n"
    "  --expect G       succeed only if this guarantee is found broken (for mutants)\n";

struct options {
  search_limits limits;
  uint64_t states_min = 0;
  uint64_t walk_events = 0;
  uint64_t seed = 1;
  bool replay = false;
};

bool parse(int argc, char** argv, options& o) {
  for (int i = 1; i < argc; ++i) {
    std::string name = argv[i];
    if (name == "--deep") {
      o.limits.deep = true;
      o.limits.bound = 2;
      o.limits.states_max = 100'000'000;
      continue;
    }
    if (name == "--all") {
      o.limits.all = true;
      continue;
    }
    if (i + 1 == argc)
      return false;
    auto value = argv[++i];
    auto number = std::strtoull(value, nullptr, 10);
    if (name == "--bound")
      o.limits.bound = static_cast<int>(number);
    else if (name == "--root")
      o.limits.root = static_cast<int>(number);
    else if (name == "--states-max")
      o.limits.states_max = number;
    else if (name == "--states-min")
      o.states_min = number;
    else if (name == "--walk")
      o.walk_events = number;
    else if (name == "--seed" || name == "--replay")
      o.seed = number, o.replay = name == "--replay", o.walk_events = std::max<uint64_t>(o.walk_events, 1);
    else if (name == "--expect")
      o.limits.expected = value;
    else
      return false;
  }
  return true;
}

} // namespace

int main(int argc, char** argv) {
  options o;
  if (!parse(argc, argv, o)) {
    std::fputs(usage, stderr);
    return 2;
  }
  auto result =
      o.walk_events ? walk({o.walk_events, o.seed, o.replay, o.limits.all, o.limits.expected}) : explore(o.limits);
  if (o.walk_events)
    std::printf("%llu events in %llu walks from seed %llu, %.1f s\n", static_cast<unsigned long long>(result.events),
                static_cast<unsigned long long>(result.states), static_cast<unsigned long long>(o.seed),
                result.seconds);
  else
    std::printf("%llu worlds (%llu distinct without budgets), %llu events, depth %zu, %s, %.1f s\n",
                static_cast<unsigned long long>(result.states), static_cast<unsigned long long>(result.distinct),
                static_cast<unsigned long long>(result.events), result.depth,
                result.complete ? "all within the bound" : "stopped early", result.seconds);
  if (result.broken && !o.limits.all)
    print(*result.broken, result.trace);
  if (!o.limits.expected.empty())
    return result.broken && result.broken->guarantee == o.limits.expected ? 0 : 1;
  if (result.distinct < o.states_min) {
    std::printf("too few distinct worlds: %llu wanted\n", static_cast<unsigned long long>(o.states_min));
    return 1;
  }
  return result.broken ? 1 : 0;
}
