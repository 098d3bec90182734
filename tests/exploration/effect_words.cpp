#include "breakwater/tests/exploration/stage.hpp"

namespace breakwater::exploration {

namespace {

std::string name(const secret& token) {
  auto id = token_of(token);
  if (id == no_token)
    return "no token";
  return (token.reveal()[0] == 'r' ? "r" : "a") + std::to_string(id);
}

std::string name(const token_hash& hash) {
  auto id = refresh_of(hash);
  return id == no_token ? "no token" : "r" + std::to_string(id);
}

std::string words(const ledger& all) {
  std::string out;
  for (auto& entry : all)
    out += " " + name(entry.refresh_token) + " " + to_string(entry.fate);
  return out.empty() ? " empty" : out;
}

std::string words(const status_fields& s) {
  return "generation " + std::to_string(s.generation.number) + " of " +
         (s.account.id.empty() ? "nobody" : s.account.id) + ", " + name(s.token) + ", " + to_string(s.health);
}

struct describer {
  std::string operator()(const effects::answer& e) {
    std::string out = "-> answer to";
    for (auto who : e.who)
      out += " " + std::to_string(who);
    if (auto status = std::get_if<auth_status>(&e.what))
      return out + ": status, " + words(**status);
    if (auto token = std::get_if<bearer>(&e.what))
      return out + ": bearer " + (*token ? name((*token)->token) : "of nothing");
    if (auto outcome = std::get_if<reload_outcome>(&e.what))
      return out + ": " + to_string(*outcome);
    if (auto outcome = std::get_if<logout_outcome>(&e.what))
      return out + ": logged out" + (outcome->revoking ? ", revoking" : "");
    if (auto outcome = std::get_if<shutdown_outcome>(&e.what))
      return out + ": ended" + (outcome->lost ? ", a token is lost" : "");
    return out + ": " + to_string(std::get<refused_request>(e.what).error.code);
  }
  std::string operator()(const effects::publish& e) { return "-> publish " + words(*e.notice.snapshot); }
  std::string operator()(const effects::arm_timer& e) {
    auto at = to_model(e.at);
    return "-> timer at " + std::to_string(at / 1000) + "." + std::to_string(at % 1000 / 100) + " s";
  }
  std::string operator()(const effects::call_authority& e) {
    return "-> token request with " + name(e.refresh_token) + ", flight " + std::to_string(e.flight >> 10);
  }
  std::string operator()(const effects::ask_provider&) { return "-> ask the provider"; }
  std::string operator()(const effects::revoke_token& e) { return "-> revoke " + name(e.token); }
  std::string operator()(const effects::store_load&) { return "load"; }
  std::string operator()(const effects::store_acquire&) { return "acquire the lease"; }
  std::string operator()(const effects::store_write_intent& e) {
    return "write the intent of " + name(e.intent.refresh_token) + ", flight " + std::to_string(e.intent.flight >> 10) +
           ", ledger" + words(e.ledger);
  }
  std::string operator()(const effects::store_write_ledger& e) { return "write the ledger" + words(e.ledger); }
  std::string operator()(const effects::store_clear_intent& e) {
    return "clear the intent of flight " + std::to_string(e.flight >> 10);
  }
  std::string operator()(const effects::store_commit& e) {
    return "commit " + name(e.next.refresh_token) + " over " + name(e.sent);
  }
  std::string operator()(const effects::store_put& e) { return "put " + name(e.next.refresh_token); }
  std::string operator()(const effects::store_take&) { return "take"; }
  std::string operator()(const effects::store_release&) { return "release the lease"; }
  std::string operator()(const effects::note& e) { return "note " + e.entry.what; }
};

} // namespace

std::string describe(const effect& e) { return std::visit(describer{}, e); }

} // namespace breakwater::exploration
