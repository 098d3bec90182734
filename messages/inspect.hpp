#pragma once
#include <memory>
#include <type_traits>
#include <utility>

/// Inspection without naming an actor framework: the same `inspect` serves CAF 0.17's inspectors (a call with all
/// fields) and CAF 1.x's (an object with named fields). Which one it is, is asked of the inspector itself.
namespace breakwater {

template <class T>
struct field_ref {
  const char* name;
  T& value;
};

template <class T>
field_ref<T> field(const char* name, T& value) {
  return {name, value};
}

namespace detail {
template <class Inspector>
constexpr bool is_loading_inspector() {
  if constexpr (requires { Inspector::is_loading; })
    return Inspector::is_loading;
  else
    return Inspector::writes_state;
}
} // namespace detail

/// True for inspectors that can say whether they write for people (CAF 1.x).
template <class Inspector>
inline constexpr bool is_readable_inspector = requires(Inspector& f) { f.has_human_readable_format(); };

template <class Inspector>
bool wants_readable(Inspector& f) {
  return f.has_human_readable_format();
}

/// Inspects an object as the list of its fields.
template <class Inspector, class T, class... Fields>
auto inspect_object(Inspector& f, [[maybe_unused]] T& x, [[maybe_unused]] const char* name, field_ref<Fields>... fields) {
  if constexpr (requires { f.object(x); })
    return f.object(x).pretty_name(name).fields(f.field(fields.name, fields.value)...);
  else
    return f(fields.value...);
}

/// Inspects `x` as a `Wire` value: `get` makes it, `set` takes it back when the inspector loads.
template <class Wire, class Inspector, class T, class Get, class Set>
auto inspect_as(Inspector& f, T& x, Get get, Set set) {
  struct on_return {
    T& target;
    Set& set;
    Wire wire;
    ~on_return() {
      if constexpr (detail::is_loading_inspector<Inspector>())
        target = set(wire);
    }
  } scope{x, set, get(x)};
  if constexpr (requires { f.object(x); })
    return f.apply(scope.wire);
  else
    return f(scope.wire);
}

/// Inspects an enumeration as its number.
template <class Inspector, class Enum>
  requires std::is_enum_v<Enum>
auto inspect_enum(Inspector& f, Enum& x) {
  using number = std::underlying_type_t<Enum>;
  return inspect_as<number>(
    f, x, [](Enum e) { return static_cast<number>(e); }, [](number n) { return static_cast<Enum>(n); });
}

} // namespace breakwater
