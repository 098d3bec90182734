#include "breakwater/storage/side_file_codec.hpp"

#include "breakwater/storage/json_document.hpp"
#include "breakwater/storage/rfc3339.hpp"

#include <array>
#include <charconv>
#include <limits>

namespace breakwater {

namespace {

constexpr std::array fates = {token_fate::sent, token_fate::in_doubt, token_fate::spent, token_fate::refused};
constexpr std::array reasons = {refusal::none,    refusal::expired, refusal::reused,
                                refusal::revoked, refusal::unknown, refusal::other_account};

constexpr std::array homes = {document_home::file, document_home::keyring};

/// Reads the fields of one object; the first failure of the whole file stays.
class field_reader {
public:
  field_reader(const json_document& object, std::string path, failure& error)
      : object_{object}, path_{std::move(path)}, error_{error} {}

  void read(const char* name, std::string& to) {
    if (auto* value = find(name)) {
      if (auto* text = value->get_ptr<const wiped_string*>())
        to = *text;
      else
        fail(name, "a string", *value);
    }
  }
  void read(const char* name, bool& to) {
    if (auto* value = find(name)) {
      if (value->is_boolean())
        to = value->get<bool>();
      else
        fail(name, "a boolean", *value);
    }
  }
  void read(const char* name, uint32_t& to) {
    uint64_t wide = 0;
    if (!read_number(name, wide))
      return;
    if (wide > std::numeric_limits<uint32_t>::max())
      return fail(name, "a number below 2^32", *find(name));
    to = static_cast<uint32_t>(wide);
  }
  bool read_number(const char* name, uint64_t& to) {
    auto* value = find(name);
    if (!value)
      return false;
    if (!value->is_number_unsigned()) {
      fail(name, "a whole number, not negative", *value);
      return false;
    }
    to = value->get<uint64_t>();
    return true;
  }
  void read(const char* name, wall_time& to) {
    read_text_as(name, "a date and time as RFC 3339 writes it", to, parse_rfc3339);
  }
  void read(const char* name, token_hash& to) { read_text_as(name, "64 hex digits", to, parse_token_hash); }
  void read_flight(const char* name, uint64_t& to) {
    require(name);
    read_text_as(name, "1 to 16 hex digits", to, [](std::string_view text) -> std::optional<uint64_t> {
      uint64_t number = 0;
      auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number, 16);
      if (text.empty() || problem != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
      return number;
    });
  }
  /// Reads an enumeration written by its name.
  template <class Enum, size_t Size>
  void read(const char* name, Enum& to, const std::array<Enum, Size>& all) {
    read_text_as(name, "a word known to this version", to, [&](std::string_view text) -> std::optional<Enum> {
      for (auto each : all)
        if (text == to_string(each))
          return each;
      return std::nullopt;
    });
  }
  void require(const char* name) {
    if (!find(name) && !error_)
      error_ = {ec::store_unreadable, path_ + name + ": missing"};
  }
  /// Calls `each` with a reader for every object of the array `name`.
  template <class Each>
  void read_array(const char* name, Each each) {
    auto* value = find(name);
    if (!value)
      return;
    if (!value->is_array())
      return fail(name, "an array", *value);
    for (size_t i = 0; i < value->size(); ++i) {
      auto label = std::string{name} + '[' + std::to_string(i) + ']';
      if (!(*value)[i].is_object())
        return fail(label.c_str(), "an object", (*value)[i]);
      field_reader inner{(*value)[i], path_ + label + '.', error_};
      each(inner);
    }
  }
  const json_document* find(const char* name) const {
    auto found = object_.find(name);
    return found == object_.end() || found->is_null() ? nullptr : &*found;
  }
  void fail(const char* name, std::string_view expected, const json_document& value) {
    if (!error_)
      error_ = {ec::store_unreadable,
                (path_ + name + ": expected ").append(expected).append(", found ").append(kind_of(value))};
  }

private:
  template <class T, class Parse>
  void read_text_as(const char* name, std::string_view expected, T& to, Parse parse) {
    auto* value = find(name);
    if (!value)
      return;
    auto* text = value->get_ptr<const wiped_string*>();
    if (auto parsed = text ? parse(std::string_view{*text}) : std::nullopt)
      to = *parsed;
    else
      fail(name, expected, *value);
  }

