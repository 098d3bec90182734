#pragma once
#include "breakwater/tools/broker/net/connection.hpp"

namespace breakwater::broker {

/// A channel on two descriptors of the caller's, of any kind. Neither is changed for others who share it: what can be
/// opened again is, to be non-blocking for us alone.
channel open_stdio(int input, int output);

} // namespace breakwater::broker
