#pragma once
#include "breakwater/actors/caf_compat.hpp"
#include "breakwater/core/auth_settings.hpp"
#include "breakwater/core/effects.hpp"
#include "breakwater/messages/auth_messages.hpp"
#include "breakwater/messages/exchange_messages.hpp"
#include "breakwater/messages/store_messages.hpp"

#include <memory>

/// Every actor of the project as others see it.
namespace breakwater {

struct subscribe;
struct unsubscribe;

/// Asks a provider of external tokens for a new one; the account is the one that is held now, if any.
struct provide {
  account_info account;
};

// Messages between our own actors. CAF is told that they cannot be serialized, so that none comes from another node.

/// The armed timer went off. A number that is not the last one armed does not count.
struct timer_fired {
  uint64_t number = 0;
};
/// The watched store changed.
struct store_changed {};
/// New settings, and where requests go from now on.
struct configure {
  std::shared_ptr<const breakwater::authority> authority;
  auth_settings settings;
};
/// A subscription that may carry tokens although its listener is on another node.
struct subscribe_trusted;
/// A listener is gone.
struct listener_gone {
  caf::actor_addr who;
};
/// Ends the auth actor as `shutdown` does, though nobody waits for the answer. Ends a store or a transport after all
/// that was sent to it before.
struct stop {
  std::chrono::milliseconds deadline{0};
};
/// Tell this one whenever the store changes.
struct watch_store;
/// What the transport's own thread reports back.
struct exchange_ended {
  uint64_t number = 0;
  token_answer answer;
};
struct revocation_ended {
  uint64_t number = 0;
  revocation_answer answer;
};
/// Where requests go from now on.
struct use_authority {
  std::shared_ptr<const breakwater::authority> authority;
};

} // namespace breakwater

