#include "breakwater/tools/authority/statistics.hpp"

#include <nlohmann/json.hpp>

namespace breakwater::fake {

namespace {

using nlohmann::json;

json rendered(const token_count& t) {
  return {{"hash", t.hash},         {"family", t.family}, {"received", t.received},
          {"replayed", t.replayed}, {"spent", t.spent},   {"refused", t.refused}};
}

json rendered(const family_state& f) {
  return {{"id", f.id},
          {"account", f.account},
          {"alive", f.alive},
          {"condemned", f.condemned},
          {"rotations", f.rotations},
          {"received", f.received},
          {"replays", f.replays}};
}

json rendered(const arrival& a) {
  return {{"at_ms", std::chrono::duration<double, std::milli>(a.at).count()},
          {"hash", a.hash},
          {"family", a.family},
          {"replay", a.replay},
          {"status", a.status},
          {"answer", a.answer}};
}

template <class T>
json list_of(const std::vector<T>& items) {
  auto list = json::array();
  for (const auto& item : items)
    list.push_back(rendered(item));
  return list;
}

} // namespace

std::string render_json(const statistics& s) {
  auto all = json{
      {"connections", s.connections},
      {"unread_connections", s.unread_connections},
      {"requests", s.requests},
      {"token_requests", s.token_requests},
      {"by_grant", s.by_grant},
      {"issued", s.issued},
      {"refused", s.refused},
      {"replays", s.replays},
      {"replays_in_grace", s.replays_in_grace},
      {"after_refusal", s.after_refusal},
      {"unknown_tokens", s.unknown_tokens},
      {"families_revoked", s.families_revoked},
      {"revocations", s.revocations},
      {"introspections", s.introspections},
      {"api_calls", s.api_calls},
      {"api_rejected", s.api_rejected},
      {"tokens", list_of(s.tokens)},
      {"families", list_of(s.families)},
      {"timeline", list_of(s.timeline)},
  };
  // A grant name or an account comes from outside and may be no UTF-8.
  return all.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

} // namespace breakwater::fake
