#pragma once
#include "breakwater/actors/clocks.hpp"
#include "breakwater/actors/interfaces.hpp"
#include "breakwater/actors/listeners.hpp"
#include "breakwater/actors/log_line.hpp"
#include "breakwater/actors/promises.hpp"
#include "breakwater/core/auth_machine.hpp"

namespace breakwater {

/// What an auth actor works with. `start` puts these together for programs; tests do it with fakes.
struct auth_parts {
  auth_settings settings;
  store_handle store;
  transport_handle transport;
  /// Empty: external tokens are not renewed.
  external_provider provider;
  /// How long a provider may take.
  std::chrono::milliseconds provider_timeout = std::chrono::seconds{30};
  breakwater::clocks clocks = system_clocks();
  /// Empty: nobody wants to know.
  log_hook log;
};

/// The longest single sleep of its timer, so that a time-out that ended while the machine was suspended is noticed.
inline constexpr std::chrono::seconds sleep_max{60};

/// Owns the credential: carries out what auth_machine decides, and decides nothing. Never blocks.
///
/// Messages from another node, and those without a sender, are from strangers: they get no token, and cannot log in,
/// log out or end this actor. The remote gate is the way for those who may.
///
/// It ends with `shutdown`, or with an exit message, which fails every caller that still waits. Store and transport end
/// with it.
class auth_actor : public auth_inner_handle::base {
public:
  auth_actor(caf::actor_config&, auth_parts);

  behavior_type make_behavior() override;
  void on_exit() override;
  const char* name() const override { return "breakwater.auth_actor"; }

private:
  // -- asks --------------------------------------------------------------------------------------------------------
  caf::result<auth_status> answer(get_status);
  caf::result<bearer> answer(get_token);
  /// Gives the caller a number, and the machine the question.
  template <class Answer, class Ask>
  caf::result<Answer> enroll(effect_list (auth_machine::*decide)(waiter_id, const Ask&, moment), const Ask&);
  /// The same for what strangers may not ask.
  template <class Answer, class Ask>
  caf::result<Answer> enroll_known(effect_list (auth_machine::*decide)(waiter_id, const Ask&, moment), const Ask&);
  caf::result<reload_outcome> answer(const reload&);
  void add_listener(const listener&, bool trusted);
  bool is_stranger();

  // -- effects -----------------------------------------------------------------------------------------------------
  void perform(effect_list);
  void perform(effects::answer&);
  void perform(effects::publish&);
  void perform(effects::arm_timer&);
  void perform(effects::call_authority&);
  void perform(effects::ask_provider&);
  void perform(effects::revoke_token&);
  void perform(effects::store_load&);
  void perform(effects::store_acquire&);
  void perform(effects::store_write_intent&);
  void perform(effects::store_write_ledger&);
  void perform(effects::store_clear_intent&);
  void perform(effects::store_commit&);
  void perform(effects::store_put&);
  void perform(effects::store_take&);
  void perform(effects::store_release&);
  void perform(effects::note&);
  /// Reports the store's answer as this event; a store that is gone answers with `unanswered`.
  template <class Answer, class Effect>
  void ask_store(Effect&, effect_list (auth_machine::*report)(uint64_t, Answer, moment), Answer (*unanswered)(failure));

  // -- the timer ---------------------------------------------------------------------------------------------------
  void sleep();
  void wake(uint64_t number);

  void watch();
  void log(const history_entry&, bool loud);
  moment now() const { return parts_.clocks.now(); }

  auth_parts parts_;
  auth_machine machine_;
  promises promises_;
  listeners listeners_;
  /// Held until the end, so that nobody's last reference ends it in the middle of a flight.
  auth_inner_handle self_;

  /// When the machine wants to be woken, and when the last armed timer goes off.
  std::optional<instant> wish_;
  std::optional<instant> alarm_;
  uint64_t timer_number_ = 0;

  /// An answer as a message, kept while it is the current one.
  template <class Answer>
  struct ready_answer {
    Answer value;
    caf::message message;

    const caf::message& of(const Answer& current) {
      if (current.get() != value.get()) {
        value = current;
        message = caf::make_message(current);
      }
      return message;
    }
  };
  ready_answer<auth_status> status_without_token_;
  ready_answer<auth_status> status_with_token_;
  ready_answer<bearer> token_;
};

} // namespace breakwater