  const json_document& object_;
  std::string path_;
  failure& error_;
};

ledger_entry read_entry(field_reader& from) {
  ledger_entry entry;
  from.require("refresh_token");
  from.read("refresh_token", entry.refresh_token);
  from.require("fate");
  from.read("fate", entry.fate, fates);
  from.read("reason", entry.reason, reasons);
  from.read("message", entry.message);
  from.read("access_token", entry.access_token);
  from.read("successor", entry.successor);
  from.read("first_sent", entry.first_sent);
  from.read("last_sent", entry.last_sent);
  from.read("next_try", entry.next_try);
  from.read("failures", entry.failures);
  from.read("doubt_tries", entry.doubt_tries);
  from.read("confirmations", entry.confirmations);
  from.read("grace_used", entry.grace_used);
  return entry;
}

login_fact read_login(field_reader& from) {
  login_fact fact;
  from.require("token");
  from.read("token", fact.token);
  from.read("login_id", fact.login_id);
  return fact;
}

access_fact read_access(field_reader& from) {
  access_fact fact;
  from.require("token");
  from.read("token", fact.token);
  from.read("expires_at", fact.expires_at);
  from.read("email", fact.email);
  from.read("plan", fact.plan);
  return fact;
}

std::optional<intent> read_intent(const json_document& value, const std::string& where, failure& error) {
  field_reader from{value, where + ": intent.", error};
  intent made;
  from.require("refresh_token");
  from.read("refresh_token", made.refresh_token);
  from.read_flight("flight", made.flight);
  from.read("written", made.written);
  return made;
}

/// Checked before anything else: the fields of a later version may mean anything.
void check_version(field_reader& from, std::string_view where, failure& error) {
  uint64_t version = 0;
  from.require("version");
  if (from.read_number("version", version) && version != side_file_version)
    error = {ec::store_unreadable, std::string{where} + ": version: this is version " + std::to_string(version) +
                                       ", and this program reads version " + std::to_string(side_file_version) +
                                       "; use the newer program"};
}

void write_time(json_document& object, const char* name, wall_time time) {
  if (time != unknown_time)
    object[name] = wiped_string{render_rfc3339(time)};
}

void write_text(json_document& object, const char* name, std::string_view text) {
  if (!text.empty())
    object[name] = wiped_string{text};
}

void write_hash(json_document& object, const char* name, const token_hash& hash) {
  if (!hash.empty())
    object[name] = wiped_string{to_hex(hash)};
}

json_document render_entry(const ledger_entry& entry) {
  // By name, all of them: a field that is added to the ledger and not here does not compile.
  auto& [refresh_token, fate, reason, message, access_token, successor, first_sent, last_sent, next_try, failures,
         doubt_tries, confirmations, grace_used] = entry;
  auto made = json_document::object();
  made["refresh_token"] = wiped_string{to_hex(refresh_token)};
  made["fate"] = wiped_string{to_string(fate)};
  if (reason != refusal::none)
    made["reason"] = wiped_string{to_string(reason)};
  write_text(made, "message", message);
  write_hash(made, "access_token", access_token);
  write_hash(made, "successor", successor);
  write_time(made, "first_sent", first_sent);
  write_time(made, "last_sent", last_sent);
  write_time(made, "next_try", next_try);
  made["failures"] = failures;
  made["doubt_tries"] = doubt_tries;
  made["confirmations"] = confirmations;
  made["grace_used"] = grace_used;
  return made;
}

json_document render_intent(const intent& note) {
  auto made = json_document::object();
  made["refresh_token"] = wiped_string{to_hex(note.refresh_token)};
  char digits[16];
  auto end = std::to_chars(digits, digits + sizeof digits, note.flight, 16).ptr;
  made["flight"] = wiped_string{digits, end};
  write_time(made, "written", note.written);
  return made;
}

json_document render_login(const login_fact& fact) {
  auto made = json_document::object();
  made["token"] = wiped_string{to_hex(fact.token)};
  write_text(made, "login_id", fact.login_id);
  return made;
}

json_document render_access(const access_fact& fact) {
  auto made = json_document::object();
  made["token"] = wiped_string{to_hex(fact.token)};
  write_time(made, "expires_at", fact.expires_at);
  write_text(made, "email", fact.email);
  write_text(made, "plan", fact.plan);
  return made;
}

/// The token that a login's facts are bound to.
token_hash login_anchor(const credential& of) {
  if (!of.refresh_token.empty())
    return hash_of(of.refresh_token);
  return hash_of(of.access_token.empty() ? of.api_key : of.access_token);
}

/// The token that an expiry is bound to.
token_hash access_anchor(const credential& of) {
  return hash_of(of.access_token.empty() ? of.api_key : of.access_token);
}

} // namespace

std::string to_string(document_home home) { return home == document_home::keyring ? "keyring" : "file"; }

side_file_result parse_side_file(std::string_view text, std::string_view where) {
  auto parsed = parse_json_object(text, where);
  if (parsed.error)
    return {std::move(parsed.error), {}};
  side_file_result result;
  field_reader from{parsed.document, std::string{where} + ": ", result.error};
  check_version(from, where, result.error);
  if (result.error)
    return result;
  auto& found = result.found;
  from.read_array("ledger", [&](field_reader& entry) { found.ledger.push_back(read_entry(entry)); });
  from.read_array("logins", [&](field_reader& fact) { found.logins.push_back(read_login(fact)); });
  from.read_array("accesses", [&](field_reader& fact) { found.accesses.push_back(read_access(fact)); });
  from.read("home", found.home, homes);
  if (auto* value = from.find("intent")) {
    if (value->is_object())
      found.intent = read_intent(*value, std::string{where}, result.error);
    else
      from.fail("intent", "an object", *value);
  }
  if (result.error)
    return {std::move(result.error), {}};
  if (found.ledger.size() > ledger_size_max)
    found.ledger.erase(found.ledger.begin(), found.ledger.end() - ledger_size_max);
  return result;
}

wiped_string render_side_file(const side_file& side) {
  auto document = json_document::object();
  document["version"] = side_file_version;
  auto& entries = document["ledger"] = json_document::array();
  auto skipped = side.ledger.size() > ledger_size_max ? side.ledger.size() - ledger_size_max : 0;
  for (auto i = skipped; i < side.ledger.size(); ++i)
    entries.push_back(render_entry(side.ledger[i]));
  if (side.intent)
    document["intent"] = render_intent(*side.intent);
  if (side.home != document_home::file)
    document["home"] = wiped_string{to_string(side.home)};
  auto& logins = document["logins"] = json_document::array();
  for (auto& fact : side.logins)
    logins.push_back(render_login(fact));
  auto& accesses = document["accesses"] = json_document::array();
  for (auto& fact : side.accesses)
    accesses.push_back(render_access(fact));
  return render_json(document);
}

void note_facts(side_file& side, const credential& current, const credential& next) {
  auto current_login = login_anchor(current), next_login = login_anchor(next);
  std::erase_if(side.logins, [&](auto& fact) { return fact.token == next_login || fact.token != current_login; });
  if (!next_login.empty() && !next.login_id.empty())
    side.logins.push_back({next_login, next.login_id});
  auto current_access = access_anchor(current), next_access = access_anchor(next);
  std::erase_if(side.accesses, [&](auto& fact) { return fact.token == next_access || fact.token != current_access; });
  auto says_something = next.expires_at != unknown_time || !next.account.email.empty() || !next.account.plan.empty();
  if (!next_access.empty() && says_something)
    side.accesses.push_back({next_access, next.expires_at, next.account.email, next.account.plan});
}

void apply_facts(const side_file& side, credential& to) {
  auto login = login_anchor(to), access = access_anchor(to);
  for (auto& fact : side.logins)
    if (!login.empty() && fact.token == login)
      to.login_id = fact.login_id;
  for (auto& fact : side.accesses)
    if (!access.empty() && fact.token == access) {
      to.expires_at = fact.expires_at;
      to.account.email = fact.email;
      to.account.plan = fact.plan;
    }
}

} // namespace breakwater
