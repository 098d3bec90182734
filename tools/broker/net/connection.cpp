#include "breakwater/tools/broker/net/connection.hpp"

#include "breakwater/tools/broker/rpc/answers.hpp"

namespace breakwater::broker {

connection::connection(uint64_t id, channel io, const session_facts& facts, const limits& bounds)
    : id_(id), io_(std::move(io)), limits_(bounds), session_(facts), splitter_(bounds.line_bytes_max) {}

void connection::receive(std::span<char> buffer, switchboard& board, tally& counts, loop_clock::time_point now) {
  auto count = uninterrupted([&] { return ::read(io_.input.get(), buffer.data(), buffer.size()); });
  if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
    return;
  if (count <= 0)
    input_ended_ = true; // also after a reset: what it sent before still counts
  else
    splitter_.feed({buffer.data(), static_cast<size_t>(count)});
  process(board, counts, now);
  splitter_.keep();
  if (count > 0)
    ::explicit_bzero(buffer.data(), static_cast<size_t>(count));
}

void connection::go_on(switchboard& board, tally& counts, loop_clock::time_point now) {
  process(board, counts, now);
  splitter_.keep();
}

void connection::process(switchboard& board, tally& counts, loop_clock::time_point now) {
  waiting_ = false;
  at_once_ = 0;
  while (!is_full()) {
    auto line = splitter_.next();
    if (!line)
      break;
    handle(*line, board, counts, now);
  }
  if (splitter_.is_too_long() && !closing_)
    give_up(counts);
  else if (is_full())
    waiting_ = splitter_.size() > 0;
  else if (last_line_waits()) {
    wiped_string last{splitter_.rest()};
    splitter_.clear();
    if (!cut_)
      handle(last, board, counts, now);
  }
  if (at_once_ > 0)
    counts.at_once.add(loop_clock::now() - now, at_once_);
}

void connection::handle(std::string_view line, switchboard& board, tally& counts, loop_clock::time_point now) {
  auto done = session_.receive(line, output_.lines());
  if (done.method)
    ++counts.requests[*done.method];
  else if (done.error != 0)
    ++counts.requests.back();
  if (done.error != 0)
    ++counts.errors[done.error];
  if (auto* answered = std::get_if<client_answer>(&done.then)) {
    board.client_answered(id_, answered->id, answered->result);
    return;
  }
  auto* asked = std::get_if<question>(&done.then);
  if (!asked)
    return;
  switch (board.ask(id_, std::move(*asked), output_.lines(), now)) {
  case switchboard::progress::answered:
    ++at_once_;
    break;
  case switchboard::progress::changing:
    changing_ = true;
    [[fallthrough]];
  case switchboard::progress::open:
    ++open_;
    break;
  }
}

void connection::give_up(tally& counts) {
  append_error(output_.lines(), "null",
               {invalid_request,
                "Invalid request: the line is longer than " + std::to_string(limits_.line_bytes_max) +
                    " bytes; the connection is closed",
                {}});
  ++counts.errors[invalid_request];
  splitter_.clear();
  closing_ = true;
  input_ended_ = true;
  reason_ = "line_too_long";
}

void connection::flush(loop_clock::time_point now) {
  if (broken_) {
    output_.clear();
    return;
  }
  auto before = output_.size();
  if (before == 0)
    return;
  switch (output_.write_to(io_.out(), io_.is_socket)) {
  case output::state::written:
    stalled_.reset();
    break;
  case output::state::full:
    if (!stalled_ || output_.size() < before)
      stalled_ = now;
    break;
  case output::state::broken:
    broken_ = true;
    reason_ = "not_read";
    output_.clear();
    stalled_.reset();
    break;
  }
}

bool connection::is_over() const {
  if (broken_)
    return true;
  return output_.empty() && input_ended_ && open_ == 0 && splitter_.size() == 0;
}

void connection::close(std::string_view why) {
  broken_ = true;
  reason_ = why;
  output_.clear();
}

} // namespace breakwater::broker
