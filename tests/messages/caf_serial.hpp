#pragma once
#include <caf/binary_deserializer.hpp>
#include <caf/binary_serializer.hpp>
#include <caf/config.hpp>
#include <caf/error.hpp>

#include <cstddef>
#include <vector>

/// Saves and loads through CAF's binary format, the one that crosses the wire, on CAF 0.17 and on 1.x.
namespace breakwater::test {

#if CAF_MAJOR_VERSION == 0
using wire_bytes = std::vector<char>;

template <class T>
bool save(wire_bytes& bytes, T& value) {
  caf::binary_serializer sink{nullptr, bytes};
  return !sink(value);
}

template <class T>
bool load(const wire_bytes& bytes, T& value) {
  caf::binary_deserializer source{nullptr, bytes};
  return !source(value);
}
#else
using wire_bytes = caf::byte_buffer;

template <class T>
bool save(wire_bytes& bytes, T& value) {
  caf::binary_serializer sink{bytes};
  return sink.apply(value);
}

template <class T>
bool load(const wire_bytes& bytes, T& value) {
  caf::binary_deserializer source{bytes};
  return source.apply(value);
}
#endif

} // namespace breakwater::test
