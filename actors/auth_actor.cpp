#include "breakwater/actors/auth_actor.hpp"

#include "breakwater/actors/errors.hpp"

#include <algorithm>

namespace breakwater {

namespace {

uint64_t name_a_life(const clocks& from) {
  auto life = from.random();
  return life != 0 ? life : 1;
}

failure gone(std::string_view who, ec code, const caf::error& why) {
  return {code, std::string{who} + " gave no answer: " + failure_of(why).message};
}

caf::error not_for_strangers(const char* what) {
  return make_auth_error({ec::not_over_this_channel, std::string{what} +
                                                         ": only for actors of this process, or over mutual TLS "
                                                         "through the remote gate"});
}

} // namespace

auth_actor::auth_actor(caf::actor_config& cfg, auth_parts parts)
    : auth_inner_handle::base(cfg), parts_(std::move(parts)), machine_(parts_.settings, name_a_life(parts_.clocks)),
      listeners_(this) {}

auth_actor::behavior_type auth_actor::make_behavior() {
  self_ = auth_inner_handle{this};
  watch(); // before the store is read: what changes after that is told
  perform(machine_.on_start(now()));
  return {
      [this](const get_status& ask) { return answer(ask); },
      [this](const get_token& ask) { return answer(ask); },
      [this](const refresh& ask) { return enroll<auth_status>(&auth_machine::on_refresh, ask); },
      [this](const reload& ask) { return answer(ask); },
      [this](const login& ask) { return enroll_known<auth_status>(&auth_machine::on_login, ask); },
      [this](const logout& ask) { return enroll_known<logout_outcome>(&auth_machine::on_logout, ask); },
      [this](const subscribe& ask) { add_listener(ask.who, false); },
      [this](const unsubscribe& ask) { listeners_.remove(caf::actor_cast<caf::actor_addr>(ask.who)); },
      [this](const explain&) { return machine_.decisions(); },
      [this](const shutdown& ask) { return enroll_known<shutdown_outcome>(&auth_machine::on_shutdown, ask); },
      [this](const timer_fired& timer) { wake(timer.number); },
      [this](const store_changed&) { perform(machine_.on_store_changed(now())); },
      [this](const configure& ask) {
        compat::send(this, parts_.transport, use_authority{ask.authority});
        perform(machine_.on_configured(ask.settings, now()));
      },
      [this](const subscribe_trusted& ask) { add_listener(ask.who, true); },
      [this](const listener_gone& gone) { listeners_.forget(gone.who); },
      [this](const stop& ask) {
        perform(machine_.on_shutdown(promises_.add(caf::response_promise{}), shutdown{ask.deadline}, now()));
      },
  };
}

void auth_actor::on_exit() {
  promises_.deliver_all(make_auth_error({ec::shutting_down, "the auth actor ended"}));
  listeners_.clear();
  // In the order of what was sent before: a store still makes durable what it was given.
  compat::anon_send(parts_.store, stop{});
  compat::anon_send(parts_.transport, stop{});
  parts_.store = store_handle{};
  parts_.transport = transport_handle{};
  parts_.provider = external_provider{};
  self_ = auth_inner_handle{};
}

// -- asks -------------------------------------------------------------------------------------------------------------

bool auth_actor::is_stranger() {
  auto& asker = current_sender();
  return !asker || asker->node() != home_system().node();
}

caf::result<auth_status> auth_actor::answer(get_status ask) {
  if (ask.include_token && is_stranger())
    ask.include_token = false;
  if (auto* known = machine_.answer_at_once(ask, parts_.clocks.boot()))
    return compat::ready<auth_status>((ask.include_token ? status_with_token_ : status_without_token_).of(*known));
  return enroll<auth_status>(&auth_machine::on_get_status, ask);
}

caf::result<bearer> auth_actor::answer(get_token ask) {
  if (is_stranger())
    return not_for_strangers("get_token");
  if (auto* known = machine_.answer_at_once(ask, parts_.clocks.boot()))
    return compat::ready<bearer>(token_.of(*known));
  return enroll<bearer>(&auth_machine::on_get_token, ask);
}

caf::result<reload_outcome> auth_actor::answer(const reload&) {
  perform(machine_.on_reload(promises_.add(make_response_promise()), now()));
  return caf::delegated<reload_outcome>{};
}

template <class Answer, class Ask>
caf::result<Answer> auth_actor::enroll(effect_list (auth_machine::*decide)(waiter_id, const Ask&, moment),
                                       const Ask& ask) {
  auto who = promises_.add(make_response_promise());
  perform((machine_.*decide)(who, ask, now()));
  return caf::delegated<Answer>{};
}

template <class Answer, class Ask>
caf::result<Answer> auth_actor::enroll_known(effect_list (auth_machine::*decide)(waiter_id, const Ask&, moment),
                                             const Ask& ask) {
  if (is_stranger())
    return not_for_strangers("this request");
  return enroll<Answer>(decide, ask);
}

void auth_actor::add_listener(const listener& who, bool trusted) {
  if (!who)
    return;
  listeners_.add(who, trusted);
  if (auto& current = machine_.current())
    listeners_.send_to(who, current);
}

// -- effects ----------------------------------------------------------------------------------------------------------

void auth_actor::perform(effect_list effects) {
  for (auto& one : effects)
    std::visit([this](auto& e) { perform(e); }, one);
}

void auth_actor::perform(effects::answer& e) {
  // One message, or one error, however many wait for it.
  auto deliver = [&](const auto& answer) {
    for (auto who : e.who)
      promises_.deliver(who, answer);
  };
  auto give = [&]<class Answer>(const Answer& answer) {
    if constexpr (std::is_same_v<Answer, refused_request>)
      deliver(make_auth_error(answer.error, answer.retry_after));
    else
      deliver(caf::make_message(answer));
  };
  std::visit(give, e.what);
  if (std::holds_alternative<shutdown_outcome>(e.what))
    quit();
}

void auth_actor::perform(effects::publish& e) { listeners_.send(e.notice.snapshot); }

void auth_actor::perform(effects::arm_timer& e) {
  wish_ = e.at;
  sleep();
}

void auth_actor::perform(effects::call_authority& e) {
  auto flight = e.flight;
  compat::request(this, parts_.transport, std::move(e))
      .then([this, flight](token_answer& answer) { perform(machine_.on_answer(flight, std::move(answer), now())); },
            [this, flight](const caf::error& why) {
              token_answer lost;
              lost.how = delivery::lost;
              lost.transport_error = gone("the transport", ec::in_doubt, why).message;
              perform(machine_.on_answer(flight, std::move(lost), now()));
            });
}

void auth_actor::perform(effects::ask_provider& e) {
  auto flight = e.flight;
  if (!parts_.provider) {
    auto why = failure{ec::provider_failed, "no provider of external tokens is set up: give auth_config one"};
    perform(machine_.on_provided(flight, why, {}, now()));
    return;
  }
  compat::request(this, parts_.provider, parts_.provider_timeout, provide{e.account})
      .then([this, flight](credential& given) { perform(machine_.on_provided(flight, {}, std::move(given), now())); },
            [this, flight](const caf::error& why) {
              perform(machine_.on_provided(flight, gone("the provider of external tokens", ec::provider_failed, why),
                                           {}, now()));
            });
}

void auth_actor::perform(effects::revoke_token& e) {
  compat::request(this, parts_.transport, std::move(e))
      .then([this](const revocation_answer& answer) { perform(machine_.on_revoked(answer, now())); },
            [this](const caf::error& why) {
              perform(machine_.on_revoked({false, gone("the transport", ec::unavailable, why).message}, now()));
            });
}

template <class Answer, class Effect>
void auth_actor::ask_store(Effect& e, effect_list (auth_machine::*report)(uint64_t, Answer, moment),
                           Answer (*unanswered)(failure)) {
  auto op = e.op;
  compat::request(this, parts_.store, std::move(e))
      .then([this, op, report](Answer& answer) { perform((machine_.*report)(op, std::move(answer), now())); },
            [this, op, report, unanswered](const caf::error& why) {
              auto lost = unanswered(gone("the store", ec::store_unwritable, why));
              perform((machine_.*report)(op, std::move(lost), now()));
            });
}

namespace {

store_outcome unwritten(failure why) { return why; }
load_result unread(failure why) { return {{ec::store_unreadable, std::move(why.message)}, {}}; }
commit_result uncommitted(failure why) { return {commit_outcome::failed, std::move(why)}; }
put_result unput(failure why) { return {std::move(why), {}}; }
take_result untaken(failure why) { return {std::move(why), {}}; }

} // namespace

void auth_actor::perform(effects::store_load& e) { ask_store(e, &auth_machine::on_loaded, unread); }
void auth_actor::perform(effects::store_acquire& e) { ask_store(e, &auth_machine::on_acquired, unwritten); }
void auth_actor::perform(effects::store_write_intent& e) { ask_store(e, &auth_machine::on_intent_written, unwritten); }
void auth_actor::perform(effects::store_write_ledger& e) { ask_store(e, &auth_machine::on_ledger_written, unwritten); }
void auth_actor::perform(effects::store_clear_intent& e) { ask_store(e, &auth_machine::on_intent_cleared, unwritten); }
void auth_actor::perform(effects::store_commit& e) { ask_store(e, &auth_machine::on_committed, uncommitted); }
void auth_actor::perform(effects::store_put& e) { ask_store(e, &auth_machine::on_put, unput); }
void auth_actor::perform(effects::store_take& e) { ask_store(e, &auth_machine::on_taken, untaken); }
void auth_actor::perform(effects::store_release& e) { compat::send(this, parts_.store, e); }

void auth_actor::perform(effects::note& e) { log(e.entry, e.loud); }

void auth_actor::log(const history_entry& entry, bool loud) {
  if (parts_.log)
    parts_.log(log_line{entry, loud});
}

// -- the timer --------------------------------------------------------------------------------------------------------

void auth_actor::sleep() {
  auto at = parts_.clocks.boot();
  auto alarm = std::clamp(*wish_, at, at + sleep_max);
  if (alarm_ && *alarm_ <= alarm)
    return; // that one comes first, and arms the next
  alarm_ = alarm;
  compat::delayed_send(this, self_, alarm - at, timer_fired{++timer_number_});
}

void auth_actor::wake(uint64_t number) {
  if (number != timer_number_)
    return;
  alarm_.reset();
  if (!wish_)
    return;
  if (*wish_ > parts_.clocks.boot()) {
    sleep();
    return;
  }
  wish_.reset();
  perform(machine_.on_timer(now()));
}

void auth_actor::watch() {
  compat::request(this, parts_.store, watch_store{self_})
      .then(
          [this](const store_outcome& outcome) {
            if (outcome)
              log({now().wall, "not_watching", outcome.message}, false);
          },
          [this](const caf::error& why) {
            log({now().wall, "not_watching", failure_of(why).message}, false);
          });
}

} // namespace breakwater
