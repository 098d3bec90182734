#pragma once
#include "breakwater/tools/storm/unguarded_policy.hpp"

namespace breakwater::storm {

/// Every caller for itself: each has its own copy of the refresh logic. It reads the shared credential, refreshes by
/// itself, and writes what it got over whatever is there, an empty refresh token included.
class naive_policy final : public unguarded_policy {
public:
  using unguarded_policy::unguarded_policy;
  ask_handle for_caller() override;
};

} // namespace breakwater::storm
