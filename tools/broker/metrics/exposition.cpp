#include "breakwater/tools/broker/metrics/exposition.hpp"

#include <deque>
#include <limits>

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

namespace breakwater::broker {

namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using labels = std::vector<ClientMetric::Label>;

class families {
public:
  MetricFamily& add(const char* name, const char* help, MetricType type) {
    all_.push_back({name, help, type, {}});
    return all_.back();
  }
  std::string render() const { return prometheus::TextSerializer{}.Serialize({all_.begin(), all_.end()}); }

private:
  std::deque<MetricFamily> all_; // those given out stay where they are
};

void count(MetricFamily& in, labels of, uint64_t value) {
  ClientMetric metric;
  metric.label = std::move(of);
  metric.counter.value = static_cast<double>(value);
  in.metric.push_back(std::move(metric));
}

void gauge(MetricFamily& in, labels of, double value) {
  ClientMetric metric;
  metric.label = std::move(of);
  metric.gauge.value = value;
  in.metric.push_back(std::move(metric));
}

void histogram(MetricFamily& in, labels of, const latencies& seen) {
  ClientMetric metric;
  metric.label = std::move(of);
  uint64_t sum = 0;
  for (size_t i = 0; i < seen.counts().size(); ++i) {
    sum += seen.counts()[i];
    auto bound = i < latencies::bounds.size() ? latencies::bounds[i] : std::numeric_limits<double>::infinity();
    metric.histogram.bucket.push_back({sum, bound});
  }
  metric.histogram.sample_count = sum;
  metric.histogram.sample_sum = seen.sum();
  in.metric.push_back(std::move(metric));
}

void add_clients(families& out, const tally& counts, std::span<const std::string_view> methods) {
  auto& requests = out.add("breakwater_requests_total", "Requests, by method.", MetricType::Counter);
  for (size_t i = 0; i < counts.requests.size(); ++i)
    count(requests, {{"method", i < methods.size() ? std::string{methods[i]} : "other"}}, counts.requests[i]);
  auto& errors = out.add("breakwater_errors_total", "Errors answered, by code.", MetricType::Counter);
  for (auto [code, number] : counts.errors)
    count(errors, {{"code", std::to_string(code)}}, number);
  gauge(out.add("breakwater_clients", "Clients connected now.", MetricType::Gauge), {},
        static_cast<double>(counts.clients_now));
  count(out.add("breakwater_clients_total", "Clients that connected.", MetricType::Counter), {}, counts.clients);
  auto& ended = out.add("breakwater_clients_ended_total", "Clients that are gone, by reason.", MetricType::Counter);
  for (auto& [reason, number] : counts.clients_ended)
    count(ended, {{"reason", reason}}, number);
  auto& seconds = out.add("breakwater_answer_seconds", "How long answers took: from the snapshot, or asked.",
                          MetricType::Histogram);
  histogram(seconds, {{"from", "snapshot"}}, counts.at_once);
  histogram(seconds, {{"from", "auth_actor"}}, counts.asked);
}

void add_flights(families& out, const tally& counts, const std::vector<account_gauge>& accounts) {
  auto& asked =
      out.add("breakwater_refresh_questions_total", "Requests that asked for a refresh.", MetricType::Counter);
  auto& joined = out.add("breakwater_coalesced_total", "Those of them that found one under way.", MetricType::Counter);
  auto& flights = out.add("breakwater_flights_total", "Refreshes begun.", MetricType::Counter);
  auto& verdicts = out.add("breakwater_verdicts_total", "Answers of the authority, by verdict.", MetricType::Counter);
  auto& loud = out.add("breakwater_alarms_total", "Decisions that nobody must overlook, such as a lost token.",
                       MetricType::Counter);
  for (size_t i = 0; i < accounts.size() && i < counts.accounts.size(); ++i) {
    auto& one = counts.accounts[i];
    labels name{{"account", accounts[i].name}};
    count(asked, name, one.refresh_questions);
    count(joined, name, one.coalesced);
    count(flights, name, one.flights);
    count(loud, name, one.loud);
    for (auto& [verdict, number] : one.verdicts)
      count(verdicts, {{"account", accounts[i].name}, {"verdict", verdict}}, number);
  }
}

void add_health(families& out, const std::vector<account_gauge>& accounts) {
  auto& health = out.add("breakwater_health", "1 for the health that an account is in.", MetricType::Gauge);
  auto& logged_in = out.add("breakwater_logged_in", "1 if a credential is held.", MetricType::Gauge);
  for (auto& one : accounts) {
    for (auto i = 0; i <= static_cast<int>(auth_health::poisoned); ++i)
      gauge(health, {{"account", one.name}, {"health", to_string(static_cast<auth_health>(i))}},
            one.health == static_cast<auth_health>(i));
    gauge(logged_in, {{"account", one.name}}, one.logged_in);
  }
}

} // namespace

std::string render_metrics(const tally& counts, std::span<const std::string_view> methods,
                           const std::vector<account_gauge>& accounts) {
  families out;
  add_clients(out, counts, methods);
  add_flights(out, counts, accounts);
  add_health(out, accounts);
  return out.render();
}

} // namespace breakwater::broker
