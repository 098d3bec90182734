#include "breakwater/storage/keyring_item.hpp"

#include "breakwater/storage/keyring_bus.hpp"

#include <vector>

#include <libsecret/secret.h>

namespace breakwater {

namespace {

/// A SecretService on a connection of our own: libsecret's constructor insists on the shared one, which ends the
/// process when the bus ends. So objects of this type are made by the constructor of libsecret's parent type.
GType own_service_type() {
  static const GType type = [] {
    auto init = [](gpointer made, gpointer) {
      G_OBJECT_CLASS(made)->constructor = [](GType type_made, guint count, GObjectConstructParam* properties) {
        auto* proxy = G_OBJECT_CLASS(g_type_class_peek(G_TYPE_DBUS_PROXY));
        return proxy->constructor(type_made, count, properties);
      };
    };
    return g_type_register_static_simple(SECRET_TYPE_SERVICE, "breakwater_secret_service", sizeof(SecretServiceClass),
                                         init, sizeof(SecretService), nullptr, static_cast<GTypeFlags>(0));
  }();
  return type;
}

constexpr const char* default_target = "default";
constexpr const char* content_type = "text/plain";

struct value_deleter {
  void operator()(SecretValue* value) const noexcept { secret_value_unref(value); }
};
using value_ptr = std::unique_ptr<SecretValue, value_deleter>;

struct table_deleter {
  void operator()(GHashTable* table) const noexcept { g_hash_table_unref(table); }
};
using table_ptr = std::unique_ptr<GHashTable, table_deleter>;

/// Names must outlive the table.
table_ptr make_table(std::initializer_list<std::pair<const char*, const char*>> pairs) {
  table_ptr table{g_hash_table_new(g_str_hash, g_str_equal)};
  for (auto& [name, value] : pairs)
    g_hash_table_insert(table.get(), const_cast<char*>(name), const_cast<char*>(value));
  return table;
}

std::string target_of(SecretItem* item) {
  table_ptr attributes{secret_item_get_attributes(item)};
  auto* target = attributes ? static_cast<const char*>(g_hash_table_lookup(attributes.get(), "target")) : nullptr;
  return target ? target : "";
}

std::string_view text_of(SecretValue* value) {
  gsize size = 0;
  auto* text = secret_value_get(value, &size);
  return {text, size};
}

bool is_of_missing_service(const GError* error) {
  for (auto code : {G_DBUS_ERROR_SERVICE_UNKNOWN, G_DBUS_ERROR_NAME_HAS_NO_OWNER, G_DBUS_ERROR_SPAWN_EXEC_FAILED,
                    G_DBUS_ERROR_SPAWN_CHILD_EXITED, G_DBUS_ERROR_SPAWN_CHILD_SIGNALED, G_DBUS_ERROR_SPAWN_FAILED})
    if (error && g_error_matches(error, G_DBUS_ERROR, code))
      return true;
  return false;
}

} // namespace

struct keyring_item::conversation {
  const keyring_settings& settings;
  std::string key;
  ec code;
  std::string where = describe_keyring_item(settings, key);
  bus_context context{};
  time_limit limit{settings.answer_wait_max};
  object_ptr<GDBusConnection> connection{};
  object_ptr<SecretService> service{};
  failure problem{};
  bool absent = false;

  ~conversation() {
    service.reset();
    context.run_what_is_ready();
    if (connection)
      g_dbus_connection_close_sync(connection.get(), limit.cancellable(), nullptr);
  }

  failure failed(const char* doing, const bus_error& error) {
    return {code, describe_bus_error(where, doing, error, limit, settings)};
  }
  failure failed(const std::string& what) { return {code, where + ": " + what}; }

