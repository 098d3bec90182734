#pragma once
#include "breakwater/messages/error.hpp"
#include "breakwater/storage/keyring_settings.hpp"

#include <functional>
#include <memory>

namespace breakwater {

/// Tells when items of the keyring came, went or changed, and when its service or the bus started or ended. One thread,
/// which looks at the item itself every `foreign_look_pause`.
class keyring_watch {
public:
  struct start_result {
    failure error;
    std::unique_ptr<keyring_watch> watch;
  };

  /// Calls `changed` on the watch's own thread; it must not destroy the watch. Fails with `store_unreadable` if there
  /// is no bus; a bus without a keyring service can be watched.
  static start_result start(const keyring_settings&, std::function<void()> changed);

  /// After it returned `changed` is not called any more. Waits for a look that is under way, at most `answer_wait_max`.
  ~keyring_watch();

private:
  struct loop;
  explicit keyring_watch(std::unique_ptr<loop>);
  std::unique_ptr<loop> loop_;
};

} // namespace breakwater
