#pragma once
#include "breakwater/core/auth_settings.hpp"
#include "breakwater/storage/credential_store.hpp"
#include "breakwater/tools/broker/cli/story.hpp"

namespace breakwater::cli {

/// How things stand according to what was read, decided by the same machine that the auth actor runs; nothing is sent
/// or written.
status_fields status_of(const load_result&, const auth_settings&, const moment& now);

/// What the store tells about itself. If it holds an intent, the lease is taken and given back at once, to see whether
/// the writer of the intent is gone.
story_facts read_store(credential_store&, const std::string& account, const auth_settings&, const moment& now);

/// This moment.
moment moment_now();

} // namespace breakwater::cli
