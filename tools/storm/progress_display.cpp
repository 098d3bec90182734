#include "breakwater/tools/storm/progress_display.hpp"

#include <algorithm>

namespace breakwater::storm {

namespace {

constexpr size_t bar_width = 12;
constexpr size_t title_width = 28;
constexpr std::chrono::milliseconds redraw_every{100};

double share_of(const progress& now) {
  if (now.limit.count() <= 0)
    return 0;
  return std::clamp(static_cast<double>(now.elapsed.count()) / static_cast<double>(now.limit.count()), 0.0, 1.0);
}

} // namespace

std::string render_bar(size_t done, size_t row_count, const std::string& title, const progress& now) {
  auto share = (static_cast<double>(done) + share_of(now)) / static_cast<double>(std::max<size_t>(row_count, 1));
  auto filled = std::min(static_cast<size_t>(share * bar_width), bar_width);
  char text[128];
  auto size = std::snprintf(text, sizeof text, "[%s%s] %2zu/%zu %-*.*s %llu asked, %llu requests",
                            std::string(filled, '#').c_str(), std::string(bar_width - filled, '.').c_str(),
                            std::min(done + 1, row_count), row_count, static_cast<int>(title_width),
                            static_cast<int>(title_width), title.c_str(), static_cast<unsigned long long>(now.asked),
                            static_cast<unsigned long long>(now.requests));
  return {text, std::min<size_t>(static_cast<size_t>(std::max(size, 0)), 79)};
}

progress_display::progress_display(std::FILE* out, bool is_terminal, size_t row_count)
    : out_(out), is_terminal_(is_terminal), row_count_(row_count) {}

void progress_display::begin(std::string_view scenario, policy_kind policy) {
  title_ = std::string{scenario} + ", " + std::string{name_of(policy)};
  drawn_ = {};
}

void progress_display::show(const progress& now) {
  auto clock = std::chrono::steady_clock::now();
  if (!is_terminal_ || clock - drawn_ < redraw_every)
    return;
  drawn_ = clock;
  std::fprintf(out_, "\r%s\033[K", render_bar(done_, row_count_, title_, now).c_str());
  std::fflush(out_);
  has_bar_ = true;
}

void progress_display::end(const row& r) {
  ++done_;
  if (is_terminal_)
    return;
  std::fprintf(out_, "%zu/%zu %s: %llu asked, %llu requests\n", done_, row_count_, title_.c_str(),
               static_cast<unsigned long long>(r.asked), static_cast<unsigned long long>(r.requests));
  std::fflush(out_);
}

void progress_display::clear() {
  if (has_bar_)
    std::fputs("\r\033[K", out_);
  has_bar_ = false;
}

} // namespace breakwater::storm
