#include "breakwater/bench/benchmarks.hpp"
#include "breakwater/bench/broker_process.hpp"
#include "breakwater/bench/measure.hpp"

#include <benchmark/benchmark.h>
#include <nlohmann/json.hpp>

#include <functional>

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace breakwater::bench {

namespace {

constexpr int server_processor = 0;
constexpr size_t token_bytes = 1500;
constexpr size_t depth = 64;

constexpr double status_rate_min = 200'000;
constexpr double token_rate_min = 100'000;
constexpr double json_ratio_min = 0.5;
constexpr double poisoned_ratio_min = 0.9;

std::string rate(double per_second) { return number(per_second / 1000, 0) + " k/s"; }

/// An app-server that was introduced.
struct app_server {
  explicit app_server(const broker_home& home)
      : process({broker_program(), "app-server"}, home.environment(), server_processor) {
    put(process.input(), initialize_line());
    take_lines(process.output(), 1);
  }
  double answers_per_second(const std::string& line, size_t count) {
    return pump(process.input(), process.output(), line, count, depth);
  }
  line_process process;
};

/// Registers one that runs once and adds its lines itself.
void once(const char* name, std::function<void()> body) {
  benchmark::RegisterBenchmark(name,
                               [body = std::move(body)](benchmark::State& state) {
                                 for (auto _ : state)
                                   body();
                               })
      ->Iterations(1)
      ->Unit(benchmark::kMillisecond);
}

double json_loop_rate(size_t bytes, const std::string& line, size_t count) {
  line_process loop{own_child("json_loop", std::to_string(bytes)), {}, server_processor};
  return pump(loop.input(), loop.output(), line, count, depth);
}

/// Broker and plain loop take turns.
void add_throughput(report& out, const effort& how, size_t bytes, double rate_min) {
  broker_home home;
  home.log_in(token_bytes);
  auto line = status_line(bytes > 0, false);
  app_server broker{home};
  std::vector<double> rates, ratios;
  for (size_t turn = 0; turn < how.repetitions; ++turn) {
    auto plain = json_loop_rate(bytes, line, how.questions);
    rates.push_back(broker.answers_per_second(line, how.questions));
    ratios.push_back(plain > 0 ? rates.back() / plain : 0);
  }
  auto measured = median(rates), ratio = median(ratios);
  out.add({std::string{"broker: getAuthStatus "} + (bytes > 0 ? "with a 1,500-byte token" : "without token") +
               ", 64 deep on stdio, one core",
           ">= " + rate(rate_min) + ", >= 0.5 of parsing and writing the JSON", rate(measured), number(ratio, 2),
           measured == 0 ? result::broken : judge(measured >= rate_min && ratio >= json_ratio_min)});
}

void add_poisoned(report& out, const effort& how) {
  broker_home home;
  auto grant = home.log_in();
  home.authority.refuse(grant.family, fake::answer::openai_reused);
  app_server broker{home};
  std::vector<double> rates, ratios;
  for (size_t turn = 0; turn < how.repetitions; ++turn) {
    auto plain = broker.answers_per_second(status_line(true, false), how.questions);
    rates.push_back(broker.answers_per_second(status_line(true, true), how.questions));
    ratios.push_back(plain > 0 ? rates.back() / plain : 0);
  }
  auto after_first = home.authority.totals().token_requests - 1;
  out.add({"broker: the same, poisoned, with refreshToken", ">= 0.9 of without, 0 requests after the first",
           rate(median(rates)) + ", " + count(after_first) + " requests", number(median(ratios), 2),
           after_first != 0 ? result::broken : judge(median(ratios) >= poisoned_ratio_min)});
}

void add_one_at_a_time(report& out, const effort& how) {
  broker_home home;
  home.log_in(token_bytes);
  line_process broker{{broker_program(), "serve"}, home.environment(), server_processor};
  auto client = connect_soon(home.socket());
  put(client, initialize_line());
  auto works = take_lines(client, 1);
  auto line = status_line(true, false);
  stay_on load{load_processor};
  std::vector<double> microseconds;
  for (size_t i = 0; works && i < how.questions / 10; ++i)
    microseconds.push_back(1e6 * seconds_of([&] { works = put(client, line) && take_lines(client, 1); }));
  ::close(client);
  std::sort(microseconds.begin(), microseconds.end());
  auto at = [&](double part) {
    return microseconds.empty()
               ? 0
               : microseconds[static_cast<size_t>(part * static_cast<double>(microseconds.size() - 1))];
  };
  out.add({"broker: one request at a time over the unix socket", "p50 < 60 us, p99 < 300 us",
           "p50 " + number(at(0.5), 0) + " us, p99 " + number(at(0.99), 0) + " us", "",
           works ? judge(at(0.5) < 60 && at(0.99) < 300) : result::broken});
}

/// Descriptors of clients; closed at the end.
struct crowd {
  crowd(const std::string& socket, size_t size) {
    for (size_t i = 0; i < size; ++i) {
      clients.push_back(connect_soon(socket));
      put(clients.back(), initialize_line());
    }
    for (auto one : clients)
      whole = take_lines(one, 1) && whole;
  }
  ~crowd() {
    for (auto one : clients)
      ::close(one);
  }
  std::vector<int> clients;
  bool whole = true;
};

void add_concurrent(report& out) {
  constexpr size_t size = 100, each = 1000;
  broker_home home;
  home.log_in();
  line_process broker{{broker_program(), "serve"}, home.environment(), -1};
  crowd of{home.socket(), size};
  std::string many;
  for (size_t i = 0; i < each; ++i)
    many += status_line(true, true);
  auto whole = of.whole;
  auto seconds = seconds_of([&] {
    for (auto one : of.clients)
      whole = put(one, many) && whole;
    for (auto one : of.clients)
      whole = take_lines(one, each) && whole;
  });
  auto requests = home.authority.totals().token_requests;
  out.add({"broker: 100,000 concurrent refreshes of 100 clients, authority takes 50 ms", "1 request, <= 2 s",
           count(requests) + " request" + (requests == 1 ? "" : "s") + ", " + number(seconds, 2) + " s", "",
           whole && requests == 1 ? judge(seconds <= 2) : result::broken});
}

void add_memory(report& out) {
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
  broker_home home;
  home.log_in(token_bytes);
  line_process broker{{broker_program(), "serve"}, home.environment(), -1};
  crowd first{home.socket(), 1};
  auto idle = broker.resident_mb();
  out.add({"broker: resident memory, idle", "< 20 MB", number(idle, 1) + " MB", "",
           first.whole ? judge(idle < 20) : result::broken});
  crowd of{home.socket(), 1000};
  for (auto one : of.clients)
    put(one, status_line(true, false));
  for (auto one : of.clients)
    of.whole = take_lines(one, 1) && of.whole;
  auto busy = broker.resident_mb();
  out.add({"broker: resident memory, 1,000 clients", "< 60 MB", number(busy, 1) + " MB", "",
           of.whole ? judge(busy < 60) : result::broken});
}

void add_start(report& out, const effort& how) {
  broker_home home;
  home.log_in(token_bytes);
  std::vector<double> milliseconds;
  for (size_t turn = 0; turn < how.repetitions; ++turn)
    milliseconds.push_back(1e3 * seconds_of([&] {
                             app_server broker{home};
                             put(broker.process.input(), status_line(true, false));
                             take_lines(broker.process.output(), 1);
                           }));
  auto measured = median(milliseconds);
  out.add({"broker: start to first status", "< 50 ms", number(measured, 1) + " ms", "", judge(measured < 50)});
}

} // namespace

/// Reads questions, parses them, and writes the answers that the broker gives, with nothing behind it.
int print_json_loop(size_t bytes) {
  ::fcntl(STDOUT_FILENO, F_SETPIPE_SZ, 1 << 20);
  std::string token(bytes, 'a'), waiting, out;
  std::vector<char> buffer(size_t{64} << 10);
  for (ssize_t size; (size = ::read(STDIN_FILENO, buffer.data(), buffer.size())) > 0;) {
    waiting.append(buffer.data(), static_cast<size_t>(size));
    size_t begin = 0;
    for (size_t end; (end = waiting.find('\n', begin)) != std::string::npos; begin = end + 1) {
      auto asked = nlohmann::json::parse(waiting.begin() + static_cast<ptrdiff_t>(begin),
                                         waiting.begin() + static_cast<ptrdiff_t>(end), nullptr, false);
      nlohmann::json answer;
      answer["id"] = asked["id"];
      auto& result = answer["result"];
      result["authMethod"] = "chatgpt";
      result["authToken"] = bytes > 0 ? nlohmann::json{token} : nlohmann::json{};
      result["requiresOpenaiAuth"] = true;
      out += answer.dump();
      out += '\n';
    }
    waiting.erase(0, begin);
    put(STDOUT_FILENO, out);
    out.clear();
  }
  return 0;
}

void register_broker(const effort& how, report& out) {
  once("broker/status", [&] { add_throughput(out, how, 0, status_rate_min); });
  once("broker/token", [&] { add_throughput(out, how, token_bytes, token_rate_min); });
  once("broker/poisoned", [&] { add_poisoned(out, how); });
  once("broker/one_at_a_time", [&] { add_one_at_a_time(out, how); });
  once("broker/concurrent", [&] { add_concurrent(out); });
  once("broker/memory", [&] { add_memory(out); });
  once("broker/start", [&] { add_start(out, how); });
}

} // namespace breakwater::bench
