#include "breakwater/tools/broker/cli/text.hpp"

#include "breakwater/tools/broker/config/duration_text.hpp"

#include <array>
#include <ctime>

namespace breakwater::cli {

std::string render_time(wall_time at) {
  if (at == unknown_time)
    return "?";
  auto seconds = std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count();
  auto number = static_cast<std::time_t>(seconds);
  std::tm parts{};
  if (::localtime_r(&number, &parts) == nullptr)
    return "?";
  std::array<char, 64> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S %Z", &parts);
  return text.data();
}

std::string render_time_and_distance(wall_time at, wall_time now) {
  if (at == unknown_time)
    return "?";
  return render_time(at) + " (" + broker::render_distance(at - now) + ")";
}

std::string render_account(const account_info& account) {
  std::string more;
  if (!account.id.empty())
    more = "account " + account.id;
  if (!account.plan.empty())
    more += (more.empty() ? "" : ", ") + ("plan " + account.plan);
  if (account.email.empty())
    return on_one_line(more);
  return on_one_line(account.email + (more.empty() ? "" : " (" + more + ")"));
}

std::string name_of_method(auth_method method) {
  switch (method) {
  case auth_method::none:
    return "nothing";
  case auth_method::api_key:
    return "an API key";
  case auth_method::oauth:
    return "OAuth tokens";
  case auth_method::external:
    return "tokens that another program refreshes";
  }
  return "nothing";
}

std::string on_one_line(const std::string& text) {
  auto out = text;
  for (auto& c : out)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F)
      c = '?';
  return out;
}

} // namespace breakwater::cli
