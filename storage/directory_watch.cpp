#include "breakwater/storage/directory_watch.hpp"

#include <array>
#include <cstring>

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/stat.h>

namespace breakwater {

namespace {

constexpr uint32_t directory_gone = IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT | IN_IGNORED | IN_Q_OVERFLOW;
constexpr uint32_t watched_events =
    IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_CLOSE_WRITE | IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;

/// How often the way may change while its watches are set.
constexpr int rearm_count_max = 16;

failure unwatchable(std::string_view doing, const std::string& path, int number) {
  return {ec::store_unreadable, describe_errno(doing, path, number)};
}

file_hop parent_of(const std::string& directory) {
  auto slash = directory.rfind('/');
  return {slash == 0 ? "/" : directory.substr(0, slash), directory.substr(slash + 1)};
}

bool is_directory(const std::string& path) {
  struct stat found {};
  return ::stat(path.c_str(), &found) == 0 && S_ISDIR(found.st_mode);
}

} // namespace

directory_watch::directory_watch(std::string path, std::function<void()> changed)
    : path_{std::move(path)}, changed_{std::move(changed)}, end_{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)} {}

directory_watch::start_result directory_watch::start(std::string path, std::function<void()> changed) {
  std::unique_ptr<directory_watch> made{new directory_watch{std::move(path), std::move(changed)}};
  if (!made->end_)
    return {unwatchable("watch", made->path_, errno), nullptr};
  if (auto error = made->arm())
    return {std::move(error), nullptr};
  try {
    made->thread_ = std::thread{[watch = made.get()] { watch->run(); }};
  } catch (const std::system_error& problem) {
    return {unwatchable("start a thread to watch", made->path_, problem.code().value()), nullptr};
  }
  return {{}, std::move(made)};
}

directory_watch::~directory_watch() {
  if (!thread_.joinable())
    return;
  uint64_t one = 1;
  (void)uninterrupted([&] { return ::write(end_.get(), &one, sizeof one); });
  thread_.join();
}

failure directory_watch::arm() {
  for (int i = 0; i < rearm_count_max; ++i) {
    armed fresh;
    fresh.notifier = unique_fd{::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)};
    if (!fresh.notifier)
      return unwatchable("watch", path_, errno);
    fresh.hops = follow_links(path_).hops;
    for (auto& hop : fresh.hops)
      if (auto error = add(fresh, hop))
        return error;
    // What came into being before its watch was set would go unseen.
    auto still_so =
        follow_links(path_).hops == fresh.hops && (fresh.complete || !is_directory(fresh.hops.back().directory));
    armed_ = std::move(fresh);
    if (still_so)
      return {};
  }
  return {};
}

failure directory_watch::add(armed& to, const file_hop& hop) {
  auto step = hop;
  for (;;) {
    auto number = ::inotify_add_watch(to.notifier.get(), step.directory.c_str(), watched_events);
    if (number >= 0) {
      to.names[number].insert(step.name);
      return {};
    }
    if ((errno != ENOENT && errno != ENOTDIR) || step.directory == "/")
      return unwatchable("watch", step.directory, errno);
    to.complete = false;
    step = parent_of(step.directory);
  }
}

bool directory_watch::drain(bool& lost) {
  alignas(inotify_event) std::array<char, 16 * 1024> buffer;
  bool concerns = false;
  for (;;) {
    auto size = uninterrupted([&] { return ::read(armed_.notifier.get(), buffer.data(), buffer.size()); });
    if (size <= 0)
      return concerns;
    for (auto* at = buffer.data(); at < buffer.data() + size;) {
      inotify_event event;
      std::memcpy(&event, at, sizeof event);
      std::string_view name = event.len > 0 ? at + sizeof event : "";
      auto watched = armed_.names.find(event.wd);
      if (event.mask & directory_gone)
        lost = concerns = true;
      else if (watched != armed_.names.end() && watched->second.contains(std::string{name}))
        concerns = true;
      at += sizeof event + event.len;
    }
  }
}

void directory_watch::run() {
  for (;;) {
    std::array<pollfd, 2> waits = {{{armed_.notifier.get(), POLLIN, 0}, {end_.get(), POLLIN, 0}}};
    uninterrupted([&] { return ::poll(waits.data(), waits.size(), -1); });
    if (waits[1].revents != 0)
      return;
    bool lost = false;
    if (!drain(lost))
      continue;
    if (lost || !armed_.complete || follow_links(path_).hops != armed_.hops)
      arm(); // without a new watch the old one goes on: it may still see something
    changed_();
  }
}

} // namespace breakwater
