#pragma once

namespace breakwater::broker {

/// Gives back memory that only the start needed: free heap, and pages of code, which are read again from their files
/// when they run again. Some 5 MB of 20.
void give_back_memory_of_start();

} // namespace breakwater::broker
