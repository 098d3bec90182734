# One mutant a line: mutant(NAME GUARANTEE FROM TO). FROM stands exactly once in core/*.cpp, else the mutant fails: it has
# rotted. NAME says which rule is broken; GUARANTEE is what the exploration must name.

# The lease and the intent
mutant(lease_given_back_before_the_request G1 [[emit(effects::call_authority{]] [[emit(effects::store_release{}); emit(effects::call_authority{]])
mutant(busy_lease_taken_for_ours G1 [[if (outcome.code == ec::none) {]] [[if (outcome.code == ec::none || outcome.code == ec::store_busy) {]])
mutant(sends_after_a_failed_intent G2 [[if (outcome.code == ec::none && is_unfenced() && !state_.shutting_down && !is_late) {]] [[if (is_unfenced() && !state_.shutting_down && !is_late) {]])
mutant(sends_what_a_login_replaced G2 [[if (outcome.code == ec::none && is_unfenced() && !state_.shutting_down && !is_late) {]] [[if (outcome.code == ec::none && !state_.shutting_down && !is_late) {]])
mutant(sends_after_a_late_intent G2 [[if (outcome.code == ec::none && is_unfenced() && !state_.shutting_down && !is_late) {]] [[if (outcome.code == ec::none && is_unfenced() && !state_.shutting_down) {]])
mutant(intent_of_a_dead_process_ignored G2 [[state_.ledger = read.found.intent ? with_intent(read.found.ledger, *read.found.intent) : read.found.ledger;]] [[state_.ledger = read.found.ledger;]])
mutant(sends_though_the_lease_was_lost G1 [[if (outcome.code == ec::none && is_unfenced() && !state_.shutting_down && !is_late) {]] [[if ((outcome.code == ec::none || outcome.code == ec::store_busy) && is_unfenced() && !state_.shutting_down && !is_late) {]])
mutant(request_may_leave_at_any_time G2 [[state_.held.value->refresh_token, state_.flight.send_by}]] [[state_.held.value->refresh_token}]])

# The in-doubt rule
mutant(no_settling_time G2 [[auto settled = sent + settings.settle;]] [[auto settled = sent;]])
mutant(doubt_tried_while_the_token_lives G2 [[auto lost = asked.rejected ? settled : std::max(settled, *asked.ends);]] [[auto lost = settled;]])
mutant(one_rejection_frees_a_doubt G2 [[auto rejected = state_.held.rejections >= 2;]] [[auto rejected = state_.held.rejections >= 1;]])
mutant(doubt_tries_not_counted G2 [[++entry.doubt_tries;]] [[]])
mutant(doubtful_intent_cleared_after_a_503 G2 [[note_fate(!flight.doubtful, {});]] [[note_fate(true, {});]])
mutant(intent_cleared_in_doubt G2 [[note_fate(false, {});]] [[note_fate(true, {});]])
mutant(lost_answer_taken_for_unsent G2 [[doubted(answer);]] [[not_spent(answer, kind);]])
mutant(doubt_ignored_after_a_restore G2 [[apply_ledger(); // our own token may be in doubt]] [[]])
mutant(doubtful_intent_taken_back G2 [[if (flight.intent_written && !flight.doubtful)]] [[if (flight.intent_written)]])

# Pauses
mutant(pause_not_in_the_ledger G2 [[    entry.next_try = now_.wall + length;
  }]] [[  }]])
mutant(retry_after_ignored G2 [[if (retry_after.count() < 0)]] [[if (retry_after.count() < 1000)]])
mutant(misconfigured_not_paused G2 [[length = settings_.misconfigured_pause;]] [[]])
mutant(one_confirmation_too_many G3 [[++entry.confirmations > settings_.confirmations_max]] [[++entry.confirmations > settings_.confirmations_max + 1]])

# Spent and refused tokens
mutant(spent_token_sent G2 [[|| is_condemned(state.ledger, state.held.refresh_token)]] [[]])
mutant(spent_not_in_the_ledger G2 [[entry.fate = token_fate::spent;]] [[entry.fate = token_fate::sent;]])
mutant(dead_token_adopted_under_the_lease G6 [[if (stored != state_.held.refresh_token && is_condemned(state_.ledger, stored)) {]] [[if (false) {]])
mutant(dead_token_adopted_by_a_look G6 [[if (over_another && (is_condemned(state_.ledger, token) || is_condemned(found.ledger, token)))]] [[if (false)]])
mutant(refusal_not_in_the_ledger G3 [[entry.fate = token_fate::refused;]] [[entry.fate = token_fate::sent;]])
mutant(refusal_does_not_poison G3 [[poison(entry.reason, entry.message);]] [[]])
mutant(intent_cleared_though_the_note_failed G3 [[if (outcome.code == ec::none && flight.intent_settled)]] [[if (flight.intent_settled)]])
mutant(poisoned_token_shown G3 [[if (state_.poison.code == ec::none)]] [[if (true)]])
mutant(adopting_forgives_refusals G3 [[held.rejections = 0;]] [[held.rejections = 0; std::erase_if(state_.ledger, [](const ledger_entry& e) { return e.fate == token_fate::refused; });]])

# Waiters
mutant(wait_max_not_kept G4 [[auto overdue = state_.waiters.extract_overdue(now_.at);]] [[std::vector<waiter> overdue;]])
mutant(no_timer_for_a_deadline G4 [[consider_wish(state_.waiters.next_deadline());]] [[]])
mutant(login_answered_twice G4 [[reply_to(control->who, state_.status_without_token);]] [[reply_to(control->who, state_.status_without_token); reply_to(control->who, state_.status_without_token);]])
mutant(rejected_token_handed_out_again G4 [[if (ask.rejected && ask.rejected == state_.token->generation)]] [[if (false)]])
mutant(rejected_token_satisfies G4 [[|| held.number == w.seen]] [[]])
mutant(callers_forgotten_at_shutdown G4 [[tell(ending);]] [[]])
mutant(login_forgotten_at_shutdown G4 [[reply_to(op.who, refused_request{ending});]] [[{}]])

# Nothing lost
mutant(told_before_saved G5 [[ask_store(flight_phase::committing, effects::store_commit{0, *flight.issued, flight.sent});]] [[hold(*flight.issued, true); ask_store(flight_phase::committing, effects::store_commit{0, *flight.issued, flight.sent});]])
mutant(failed_save_taken_for_saved G5 [[keep_unsaved(result.error);]] [[adopt_issued();]])
mutant(lease_given_back_while_unsaved G5 [[if (!state_.unsaved && std::exchange(state_.lease, false))]] [[if (std::exchange(state_.lease, false))]])
mutant(unsaved_not_retried G5 [[return state_.unsaved->next_try;]] [[return std::nullopt;]])
mutant(unsaved_not_shown G5 [[return auth_health::unsaved;]] [[return auth_health::ok;]])
mutant(unsaved_gives_way_to_its_predecessor G5 [[token == state_.unsaved->predecessor || ]] [[]])
mutant(unsaved_is_not_written_first G5 [[} else if (state_.unsaved) {]] [[} else if (false) {]])
mutant(missing_refresh_token_erases_ours G5 [[if (!answer.refresh_token.empty())]] [[if (true)]])
mutant(token_lost_in_silence_at_shutdown G5 [[auto lost = state_.unsaved || committing;]] [[auto lost = false;]])

# Fences and revocation
mutant(unsaved_issue_replaces_a_login G6 [[void turn::keep_unsaved(const failure& why) {
  auto& flight = state_.flight;
  if (!is_unfenced()) {]] [[void turn::keep_unsaved(const failure& why) {
  auto& flight = state_.flight;
  if (false) {]])
mutant(refusal_poisons_a_later_login G6 [[void turn::rechecked_after_refusal(const load_result& read) {
  auto& flight = state_.flight;
  if (!is_unfenced()) {]] [[void turn::rechecked_after_refusal(const load_result& read) {
  auto& flight = state_.flight;
  if (false) {]])
mutant(poisons_without_a_second_look G6 [[if (stored != flight.sent && !is_condemned(state_.ledger, stored) && !is_condemned(read.found.ledger, stored)) {]] [[if (false) {]])
mutant(revokes_what_may_share_a_grant G6 [[if (may_share_grant)]] [[if (false)]])
mutant(replaced_issue_not_revoked G6 [[revoke(issued);]] [[{}]])
mutant(dead_token_adopted_after_a_refusal G6 [[if (stored != flight.sent && !is_condemned(state_.ledger, stored) && !is_condemned(read.found.ledger, stored)) {]] [[if (stored != flight.sent && !is_condemned(state_.ledger, stored)) {]])
mutant(dead_token_adopted_after_a_conflict G6 [[} else if (is_condemned(state_.ledger, stored) || is_condemned(read.found.ledger, stored)) {]] [[} else if (is_condemned(state_.ledger, stored)) {]])
mutant(generation_grows_without_a_change generation [[auto material = materially_changed(*held.value, next);]] [[auto material = true;]])

# Accounts
mutant(flight_adopts_another_account G7 [[if (next.method == auth_method::none || !same_account(*state_.held.value, next)) {]] [[if (next.method == auth_method::none) {]])
mutant(watch_switches_accounts G7 [[if (held.method != auth_method::none && !same_account(held, next) && !may_switch) {]] [[if (false) {]])
mutant(answer_of_another_account_kept G7 [[if (is_of_other_account(before, answer))]] [[if (false)]])
mutant(refusal_adopts_another_account G7 [[if (next.method == auth_method::none || !same_account(*flight.from, next)) {]] [[if (next.method == auth_method::none) {]])

# Reads, and what must go on
mutant(late_answer_believed_fresh G8 [[merge(*flight.from, answer, answer_given(), state_.skew)]] [[merge(*flight.from, answer, now_, state_.skew)]])
mutant(over_before_it_failed_to_save liveness [[if (is_expired(state_, now_.at)) { // the store took longer to fail than the token lives]] [[if (false) {]])
mutant(token_waits_for_a_flight G8 [[if (!state_.started || !state_.token)]] [[if (!state_.started || !state_.token || state_.flight.phase != flight_phase::idle)]])
mutant(lease_kept_after_failures liveness [[if (!state_.unsaved && std::exchange(state_.lease, false))]] [[if (!state_.unsaved && state_.failures == 0 && std::exchange(state_.lease, false))]])
mutant(empty_refusal liveness [[if (flight.outcome.code != ec::none)]] [[if (true)]])
