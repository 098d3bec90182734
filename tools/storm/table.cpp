#include "breakwater/tools/storm/table.hpp"

#include "breakwater/tools/storm/verdict_on_row.hpp"

#include <array>
#include <cstdio>

namespace breakwater::storm {

namespace {

constexpr auto red = "\033[31m", green = "\033[32m", bold = "\033[1m", plain = "\033[0m";

enum class mood : uint8_t { none, good, bad };

struct cell {
  std::string text;
  mood how = mood::none;
};

struct column {
  std::string_view over;
  std::string_view title;
  size_t width;
  bool is_text;
};

constexpr std::array<column, 12> columns{{
    {"", "scenario", 16, true},
    {"", "policy", 10, true},
    {"", "callers", 7, false},
    {"", "asked", 6, false},
    {"", "requests", 8, false},
    {"", "replays", 7, false},
    {"", "family", 7, true},
    {"", "token", 5, true},
    {"after", "poison", 6, false},
    {"p50", "ms", 6, false},
    {"p99", "ms", 6, false},
    {"wall", "s", 5, false},
}};

using cells = std::array<cell, columns.size()>;

std::string print(const char* format, double number) {
  char text[32];
  std::snprintf(text, sizeof text, format, number);
  return text;
}

std::string padded(const std::string& text, const column& in) {
  auto fill = std::string(text.size() < in.width ? in.width - text.size() : 0, ' ');
  return in.is_text ? text + fill : fill + text;
}

std::string render_line(const cells& line, bool colour) {
  std::string out;
  for (size_t i = 0; i < line.size(); ++i) {
    auto text = padded(line[i].text, columns[i]);
    if (colour && line[i].how != mood::none)
      text = (line[i].how == mood::bad ? red : green) + text + plain;
    out += (i == 0 ? "" : " ") + text;
  }
  while (!out.empty() && out.back() == ' ')
    out.pop_back();
  return out + '\n';
}

std::string render_header(std::string_view column::*part) {
  cells line;
  for (size_t i = 0; i < columns.size(); ++i)
    line[i].text = std::string{columns[i].*part};
  return render_line(line, false);
}

cell number(uint64_t n, bool bad = false) { return {std::to_string(n), bad ? mood::bad : mood::none}; }

cells cells_of(const row& r, bool first_of_scenario) {
  auto good = [](bool is_good) { return is_good ? mood::good : mood::bad; };
  return {{
      {first_of_scenario ? title_of(r) : "", mood::none},
      {std::string{name_of(r.policy)}, mood::none},
      number(r.callers),
      number(r.asked),
      {std::to_string(r.requests), good(r.requests <= requests_allowed(r))},
      number(r.replays, r.replays > 0),
      {r.family_alive ? "alive" : "revoked", good(r.family_alive)},
      {r.token_kept ? "kept" : "lost", good(r.token_kept)},
      number(r.requests_after_poison, r.requests_after_poison > 0),
      {render_milliseconds(r.p50), mood::none},
      {render_milliseconds(r.p99), mood::none},
      {print("%.2f", std::chrono::duration<double>(r.wall).count()), mood::none},
  }};
}

} // namespace

std::string render_milliseconds(const latency& of) {
  auto ms = std::chrono::duration<double, std::milli>(of.value).count();
  return (of.open ? ">" : "") + print(ms < 10 ? "%.2f" : ms < 100 ? "%.1f" : "%.0f", ms);
}

std::string render_table(const std::vector<row>& rows, bool colour) {
  auto header = render_header(&column::over) + render_header(&column::title);
  auto out = colour ? bold + header + plain : header;
  out += std::string(header.size() - header.find('\n') - 2, '-') + '\n';
  const scenario* last = nullptr;
  auto has_open = false;
  for (const auto& each : rows) {
    if (last != nullptr && last != each.scenario)
      out += '\n';
    out += render_line(cells_of(each, last != each.scenario), colour);
    last = each.scenario;
    has_open = has_open || each.open > 0;
  }
  if (has_open)
    out += "\n> some asks were still open when the row ended: at least this\n";
  return out;
}

} // namespace breakwater::storm
