#pragma once
#include "breakwater/actors/start.hpp"
#include "breakwater/tools/storm/policy.hpp"
#include "breakwater/tools/storm/temporary_directory.hpp"

namespace breakwater::storm {

/// The auth actor, as a program embeds it, with an auth.json in a directory of its own or one that it shares.
class breakwater_policy final : public policy {
public:
  breakwater_policy(caf::actor_system&, const authority&, std::string auth_file);
  ~breakwater_policy() override { end({}); }

  std::optional<std::string> begin(const std::optional<credential>&) override;
  ask_handle for_caller() override;
  void login(const credential&) override;
  std::optional<std::string> write_from_outside(const credential&) override;
  void end(std::chrono::milliseconds patience) override;
  credential stored() override;

private:
  caf::actor_system& system_;
  authority to_;
  /// Of its own; nothing if it shares a file.
  std::optional<temporary_directory> directory_;
  std::string auth_file_;
  std::optional<auth_service> service_;
  /// Speaks for the user.
  caf::scoped_actor user_;
};

} // namespace breakwater::storm
