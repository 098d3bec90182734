#pragma once
#define FUSE_USE_VERSION 314
#include <fuse.h>

namespace breakwater::testing {

/// The file operations of a forgetful_mount, which is their `private_data`.
const fuse_operations& forgetful_operations();

} // namespace breakwater::testing
