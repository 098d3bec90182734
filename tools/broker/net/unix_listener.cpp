#include "breakwater/tools/broker/net/unix_listener.hpp"

#include "breakwater/tools/broker/rpc/answers.hpp"

#include <algorithm>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

namespace breakwater::broker {

namespace {

/// Clients let in before the others have their turn.
constexpr int accepts_max = 64;
/// Descriptors that are not clients': stores, requests, the loop's own.
constexpr size_t spare_descriptors = 64;
/// Refused clients get this; app-server clients know no code for it.
constexpr int refused_code = -32000;

void refuse(const unique_fd& client, const std::string& why) {
  wiped_string line;
  append_error(line, "null", {refused_code, why, {}});
  ::send(client.get(), line.data(), line.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
}

std::string bind_to(int socket, const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path)
    return "the socket's path " + path + " is longer than " + std::to_string(sizeof address.sun_path - 1) +
           " bytes: choose a shorter one";
  path.copy(address.sun_path, path.size());
  struct stat about {};
  if (::lstat(path.c_str(), &about) == 0) {
    if (!S_ISSOCK(about.st_mode))
      return path + " exists and is no socket: remove it, or choose another";
    ::unlink(path.c_str()); // of a dead broker: a living one holds the instance's lock
  }
  auto before = ::umask(0177);
  auto bound = ::bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof address);
  auto problem = bound == 0 ? std::string{} : describe_errno("listen on", path, errno);
  ::umask(before);
  return problem;
}

std::string path_of(int socket) {
  sockaddr_un address{};
  socklen_t size = sizeof address;
  if (::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0 || size <= sizeof(sa_family_t))
    return {};
  auto* end = reinterpret_cast<char*>(&address) + size;
  return {address.sun_path, std::find(address.sun_path, end, '\0')};
}

} // namespace

unix_listener::unix_listener(loop& clients, const tally& counts, size_t clients_max)
    : clients_(clients), counts_(counts), clients_max_(clients_max),
      reserve_(::open("/dev/null", O_RDONLY | O_CLOEXEC)) {}

std::string unix_listener::listen(const std::string& path) {
  if (auto problem = instance_.take(path); !problem.empty())
    return problem;
  socket_ = unique_fd{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  if (!socket_)
    return describe_errno("open a socket for", path, errno);
  if (auto problem = bind_to(socket_.get(), path); !problem.empty())
    return problem;
  made_ = true;
  path_ = path;
  if (::listen(socket_.get(), SOMAXCONN) != 0)
    return describe_errno("listen on", path, errno);
  return {};
}

std::string unix_listener::adopt(unique_fd socket) {
  path_ = path_of(socket.get());
  if (path_.empty() || path_.front() != '/')
    return "the inherited socket has no path: set ListenStream= to one";
  if (auto problem = instance_.take(path_); !problem.empty())
    return problem;
  ::fcntl(socket.get(), F_SETFL, ::fcntl(socket.get(), F_GETFL) | O_NONBLOCK);
  socket_ = std::move(socket);
  return {};
}

void unix_listener::stop() {
  if (std::exchange(stopped_, true))
    return;
  if (made_)
    ::unlink(path_.c_str());
  else if (socket_)
    clients_.drop_guest(*this); // who connects from now on is let in by the next one that is activated
}

void unix_listener::on_ready() {
  for (auto i = 0; i < accepts_max; ++i) {
    unique_fd client{::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK)};
    if (!client && (errno == EMFILE || errno == ENFILE))
      turn_away();
    else if (!client)
      return;
    else
      let_in(std::move(client));
  }
}

/// No descriptor is left: the one kept for this makes room for telling so. Otherwise the client would wait, and the
/// loop would be woken for it for ever.
void unix_listener::turn_away() {
  reserve_.reset();
  unique_fd client{::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK)};
  if (client)
    refuse(client, "this broker has no file descriptor left; close some clients, or raise its limit of open files");
  client.reset();
  reserve_ = unique_fd{::open("/dev/null", O_RDONLY | O_CLOEXEC)};
}

void unix_listener::let_in(unique_fd client) {
  ucred peer{};
  socklen_t size = sizeof peer;
  auto known = ::getsockopt(client.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0;
  if (!known || peer.uid != ::geteuid())
    return refuse(client, "this broker serves user " + std::to_string(::geteuid()) + " only; you are user " +
                              (known ? std::to_string(peer.uid) : "unknown") + ": start a broker of your own");
  if (stopped_)
    return refuse(client, "this broker is ending");
  if (counts_.clients_now >= clients_max_)
    return refuse(client, "this broker serves " + std::to_string(clients_max_) +
                              " clients already, and no more; close some, or raise its limit of open files");
  clients_.add({std::move(client), {}, true});
}

size_t make_room_for_clients(size_t wanted) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
    return wanted;
  if (limit.rlim_cur < limit.rlim_max) {
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    ::getrlimit(RLIMIT_NOFILE, &limit);
  }
  auto room = limit.rlim_cur > 2 * spare_descriptors ? limit.rlim_cur - spare_descriptors : spare_descriptors;
  return std::min<size_t>(wanted, room);
}

} // namespace breakwater::broker
