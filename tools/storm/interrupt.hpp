#pragma once

namespace breakwater::storm {

/// From now on SIGINT and SIGTERM only set a flag; a second one ends the program at once.
void catch_interrupts();

/// One of them came.
bool was_interrupted();

} // namespace breakwater::storm
