#include "breakwater/storage/passphrase.hpp"

#include "breakwater/storage/posix.hpp"
#include "breakwater/storage/wiped_string.hpp"

#include <cstdlib>

namespace breakwater {

namespace {

passphrase_result failed(std::string message) { return {{ec::store_unreadable, std::move(message)}, {}}; }

passphrase_result checked(std::string_view text, const std::string& where) {
  if (text.ends_with('\n'))
    text.remove_suffix(1);
  if (text.empty())
    return failed(where + ": the passphrase is empty");
  if (text.size() > passphrase_size_max)
    return failed(where + ": the passphrase is longer than " + std::to_string(passphrase_size_max) + " bytes");
  return {{}, secret{text}};
}

passphrase_result read_descriptor(int number) {
  auto where = "file descriptor " + std::to_string(number);
  unique_fd fd{number};
  wiped_string text;
  text.resize(passphrase_size_max + 2);
  size_t size = 0;
  while (size < text.size()) {
    auto got = uninterrupted([&] { return ::read(fd.get(), text.data() + size, text.size() - size); });
    if (got < 0)
      return failed(describe_errno("read the passphrase from", where, errno));
    if (got == 0)
      break;
    size += static_cast<size_t>(got);
  }
  return checked({text.data(), size}, where);
}

passphrase_result read_variable(const std::string& name) {
  auto* value = std::getenv(name.c_str());
  if (!value)
    return failed("environment variable " + name +
                  ": not set; set it to the passphrase (it is removed once it was read)");
  auto result = checked(value, "environment variable " + name);
  explicit_bzero(value, std::string_view{value}.size());
  ::unsetenv(name.c_str());
  return result;
}

} // namespace

passphrase_result read_passphrase(const passphrase_source& source) {
  auto count = (source.descriptor >= 0) + !source.variable.empty() + !source.given.empty();
  if (count != 1)
    return failed(count == 0
                      ? "an encrypted store needs a passphrase: name a file descriptor or an environment variable"
                      : "an encrypted store takes its passphrase from one source, and several were named");
  if (source.descriptor >= 0)
    return read_descriptor(source.descriptor);
  if (!source.variable.empty())
    return read_variable(source.variable);
  return checked(source.given.reveal(), "the passphrase given");
}

} // namespace breakwater
