#pragma once
#include "breakwater/tests/core/machine_driver.hpp"

#include <gtest/gtest.h>

namespace breakwater {

inline constexpr wall_time start_of_test{std::chrono::seconds{1'800'000'000}};

/// One machine on one store, to be asked, answered and broken.
struct machine_test : ::testing::Test {
  store_place place;
  machine_driver a{place, 1};

  /// A login whose access token is over in `left`.
  void logged_in(std::chrono::seconds left = std::chrono::hours{1}) {
    place.content.credential = login_of("alice", "r1", "a1", start_of_test + left);
    a.start();
  }
  const ledger_entry* entry(const std::string& token) const {
    return find_entry(place.content.ledger, hash_of(secret{token}));
  }
};

} // namespace breakwater
