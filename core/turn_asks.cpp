#include "breakwater/core/obstacle.hpp"
#include "breakwater/core/refresh_policy.hpp"
#include "breakwater/core/turn.hpp"

#include <algorithm>
#include <map>

namespace breakwater {

namespace {

/// The store is being read for the credential that it holds: the answer is near, and may change everything.
bool is_looking(const auth_state& state) {
  return std::any_of(state.controls.begin(), state.controls.end(), [](const control_op& op) {
    return op.kind == control_kind::look || op.kind == control_kind::reload;
  });
}

} // namespace

void turn::admit(waiter w, std::chrono::milliseconds wait_max) {
  if (state_.waiters.size() >= settings_.waiters_max) {
    reply_to(w.who, refusal_for(w,
                                {ec::overloaded, "more than " + std::to_string(settings_.waiters_max) +
                                                     " callers wait already; ask again later"},
                                unknown_time));
    return;
  }
  if (w.what == wanted::token && w.seen == state_.held.number && ++state_.held.rejections == 2)
    apply_ledger(); // a second rejection may free a token in doubt
  // While a look goes on, those who wait already have been considered: going through them again for each new one takes
  // quadratic time.
  auto looking = state_.started && state_.flight.phase == flight_phase::idle && is_looking(state_);
  if (looking && satisfies(w)) {
    rebuild_answers();
    reply_to(w.who, reply_for(w));
    return;
  }
  state_.waiters.add(w, now_.at + wait_max);
  if (!looking)
    pump();
}

bool turn::satisfies(const waiter& w) const {
  if (!state_.started)
    return false;
  const auto& held = state_.held;
  switch (w.what) {
  case wanted::status:
  case wanted::status_with_token:
    return true;
  case wanted::refreshed_status:
  case wanted::refreshed_with_token:
  case wanted::refresh:
    if (held.value->method == auth_method::api_key)
      return true;
    return held.value->method != auth_method::none && state_.poison.code == ec::none && held.number != w.seen &&
           !is_expired(state_, now_.at);
  case wanted::token:
    if (held.value->method == auth_method::none || state_.poison.code != ec::none || held.number == w.seen ||
        (held.value->access_token.empty() && held.value->api_key.empty()))
      return false;
    return !held.ends || *held.ends - now_.at > w.min_validity;
  }
  return false;
}

reply turn::reply_for(const waiter& w) const {
  if (w.what == wanted::token)
    return state_.token;
  auto with_token = w.what == wanted::status_with_token || w.what == wanted::refreshed_with_token;
  return with_token ? state_.status_with_token : state_.status_without_token;
}

reply turn::refusal_for(const waiter& w, const failure& why, wall_time retry_after) const {
  // A status is never an error: it says itself what went wrong.
  if (w.what != wanted::token && w.what != wanted::refresh)
    return reply_for(w);
  return refused_request{why, retry_after};
}

void turn::reply_to(waiter_id who, reply what) { emit(effects::answer{{who}, std::move(what)}); }

namespace {

/// Collects callers who get the same answer, so that a million of them cost one effect for each kind of question.
class answer_groups {
public:
  template <class MakeReply>
  void add(const waiter& w, bool satisfied, MakeReply make) {
    auto& group = groups_[{w.what, satisfied}];
    if (group.who.empty())
      group.what = make();
    group.who.push_back(w.who);
  }

