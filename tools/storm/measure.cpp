#include "breakwater/tools/storm/measure.hpp"

#include "breakwater/tools/storm/percentile.hpp"

#include <algorithm>
#include <map>

namespace breakwater::storm {

namespace {

bool is_refusal(const fake::arrival& request) { return request.status == 400 || request.status == 401; }

/// When requests arrived, told by the authority: its clock and ours tick alike. Ascending.
std::vector<steady_instant> arrivals_of(const record& r) {
  std::vector<steady_instant> all;
  for (const auto& each : r.authority.timeline)
    all.push_back(r.began + (each.at - r.began_there));
  return all;
}

/// Sent in the first half of a flight and answered after its end: by then an answer that waits for nothing would long
/// have come.
void count_waiting(row& out, const sample& one, const std::vector<steady_instant>& flights) {
  auto next = std::upper_bound(flights.begin(), flights.end(), one.asked_at);
  if (next == flights.begin())
    return;
  auto began = *std::prev(next);
  if (one.asked_at >= began + out.delay / 2)
    return;
  ++out.valid_asks;
  out.valid_waited += !one.answered || one.answered_at >= began + out.delay;
}

} // namespace

uint64_t requests_after_refusal(const std::vector<fake::arrival>& timeline, duration delay) {
  std::map<std::string, duration> known_dead;
  uint64_t count = 0;
  for (const auto& each : timeline) {
    auto found = known_dead.find(each.hash);
    if (found != known_dead.end() && each.at > found->second)
      ++count;
    else if (found == known_dead.end() && is_refusal(each))
      known_dead.emplace(each.hash, each.at + delay);
  }
  return count;
}

row measure(const record& r) {
  row out;
  out.scenario = r.scenario;
  out.policy = r.policy;
  out.callers = r.callers.size();
  out.requests = r.authority.token_requests;
  out.replays = r.authority.replays;
  out.family_alive = r.family_alive;
  out.token_kept = r.token_kept;
  out.requests_after_poison = requests_after_refusal(r.authority.timeline, r.delay);
  out.wall = r.ended - r.began;
  out.delay = r.delay;
  out.began_valid = r.began_valid;
  auto flights = arrivals_of(r);
  for (const auto& caller : r.callers)
    for (const auto& one : caller) {
      ++out.asked;
      out.open += !one.answered;
      out.without_token += one.answered && !one.got_token;
      auto until = one.answered ? one.answered_at : r.ended;
      out.latencies.push_back({until - one.asked_at, !one.answered});
      if (one.kind == ask_kind::token && r.began_valid)
        count_waiting(out, one, flights);
    }
  sort_latencies(out.latencies);
  out.p50 = percentile_of(out.latencies, 50);
  out.p99 = percentile_of(out.latencies, 99);
  for (const auto& each : r.authority.timeline)
    out.arrivals.push_back(each.at - r.began_there);
  return out;
}

} // namespace breakwater::storm
