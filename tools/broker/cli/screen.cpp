#include "breakwater/tools/broker/cli/screen.hpp"

#include "breakwater/storage/posix.hpp"
#include "breakwater/tools/broker/cli/store_reading.hpp"
#include "breakwater/tools/broker/cli/text.hpp"
#include "breakwater/tools/broker/rpc/answers.hpp"

#include <unistd.h>

namespace breakwater::cli {

namespace {

const char* code_of(shade what) {
  switch (what) {
  case shade::strong:
    return "\033[1m";
  case shade::dim:
    return "\033[2m";
  case shade::good:
    return "\033[32m";
  case shade::uneasy:
    return "\033[33m";
  case shade::bad:
    return "\033[31m";
  case shade::plain:
    break;
  }
  return "";
}

/// Straight to the descriptor, so that no buffer of the library keeps a token.
bool write_whole(int fd, std::string_view text) {
  while (!text.empty()) {
    auto count = uninterrupted([&] { return ::write(fd, text.data(), text.size()); });
    if (count <= 0)
      return false;
    text.remove_prefix(static_cast<size_t>(count));
  }
  return true;
}

} // namespace

std::string style::paint(shade what, std::string_view text) const {
  if (!colour || what == shade::plain)
    return std::string{text};
  return code_of(what) + std::string{text} + "\033[0m";
}

bool wants_colour(const colour_question& asked) {
  if (asked.wanted != "auto")
    return asked.wanted == "always";
  return asked.is_terminal && !asked.no_color && asked.term != "dumb";
}

std::string folded(std::string_view text, size_t width, const std::string& indent) {
  std::string out, line;
  auto flush = [&] {
    if (!line.empty())
      out += indent + line + '\n';
    line.clear();
  };
  while (!text.empty()) {
    auto end = std::min(text.find(' '), text.size());
    auto word = text.substr(0, end);
    if (!line.empty() && indent.size() + line.size() + 1 + word.size() > width)
      flush();
    if (!word.empty())
      line += (line.empty() ? "" : " ") + std::string{word};
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  flush();
  return out;
}

std::string render_trouble(const trouble& why, const style& in, wall_time now) {
  auto meaning = why.meaning.empty() ? meaning_of(why.code) : why.meaning;
  auto advice = why.advice.empty() ? advice_on(why.code) : why.advice;
  auto what = on_one_line(why.what.empty() ? to_string(why.code) : why.what);
  std::string out = in.paint(shade::bad, "breakwater: ") + what + '\n';
  auto line = [&](const char* label, const std::string& text) {
    if (!text.empty())
      out += "  " + in.paint(shade::strong, label) + ' ' + on_one_line(text) + '\n';
  };
  line("means: ", meaning);
  line("to do: ", advice);
  if (why.retry_after > now)
    line("not before:", render_time_and_distance(why.retry_after, now));
  return out;
}

bool screen::print(std::string_view text) const { return write_whole(STDOUT_FILENO, text); }

bool screen::print_json(const json_document& document, bool in_one_line) const {
  if (!in_one_line)
    return print(render_json(document));
  auto line = broker::in_one_line(document);
  line += '\n';
  return print(line);
}

void screen::complain(std::string_view text) const { write_whole(STDERR_FILENO, text); }

int screen::fail(const trouble& why) const {
  if (json)
    print_json(trouble_to_json(why));
  else
    complain(render_trouble(why, err, moment_now().wall));
  return static_cast<int>(exit_code_of(why));
}

} // namespace breakwater::cli
