#pragma once

namespace breakwater::cli {

/// From now on SIGINT and SIGTERM are noted and cut short what waits in a system call; a second one ends the program
/// at once. Writing to a pipe that nobody reads is an error and no signal.
void catch_interrupts();

/// One of them came.
bool was_interrupted();

} // namespace breakwater::cli
