#include "breakwater/storage/write_lock.hpp"

#include <algorithm>
#include <thread>

namespace breakwater {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds pause_min{1};
constexpr milliseconds pause_max{50};

} // namespace

write_lock::~write_lock() {
  while (!locks_.empty())
    locks_.pop_back();
}

failure write_lock::take(const file_place& place, uid_t user, milliseconds wait_max) {
  auto deadline = std::chrono::steady_clock::now() + wait_max;
  for (auto& path : place.write_lock_paths()) {
    auto& lock = locks_.emplace_back();
    auto pause = pause_min;
    failure error;
    for (;;) {
      auto outcome = lock.try_take(path, user, error);
      if (outcome == file_lock::outcome::taken)
        break;
      if (outcome == file_lock::outcome::failed)
        return error;
      if (std::chrono::steady_clock::now() >= deadline)
        return {ec::store_unwritable, path + ": locked by another program for " + std::to_string(wait_max.count()) +
                                          " ms; end it, or try again"};
      std::this_thread::sleep_for(pause);
      pause = std::min(2 * pause, pause_max);
    }
  }
  return {};
}

} // namespace breakwater
