#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace breakwater::bench {

enum class result : uint8_t { ok, missed, broken, shown };

/// One line of the final table.
struct row {
  std::string what;
  std::string limit;
  std::string measured;
  /// To its baseline in the same run; empty: none.
  std::string ratio;
  /// `missed`: a limit in time or memory; `broken`: something that must hold at any speed; `shown`: without a limit.
  bench::result result = result::shown;
};

std::string number(double value, int digits);
std::string count(uint64_t value);
inline result judge(bool within) { return within ? result::ok : result::missed; }

class report {
public:
  void add(row one) { rows_.push_back(std::move(one)); }
  void print() const;
  bool has(result) const;

private:
  std::vector<row> rows_;
};

} // namespace breakwater::bench
