#include "breakwater/tools/broker/cli/choose_port.hpp"

#include "breakwater/tools/broker/cli/broker_port.hpp"
#include "breakwater/tools/broker/cli/direct_port.hpp"
#include "breakwater/tools/broker/cli/store_reading.hpp"
#include "breakwater/tools/broker/config/accounts.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace breakwater::cli {

namespace {

trouble misfit(std::string what, std::string meaning, std::string advice) {
  trouble out;
  out.code = ec::invalid_request;
  out.what = std::move(what);
  out.meaning = std::move(meaning);
  out.advice = std::move(advice);
  return out;
}

store_mode mode_of(const broker::settings& from) { return broker::make_store_choice(from, from.account()).mode; }

chosen_port open_direct(const broker::settings& from, const broker::environment& variable) {
  if (mode_of(from) == store_mode::memory)
    return {nullptr, misfit("the account '" + from.account() + "' lives in the memory of a broker, and none is asked",
                            "there is no store that this program could work on",
                            "start the broker: breakwater serve; or choose another store for the account")};
  auto made = broker::make_account(from, from.account(), variable);
  if (!made.problem)
    return {std::make_unique<direct_port>(std::move(made.made), from.duration("broker.exit_grace")), {}};
  trouble why;
  why.code = made.is_store_problem ? ec::store_unreadable : ec::invalid_request;
  why.what = (made.problem->where.empty() ? "" : made.problem->where + ": ") + made.problem->what;
  if (!made.is_store_problem)
    why.advice = "what is in force, and from where: breakwater config";
  return {nullptr, why};
}

/// Where this configuration has the account, as a store names itself; empty if that cannot be told without a secret.
std::string expected_store(const broker::settings& from) {
  auto choice = broker::make_store_choice(from, from.account());
  if (choice.mode == store_mode::file)
    return choice.path;
  if (choice.mode == store_mode::encrypted)
    return choice.path + ".sealed";
  if (choice.mode == store_mode::memory)
    return {};
  auto opened = open_store(std::move(choice));
  return opened.store ? opened.store->where() : std::string{};
}

/// Reads the store beside the broker. Only of kinds that need no passphrase.
std::function<story_facts()> reader_of(const broker::settings& from) {
  auto mode = mode_of(from);
  if (mode == store_mode::memory || mode == store_mode::encrypted)
    return {};
  return [from]() -> story_facts {
    auto opened = open_store(broker::make_store_choice(from, from.account()));
    if (opened.store)
      return read_store(*opened.store, from.account(), broker::make_policy(from, {}), moment_now());
    story_facts none;
    none.store_error = opened.error;
    return none;
  };
}

std::string list_of(const std::vector<std::string>& names) {
  std::string out;
  for (const auto& each : names)
    out += (out.empty() ? "" : ", ") + each;
  return out;
}

chosen_port use_broker(std::unique_ptr<broker_connection> connection, const broker::settings& from, bool as_it_is) {
  broker_port_options options{from.text("broker.socket"), from.account(), {}};
  auto port = std::make_unique<broker_port>(std::move(connection), options);
  auto about = port->info();
  if (!about.value)
    return {nullptr, about.why};
  const auto& held = about.value->accounts;
  if (std::find(held.begin(), held.end(), from.account()) == held.end())
    return {nullptr,
            misfit(port->where() + " does not hold the account '" + from.account() + "'; it holds: " + list_of(held),
                   "the broker was started with another configuration",
                   "name one of these with --account, or restart the broker, or use --no-broker")};
  auto store = port->store();
  if (!store.value)
    return {nullptr, store.why};
  auto expected = expected_store(from);
  auto same = is_same_store(*store.value, expected);
  if (!expected.empty() && !same && !as_it_is)
    return {nullptr, misfit(port->where() + " keeps the account '" + from.account() + "' in " + *store.value +
                                ", and this configuration has it in " + expected,
                            "two different logins; nothing was done, so that they are not mixed",
                            "--broker-only takes the broker's, --no-broker the other; or see breakwater config")};
  if (same)
    options.look_at_store = reader_of(from);
  port->set_options(std::move(options));
  return {std::move(port), {}};
}

} // namespace

bool is_same_store(const std::string& a, const std::string& b) {
  if (a == b)
    return true;
  std::error_code one, other;
  auto left = std::filesystem::weakly_canonical(a, one), right = std::filesystem::weakly_canonical(b, other);
  return !one && !other && left == right;
}

chosen_port choose_port(const broker::settings& from, const broker::environment& variable) {
  auto use = from.text("broker.use");
  if (use == "never")
    return open_direct(from, variable);
  auto socket = from.text("broker.socket");
  auto opened = broker_connection::open(socket);
  if (opened.connection)
    return use_broker(std::move(opened.connection), from, use == "always");
  if (opened.nobody && use == "auto")
    return open_direct(from, variable);
  trouble why;
  why.code = ec::unavailable;
  why.what = opened.nobody ? "no broker listens on " + socket
                           : "the broker on " + socket + " cannot be asked: " + opened.error;
  why.meaning = "nothing was done";
  why.advice = opened.nobody ? "start one: breakwater serve; or leave out --broker-only"
                             : "see who has that socket; --no-broker works on the store itself";
  return {nullptr, why};
}

} // namespace breakwater::cli
