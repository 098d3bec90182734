#include "breakwater/messages/store_messages.hpp"

namespace breakwater {

std::string to_string(token_fate fate) {
  switch (fate) {
  case token_fate::sent:
    return "sent";
  case token_fate::in_doubt:
    return "in_doubt";
  case token_fate::spent:
    return "spent";
  case token_fate::refused:
    return "refused";
  }
  return "unknown";
}

} // namespace breakwater
