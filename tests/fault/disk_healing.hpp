#pragma once
#include "breakwater/tests/fault/fault_home.hpp"

#include <functional>
#include <string>

/// What tests of broken disks do again and again.
namespace breakwater::testing {

/// Asks for a refresh, and breaks something after the authority has the request and before the subject has the answer:
/// the subject stands still meanwhile. The answer to the refresh.
nlohmann::json refresh_and_break(fault_home&, subject_process&, const std::function<void()>& break_it);

/// The tokens just issued are in use, and not on the disk for this reason. Another program cannot refresh, and says so
/// with this error.
void expect_unsaved(fault_home&, subject_process&, const std::string& why,
                    const std::string& why_of_others = "store_busy");

/// All is well again: the tokens in use are the ones on the disk, a refresh works, nothing lies about; ends the
/// subject.
void expect_healed(fault_home&, subject_process&);

/// Asks until a refresh succeeds: pauses end by themselves.
bool is_refreshed_at_last(subject_process&);

} // namespace breakwater::testing
