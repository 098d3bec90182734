#include "breakwater/tools/storm/unguarded_policy.hpp"

#include "breakwater/storage/file_store.hpp"
#include "breakwater/tools/storm/end_all.hpp"

#include <thread>
#include <utility>

namespace breakwater::storm {

void request_gate::close(std::chrono::milliseconds patience) {
  closed_ = true;
  auto until = std::chrono::steady_clock::now() + patience;
  while (under_way_ > 0 && std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
}

unguarded_policy::unguarded_policy(caf::actor_system& system, const authority& to, std::string auth_file)
    : system_(system), transport_(spawn_transport(system, std::make_shared<const authority>(to))),
      auth_file_(std::move(auth_file)), store_(open_store()) {}

std::unique_ptr<credential_store> unguarded_policy::open_store() const {
  if (auth_file_.empty())
    return std::make_unique<memory_store>(place_);
  return std::make_unique<file_store>(auth_file_);
}

std::optional<std::string> unguarded_policy::begin(const std::optional<credential>& first) {
  return first ? write_from_outside(*first) : std::nullopt;
}

void unguarded_policy::login(const credential& next) { store_->put(next); }

std::optional<std::string> unguarded_policy::write_from_outside(const credential& next) {
  if (auto put = store_->put(next); put.error)
    return put.error.message;
  return std::nullopt;
}

void unguarded_policy::end(std::chrono::milliseconds patience) {
  gate_->close(patience);
  end_all(clerks_);
  if (auto transport = std::exchange(transport_, transport_handle{}))
    compat::anon_send(transport, stop{});
}

credential unguarded_policy::stored() { return store_->load().found.credential; }

auth_status status_of(const credential& held, const get_status& ask) {
  status_fields fields;
  fields.method = held.method;
  fields.account = held.account;
  fields.expires_at = held.expires_at;
  if (ask.include_token)
    fields.token = held.access_token;
  return auth_status{std::move(fields)};
}

bearer bearer_of(const credential& held) {
  bearer_fields fields;
  fields.token = held.access_token;
  fields.expires_at = held.expires_at;
  fields.account = held.account;
  return bearer{std::move(fields)};
}

bool is_valid(const credential& held, std::chrono::milliseconds for_at_least) {
  return !held.access_token.empty() && held.expires_at - std::chrono::system_clock::now() > for_at_least;
}

} // namespace breakwater::storm