  template <class Emit>
  void flush(Emit emit) {
    for (auto& [key, group] : groups_)
      emit(std::move(group));
  }

private:
  std::map<std::pair<wanted, bool>, effects::answer> groups_;
};

} // namespace

void turn::answer_satisfied() {
  if (state_.waiters.empty())
    return;
  rebuild_answers();
  answer_groups groups;
  for (auto& w : state_.waiters.extract_if([this](const waiter& each) { return satisfies(each); }))
    groups.add(w, true, [&] { return reply_for(w); });
  groups.flush([this](effects::answer&& a) { emit(std::move(a)); });
}

void turn::tell(const failure& why, wall_time retry_after) {
  state_.flight.told = true; // before the answers are made: they do not say "refreshing" any more
  if (state_.waiters.empty())
    return;
  rebuild_answers();
  answer_groups groups;
  for (auto& w : state_.waiters.extract_if([](const waiter&) { return true; })) {
    auto satisfied = satisfies(w);
    groups.add(w, satisfied, [&] { return satisfied ? reply_for(w) : refusal_for(w, why, retry_after); });
  }
  groups.flush([this](effects::answer&& a) { emit(std::move(a)); });
}

void turn::tell_success() {
  state_.flight.told = true;
  if (state_.waiters.empty())
    return;
  rebuild_answers();
  answer_groups groups;
  auto held_too_short = state_.held.ends.has_value();
  for (auto& w : state_.waiters.extract_if([](const waiter&) { return true; })) {
    auto satisfied = w.what != wanted::token || satisfies(w);
    groups.add(w, satisfied, [&]() -> reply {
      if (satisfied)
        return reply_for(w);
      if (w.seen == state_.held.number || !held_too_short)
        return refused_request{{ec::token_rejected, "the authority issued no other token than the rejected one"}};
      return refused_request{
          {ec::validity_unavailable, "the authority issues tokens that live " +
                                         std::to_string((*state_.held.ends - now_.at) / std::chrono::seconds{1}) +
                                         " s, less than was asked for"}};
    });
  }
  groups.flush([this](effects::answer&& a) { emit(std::move(a)); });
}

void turn::pump() {
  if (!state_.started || state_.flight.phase != flight_phase::idle)
    return;
  answer_satisfied();
  if (state_.waiters.empty())
    return;
  if (is_looking(state_))
    return;
  auto method = state_.held.value->method;
  if (method == auth_method::api_key) {
    if (look_is_due(settings_, state_, now_.at))
      look();
    else
      tell({ec::token_rejected, "the API key was rejected, and the store holds no other; log in again"});
    return;
  }
  auto code = obstacle_code(state_, now_.at);
  if (code == ec::none) {
    start_flight();
    return;
  }
  if (code != ec::shutting_down && look_is_due(settings_, state_, now_.at)) {
    look();
    return;
  }
  auto why = explain_obstacle(code, state_, now_);
  tell(why.error, why.retry_after);
}

std::optional<instant> turn::next_flight_at() const {
  if (state_.shutting_down && state_.shutdown_waiters.empty())
    return std::nullopt; // it is over
  if (state_.unsaved)
    return state_.unsaved->next_try;
  if (state_.shutting_down || !state_.early || state_.poison.code != ec::none)
    return std::nullopt;
  auto at = *state_.early;
  if (state_.pause.code != ec::none)
    at = std::max(at, state_.pause.until);
  if (state_.doubt) {
    if (!state_.doubt_ends)
      return std::nullopt;
    at = std::max(at, *state_.doubt_ends);
  }
  auto code = obstacle_code(state_, at);
  return code == ec::none ? std::optional{at} : std::nullopt;
}

void turn::timer() {
  state_.armed.reset();
  auto overdue = state_.waiters.extract_overdue(now_.at);
  if (!overdue.empty()) {
    answer_groups groups;
    rebuild_answers();
    for (auto& w : overdue) {
      auto satisfied = satisfies(w);
      groups.add(w, satisfied, [&] {
        return satisfied ? reply_for(w)
                         : refusal_for(w, {ec::timed_out, "no answer within the caller's wait_max; the work goes on"},
                                       unknown_time);
      });
    }
    groups.flush([this](effects::answer&& a) { emit(std::move(a)); });
  }
  if (state_.pause.code != ec::none && state_.pause.until <= now_.at)
    changed();
  end_shutdown_if_quiet();
  if (state_.shutting_down && state_.shutdown_waiters.empty())
    return; // it is over: nobody would hear what comes of a flight that starts now
  if (state_.flight.phase == flight_phase::pausing && state_.flight.lease_retry <= now_.at)
    ask_store(flight_phase::acquiring, effects::store_acquire{});
  if (!state_.started || state_.flight.phase != flight_phase::idle)
    return;
  if (auto at = next_flight_at(); at && *at <= now_.at)
    start_flight();
}

void turn::shut_down(waiter_id who, std::chrono::milliseconds deadline) {
  state_.shutting_down = true;
  state_.shutdown_deadline = now_.at + deadline;
  state_.shutdown_waiters.push_back(who);
  note("shutdown", "no new flights; waiting for what is under way");
  if (state_.flight.phase == flight_phase::pausing)
    conclude(ec::shutting_down, "the auth actor is shutting down");
  if (state_.unsaved && state_.flight.phase == flight_phase::idle)
    start_flight(); // one more try to save, now
  end_shutdown_if_quiet();
}

void turn::note_lost(const token_hash& token) {
  auto why = state_.unsaved ? state_.unsaved->why.message : "the store has not answered yet";
  note("lost",
       "the issued refresh token " + to_string(token) + " could not be stored before the end: " + why +
           "; the next process will not replay the old one blindly, and a new login may be needed",
       true);
}

void turn::end_shutdown_if_quiet() {
  if (state_.shutdown_waiters.empty())
    return;
  auto over = state_.shutdown_deadline <= now_.at;
  auto quiet = state_.flight.phase == flight_phase::idle && !state_.unsaved && state_.controls.empty();
  if (!quiet && !over)
    return;
  // A commit whose answer did not come in time counts as lost: nobody knows that it is durable.
  auto committing = state_.flight.phase == flight_phase::committing;
  auto lost = state_.unsaved || committing;
  if (lost)
    note_lost(committing ? hash_of(state_.flight.issued->refresh_token) : state_.held.refresh_token);
  else if (state_.flight.phase == flight_phase::calling && !state_.flight.sent.empty())
    note("unanswered",
         "a request with the refresh token " + to_string(state_.flight.sent) +
             " was under way at the end, and nobody hears its answer: the next process finds the token in doubt",
         true);
  failure ending{ec::shutting_down, "the auth actor is shutting down"};
  tell(ending);
  for (auto& op : std::exchange(state_.controls, {}))
    if (op.kind != control_kind::start && op.kind != control_kind::look)
      reply_to(op.who, refused_request{ending});
  for (auto waiting : std::exchange(state_.shutdown_waiters, {}))
    reply_to(waiting, shutdown_outcome{lost});
}

} // namespace breakwater
