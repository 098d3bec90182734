#include "breakwater/actors/snapshot_view.hpp"
#include "breakwater/bench/baselines.hpp"
#include "breakwater/bench/benchmarks.hpp"
#include "breakwater/bench/measure.hpp"
#include "breakwater/bench/rig.hpp"

#include <benchmark/benchmark.h>

#include <latch>
#include <thread>

namespace breakwater::bench {

namespace {

constexpr double pointer_loads_max = 2;
constexpr double cache_factor_min = 20;

/// Nanoseconds for one call of `read`, as one thread sees it.
template <class Read>
double nanoseconds(size_t count, Read read) {
  return 1e9 / static_cast<double>(count) * seconds_of([&] {
           for (size_t i = 0; i < count; ++i) {
             benchmark::DoNotOptimize(read());
             benchmark::ClobberMemory(); // no read may stand for the next
           }
         });
}

using reader_handle = compat::actor_of<caf::result<void>(auth_changed), caf::result<read_times>(read_often)>;

/// An actor that subscribed, and reads the token in one of its handlers.
class reader : public reader_handle::base {
public:
  reader(caf::actor_config& cfg, auth_handle auth, std::shared_ptr<std::latch> subscribed)
      : reader_handle::base(cfg), auth_(std::move(auth)), subscribed_(std::move(subscribed)) {}

  behavior_type make_behavior() override {
    compat::send(this, auth_, subscribe{listener{this}});
    return {
        [this](const auth_changed& notice) {
          view_.update(notice);
          pointer_ = &*view_;
          if (auto first = std::exchange(subscribed_, nullptr))
            first->count_down();
        },
        [this](const read_often& ask) {
          read_times out;
          out.pointer = nanoseconds(ask.count, [this] { return pointer_.load(std::memory_order_acquire); });
          out.view = nanoseconds(ask.count, [this] { return &view_.token(); });
          return out;
        },
    };
  }

private:
  auth_handle auth_;
  std::shared_ptr<std::latch> subscribed_;
  snapshot_view view_;
  std::atomic<const status_fields*> pointer_{nullptr};
};

/// The same for a cache that this many threads read at once: the slowest of them.
template <class Cache>
double cache_nanoseconds(const Cache& cache, size_t count, size_t threads) {
  std::latch ready{static_cast<ptrdiff_t>(threads)};
  std::vector<double> times(threads);
  std::vector<std::thread> running;
  for (size_t i = 0; i < threads; ++i)
    running.emplace_back([&, i] {
      ready.arrive_and_wait();
      times[i] = nanoseconds(count, [&] { return cache.get(); });
    });
  for (auto& each : running)
    each.join();
  return *std::max_element(times.begin(), times.end());
}

struct caches {
  token_pointer token = std::make_shared<const bearer_fields>();
  mutex_cache with_mutex{token};
  shared_mutex_cache with_shared_mutex{token};
  atomic_cache with_atomic{token};
};

struct samples {
  std::vector<double> view, pointer, view_by_pointer, shared_by_view;
  std::vector<double> mutex[2], shared[2], atomic[2];
};

void sample(const read_times& own, const caches& all, size_t reads, samples& out) {
  out.view.push_back(own.view);
  out.pointer.push_back(own.pointer);
  out.view_by_pointer.push_back(own.view / own.pointer);
  for (size_t threads : {1, 2}) {
    out.mutex[threads - 1].push_back(cache_nanoseconds(all.with_mutex, reads, threads));
    out.shared[threads - 1].push_back(cache_nanoseconds(all.with_shared_mutex, reads, threads));
    out.atomic[threads - 1].push_back(cache_nanoseconds(all.with_atomic, reads, threads));
  }
  out.shared_by_view.push_back(out.shared[1].back() / own.view);
}

std::string in_ns(const std::vector<double>& values) { return number(median(values), 2) + " ns"; }

void tell(const samples& seen, benchmark::State& state, report& out) {
  auto loads = median(seen.view_by_pointer);
  auto factor = median(seen.shared_by_view);
  state.counters["pointer_loads"] = loads;
  state.counters["faster_than_shared_mutex"] = factor;
  out.add({"token read by a subscriber (snapshot_view)", "<= 2 pointer loads", in_ns(seen.view), number(loads, 2),
           judge(loads <= pointer_loads_max)});
  out.add({"the same, against a shared_mutex cache read by 2 threads", ">= 20 times faster", in_ns(seen.shared[1]),
           number(factor, 0), judge(factor >= cache_factor_min)});
  auto by_view = [&](const std::vector<double>& values) { return number(median(values) / median(seen.view), 1); };
  out.add({"one pointer load", "", in_ns(seen.pointer), by_view(seen.pointer), result::shown});
  auto show = [&](const char* what, const std::vector<double>(&values)[2]) {
    for (size_t threads : {1, 2})
      out.add(
          {std::string{what} + " cache read by " + std::to_string(threads) + (threads == 1 ? " thread" : " threads"),
           "", in_ns(values[threads - 1]), by_view(values[threads - 1]), result::shown});
  };
  show("mutex", seen.mutex);
  show("shared_mutex", seen.shared);
  show("atomic<shared_ptr>", seen.atomic);
}

void compare(benchmark::State& state, const effort& how, report& out) {
  rig one{1, conduct::issue};
  auto subscribed = std::make_shared<std::latch>(1);
  auto who = one.system().spawn<reader>(one.auth(), subscribed);
  subscribed->wait();
  caches all;
  samples seen;
  caf::scoped_actor self{one.system()};
  for (auto _ : state) {
    read_times own;
    compat::request(self.ptr(), who, read_often{how.reads})
        .receive([&](const read_times& answer) { own = answer; }, [&](const caf::error&) { std::abort(); });
    sample(own, all, how.reads / 20, seen);
    state.SetIterationTime(own.view * 1e-9);
  }
  tell(seen, state, out);
  caf::anon_send_exit(who, caf::exit_reason::user_shutdown);
}

} // namespace

void register_local_reads(const effort& how, report& out) {
  benchmark::RegisterBenchmark("snapshot_view", [&how, &out](benchmark::State& state) { compare(state, how, out); })
      ->Iterations(static_cast<int64_t>(how.repetitions))
      ->UseManualTime();
}

} // namespace breakwater::bench
