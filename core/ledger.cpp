#include "breakwater/core/ledger.hpp"

#include <algorithm>

namespace breakwater {

const ledger_entry* find_entry(const ledger& all, const token_hash& token) {
  auto found = std::find_if(all.begin(), all.end(), [&](const ledger_entry& e) { return e.refresh_token == token; });
  return found == all.end() ? nullptr : &*found;
}

ledger_entry& entry_of(ledger& all, const token_hash& token) {
  auto found = std::find_if(all.begin(), all.end(), [&](const ledger_entry& e) { return e.refresh_token == token; });
  if (found != all.end())
    return *found;
  if (all.size() >= ledger_size_max) {
    auto harmless =
        std::find_if(all.begin(), all.end(), [](const ledger_entry& e) { return e.fate == token_fate::sent; });
    all.erase(harmless == all.end() ? all.begin() : harmless);
  }
  all.emplace_back().refresh_token = token;
  return all.back();
}

bool is_condemned(const ledger& all, const token_hash& token) {
  auto entry = find_entry(all, token);
  return entry && (entry->fate == token_fate::spent || entry->fate == token_fate::refused);
}

bool is_successor(const ledger& all, const token_hash& later, const token_hash& earlier) {
  auto at = earlier;
  for (size_t steps = 0; steps < all.size(); ++steps) {
    auto entry = find_entry(all, at);
    if (!entry || entry->fate != token_fate::spent || entry->successor.empty())
      return false;
    at = entry->successor;
    if (at == later)
      return true;
  }
  return false;
}

ledger with_known(ledger stored, const ledger& known) {
  auto end = stored.begin(); // ours go before the store's, which may be newer
  for (const auto& entry : known) {
    if (!is_condemned(known, entry.refresh_token) || is_condemned(stored, entry.refresh_token))
      continue;
    auto there = std::find_if(stored.begin(), stored.end(),
                              [&](const ledger_entry& e) { return e.refresh_token == entry.refresh_token; });
    if (there != stored.end())
      *there = entry;
    else
      end = stored.insert(end, entry) + 1;
  }
  if (stored.size() > ledger_size_max) {
    std::ranges::stable_sort(stored, {}, &ledger_entry::last_sent);
    stored.erase(stored.begin(), stored.end() - static_cast<ptrdiff_t>(ledger_size_max));
  }
  return stored;
}

ledger with_intent(ledger all, const intent& note) {
  auto& entry = entry_of(all, note.refresh_token);
  if (entry.fate == token_fate::sent || entry.fate == token_fate::in_doubt) {
    entry.fate = token_fate::in_doubt;
    if (entry.first_sent == unknown_time)
      entry.first_sent = note.written;
    entry.last_sent = std::max(entry.last_sent, note.written);
  }
  return all;
}

} // namespace breakwater
