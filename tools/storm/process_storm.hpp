#pragma once
#include "breakwater/tools/storm/run.hpp"

namespace breakwater::storm {

/// One storm of many processes that share one auth.json: a fresh authority on loopback, a fresh login in the file, and
/// `processes` programs, each with its part of the callers and with a policy of its own. Blocks until it is over; then
/// all of them are gone. `program` is started with `child_word`; by default this very program.
run_result run_process_storm(size_t processes, policy_kind, const storm_settings&, const onlooker&,
                             const std::string& program = "/proc/self/exe");

} // namespace breakwater::storm
