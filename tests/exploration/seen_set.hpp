#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace breakwater::exploration {

/// A set of 64-bit hashes: eight bytes for each, and at most three quarters of the table filled. Two worlds of 10^8
/// share a hash with a chance of some 0.03 %: then one of them is not explored.
class seen_set {
public:
  /// False if it was there already.
  bool insert(uint64_t hash) {
    if (hash == 0)
      hash = 1;
    if (4 * (count_ + 1) > 3 * table_.size())
      grow();
    auto at = place(table_, hash);
    if (table_[at] == hash)
      return false;
    table_[at] = hash;
    ++count_;
    return true;
  }

  size_t size() const { return count_; }

private:
  static size_t place(const std::vector<uint64_t>& table, uint64_t hash) {
    auto mask = table.size() - 1;
    auto at = hash & mask;
    while (table[at] != 0 && table[at] != hash)
      at = (at + 1) & mask;
    return at;
  }

  void grow() {
    std::vector<uint64_t> larger(table_.empty() ? size_t{1} << 16 : 2 * table_.size());
    for (auto hash : table_)
      if (hash != 0)
        larger[place(larger, hash)] = hash;
    table_.swap(larger);
  }

  std::vector<uint64_t> table_;
  size_t count_ = 0;
};

} // namespace breakwater::exploration
