#pragma once
#include <iosfwd>

namespace breakwater::storm {

/// The whole life of one of many processes (child_protocol.hpp): a policy on the shared file, its callers, their
/// answers. Returns the exit code. It ends by itself soon after its storm, whatever becomes of the one that started it.
int run_child(std::istream& in, std::ostream& out);

} // namespace breakwater::storm
