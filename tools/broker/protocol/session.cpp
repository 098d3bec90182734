#include "breakwater/tools/broker/protocol/session.hpp"

#include "breakwater/tools/broker/protocol/methods.hpp"
#include "breakwater/tools/broker/rpc/answers.hpp"
#include "breakwater/tools/broker/rpc/json_fields.hpp"

#include <charconv>

namespace breakwater::broker {

namespace {

uint64_t number_in(std::string_view id) {
  uint64_t number = 0;
  auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), number);
  return error == std::errc{} && end == id.data() + id.size() ? number : 0;
}

rpc_error no_such_method(std::string_view name) {
  auto shown = name.size() <= 100 ? std::string{name} : std::string{name.substr(0, 100)} + "...";
  return {method_not_found,
          "Method not found: " + shown +
              ". This is Breakwater, the auth part of an app-server only: it knows getAuthStatus, "
              "account/read, account/login/start, account/login/cancel and account/logout.",
          {}};
}

} // namespace

step session::receive(std::string_view line, wiped_string& out) {
  if (is_blank(line))
    return {};
  auto m = parse_message(line);
  step done;
  switch (m.kind) {
  case message_kind::request:
    return request(m, out);
  case message_kind::notification:
    return done; // `initialized`; whatever else it is, nobody waits for an answer
  case message_kind::answer:
    done.then = client_answer{number_in(m.id), std::move(m.result)};
    return done;
  case message_kind::broken:
    append_error(out, m.id, m.problem);
    done.error = m.problem.code;
    return done;
  }
  return done;
}

step session::request(message& m, wiped_string& out) {
  step done;
  auto fail = [&](const rpc_error& why) {
    append_error(out, m.id, why);
    done.error = why.code;
    return std::move(done);
  };
  done.method = find_method(m.method);
  if (!done.method)
    return fail(no_such_method(m.method));
  auto& known = all_methods()[*done.method];
  auto parsed = known.parse(m);
  if (auto* error = std::get_if<rpc_error>(&parsed))
    return fail(*error);
  size_t account = 0;
  if (known.own) {
    if (auto error = find_account(m, account))
      return fail(*error);
  } else if (auto* start = std::get_if<ask_initialize>(&parsed)) {
    if (initialized_)
      return fail({invalid_request, "Already initialized", {}});
    initialize(m.id, std::move(*start), out);
    return done;
  } else if (!initialized_) {
    return fail({invalid_request, "Not initialized", {}});
  }
  if (std::holds_alternative<ask_cancel_login>(parsed)) {
    append_result(out, m.id, R"({"status":"notFound"})");
    return done;
  }
  if (std::holds_alternative<ask_info>(parsed)) {
    append_result(out, m.id, in_one_line(info_to_json(facts_.info)));
    return done;
  }
  auto& what = std::get<ask>(parsed);
  if (auto* login = std::get_if<ask_login>(&what); login && login->given.method == auth_method::external)
    if (!experimental_)
      return fail({invalid_request, "account/login/start.chatgptAuthTokens requires experimentalApi capability", {}});
  done.then = question{std::move(m.id), account, std::move(what)};
  return done;
}

std::optional<rpc_error> session::find_account(const message& m, size_t& account) const {
  auto* field = find_field(m.params, "account");
  if (!field)
    return std::nullopt;
  auto name = text_field(m.params, "account");
  std::string known;
  for (size_t i = 0; i < facts_.info.accounts.size(); ++i) {
    if (name && facts_.info.accounts[i] == *name) {
      account = i;
      return std::nullopt;
    }
    known += (i == 0 ? "`" : ", `") + facts_.info.accounts[i] + "`";
  }
  auto shown = name ? " `" + name->substr(0, 100) + "`" : std::string{" of that kind"};
  return failure_to_error({{ec::invalid_request, "there is no account" + shown + "; this broker has " + known}});
}

void session::initialize(const std::string& id, ask_initialize start, wiped_string& out) {
  initialized_ = true;
  experimental_ = start.experimental;
  unwanted_.insert(start.unwanted.begin(), start.unwanted.end());
  auto result = json_document::object();
  set_text(result, "userAgent",
           "breakwater/" + facts_.info.version + " (" + start.client_name + "; " + start.client_version + ")");
  set_text(result, "codexHome", facts_.home);
  set_text(result, "platformFamily", "unix");
  set_text(result, "platformOs", "linux");
  append_result(out, id, in_one_line(result));
}

bool session::wants(std::string_view notification) const {
  return initialized_ && !unwanted_.contains(std::string{notification});
}

} // namespace breakwater::broker
