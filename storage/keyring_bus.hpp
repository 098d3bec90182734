#pragma once
#include "breakwater/messages/error.hpp"
#include "breakwater/storage/keyring_settings.hpp"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

typedef struct _GCancellable GCancellable;
typedef struct _GDBusConnection GDBusConnection;
typedef struct _GError GError;
typedef struct _GMainContext GMainContext;

/// What both a keyring operation and the watch of a keyring need of D-Bus. Only storage's own sources see GLib's
/// headers.
namespace breakwater {

inline constexpr const char* secret_service_name = "org.freedesktop.secrets";

/// Gives back a reference on a GObject.
struct object_deleter {
  void operator()(void* object) const noexcept;
};
template <class Object>
using object_ptr = std::unique_ptr<Object, object_deleter>;

/// Catches a GError: pass it where one is wanted, then look.
class bus_error {
public:
  bus_error() = default;
  bus_error(const bus_error&) = delete;
  ~bus_error() { clear(); }
  GError** out() {
    clear();
    return &error_;
  }
  const GError* get() const { return error_; }
  explicit operator bool() const { return error_ != nullptr; }

private:
  void clear() noexcept;
  GError* error_ = nullptr;
};

/// Cancels calls that take longer than allowed: no call into GLib has a time limit for all of its steps together.
class time_limit {
public:
  explicit time_limit(std::chrono::milliseconds);
  time_limit(const time_limit&) = delete;
  ~time_limit();

  GCancellable* cancellable() const { return cancellable_.get(); }
  bool is_over() const;
  void extend(std::chrono::milliseconds);

private:
  void run();

  object_ptr<GCancellable> cancellable_;
  std::mutex mutex_;
  std::condition_variable woken_;
  std::chrono::steady_clock::time_point deadline_;
  bool ended_ = false;
  std::thread thread_;
};

/// Makes a main context this thread's default while it lives, and then runs what is left in it: GLib frees much of what
/// it made for a connection in the context of its maker only.
class bus_context {
public:
  bus_context();
  bus_context(const bus_context&) = delete;
  ~bus_context();

  GMainContext* get() const { return context_; }
  void run_what_is_ready();

private:
  GMainContext* context_;
};

/// Our own connection to the session bus: the one that GLib shares ends the process when the bus ends, and stays broken
/// once it broke. Null with an error.
object_ptr<GDBusConnection> connect_to_bus(const keyring_settings&, GCancellable*, bus_error&);

/// What went wrong, for people: which call, what GLib says, what to do. `where` starts the message.
std::string describe_bus_error(const std::string& where, const char* doing, const bus_error&, const time_limit&,
                               const keyring_settings&);

} // namespace breakwater
