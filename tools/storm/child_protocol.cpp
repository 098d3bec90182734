#include "breakwater/tools/storm/child_protocol.hpp"

#include <nlohmann/json.hpp>

namespace breakwater::storm {

namespace {

using json = nlohmann::json;

int64_t number_of(steady_instant at) { return at.time_since_epoch().count(); }

json json_of(const sample& one) {
  return json::array(
      {one.kind == ask_kind::token, one.answered, one.got_token, number_of(one.asked_at), number_of(one.answered_at)});
}

std::optional<sample> sample_in(const json& from) {
  if (!from.is_array() || from.size() != 5 || !from[0].is_boolean() || !from[1].is_boolean() || !from[2].is_boolean() ||
      !from[3].is_number_integer() || !from[4].is_number_integer())
    return std::nullopt;
  sample made;
  made.kind = from[0].get<bool>() ? ask_kind::token : ask_kind::status;
  made.answered = from[1].get<bool>();
  made.got_token = from[2].get<bool>();
  made.asked_at = steady_instant{steady_instant::duration{from[3].get<int64_t>()}};
  made.answered_at = steady_instant{steady_instant::duration{from[4].get<int64_t>()}};
  return made;
}

std::optional<std::vector<samples>> callers_in(const json& from) {
  std::vector<samples> all;
  for (const auto& caller : from) {
    if (!caller.is_array())
      return std::nullopt;
    auto& into = all.emplace_back();
    for (const auto& each : caller) {
      auto one = sample_in(each);
      if (!one)
        return std::nullopt;
      into.push_back(*one);
    }
  }
  return all;
}

bool read(const json& from, const char* name, std::string& into) {
  auto found = from.find(name);
  if (found == from.end() || !found->is_string())
    return false;
  into = found->get<std::string>();
  return true;
}

template <class Number>
bool read_number(const json& from, const char* name, Number& into) {
  auto found = from.find(name);
  if (found == from.end() || !found->is_number())
    return false;
  into = found->get<Number>();
  return true;
}

} // namespace

std::string render(const child_settings& s) {
  return json{{"policy", name_of(s.policy)},
              {"auth_file", s.auth_file},
              {"token_endpoint", s.token_endpoint},
              {"callers", s.storm.callers},
              {"time_ms", s.storm.time.count()},
              {"rate", s.storm.rate},
              {"mix", static_cast<int>(s.storm.mix)},
              {"delay_ms", s.storm.delay.count()},
              {"seed", s.storm.seed}}
             .dump() +
         '\n';
}

std::optional<child_settings> parse_child_settings(std::string_view line) {
  auto from = json::parse(line, nullptr, false);
  child_settings made;
  std::string policy;
  int mix = 0;
  int64_t time = 0, delay = 0;
  auto whole = from.is_object() && read(from, "policy", policy) && read(from, "auth_file", made.auth_file) &&
               read(from, "token_endpoint", made.token_endpoint) && read_number(from, "callers", made.storm.callers) &&
               read_number(from, "time_ms", time) && read_number(from, "rate", made.storm.rate) &&
               read_number(from, "mix", mix) && read_number(from, "delay_ms", delay) &&
               read_number(from, "seed", made.storm.seed);
  auto kind = find_policy(policy);
  if (!whole || !kind || mix < 0 || mix > static_cast<int>(ask_mix::token))
    return std::nullopt;
  made.policy = *kind;
  made.storm.mix = static_cast<ask_mix>(mix);
  made.storm.time = std::chrono::milliseconds{time};
  made.storm.delay = std::chrono::milliseconds{delay};
  return made;
}

std::string render(const child_message& m) {
  json line{{"ready", m.ready}, {"problem", m.problem}, {"asked", m.asked}, {"answered", m.answered}};
  if (m.callers) {
    auto all = json::array();
    for (const auto& caller : *m.callers) {
      auto& one = all.emplace_back(json::array());
      for (const auto& each : caller)
        one.push_back(json_of(each));
    }
    line["callers"] = std::move(all);
  }
  return line.dump(-1, ' ', false, json::error_handler_t::replace) + '\n';
}

std::optional<child_message> parse_child_message(std::string_view line) {
  auto from = json::parse(line, nullptr, false);
  child_message made;
  if (!from.is_object() || !read(from, "problem", made.problem) || !read_number(from, "asked", made.asked) ||
      !read_number(from, "answered", made.answered))
    return std::nullopt;
  auto ready = from.find("ready");
  made.ready = ready != from.end() && ready->is_boolean() && ready->get<bool>();
  if (auto callers = from.find("callers"); callers != from.end()) {
    made.callers = callers->is_array() ? callers_in(*callers) : std::nullopt;
    if (!made.callers)
      return std::nullopt;
  }
  return made;
}

} // namespace breakwater::storm
