#include "breakwater/tools/authority/endpoints.hpp"

#include "breakwater/tools/authority/answers.hpp"
#include "breakwater/tools/authority/json_seconds.hpp"
#include "breakwater/tools/authority/script_codec.hpp"

#include <algorithm>
#include <utility>

namespace breakwater::fake {

namespace {

using nlohmann::json;

http_answer json_answer(int status, const json& body) {
  return {status, "application/json", body.dump(-1, ' ', false, json::error_handler_t::replace) + "\n", {}};
}

http_answer error_answer(int status, std::string_view what) { return json_answer(status, {{"error", what}}); }

const std::string& value_of(const parameters& all, const char* name) {
  static const std::string none;
  auto found = all.find(name);
  return found != all.end() ? found->second : none;
}

/// The names counted by themselves; the rest is what a hostile client may invent.
std::string counted_grant(const std::string& grant) {
  for (auto known : {"refresh_token", "authorization_code", "client_credentials", "password"})
    if (grant == known)
      return grant;
  return grant.empty() ? "none" : "other";
}

redeem_options options_of(const behavior& b) {
  redeem_options made;
  if (b.what == answer::no_refresh_token)
    made.rotate = rotation::omit;
  if (b.what == answer::same_tokens)
    made.rotate = rotation::same;
  if (b.what == answer::other_account)
    made.account = b.account;
  if (b.what == answer::expired_token)
    made.lifetime = std::chrono::seconds{-60};
  return made;
}

std::string label_of(const behavior& b) {
  auto label = std::string{name_of(b.what)};
  return b.then == fault::none ? label : label + "+" + std::string{name_of(b.then)};
}

} // namespace

endpoints::endpoints(authority_settings settings, log_hook log)
    : settings_{std::move(settings)}, log_{std::move(log)}, model_{settings_} {}

behavior endpoints::take_early_fault() {
  if (!is_early(script_.peek().then))
    return {};
  ++model_.counts().unread_connections;
  return script_.take();
}

reply_plan endpoints::handle(const http_request& request, bool keep_alive, server_time now) {
  now.wall += settings_.clock_skew;
  ++model_.counts().requests;
  auto done = route(request, now);
  if (log_) {
    auto at = std::chrono::duration_cast<std::chrono::milliseconds>(now.since_start).count();
    // An unknown path may hold anything, so it is not shown.
    auto path = done.answer.status == 404 ? std::string{"(other)"} : request.path;
    log_(std::to_string(at) + " ms " + request.method + " " + path + " " + std::to_string(done.answer.status) +
         (done.note.empty() ? "" : " " + done.note));
  }
  return plan(done.answer, done.how, keep_alive, now.wall);
}

endpoints::routed endpoints::route(const http_request& request, server_time now) {
  const auto& path = request.path;
  auto is_read = path == "/stats" || path == "/api";
  auto is_write = path == "/oauth/token" || path == "/oauth/revoke" || path == "/introspect" ||
                  path == "/control/issue" || path == "/control/script" || path == "/control/refuse";
  if (!is_read && !is_write)
    return {error_answer(404, "there is no such endpoint")};
  if (request.method != (is_read ? "GET" : "POST")) {
    auto refused = error_answer(405, is_read ? "use GET" : "use POST");
    refused.headers.emplace_back("Allow", is_read ? "GET" : "POST");
    return {refused};
  }
  if (path == "/oauth/token")
    return token(request, now);
  if (path == "/oauth/revoke")
    return revoke(request);
  if (path == "/introspect")
    return introspect(request, now);
  if (path == "/api")
    return api(request, now);
  if (path == "/stats")
    return {{200, "application/json", render_json(model_.snapshot()), {}}};
  return control(request, now);
}

endpoints::routed endpoints::token(const http_request& request, server_time now) {
  auto how = script_.take();
  if (is_early(how.then)) {
    // It came to the front after this request had begun: too late to leave it unread, not to leave it unprocessed.
    ++model_.counts().unread_connections;
    return {{}, how, label_of(how)};
  }
  auto& counts = model_.counts();
  ++counts.token_requests;
  auto body = parse_parameters(request);
  auto fields = body.value_or(parameters{});
  ++counts.by_grant[counted_grant(value_of(fields, "grant_type"))];
  const auto& refresh_token = value_of(fields, "refresh_token");
  auto received = model_.receive(refresh_token);
  if (auto for_good = parse_name<answer>(model_.condemned(received.family)))
    how.what = *for_good;

  http_answer made;
  if (!redeems(how.what)) {
    made = render_scripted(how, now.wall);
    if (refuses(how.what))
      model_.note_refused(refresh_token);
  } else if (auto objected = objection(request, body)) {
    made = *objected;
  } else {
    made = redeem(fields, how, now);
  }
  if (counts.timeline.size() < settings_.timeline_max)
    counts.timeline.push_back(
        {now.since_start, received.hash, received.family, received.replay, made.status, label_of(how)});
  auto note = label_of(how) + (received.hash.empty() ? "" : " token " + received.hash) +
              (received.family == 0 ? "" : " family " + std::to_string(received.family)) +
              (received.replay ? " REPLAY" : "");
  how.delay += how.then == fault::drip ? std::chrono::milliseconds{0} : settings_.delay;
  return {std::move(made), std::move(how), std::move(note)};
}

http_answer endpoints::redeem(const parameters& fields, const behavior& how, server_time now) {
  const auto& refresh_token = value_of(fields, "refresh_token");
  auto result = model_.redeem(refresh_token, options_of(how), now.wall);
  if (auto* tokens = std::get_if<token_set>(&result))
    return render_issued(*tokens, how);
  if (settings_.refusals != refusal_style::empty && settings_.refusals != refusal_style::server_error)
    model_.note_refused(refresh_token);
  return render_refused(std::get<refusal>(result), settings_.refusals);
}

std::optional<http_answer> endpoints::objection(const http_request& request,
                                                const std::optional<parameters>& body) const {
  auto is_json = has_json_body(request);
  if (!body || (is_json && settings_.bodies == accepted_body::form) ||
      (!is_json && settings_.bodies == accepted_body::json))
    return render_error(400, "invalid_request", "the body is not of a type that this endpoint takes");
  if (!is_known(parse_client(request, *body)))
    return render_scripted({answer::invalid_client}, {});
  const auto& grant = value_of(*body, "grant_type");
  if (grant.empty())
    return render_error(400, "invalid_request", "grant_type is missing");
  if (grant != "refresh_token")
    return render_scripted({answer::unsupported_grant_type}, {});
  if (value_of(*body, "refresh_token").empty())
    return render_error(400, "invalid_request", "refresh_token is missing");
  return std::nullopt;
}

bool endpoints::is_known(const client_identity& client) const {
  return (settings_.client_id.empty() || client.id == settings_.client_id) &&
         (settings_.client_secret.empty() || client.secret == settings_.client_secret);
}

endpoints::routed endpoints::revoke(const http_request& request) {
  ++model_.counts().revocations;
  auto fields = parse_parameters(request).value_or(parameters{});
  if (!is_known(parse_client(request, fields)))
    return {render_scripted({answer::invalid_client}, {})};
  const auto& token = value_of(fields, "token");
  if (token.empty())
    return {render_error(400, "invalid_request", "token is missing")};
  auto family = model_.family_of(token);
  model_.revoke(token);
  // 200 for a token that nobody knows too (RFC 7009, section 2.2).
  return {{200, "", "", {}}, {}, family == 0 ? "unknown token" : "family " + std::to_string(family)};
}

endpoints::routed endpoints::introspect(const http_request& request, server_time now) {
  ++model_.counts().introspections;
  auto fields = parse_parameters(request).value_or(parameters{});
  const auto& token = value_of(fields, "token");
  if (token.empty())
    return {render_error(400, "invalid_request", "token is missing")};
  auto answer = json{{"active", false}};
  if (model_.is_valid(token, now.wall) || model_.is_current(token, now.wall))
    answer = {{"active", true}, {"sub", model_.account_of(model_.family_of(token))}};
  return {json_answer(200, answer)};
}

endpoints::routed endpoints::api(const http_request& request, server_time now) {
  ++model_.counts().api_calls;
  auto token = parse_bearer(request);
  if (model_.is_valid(token, now.wall))
    return {json_answer(200, {{"account", model_.account_of(model_.family_of(token))}})};
  ++model_.counts().api_rejected;
  auto refused = error_answer(401, "invalid_token");
  refused.headers.emplace_back("WWW-Authenticate", "Bearer error=\"invalid_token\"");
  return {refused};
}

endpoints::routed endpoints::control(const http_request& request, server_time now) {
  // A web page can send a form to loopback unasked; JSON it cannot, without asking first.
  if (!has_json_body(request))
    return {error_answer(415, "control requests carry JSON: add Content-Type: application/json")};
  if (request.path == "/control/script") {
    auto problem = apply_script(request.body, script_);
    return {problem ? error_answer(400, *problem) : json_answer(200, {{"ok", true}})};
  }
  auto fields = parse_json_strings(request.body);
  if (!fields)
    return {error_answer(400, "the body is not a JSON object")};
  return {request.path == "/control/issue" ? control_issue(*fields, now) : control_refuse(*fields)};
}

http_answer endpoints::control_issue(const parameters& fields, server_time now) {
  const auto& account = value_of(fields, "account");
  auto issued = model_.issue(account.empty() ? "alice" : account, now.wall);
  return json_answer(200, {{"account", issued.account},
                           {"family", issued.family},
                           {"access_token", issued.access_token},
                           {"refresh_token", issued.refresh_token},
                           {"id_token", issued.id_token},
                           {"expires_in", json_seconds(issued.expires_in)}});
}

http_answer endpoints::control_refuse(const parameters& fields) {
  auto what = parse_name<answer>(value_of(fields, "answer"));
  if (!what || redeems(*what))
    return error_answer(400, "answer: not the name of a refusing answer");
  if (!model_.condemn(model_.family_of(value_of(fields, "token")), std::string{name_of(*what)}))
    return error_answer(400, "token: was not issued here");
  return json_answer(200, {{"ok", true}});
}

reply_plan endpoints::plan(const http_answer& made, const behavior& how, bool keep_alive, wall_time date) const {
  reply_plan done;
  if (is_early(how.then)) {
    done.then = how.then == fault::never_read ? ending::silence : ending::reset;
    return done;
  }
  auto wire = render(made, keep_alive, date);
  auto header = wire.header_size, body = wire.bytes.size() - header;
  done.delay = how.delay;
  done.then = keep_alive ? ending::keep : ending::close;
  switch (how.then) {
  case fault::lost_by_reset:
    done.then = ending::reset;
    return done;
  case fault::lost_by_close:
    done.then = ending::close;
    return done;
  case fault::cut_header:
    // The end of the header is never among them, or it would be whole.
    wire.bytes.resize(std::min(how.bytes == 0 ? header / 2 : how.bytes, header - 1));
    done.then = ending::close;
    break;
  case fault::cut_body:
    wire.bytes.resize(header + (body == 0 ? 0 : std::min(how.bytes == 0 ? body / 2 : how.bytes, body - 1)));
    done.then = ending::close;
    break;
  case fault::drip:
    done.drip = how.delay.count() > 0 ? how.delay : std::chrono::milliseconds{10};
    done.delay = settings_.delay;
    break;
  default:
    break;
  }
  done.bytes = std::move(wire.bytes);
  return done;
}

} // namespace breakwater::fake
