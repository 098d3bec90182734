#include "breakwater/tools/broker/service/account.hpp"

#include "breakwater/actors/errors.hpp"
#include "breakwater/tools/broker/protocol/app_server_codec.hpp"

namespace breakwater::broker {

namespace {

/// How long a client may take to renew external tokens.
constexpr std::chrono::milliseconds provider_timeout = std::chrono::seconds{10};

/// The results of the app-server's methods are the same for both.
bool reads_alike(const status_fields& a, const status_fields& b) {
  return a.method == b.method && a.account == b.account && a.token == b.token &&
         (a.health == auth_health::poisoned) == (b.health == auth_health::poisoned);
}

} // namespace

account::account(size_t index, account_options options, std::chrono::milliseconds exit_grace, caf::actor_system& system,
                 std::shared_ptr<inbox> to)
    : index_(index), name_(std::move(options.name)), system_(system), inbox_(std::move(to)) {
  auth_config config;
  config.settings = options.settings ? std::move(options.settings) : settings_for(options.authority);
  look_pause_ = config.settings->look_pause;
  config.authority = std::move(options.authority);
  where_ = options.store ? options.store->where() : "memory";
  config.store = std::move(options.store);
  config.exit_grace = exit_grace;
  config.provider_timeout = provider_timeout;
  config.log = [index, reports = inbox_](const log_line& line) { reports->put({index, decision_made{line}}); };
  courier_ = spawn_courier(system_, index_, inbox_);
  config.provider = courier_;
  auto started = start(system_, std::move(config));
  if (!started) {
    problem_ = failure_of(started.error());
    return;
  }
  service_ = std::move(*started);
  send_errand(courier_, errand::begin{service_->auth()});
}

account::~account() {
  service_.reset();
  send_errand(courier_, errand::finish{});
}

void account::update(const auth_status& now) {
  if (!now)
    return;
  if (!view_ || !reads_alike(*view_, *now))
    texts_ = {};
  view_ = now;
}

void account::pushed(const auth_status& now) {
  known_until_.reset();
  update(now);
}

void account::refresh_ended(loop_clock::time_point now) {
  if (view_ && (view_->health == auth_health::poisoned || view_->method == auth_method::none))
    known_until_ = now + look_pause_;
}

bool account::knows(bool refresh, loop_clock::time_point now) const {
  if (!view_)
    return false;
  return !refresh || view_->method == auth_method::api_key || view_->method == auth_method::external ||
         (known_until_ && now < *known_until_);
}

std::string_view account::auth_status_text(bool include_token) {
  auto& text = texts_[include_token ? 1 : 0];
  if (text.empty())
    text = render_auth_status(view_ ? *view_ : status_fields{}, include_token);
  return text;
}

std::string_view account::account_text() {
  auto& text = texts_[2];
  if (text.empty())
    text = render_account(view_ ? *view_ : status_fields{});
  return text;
}

void account::carry_apart(uint64_t ticket, std::variant<get_token, refresh> what) {
  broker::carry_apart(system_, service_->auth(), index_, inbox_, ticket, std::move(what));
}

void account::provide(uint64_t number, failure why, credential given) {
  send_errand(courier_, errand::provided{number, std::move(why), std::move(given)});
}

} // namespace breakwater::broker
