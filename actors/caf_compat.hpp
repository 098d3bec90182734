#pragma once
#include <caf/all.hpp>
#include <caf/io/all.hpp>
#include <caf/openssl/all.hpp>

#include <chrono>
#include <string>
#include <utility>

/// All that differs between CAF 0.17 (Debian 12) and CAF 1.x. Everything else in the project is written once, against
/// what both have and what this header adds.

// CAF_VERSION is of no use for telling them apart: 1.1.0 defines it as an octal number.
#define BREAKWATER_CAF_0 (CAF_MAJOR_VERSION == 0)

/// Makes an enumeration usable in caf::error; outside any namespace. The category has at most 10 characters.
#if BREAKWATER_CAF_0
#define BREAKWATER_ERROR_ENUM(type, category) CAF_ERROR_CODE_ENUM(type, category)
#else
#define BREAKWATER_ERROR_ENUM(type, category) CAF_ERROR_CODE_ENUM(type)
#endif

namespace breakwater::compat {

// -- typed interfaces: actor_of<caf::result<Out>(In), ...> ------------------------------------------------------------

#if BREAKWATER_CAF_0
namespace detail {
template <class Signature>
struct message_interface;
template <class... Out, class... In>
struct message_interface<caf::result<Out...>(In...)> {
  using type = caf::typed_mpi<caf::detail::type_list<In...>, caf::output_tuple<Out...>>;
};
} // namespace detail
template <class... Signatures>
using actor_of = caf::typed_actor<typename detail::message_interface<Signatures>::type...>;
#else
template <class... Signatures>
using actor_of = caf::typed_actor<Signatures...>;
#endif

// -- sending ----------------------------------------------------------------------------------------------------------

/// Sends a request whose receiver answers for sure: CAF keeps no time-out for it.
template <class Self, class Handle, class Message>
auto request(Self* self, const Handle& to, Message&& message) {
#if BREAKWATER_CAF_0
  return self->request(to, caf::infinite, std::forward<Message>(message));
#else
  return self->mail(std::forward<Message>(message)).request(to, caf::infinite);
#endif
}

/// The same with a time-out, after which the error handler is called.
template <class Self, class Handle, class Message>
auto request(Self* self, const Handle& to, std::chrono::nanoseconds timeout, Message&& message) {
#if BREAKWATER_CAF_0
  return self->request(to, timeout, std::forward<Message>(message));
#else
  return self->mail(std::forward<Message>(message)).request(to, timeout);
#endif
}

template <class Self, class Handle, class Message>
void send(Self* self, const Handle& to, Message&& message) {
#if BREAKWATER_CAF_0
  self->send(to, std::forward<Message>(message));
#else
  self->mail(std::forward<Message>(message)).send(to);
#endif
}

/// From anywhere, actor or not; the receiver sees no sender.
template <class Handle, class Message>
void anon_send(const Handle& to, Message&& message) {
#if BREAKWATER_CAF_0
  caf::anon_send(to, std::forward<Message>(message));
#else
  caf::anon_mail(std::forward<Message>(message)).send(to);
#endif
}

/// Cannot be cancelled on CAF 0.17: the message carries a number that says whether it still counts.
template <class Self, class Handle, class Message>
void delayed_send(Self* self, const Handle& to, std::chrono::nanoseconds delay, Message&& message) {
#if BREAKWATER_CAF_0
  self->delayed_send(to, delay, std::forward<Message>(message));
#else
  self->mail(std::forward<Message>(message)).delay(delay).send(to);
#endif
}

// -- promises ---------------------------------------------------------------------------------------------------------

/// Answers `result<void>`.
template <class Promise>
void fulfill(Promise& promise) {
#if BREAKWATER_CAF_0
  static_cast<caf::response_promise&>(promise).deliver(caf::unit);
#else
  promise.deliver();
#endif
}

/// A handler's result from a message made earlier, so that the same answer is not allocated for each question.
template <class T>
caf::result<T> ready(const caf::message& made_of_t) {
#if BREAKWATER_CAF_0
  caf::result<T> out{caf::delegated<T>{}};
  out.flag = caf::rt_value;
  out.value = made_of_t;
  return out;
#else
  caf::result<T> out{caf::delegated<T>{}};
  out.get_data() = made_of_t;
  return out;
#endif
}

// -- actors -----------------------------------------------------------------------------------------------------------

/// Calls `f` once the actor is gone, on whatever thread cleans it up, or now if it is gone already.
template <class Handle, class F>
void when_gone(const Handle& actor, F f) {
  caf::actor_cast<caf::abstract_actor*>(actor)->attach_functor([f = std::move(f)](const caf::error&) mutable { f(); });
}

// -- errors -----------------------------------------------------------------------------------------------------------

/// True if the error's code is an `Enum`.
template <class Enum>
bool is_of(const caf::error& e) {
#if BREAKWATER_CAF_0
  return e && e.category() == caf::detail::error_factory<Enum>::category;
#else
  return e && e.category() == caf::type_id_v<Enum>;
#endif
}

/// True if the error says that an actor ended.
inline bool is_exit(const caf::error& e) {
#if BREAKWATER_CAF_0
  return e && e.category() == caf::atom("exit");
#else
  return is_of<caf::exit_reason>(e);
#endif
}

/// CAF's own words for one of CAF's own errors.
inline std::string render(const caf::error& e) {
#if BREAKWATER_CAF_0
  return caf::actor_system_config::render(e);
#else
  return to_string(e);
#endif
}

// -- systems ----------------------------------------------------------------------------------------------------------

/// Tells CAF about a block of message types; before the first actor_system_config is made.
template <class Block>
void register_globally() {
#if !BREAKWATER_CAF_0
  caf::core::init_global_meta_objects();
  caf::init_global_meta_objects<Block>();
  caf::io::middleman::init_global_meta_objects();
#endif
}

/// The same for what belongs into the configuration; before the actor_system is made.
template <class Block>
void register_in([[maybe_unused]] caf::actor_system_config& config) {
#if BREAKWATER_CAF_0
  config.add_message_types<Block>();
#endif
}

/// 0.17's default policy, `stealing`, wakes an idle process 260 times a second and is 40 times slower when 100,000
/// actors become ready at once; 1.x has no such trouble.
inline void use_harmless_scheduler([[maybe_unused]] caf::actor_system_config& config) {
#if BREAKWATER_CAF_0
  config.set("scheduler.policy", caf::atom("sharing"));
#endif
}

/// The name of the scheduler's policy if it is a harmful one, else empty.
inline std::string harmful_policy([[maybe_unused]] const caf::actor_system_config& config) {
#if BREAKWATER_CAF_0
  auto policy = caf::get_or(config, "scheduler.policy", caf::atom("stealing"));
  if (policy != caf::atom("sharing") && policy != caf::atom("testing"))
    return to_string(policy);
#endif
  return {};
}

inline void set_max_threads(caf::actor_system_config& config, size_t count) {
#if BREAKWATER_CAF_0
  config.set("scheduler.max-threads", count);
#else
  config.set("caf.scheduler.max-threads", count);
#endif
}

/// Everything that CAF's own logger can say, into this file.
inline void trace_to_file(caf::actor_system_config& config, const std::string& path) {
#if BREAKWATER_CAF_0
  config.set("logger.file-name", path);
  config.set("logger.verbosity", caf::atom("trace"));
#else
  config.set("caf.logger.file.path", path);
  config.set("caf.logger.file.verbosity", "trace");
#endif
}

/// What CAF's openssl module is told; file names in PEM.
struct tls_files {
  std::string certificate;
  std::string key;
  /// The CA that peers' certificates are checked against.
  std::string ca;
};

inline void set_tls(caf::actor_system_config& config, const tls_files& files) {
#if BREAKWATER_CAF_0
  config.openssl_certificate = files.certificate;
  config.openssl_key = files.key;
  config.openssl_cafile = files.ca;
#else
  config.set("caf.openssl.certificate", files.certificate);
  config.set("caf.openssl.key", files.key);
  config.set("caf.openssl.cafile", files.ca);
#endif
}

inline tls_files tls_of(const caf::actor_system_config& config) {
#if BREAKWATER_CAF_0
  return {config.openssl_certificate, config.openssl_key, config.openssl_cafile};
#else
  auto read = [&](const char* name) { return caf::get_or(config, name, std::string{}); };
  return {read("caf.openssl.certificate"), read("caf.openssl.key"), read("caf.openssl.cafile")};
#endif
}

} // namespace breakwater::compat
