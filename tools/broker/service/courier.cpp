#include "breakwater/tools/broker/service/courier.hpp"

#include "breakwater/actors/ask.hpp"
#include "breakwater/actors/errors.hpp"

namespace breakwater::broker {

namespace {

named_failure named(const caf::error& why) { return {failure_of(why), refusal::none, retry_after_of(why)}; }

/// A change of the credential is reported with how things stand after it.
template <class Ask>
constexpr bool changes_credential =
    std::is_same_v<Ask, login> || std::is_same_v<Ask, logout> || std::is_same_v<Ask, reload>;

} // namespace

courier::courier(caf::actor_config& cfg, size_t account, std::shared_ptr<inbox> to)
    : courier_handle::base(cfg), account_(account), inbox_(std::move(to)) {}

courier::behavior_type courier::make_behavior() {
  return {
      [this](const errand& e) { std::visit([this](auto& what) { obey(what); }, *e.what); },
      [this](const auth_changed& notice) {
        if (store_was_read_)
          inbox_->put({account_, status_changed{notice.snapshot}});
      },
      [this](const provide& wish) {
        auto number = ++last_number_;
        wanted_.emplace(number, make_response_promise<credential>());
        inbox_->put({account_, token_wanted{number, wish.account}});
        return caf::result<credential>{caf::delegated<credential>{}};
      },
  };
}

void courier::on_exit() {
  for (auto& [number, promise] : wanted_)
    promise.deliver(make_auth_error({ec::provider_failed, "the broker ends"}));
  wanted_.clear();
  auth_ = auth_handle{};
}

void courier::obey(const errand::begin& e) {
  auth_ = e.auth;
  compat::send(this, auth_, subscribe{listener{courier_handle{this}}});
  // What is pushed before the store was read says nobody is logged in; a question is not answered before that.
  get_status how;
  how.include_token = true;
  compat::request(this, auth_, how)
      .then(
          [this](const auth_status& now) {
            store_was_read_ = true;
            inbox_->put({account_, status_changed{now}});
          },
          [this](const caf::error&) {
            inbox_->put({account_, status_changed{auth_status{status_fields{}}}});
          });
}

void courier::obey(const errand::carry& e) {
  auto ticket = e.ticket;
  std::visit([&]<class Ask>(const Ask& ask) { carry<answer_to<Ask>>(ticket, ask); }, e.ask);
}

template <class Answer, class Ask>
void courier::carry(uint64_t ticket, const Ask& ask) {
  compat::request(this, auth_, ask)
      .then(
          [this, ticket](Answer& answer) {
            if constexpr (changes_credential<Ask>)
              finish_with_status(ticket, std::move(answer));
            else if constexpr (std::is_same_v<Ask, get_status>)
              report_end(ticket, answer, answer);
            else
              report_end(ticket, std::move(answer));
          },
          [this, ticket](const caf::error& why) { report_end(ticket, named(why)); });
}

void courier::finish_with_status(uint64_t ticket, outcome ended) {
  get_status how;
  how.include_token = true;
  compat::request(this, auth_, how)
      .then([this, ticket, ended](const auth_status& now) { report_end(ticket, ended, now); },
            [this, ticket, ended](const caf::error&) { report_end(ticket, ended); });
}

void courier::report_end(uint64_t ticket, outcome what, auth_status now) {
  inbox_->put({account_, question_ended{ticket, std::move(what), std::move(now)}});
}

void courier::obey(const errand::provided& e) {
  auto wanted = wanted_.find(e.number);
  if (wanted == wanted_.end())
    return;
  auto promise = std::move(wanted->second);
  wanted_.erase(wanted);
  if (e.error)
    promise.deliver(make_auth_error(e.error));
  else
    promise.deliver(e.given);
}

void courier::obey(const errand::finish&) { quit(); }

courier_handle spawn_courier(caf::actor_system& system, size_t account, std::shared_ptr<inbox> to) {
  return system.spawn<courier>(account, std::move(to));
}

void carry_apart(caf::actor_system& system, const auth_handle& auth, size_t account, std::shared_ptr<inbox> to,
                 uint64_t ticket, std::variant<get_token, refresh> ask) {
  system.spawn([=](caf::event_based_actor* self) {
    std::visit(
        [&]<class Ask>(const Ask& what) {
          compat::request(self, auth, what)
              .then(
                  [=](answer_to<Ask>& answer) {
                    to->put({account, question_ended{ticket, std::move(answer), {}}});
                  },
                  [=](const caf::error& why) {
                    to->put({account, question_ended{ticket, named(why), {}}});
                  });
        },
        ask);
  });
}

void register_courier(caf::actor_system_config& config) {
  compat::register_globally<caf::id_block::breakwater_broker>();
  compat::register_in<caf::id_block::breakwater_broker>(config);
}

} // namespace breakwater::broker
