#pragma once
#include "breakwater/messages/inspect.hpp"

#include <memory>
#include <utility>

namespace breakwater {

/// An immutable value made once and shared by everyone it is sent to: in one process a message carries a pointer, and
/// only a message that crosses the wire is copied. Empty until assigned; `*x` of an empty one is not allowed.
template <class T>
class shared_value {
public:
  shared_value() = default;
  explicit shared_value(T value) : value_(std::make_shared<const T>(std::move(value))) {}

  explicit operator bool() const noexcept { return static_cast<bool>(value_); }
  const T& operator*() const noexcept { return *value_; }
  const T* operator->() const noexcept { return value_.get(); }
  const T* get() const noexcept { return value_.get(); }

private:
  std::shared_ptr<const T> value_;
};

/// Inspects the value itself; an empty one arrives as a default-constructed `T`.
template <class Inspector, class T>
auto inspect_shared(Inspector& f, shared_value<T>& x) {
  return inspect_as<T>(
      f, x, [](const shared_value<T>& s) { return s ? *s : T{}; }, [](T& t) { return shared_value<T>{std::move(t)}; });
}

} // namespace breakwater
