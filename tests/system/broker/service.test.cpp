#include <csignal>
#include <regex>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "broker_fixture.hpp"

/// What surrounds `breakwater serve`: metrics, systemd.
namespace breakwater::testing {

namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

class service : public with_broker {
protected:
  /// One HTTP request, and all that comes back.
  static std::string http(const std::string& url, const std::string& host, const std::string& path,
                          const std::string& method = "GET") {
    auto port = std::stoi(url.substr(url.find(':', 7) + 1));
    unique_fd to{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<uint16_t>(port));
    if (::connect(to.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
      return "no connection";
    auto request = method + " " + path + " HTTP/1.1\r\n" + (host.empty() ? "" : "Host: " + host + "\r\n") +
                   "Connection: close\r\n\r\n";
    EXPECT_EQ(::write(to.get(), request.data(), request.size()), static_cast<ssize_t>(request.size()));
    std::string out;
    char bytes[4096];
    for (ssize_t count; (count = ::read(to.get(), bytes, sizeof bytes)) > 0;)
      out.append(bytes, static_cast<size_t>(count));
    return out;
  }
  static std::string metrics_url(const child& broker) {
    auto said = broker.errors();
    std::smatch found;
    return std::regex_search(said, found, std::regex{"http://\\S+"}) ? found.str() : "";
  }
  /// The value of a metric as the text has it.
  static double value_of(const std::string& text, const std::string& metric) {
    auto at = text.find("\n" + metric + " ");
    return at == std::string::npos ? -1 : std::stod(text.substr(at + metric.size() + 2));
  }
};

} // namespace

TEST_F(service, given_requests_and_a_refresh_when_metrics_are_read_then_they_count_them_and_hold_no_secret) {
  auto grant = log_in();
  authority.stand({.delay = 200ms});
  auto broker = start_serve({"metrics=127.0.0.1:0"});
  ASSERT_TRUE(broker->says("/metrics"));
  auto url = metrics_url(*broker);
  line_client client{socket()};
  client.initialize();
  for (int i = 0; i < 10; ++i)
    client.say({{"id", i}, {"method", "getAuthStatus"}, {"params", auth_status(true, true)}});
  for (int i = 0; i < 10; ++i)
    EXPECT_TRUE(client.message()["result"].is_object());
  client.ask("thread/start");
  auto text = http(url, "localhost", "/metrics");
  EXPECT_THAT(text, HasSubstr("HTTP/1.1 200"));
  EXPECT_EQ(value_of(text, R"(breakwater_requests_total{method="getAuthStatus"})"), 10);
  EXPECT_EQ(value_of(text, R"(breakwater_requests_total{method="other"})"), 1);
  EXPECT_EQ(value_of(text, R"(breakwater_errors_total{code="-32601"})"), 1);
  EXPECT_EQ(value_of(text, R"(breakwater_refresh_questions_total{account="default"})"), 10);
  EXPECT_EQ(value_of(text, R"(breakwater_coalesced_total{account="default"})"), 9);
  EXPECT_EQ(value_of(text, R"(breakwater_flights_total{account="default"})"), 1);
  EXPECT_EQ(value_of(text, R"(breakwater_verdicts_total{account="default",verdict="issued"})"), 1);
  EXPECT_EQ(value_of(text, R"(breakwater_health{account="default",health="ok"})"), 1);
  EXPECT_EQ(value_of(text, R"(breakwater_clients)"), 1);
  EXPECT_EQ(value_of(text, R"(breakwater_answer_seconds_count{from="auth_actor"})"), 10);
  for (auto secret : {grant.access_token.reveal(), grant.refresh_token.reveal(), std::string_view{grant.account}})
    EXPECT_THAT(text, Not(HasSubstr(std::string{secret})));
}

TEST_F(service, given_poison_when_metrics_are_read_then_they_say_so) {
  auto grant = log_in();
  authority.refuse(grant.family, fake::answer::openai_reused);
  auto broker = start_serve({"metrics=127.0.0.1:0"});
  ASSERT_TRUE(broker->says("/metrics"));
  line_client client{socket()};
  client.initialize();
  client.ask("getAuthStatus", auth_status(true, true));
  auto text = http(metrics_url(*broker), "127.0.0.1", "/metrics");
  EXPECT_EQ(value_of(text, R"(breakwater_health{account="default",health="poisoned"})"), 1);
  EXPECT_EQ(value_of(text, R"(breakwater_verdicts_total{account="default",verdict="refused"})"), 1);
}

TEST_F(service, given_other_hosts_methods_and_paths_when_asked_over_http_then_they_are_refused) {
  auto broker = start_serve({"metrics=127.0.0.1:0"});
  ASSERT_TRUE(broker->says("/metrics"));
  auto url = metrics_url(*broker);
  auto with_port = "localhost" + url.substr(url.find(':', 7), url.find('/', 7) - url.find(':', 7));
  EXPECT_THAT(http(url, with_port, "/healthz"), HasSubstr("200 OK"));
  EXPECT_THAT(http(url, "LOCALHOST", "/healthz"), HasSubstr("200 OK"));
  for (auto host : {"evil.example", "127.0.0.1.evil.example", "localhost:1", ""})
    EXPECT_THAT(http(url, host, "/metrics"), Not(HasSubstr("breakwater_"))) << host;
  EXPECT_THAT(http(url, "evil.example", "/healthz"), HasSubstr("403"));
  EXPECT_THAT(http(url, "localhost", "/metrics", "POST"), HasSubstr("405"));
  EXPECT_THAT(http(url, "localhost", "/etc/passwd"), HasSubstr("404"));
}

TEST_F(service, given_an_address_of_the_network_when_metrics_are_wanted_then_it_does_not_start) {
  for (auto address : {"0.0.0.0:9464", "192.0.2.1:9464", "127.0.0.1", "127.0.0.1:x", "9464"}) {
    auto broker = run_small({"serve", "socket=" + socket(), std::string{"metrics="} + address});
    EXPECT_EQ(broker->wait(), 1) << address;
    EXPECT_THAT(broker->errors(), HasSubstr("127.0.0.1:PORT")) << address;
  }
}

// -- systemd ---------------------------------------------------------------------------------------------------------

TEST_F(service, given_socket_activation_when_a_client_connects_then_it_is_served_on_that_socket) {
  log_in();
  std::filesystem::create_directory(home / "run");
  std::filesystem::permissions(home / "run", std::filesystem::perms::owner_all);
  std::vector<std::string> arguments{SYSTEMD_SOCKET_ACTIVATE, "--listen=" + socket()};
  for (auto& [name, value] : environment())
    arguments.push_back("-E" + name + "=" + value);
  arguments.insert(arguments.end(), {SMALL_BROKER, "serve", "socket=" + (home / "run/unused.sock")});
  child activated{{arguments, {}, home / "errors.activated"}};
  ASSERT_TRUE(eventually([&] { return std::filesystem::exists(socket()); })) << activated.errors();
  std::optional<line_client> client;
  ASSERT_TRUE(eventually([&] { return client.emplace(socket()).connected(); }));
  auto info = client->ask("breakwater/info");
  ASSERT_TRUE(info.is_object()) << activated.errors();
  EXPECT_EQ(info["result"]["pid"], activated.id());
  EXPECT_EQ(client->ask("breakwater/status")["result"]["method"], "oauth");
  EXPECT_FALSE(std::filesystem::exists(home / "run/unused.sock"));
  activated.signal(SIGTERM);
  EXPECT_EQ(activated.wait(), 0) << activated.errors();
  EXPECT_TRUE(std::filesystem::exists(socket())) << "the socket is systemd's";
}

TEST_F(service, given_a_notify_socket_when_it_starts_and_ends_then_systemd_is_told) {
  auto path = home / "notify";
  unique_fd told{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  ASSERT_EQ(::bind(told.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  timeval limit{60, 0};
  ::setsockopt(told.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  auto hear = [&] {
    char text[512];
    auto count = ::recv(told.get(), text, sizeof text, 0);
    return std::string{text, static_cast<size_t>(std::max<ssize_t>(count, 0))};
  };
  auto given = environment();
  given["NOTIFY_SOCKET"] = path;
  child broker{{{SMALL_BROKER, "serve", "socket=" + socket()}, given, home / "errors.notified"}};
  EXPECT_THAT(hear(), HasSubstr("READY=1"));
  EXPECT_TRUE(line_client{socket()}.connected());
  broker.signal(SIGTERM);
  EXPECT_THAT(hear(), HasSubstr("STOPPING=1"));
  EXPECT_EQ(broker.wait(), 0);
}

} // namespace breakwater::testing
