#include "breakwater/storage/keyring_watch.hpp"

#include "breakwater/messages/token_hash.hpp"
#include "breakwater/storage/keyring_bus.hpp"
#include "breakwater/storage/keyring_item.hpp"

#include <future>

#include <gio/gio.h>

namespace breakwater {

/// All of it but `ending` belongs to its thread.
struct keyring_watch::loop {
  keyring_settings settings;
  std::function<void()> changed;
  GMainContext* ending = nullptr;
  GMainLoop* running = nullptr;
  token_hash seen{};
  std::thread thread{};

  /// Sets everything up and says how that went, then runs until ended.
  void run(std::promise<failure>& started);
  token_hash look() const;

  static void on_signal(GDBusConnection*, const char*, const char*, const char*, const char*, GVariant*, void* self) {
    static_cast<loop*>(self)->changed();
  }
  static gboolean on_pause(void* self) {
    auto* here = static_cast<loop*>(self);
    auto now = here->look();
    if (now != here->seen)
      here->changed();
    here->seen = now;
    return G_SOURCE_CONTINUE;
  }
};

token_hash keyring_watch::loop::look() const {
  auto found = keyring_item{settings, settings.key, ec::store_unreadable}.read();
  return found.error ? seen : hash_of(secret{found.text});
}

void keyring_watch::loop::run(std::promise<failure>& started) {
  bus_context context;
  object_ptr<GDBusConnection> connection;
  {
    time_limit limit{settings.answer_wait_max};
    bus_error error;
    connection = connect_to_bus(settings, limit.cancellable(), error);
    if (!connection) {
      auto where = describe_keyring_item(settings, settings.key);
      return started.set_value(
          {ec::store_unreadable, describe_bus_error(where, "watch the session bus", error, limit, settings)});
    }
  }
  auto subscribe = [&](const char* sender, const char* interface, const char* member, const char* first_argument) {
    g_dbus_connection_signal_subscribe(connection.get(), sender, interface, member, nullptr, first_argument,
                                       G_DBUS_SIGNAL_FLAGS_NONE, on_signal, this, nullptr);
  };
  subscribe(secret_service_name, "org.freedesktop.Secret.Collection", nullptr, nullptr);
  subscribe(secret_service_name, "org.freedesktop.Secret.Service", nullptr, nullptr);
  subscribe("org.freedesktop.DBus", "org.freedesktop.DBus", "NameOwnerChanged", secret_service_name);
  auto on_closed = +[](GDBusConnection*, gboolean, GError*, void* self) { static_cast<loop*>(self)->changed(); };
  auto closing = g_signal_connect(connection.get(), "closed", G_CALLBACK(on_closed), this);
  seen = look();
  ending = context.get();
  running = g_main_loop_new(context.get(), FALSE);
  auto* timer = g_timeout_source_new(static_cast<guint>(settings.foreign_look_pause.count()));
  g_source_set_callback(timer, on_pause, this, nullptr);
  g_source_attach(timer, context.get());
  started.set_value({});
  g_main_loop_run(running);
  g_source_destroy(timer);
  g_source_unref(timer);
  g_main_loop_unref(running);
  g_signal_handler_disconnect(connection.get(), closing);
  g_dbus_connection_close_sync(connection.get(), nullptr, nullptr);
}

keyring_watch::keyring_watch(std::unique_ptr<loop> made) : loop_{std::move(made)} {}

keyring_watch::start_result keyring_watch::start(const keyring_settings& settings, std::function<void()> changed) {
  std::unique_ptr<loop> made{new loop{settings, std::move(changed)}};
  std::promise<failure> started;
  try {
    made->thread = std::thread{[&started, here = made.get()] { here->run(started); }};
  } catch (const std::system_error&) {
    return {{ec::store_unreadable, describe_keyring_item(settings, settings.key) + ": no thread to watch it"}, nullptr};
  }
  auto error = started.get_future().get();
  if (error) {
    made->thread.join();
    return {std::move(error), nullptr};
  }
  return {{}, std::unique_ptr<keyring_watch>{new keyring_watch{std::move(made)}}};
}

keyring_watch::~keyring_watch() {
  auto* source = g_idle_source_new();
  g_source_set_priority(source, G_PRIORITY_HIGH); // before a look that is due
  g_source_set_callback(
      source,
      [](void* self) -> gboolean {
        g_main_loop_quit(static_cast<loop*>(self)->running);
        return G_SOURCE_REMOVE;
      },
      loop_.get(), nullptr);
  g_source_attach(source, loop_->ending);
  g_source_unref(source);
  loop_->thread.join();
}

} // namespace breakwater
