#pragma once
#include "breakwater/actors/interfaces.hpp"
#include "breakwater/actors/system_config.hpp"

/// What the benchmarks' own actors send each other.
namespace breakwater::bench {

struct round;

/// Asks a caller to put this many questions, and to report to the round, which outlives it.
struct go {
  round* to = nullptr;
  size_t share = 0;
};

/// Lets a fake authority answer what it holds back.
struct open_gate {};

/// Asks a reader how long this many reads take.
struct read_often {
  size_t count = 0;
};

/// Nanoseconds for one read.
struct read_times {
  double view = 0;
  double pointer = 0;
};

} // namespace breakwater::bench

CAF_BEGIN_TYPE_ID_BLOCK(breakwater_bench, caf::first_custom_type_id + 700)
CAF_ADD_TYPE_ID(breakwater_bench, (breakwater::bench::go))
CAF_ADD_TYPE_ID(breakwater_bench, (breakwater::bench::open_gate))
CAF_ADD_TYPE_ID(breakwater_bench, (breakwater::bench::read_often))
CAF_ADD_TYPE_ID(breakwater_bench, (breakwater::bench::read_times))
CAF_END_TYPE_ID_BLOCK(breakwater_bench)

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(breakwater::bench::go)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(breakwater::bench::open_gate)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(breakwater::bench::read_often)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(breakwater::bench::read_times)

namespace breakwater::bench {

namespace detail {
struct message_registration {
  message_registration() { compat::register_globally<caf::id_block::breakwater_bench>(); }
};
} // namespace detail

class bench_config : private detail::message_registration, public system_config {
public:
  explicit bench_config(size_t workers) {
    compat::register_in<caf::id_block::breakwater_bench>(*this);
    compat::set_max_threads(*this, workers);
  }
};

} // namespace breakwater::bench
