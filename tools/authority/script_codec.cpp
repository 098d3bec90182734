#include "breakwater/tools/authority/script_codec.hpp"

#include <nlohmann/json.hpp>

namespace breakwater::fake {

using nlohmann::json;

std::optional<std::string> apply_script(std::string_view text, playbook& script) {
  auto document = json::parse(text, nullptr, false);
  if (!document.is_object())
    return "the body is not a JSON object";
  behavior next;
  uint64_t count = 1;
  bool is_standing = false, is_clear = false;
  for (const auto& [name, value] : document.items()) {
    auto number = value.is_number_unsigned() ? value.get<uint64_t>() : 0;
    auto is_sane = value.is_number_unsigned() && number <= 1'000'000'000;
    if (name == "answer" || name == "fault") {
      auto word = value.is_string() ? value.get<std::string>() : std::string{};
      auto what = parse_name<answer>(word);
      auto then = parse_name<fault>(word);
      if (name == "answer" ? !what : !then)
        return name + ": there is no such " + name;
      if (name == "answer")
        next.what = *what;
      else
        next.then = *then;
    } else if (name == "account" && value.is_string()) {
      next.account = value.get<std::string>();
    } else if ((name == "standing" || name == "clear") && value.is_boolean()) {
      (name == "clear" ? is_clear : is_standing) = value.get<bool>();
    } else if (name == "delay_ms" && is_sane) {
      next.delay = std::chrono::milliseconds{number};
    } else if (name == "retry_after" && is_sane) {
      next.retry_after = std::chrono::seconds{number};
    } else if (name == "bytes" && is_sane) {
      next.bytes = number;
    } else if (name == "count" && is_sane && number > 0) {
      count = number;
    } else {
      return name + ": unknown, or of the wrong type";
    }
  }
  if (is_clear)
    script.clear();
  else if (is_standing)
    script.stand(std::move(next));
  else
    script.push(std::move(next), count);
  return std::nullopt;
}

} // namespace breakwater::fake