// Far from first_custom_type_id, where an embedder's own block usually begins.
CAF_BEGIN_TYPE_ID_BLOCK(breakwater, caf::first_custom_type_id + 600)
CAF_ADD_TYPE_ID(breakwater, (breakwater::ec))
CAF_ADD_TYPE_ID(breakwater, (breakwater::get_status))
CAF_ADD_TYPE_ID(breakwater, (breakwater::auth_status))
CAF_ADD_TYPE_ID(breakwater, (breakwater::get_token))
CAF_ADD_TYPE_ID(breakwater, (breakwater::bearer))
CAF_ADD_TYPE_ID(breakwater, (breakwater::refresh))
CAF_ADD_TYPE_ID(breakwater, (breakwater::reload))
CAF_ADD_TYPE_ID(breakwater, (breakwater::reload_outcome))
CAF_ADD_TYPE_ID(breakwater, (breakwater::login))
CAF_ADD_TYPE_ID(breakwater, (breakwater::logout))
CAF_ADD_TYPE_ID(breakwater, (breakwater::logout_outcome))
CAF_ADD_TYPE_ID(breakwater, (breakwater::subscribe))
CAF_ADD_TYPE_ID(breakwater, (breakwater::unsubscribe))
CAF_ADD_TYPE_ID(breakwater, (breakwater::auth_changed))
CAF_ADD_TYPE_ID(breakwater, (breakwater::explain))
CAF_ADD_TYPE_ID(breakwater, (breakwater::history))
CAF_ADD_TYPE_ID(breakwater, (breakwater::shutdown))
CAF_ADD_TYPE_ID(breakwater, (breakwater::shutdown_outcome))
CAF_ADD_TYPE_ID(breakwater, (breakwater::provide))
CAF_ADD_TYPE_ID(breakwater, (breakwater::credential))
CAF_ADD_TYPE_ID(breakwater, (breakwater::timer_fired))
CAF_ADD_TYPE_ID(breakwater, (breakwater::store_changed))
CAF_ADD_TYPE_ID(breakwater, (breakwater::configure))
CAF_ADD_TYPE_ID(breakwater, (breakwater::subscribe_trusted))
CAF_ADD_TYPE_ID(breakwater, (breakwater::listener_gone))
CAF_ADD_TYPE_ID(breakwater, (breakwater::stop))
CAF_ADD_TYPE_ID(breakwater, (breakwater::watch_store))
CAF_ADD_TYPE_ID(breakwater, (breakwater::exchange_ended))
CAF_ADD_TYPE_ID(breakwater, (breakwater::revocation_ended))
CAF_ADD_TYPE_ID(breakwater, (breakwater::use_authority))
CAF_ADD_TYPE_ID(breakwater, (breakwater::effects::call_authority))
CAF_ADD_TYPE_ID(breakwater, (breakwater::effects::revoke_token))
CAF_ADD_TYPE_ID(breakwater, (breakwater::effects::store_load))
CAF_ADD_TYPE_ID(breakwater, (breakwater::effects::store_acquire))
CAF_ADD_TYPE_ID(breakwater, (breakwater::effects::store_write_intent))
CAF_ADD_TYPE_ID(breakwater, (breakwater::effects::store_write_ledger))
CAF_ADD_TYPE_ID(breakwater, (breakwater::effects::store_clear_intent))
CAF_ADD_TYPE_ID(breakwater, (breakwater::effects::store_commit))
CAF_ADD_TYPE_ID(breakwater, (breakwater::effects::store_put))
CAF_ADD_TYPE_ID(breakwater, (breakwater::effects::store_take))
CAF_ADD_TYPE_ID(breakwater, (breakwater::effects::store_release))
CAF_ADD_TYPE_ID(breakwater, (breakwater::token_answer))
CAF_ADD_TYPE_ID(breakwater, (breakwater::revocation_answer))
CAF_ADD_TYPE_ID(breakwater, (breakwater::load_result))
CAF_ADD_TYPE_ID(breakwater, (breakwater::store_outcome))
CAF_ADD_TYPE_ID(breakwater, (breakwater::commit_result))
CAF_ADD_TYPE_ID(breakwater, (breakwater::put_result))
CAF_ADD_TYPE_ID(breakwater, (breakwater::take_result))
CAF_END_TYPE_ID_BLOCK(breakwater)

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(breakwater::timer_fired)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(breakwater::store_changed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(breakwater::configure)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(breakwater::subscribe_trusted)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(breakwater::listener_gone)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(breakwater::stop)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(breakwater::watch_store)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(breakwater::exchange_ended)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(breakwater::revocation_ended)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(breakwater::use_authority)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(breakwater::effects::call_authority)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(breakwater::effects::revoke_token)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(breakwater::effects::store_load)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(breakwater::effects::store_acquire)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(breakwater::effects::store_write_intent)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(breakwater::effects::store_write_ledger)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(breakwater::effects::store_clear_intent)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(breakwater::effects::store_commit)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(breakwater::effects::store_put)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(breakwater::effects::store_take)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(breakwater::effects::store_release)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(breakwater::token_answer)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(breakwater::revocation_answer)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(breakwater::load_result)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(breakwater::store_outcome)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(breakwater::commit_result)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(breakwater::put_result)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(breakwater::take_result)

/// `error == breakwater::ec::refresh_refused` works; errors.hpp reads the rest of an error.
BREAKWATER_ERROR_ENUM(breakwater::ec, "breakwater")

namespace breakwater {

/// Whoever subscribes. Notices are not answered.
using listener = compat::actor_of<caf::result<void>(auth_changed)>;

/// Sends `who` the current status at once, then each change in order, until it unsubscribes or dies.
struct subscribe {
  listener who;
};
struct unsubscribe {
  listener who;
};
struct subscribe_trusted {
  listener who;
};

template <class Inspector>
auto inspect(Inspector& f, provide& x) {
  return inspect_object(f, x, "provide", field("account", x.account));
}
template <class Inspector>
auto inspect(Inspector& f, subscribe& x) {
  return inspect_object(f, x, "subscribe", field("who", x.who));
}
template <class Inspector>
auto inspect(Inspector& f, unsubscribe& x) {
  return inspect_object(f, x, "unsubscribe", field("who", x.who));
}

/// What everybody may ask the auth actor; `More` is what only our own actors may.
template <class... More>
using auth_actor_of = compat::actor_of<
    caf::result<auth_status>(get_status),    // how things stand: at once, unless it is to be refreshed first
    caf::result<bearer>(get_token),          // a token good for long enough: at once if there is one
    caf::result<auth_status>(refresh),       // a newer credential than the one observed
    caf::result<reload_outcome>(reload),     // the store is read again; another account there is taken over
    caf::result<auth_status>(login),         // a new credential: durable before this is answered
    caf::result<logout_outcome>(logout),     // the credential is erased, and revoked in the background
    caf::result<void>(subscribe),            // answered when the first notice is on its way
    caf::result<void>(unsubscribe),          // notices already sent may still arrive
    caf::result<history>(explain),           // the last decisions: why am I logged out?
    caf::result<shutdown_outcome>(shutdown), // answers all, saves what it can, ends
    More...>;

/// The auth actor. Errors are of `ec`, with a text for people.
using auth_handle = auth_actor_of<>;

/// The auth actor as our own actors see it.
using auth_inner_handle = auth_actor_of<caf::result<void>(timer_fired),       // from itself
                                        caf::result<void>(store_changed),     // from the store actor
                                        caf::result<void>(configure),         // from auth_service
                                        caf::result<void>(subscribe_trusted), // from the remote gate
                                        caf::result<void>(listener_gone),     // from a listener's end
                                        caf::result<void>(stop)>;             // from the last auth_service's end

/// A program that refreshes tokens itself and hands them to us: answers with a credential or any error.
using external_provider = compat::actor_of<caf::result<credential>(provide)>;

/// Who wants to know that a store changed.
using store_listener = compat::actor_of<caf::result<void>(store_changed)>;
struct watch_store {
  store_listener who;
};

/// A store behind a mailbox: answers in the order of the requests. Only the auth actor that owns it speaks to it.
using store_handle = compat::actor_of<
    caf::result<load_result>(effects::store_load),           // all that is stored
    caf::result<store_outcome>(effects::store_acquire),      // the lease, without waiting
    caf::result<store_outcome>(effects::store_write_intent), // the note before a request, with the ledger
    caf::result<store_outcome>(effects::store_write_ledger), // what became of refresh tokens
    caf::result<store_outcome>(effects::store_clear_intent), // the note goes, if this flight wrote it
    caf::result<commit_result>(effects::store_commit),       // an issued credential, if the sent one is still there
    caf::result<put_result>(effects::store_put),             // a login
    caf::result<take_result>(effects::store_take),           // a logout
    caf::result<void>(effects::store_release),               // the lease back; sent, not asked
    caf::result<store_outcome>(watch_store),                 // store_changed from now on; replaces an earlier watch
    caf::result<void>(stop)>;                                // from its auth actor's end

/// The way to the authority: each request is sent at most once and answered exactly once, also when the transport ends.
template <class... More>
using transport_actor_of =
    compat::actor_of<caf::result<token_answer>(effects::call_authority),    // one refresh request
                     caf::result<revocation_answer>(effects::revoke_token), // one revocation, best effort
                     caf::result<void>(use_authority),                      // for requests sent from now on
                     caf::result<void>(stop),                               // from its auth actor's end
                     More...>;
using transport_handle = transport_actor_of<>;

/// The transport actor as its own thread sees it.
using transport_inner_handle =
    transport_actor_of<caf::result<void>(exchange_ended), caf::result<void>(revocation_ended)>;

} // namespace breakwater