  void open();
  failure unlock(void* object, const char* what);
  failure check_default_keyring(object_ptr<SecretCollection>& found);
  failure find(object_ptr<SecretItem>& found);
  failure read_value(SecretItem*, value_ptr& found);
};

void keyring_item::conversation::open() {
  bus_error error;
  connection = connect_to_bus(settings, limit.cancellable(), error);
  if (!connection) {
    absent = !limit.is_over();
    problem = failed("reach the session bus", error);
    return;
  }
  auto made = g_initable_new(own_service_type(), limit.cancellable(), error.out(), "g-connection", connection.get(),
                             "g-flags", G_DBUS_PROXY_FLAGS_NONE, "g-name", secret_service_name, "g-object-path",
                             "/org/freedesktop/secrets", "g-interface-name", "org.freedesktop.Secret.Service", "flags",
                             SECRET_SERVICE_OPEN_SESSION, nullptr);
  service.reset(static_cast<SecretService*>(made));
  if (service)
    return;
  absent = !limit.is_over() && is_of_missing_service(error.get());
  problem = failed("open a session with the keyring service", error);
}

failure keyring_item::conversation::unlock(void* object, const char* what) {
  if (settings.prompt_wait_max.count() == 0)
    return failed(std::string{what} + " is locked; unlock it (log in to the desktop, or open its password manager)");
  limit.extend(settings.prompt_wait_max);
  bus_error error;
  GList only{object, nullptr, nullptr};
  GList* unlocked = nullptr;
  auto count = secret_service_unlock_sync(service.get(), &only, limit.cancellable(), &unlocked, error.out());
  g_list_free_full(unlocked, g_object_unref);
  return count == 1 ? failure{} : failed("unlock the keyring", error);
}

failure keyring_item::conversation::check_default_keyring(object_ptr<SecretCollection>& found) {
  bus_error error;
  found.reset(secret_collection_for_alias_sync(service.get(), SECRET_COLLECTION_DEFAULT, SECRET_COLLECTION_NONE,
                                               limit.cancellable(), error.out()));
  if (!found && (error || limit.is_over()))
    return failed("look at the default keyring", error);
  absent = !found;
  if (!found)
    return failed("there is no default keyring; make one (log in to the desktop, or use its password manager)");
  return secret_collection_get_locked(found.get()) ? unlock(found.get(), "the default keyring") : failure{};
}

failure keyring_item::conversation::find(object_ptr<SecretItem>& found) {
  if (problem)
    return problem;
  bus_error error;
  auto attributes = make_table({{"service", settings.service.c_str()}, {"username", key.c_str()}});
  auto* list = secret_service_search_sync(service.get(), nullptr, attributes.get(), SECRET_SEARCH_ALL,
                                          limit.cancellable(), error.out());
  std::vector<object_ptr<SecretItem>> targeted, plain;
  for (auto* each = list; each; each = each->next) {
    object_ptr<SecretItem> item{static_cast<SecretItem*>(each->data)};
    auto target = target_of(item.get());
    if (target == default_target)
      targeted.push_back(std::move(item));
    else if (target.empty())
      plain.push_back(std::move(item));
  }
  g_list_free(list);
  if (error || limit.is_over())
    return failed("search the keyring", error);
  auto& candidates = targeted.empty() ? plain : targeted;
  if (candidates.size() > 1)
    return failed(std::to_string(candidates.size()) +
                  " such items are there; remove all but the one in use with a password manager");
  object_ptr<SecretCollection> keyring;
  if (candidates.empty()) // a locked keyring need not say what it holds
    return check_default_keyring(keyring);
  found = std::move(candidates.front());
  return secret_item_get_locked(found.get()) ? unlock(found.get(), "the keyring") : failure{};
}

failure keyring_item::conversation::read_value(SecretItem* item, value_ptr& found) {
  bus_error error;
  if (!secret_item_load_secret_sync(item, limit.cancellable(), error.out()))
    return failed("read the item", error);
  found.reset(secret_item_get_secret(item));
  return found ? failure{} : failed("the keyring is locked; unlock it");
}

keyring_item::keyring_item(const keyring_settings& settings, std::string key, ec code)
    : now_{new conversation{settings, std::move(key), code}} {
  now_->open();
}

keyring_item::~keyring_item() = default;

keyring_content keyring_item::read() {
  keyring_content content;
  object_ptr<SecretItem> item;
  content.error = now_->find(item);
  content.absent = content.error && now_->absent;
  if (content.error || !item)
    return content;
  value_ptr value;
  content.error = now_->read_value(item.get(), value);
  if (content.error)
    return content;
  content.exists = true;
  content.written = wall_time{std::chrono::seconds{secret_item_get_modified(item.get())}};
  content.text = text_of(value.get());
  return content;
}

failure keyring_item::write(std::string_view text) {
  object_ptr<SecretItem> item;
  if (auto failed = now_->find(item))
    return failed;
  value_ptr value{secret_value_new(text.data(), static_cast<gssize>(text.size()), content_type)};
  bus_error error;
  if (item) {
    if (!secret_item_set_secret_sync(item.get(), value.get(), now_->limit.cancellable(), error.out()))
      return now_->failed("write the item", error);
  } else {
    object_ptr<SecretCollection> keyring;
    if (auto failed = now_->check_default_keyring(keyring))
      return failed;
    auto attributes = make_table({{"service", now_->settings.service.c_str()},
                                  {"username", now_->key.c_str()},
                                  {"target", default_target},
                                  {"application", "breakwater"}});
    auto label = now_->settings.service + " (" + now_->key + ")";
    item.reset(secret_item_create_sync(keyring.get(), nullptr, attributes.get(), label.c_str(), value.get(),
                                       SECRET_ITEM_CREATE_NONE, now_->limit.cancellable(), error.out()));
    if (!item)
      return now_->failed("make the item", error);
  }
  auto back = read();
  if (back.error)
    return std::move(back.error);
  return back.exists && back.text == text ? failure{} : now_->failed("the keyring does not hold what was just written");
}

failure keyring_item::erase() {
  object_ptr<SecretItem> item;
  if (auto failed = now_->find(item); failed || !item)
    return failed;
  bus_error error;
  if (!secret_item_delete_sync(item.get(), now_->limit.cancellable(), error.out()))
    return now_->failed("remove the item", error);
  return {};
}

std::string describe_keyring_item(const keyring_settings& settings, const std::string& key) {
  return "keyring item '" + key + "' of service '" + settings.service + "'";
}

} // namespace breakwater
