#include "breakwater/tests/fault/clock_lies.hpp"

#include <cstdio>
#include <fstream>
#include <stdexcept>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace breakwater::testing {

namespace {

/// A sanitizer's library wants to be the first; here it need not.
constexpr auto any_order = "ASAN_OPTIONS=verify_asan_link_order=0";

std::string library() { return BREAKWATER_FAKETIME; }

} // namespace

std::optional<std::string> wrong_wall_clock::problem() {
  if (library().empty() || ::access(library().c_str(), R_OK) != 0)
    return "needs libfaketime (package faketime)";
  return std::nullopt;
}

void wrong_wall_clock::set(std::chrono::seconds offset) {
  auto aside = place_ / "aside";
  auto sign = offset.count() < 0 ? "" : "+";
  std::ofstream{aside} << sign << offset.count() << '\n';
  std::rename(aside.c_str(), (place_ / "offset").c_str());
}

void wrong_wall_clock::join(subject_process::options& to) const {
  // What stat says stays true: a clock that is set changes no date of a file.
  to.environment = {"LD_PRELOAD=" + library(), "FAKETIME_TIMESTAMP_FILE=" + (place_ / "offset"),
                    "FAKETIME_NO_CACHE=1",     "FAKETIME_DONT_FAKE_MONOTONIC=1",
                    "NO_FAKE_STAT=1",          any_order};
}

suspended_clock::suspended_clock() {
  auto path = place_ / "offset";
  auto fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0 || ::ftruncate(fd, sizeof(int64_t)) != 0)
    throw std::runtime_error{"no file to share: " + path};
  auto* shared = ::mmap(nullptr, sizeof(int64_t), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  ::close(fd);
  if (shared == MAP_FAILED)
    throw std::runtime_error{"no memory to share"};
  offset_ = static_cast<volatile int64_t*>(shared);
}

suspended_clock::~suspended_clock() { ::munmap(const_cast<int64_t*>(offset_), sizeof(int64_t)); }

void suspended_clock::sleep(std::chrono::seconds time) { *offset_ = *offset_ + std::chrono::nanoseconds{time}.count(); }

void suspended_clock::join(subject_process::options& to) const {
  to.environment = {std::string{"LD_PRELOAD="} + BREAKWATER_CLOCK_SHIM,
                    "BREAKWATER_SUSPENDED_FILE=" + (place_ / "offset"), any_order};
}

} // namespace breakwater::testing
