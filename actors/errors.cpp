#include "breakwater/actors/errors.hpp"

namespace breakwater {

namespace {

/// What an error of ours carries besides its code: the text, and a wall time in nanoseconds.
bool is_ours(const caf::error& e) { return compat::is_of<ec>(e) && e.context().match_elements<std::string, int64_t>(); }

ec code_of(const caf::error& e) {
  if (e == caf::sec::request_timeout)
    return ec::timed_out;
  if (e == caf::sec::request_receiver_down || compat::is_exit(e))
    return ec::shutting_down;
  return ec::unavailable;
}

} // namespace

caf::error make_auth_error(const failure& why, wall_time retry_after) {
  return caf::make_error(why.code, why.message, int64_t{retry_after.time_since_epoch().count()});
}

failure failure_of(const caf::error& e) {
  if (!e)
    return {};
  if (!compat::is_of<ec>(e))
    return {code_of(e), compat::render(e)};
  failure out{ec::unavailable, {}};
  from_integer(e.code(), out.code);
  if (is_ours(e))
    out.message = e.context().get_as<std::string>(0);
  else if (e.context().match_elements<std::string>())
    out.message = e.context().get_as<std::string>(0);
  return out;
}

wall_time retry_after_of(const caf::error& e) {
  return is_ours(e) ? wall_time{wall_time::duration{e.context().get_as<int64_t>(1)}} : unknown_time;
}

} // namespace breakwater
