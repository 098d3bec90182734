#include "breakwater/tools/broker/cli/store_reading.hpp"

#include "breakwater/actors/clocks.hpp"
#include "breakwater/core/auth_machine.hpp"

namespace breakwater::cli {

moment moment_now() {
  static const auto clocks = system_clocks();
  return clocks.now();
}

status_fields status_of(const load_result& read, const auth_settings& settings, const moment& now) {
  // Its life is of no use to anybody: no generation is told.
  auth_machine machine{settings, 1};
  for (const auto& effect : machine.on_start(now))
    if (auto* load = std::get_if<effects::store_load>(&effect))
      machine.on_loaded(load->op, read, now);
  auto* known = machine.answer_at_once(get_status{}, now.at);
  auto out = known != nullptr && *known ? **known : status_fields{};
  out.generation = {};
  return out;
}

story_facts read_store(credential_store& store, const std::string& account, const auth_settings& settings,
                       const moment& now) {
  story_facts out;
  out.account = account;
  out.store = store.where();
  out.now = now.wall;
  auto read = store.load();
  out.status = status_of(read, settings, now);
  out.store_error = read.error;
  if (read.error)
    return out;
  if (read.found.intent && !store.acquire()) {
    // Nobody can be between the note and the answer now; but the one who was may just have finished.
    read = store.load();
    store.release();
    out.writer_is_gone = !read.error;
    out.status = status_of(read, settings, now);
    out.store_error = read.error;
  }
  if (!read.error)
    out.durable = std::move(read.found);
  return out;
}

} // namespace breakwater::cli
