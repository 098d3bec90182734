#include "breakwater/storage/keyring_bus.hpp"

#include <gio/gio.h>

namespace breakwater {

void object_deleter::operator()(void* object) const noexcept { g_object_unref(object); }

void bus_error::clear() noexcept { g_clear_error(&error_); }

time_limit::time_limit(std::chrono::milliseconds allowed)
    : cancellable_{g_cancellable_new()}, deadline_{std::chrono::steady_clock::now() + allowed} {
  try {
    thread_ = std::thread{[this] { run(); }};
  } catch (const std::system_error&) {
    g_cancellable_cancel(cancellable()); // without a limit nothing is tried
  }
}

time_limit::~time_limit() {
  {
    std::lock_guard guard{mutex_};
    ended_ = true;
  }
  woken_.notify_one();
  if (thread_.joinable())
    thread_.join();
}

bool time_limit::is_over() const { return g_cancellable_is_cancelled(cancellable()) != FALSE; }

void time_limit::extend(std::chrono::milliseconds more) {
  {
    std::lock_guard guard{mutex_};
    deadline_ += more;
  }
  woken_.notify_one();
}

void time_limit::run() {
  std::unique_lock guard{mutex_};
  while (!ended_ && std::chrono::steady_clock::now() < deadline_)
    woken_.wait_until(guard, deadline_);
  if (!ended_)
    g_cancellable_cancel(cancellable());
}

bus_context::bus_context() : context_{g_main_context_new()} { g_main_context_push_thread_default(context_); }

void bus_context::run_what_is_ready() {
  while (g_main_context_iteration(context_, FALSE))
    continue;
}

bus_context::~bus_context() {
  run_what_is_ready();
  g_main_context_pop_thread_default(context_);
  g_main_context_unref(context_);
}

object_ptr<GDBusConnection> connect_to_bus(const keyring_settings& settings, GCancellable* cancellable,
                                           bus_error& error) {
  std::unique_ptr<char, decltype(&g_free)> address{
      settings.bus_address.empty() ? g_dbus_address_get_for_bus_sync(G_BUS_TYPE_SESSION, cancellable, error.out())
                                   : g_strdup(settings.bus_address.c_str()),
      g_free};
  if (!address)
    return nullptr;
  auto flags = static_cast<GDBusConnectionFlags>(G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                 G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION);
  object_ptr<GDBusConnection> connection{
      g_dbus_connection_new_for_address_sync(address.get(), flags, nullptr, cancellable, error.out())};
  if (connection)
    g_dbus_connection_set_exit_on_close(connection.get(), FALSE);
  return connection;
}

std::string describe_bus_error(const std::string& where, const char* doing, const bus_error& error,
                               const time_limit& limit, const keyring_settings& settings) {
  auto text = where + ": cannot " + doing + ": ";
  if (limit.is_over())
    return text + "no answer within " + std::to_string(settings.answer_wait_max.count()) +
           " ms; look whether the keyring service hangs, or waits for its user";
  if (!error)
    return text + "the keyring's question was dismissed; answer it, or unlock the keyring first";
  return text + error.get()->message +
         "; start a keyring service (gnome-keyring) on the session bus, or choose another store";
}

} // namespace breakwater
