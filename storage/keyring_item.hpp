#pragma once
#include "breakwater/messages/error.hpp"
#include "breakwater/messages/time.hpp"
#include "breakwater/storage/keyring_settings.hpp"
#include "breakwater/storage/wiped_string.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace breakwater {

struct keyring_content {
  failure error;
  bool exists = false;
  /// Beside an error: there is no bus, no keyring service on it, or no keyring in that. Nothing of ours is there, and
  /// nothing can be; what is locked or hangs is not absent.
  bool absent = false;
  wiped_string text;
  /// To the second, by the service's clock.
  wall_time written = unknown_time;
};

/// One conversation with the keyring service about one item (freedesktop.org Secret Service API). It is found by its
/// attributes `service` and `username`; of several, the one whose `target` is `default`, as the clients' library has
/// it.
///
/// Every answer is asked for: a service that is not there, hangs or is locked, and a dismissed question, are failures,
/// never "nothing stored". All of one conversation takes at most `answer_wait_max`, and `prompt_wait_max` if the user
/// is asked. On the bus the text is encrypted; in this process libsecret holds it in locked memory, and our copy is
/// wiped.
///
/// One thread, from the constructor to the destructor. No headers of GLib here.
class keyring_item {
public:
  /// Connects. `code` is what failures are to have: store_unreadable or store_unwritable.
  keyring_item(const keyring_settings&, std::string key, ec code);
  ~keyring_item();

  keyring_content read();

  /// Replaces the text, or makes the item in the default keyring, and reads it back: after success the service has it.
  /// gnome-keyring answers after its file was written, synced and renamed; it does not sync the directory, so a power
  /// failure in the seconds after may bring the earlier text back.
  failure write(std::string_view text);

  /// Nothing there is no failure.
  failure erase();

private:
  struct conversation;
  std::unique_ptr<conversation> now_;
};

/// For messages: which item.
std::string describe_keyring_item(const keyring_settings&, const std::string& key);

} // namespace breakwater
