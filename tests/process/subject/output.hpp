#pragma once
#include <nlohmann/json.hpp>

#include <iostream>
#include <mutex>

namespace breakwater::subject {

/// Lines on standard output from any thread, each whole.
class output {
public:
  void say(const nlohmann::json& line) {
    std::lock_guard lock{mutex_};
    std::cout << line.dump() + "\n" << std::flush;
  }

private:
  std::mutex mutex_;
};

} // namespace breakwater::subject
