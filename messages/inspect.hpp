#pragma once
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
inline constexpr bool is_readable_inspector = requires(Inspector& f) {
  f.has_human_readable_format();
};

template <class Inspector>
bool wants_readable(Inspector& f) {
  return f.has_human_readable_format();
}

/// Inspects an object as the list of its fields.
template <class Inspector, class T, class... Fields>
auto inspect_object(Inspector& f, [[maybe_unused]] T& x, [[maybe_unused]] const char* name,
                    field_ref<Fields>... fields) {
  if constexpr (requires { f.object(x); })
    return f.object(x).pretty_name(name).fields(f.field(fields.name, fields.value)...);
  else
    return f(fields.value...);
}

/// Inspects a value that stands in for the real one; `loaded` is called after a loading inspector has filled it in.
template <class Inspector, class Wire, class Loaded>
auto inspect_wire(Inspector& f, Wire& wire, [[maybe_unused]] Loaded loaded) {
  auto visit = [&] {
    if constexpr (requires { f.object(wire); })
      return f.apply(wire);
    else
      return f(wire);
  };
  if constexpr (detail::is_loading_inspector<Inspector>()) {
    auto result = visit();
    // CAF 1.x says true for success, CAF 0.17 gives an error that is false for success.
    if (static_cast<bool>(result) == std::is_same_v<decltype(result), bool>)
      loaded();
    return result;
  } else {
    return visit();
  }
}

/// Inspects `x` as a `Wire` value: `get` makes it, `set` takes it back when the inspector loads. A failed load leaves
/// `x` alone.
template <class Wire, class Inspector, class T, class Get, class Set>
auto inspect_as(Inspector& f, T& x, Get get, Set set) {
  Wire wire = get(x);
  return inspect_wire(f, wire, [&] { x = set(wire); });
}

/// CAF 1.x's inspectors. Those of CAF 0.17 know enumerations themselves, and an `inspect` for one would be ambiguous.
template <class Inspector>
concept object_inspector = requires(Inspector& f, int& x) {
  f.object(x);
};

/// Inspects an enumeration as its number.
template <object_inspector Inspector, class Enum>
requires std::is_enum_v<Enum>
auto inspect_enum(Inspector& f, Enum& x) {
  using number = std::underlying_type_t<Enum>;
  return inspect_as<number>(
      f, x, [](Enum e) { return static_cast<number>(e); }, [](number n) { return static_cast<Enum>(n); });
}

} // namespace breakwater
