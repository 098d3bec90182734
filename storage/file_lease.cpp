#include "breakwater/storage/file_lease.hpp"

#include "breakwater/storage/network_file_system.hpp"

namespace breakwater {

store_outcome file_lease::acquire(const file_place& place, uid_t user) {
  if (is_held(place))
    return {};
  lock_.release();
  if (auto problem = problem_of_file_system(place.directory()))
    return {ec::store_unwritable, std::move(*problem)};
  failure error;
  switch (lock_.try_take(place.lease_path(), user, error)) {
  case file_lock::outcome::taken:
    return {};
  case file_lock::outcome::busy:
    return {ec::store_busy, place.lease_path() + ": another program is refreshing this credential"};
  case file_lock::outcome::failed:
    return error;
  }
  return error;
}

} // namespace breakwater
