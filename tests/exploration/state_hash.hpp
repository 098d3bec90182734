#pragma once
#include "breakwater/tests/exploration/world.hpp"

namespace breakwater::exploration {

/// 64 bits that stand for a world. Worlds are one if they differ only in what cannot matter any more: times count from
/// now and what is past is past; operations, waiters and generations are known by their order; the two processes may
/// change places. Budgets are not part of it.
uint64_t hash_of_world(const world&);

/// The same with what is left of the budgets: what an exploration must tell apart.
uint64_t with_budgets(uint64_t hash, const world&);

} // namespace breakwater::exploration
