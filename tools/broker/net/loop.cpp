#include "breakwater/tools/broker/net/loop.hpp"

#include "breakwater/tools/broker/rpc/answers.hpp"

#include <algorithm>

namespace breakwater::broker {

namespace {

// Keys of the epoll set: the first ones are the loop's own, then guests, then clients, each with two descriptors.
constexpr uint64_t inbox_key = 0;
constexpr uint64_t signal_key = 1;
constexpr uint64_t first_guest_key = 2;
constexpr uint64_t first_client_id = 64;

/// Read from a client at once.
constexpr size_t read_bytes = size_t{64} << 10;
/// How often one client is gone on with before the others have their turn.
constexpr int turns_max = 4;
/// How often stalled clients are looked at.
constexpr std::chrono::milliseconds check_pause{250};

} // namespace

loop::loop(loop_options options, std::shared_ptr<inbox> box, tally& counts)
    : options_(std::move(options)), inbox_(std::move(box)), tally_(counts), buffer_(read_bytes),
      last_id_(first_client_id), now_(loop_clock::now()) {
  if (!signals_.ok() || !poller_.ok() || !inbox_->ok()) {
    problem_ = describe_errno("open", "the event loop's descriptors", errno);
    return;
  }
  poller_.watch(inbox_->descriptor(), EPOLLIN, inbox_key);
  poller_.watch(signals_.descriptor(), EPOLLIN, signal_key);
}

loop::~loop() = default;

void loop::add(channel io) {
  auto id = ++last_id_;
  clients_.emplace(id, std::make_unique<connection>(id, std::move(io), options_.facts, options_.limits));
  ++tally_.clients;
  tally_.clients_now = clients_.size();
  dirty_.push_back(id);
}

void loop::serve_only(channel io) {
  add(std::move(io));
  only_ = last_id_;
}

void loop::add_guest(loop_guest& guest) {
  poller_.watch(guest.descriptor(), EPOLLIN, first_guest_key + guests_.size());
  guests_.push_back(&guest);
}

bool loop::run(switchboard& board) {
  board_ = &board;
  settle_all();
  while (true) {
    auto events = poller_.wait(wait_ms());
    now_ = loop_clock::now();
    for (auto& event : events)
      dispatch(event);
    for (auto* guest : guests_)
      if (auto due = guest->timeout(); due && due->count() <= 0)
        guest->on_ready();
    settle_all();
    close_stalled();
    consider_end();
    if (!ending_)
      continue;
    if (board_->is_down() && is_quiet())
      return true;
    if (now_ - *ending_ > options_.exit_grace + std::chrono::seconds{1})
      return board_->is_down();
  }
}

void loop::dispatch(const epoll_event& event) {
  auto key = event.data.u64;
  if (key == inbox_key)
    return board_->on_reports(now_, *inbox_);
  if (key == signal_key)
    return on_signal();
  if (key < first_client_id)
    return guests_[key - first_guest_key]->on_ready();
  auto client = clients_.find(key >> 1);
  if (client != clients_.end())
    on_client(*client->second, event.events);
}

void loop::on_client(connection& client, uint32_t events) {
  if (events & EPOLLIN || (events & EPOLLHUP && client.wants_to_read()))
    client.receive(buffer_, *board_, tally_, now_);
  else if (events & (EPOLLHUP | EPOLLERR))
    client.close("gone"); // nobody is there to read an answer
  dirty_.push_back(client.id());
}

void loop::on_signal() {
  if (signals_.take())
    begin_shutdown(options_.exit_grace);
}

// -- after the events ------------------------------------------------------------------------------------------------

void loop::settle_all() {
  auto turn = std::exchange(dirty_, {});
  std::sort(turn.begin(), turn.end());
  turn.erase(std::unique(turn.begin(), turn.end()), turn.end());
  for (auto id : turn) {
    auto client = clients_.find(id);
    if (client != clients_.end() && !settle(*client->second))
      end(*client->second);
  }
}

/// Writes, goes on with what had to wait, and waits for what comes next. False: it is over.
bool loop::settle(connection& client) {
  for (auto turn = 0; turn < turns_max; ++turn) {
    client.flush(now_);
    if (!client.can_go_on())
      break;
    client.go_on(*board_, tally_, now_);
  }
  client.flush(now_);
  if (client.can_go_on())
    dirty_.push_back(client.id());
  if (client.stalled_since())
    stalled_.insert(client.id());
  else
    stalled_.erase(client.id());
  if (client.is_over())
    return false;
  auto& io = client.io();
  uint32_t in = client.wants_to_read() ? uint32_t{EPOLLIN} : 0;
  uint32_t out = client.wants_to_write() ? uint32_t{EPOLLOUT} : 0;
  if (io.output) {
    poller_.watch(io.input.get(), in, client.id() << 1);
    poller_.watch(io.output.get(), out, client.id() << 1 | 1, true);
  } else {
    poller_.watch(io.input.get(), in | out, client.id() << 1, true);
  }
  return true;
}

void loop::end(connection& client) {
  auto id = client.id();
  stalled_.erase(id);
  poller_.forget(client.io().input.get());
  if (client.io().output)
    poller_.forget(client.io().output.get());
  ++tally_.clients_ended[std::string{client.reason()}];
  clients_.erase(id);
  tally_.clients_now = clients_.size();
  board_->forget(id);
}

void loop::close_stalled() {
  if (stalled_.empty() || now_ < next_check_)
    return;
  next_check_ = now_ + check_pause;
  for (auto id : stalled_) {
    auto& client = *clients_.at(id);
    if (now_ - *client.stalled_since() > options_.limits.write_stall_max) {
      client.close("not_reading");
      dirty_.push_back(id);
    }
  }
}

// -- the end ---------------------------------------------------------------------------------------------------------

void loop::consider_end() {
  if (ending_ || only_ == 0)
    return;
  auto client = clients_.find(only_);
  if (client == clients_.end())
    return begin_shutdown(input_ended_ ? options_.exit_grace -
                                             std::chrono::duration_cast<std::chrono::milliseconds>(now_ - *input_ended_)
                                       : options_.exit_grace);
  if (!client->second->input_ended())
    return;
  if (!input_ended_)
    input_ended_ = now_;
  if (now_ - *input_ended_ > options_.exit_grace)
    begin_shutdown(std::chrono::milliseconds{0});
}

void loop::begin_shutdown(std::chrono::milliseconds deadline) {
  if (ending_)
    return;
  ending_ = now_;
  if (options_.on_ending)
    options_.on_ending();
  for (auto& [id, client] : clients_) {
    client->stop_reading();
    dirty_.push_back(id);
  }
  board_->shut_down(std::max(deadline, std::chrono::milliseconds{0}));
}

/// Every client has what it asked for.
bool loop::is_quiet() const {
  return dirty_.empty() &&
         std::all_of(clients_.begin(), clients_.end(), [](auto& one) { return one.second->is_over(); });
}

int loop::wait_ms() const {
  if (!dirty_.empty())
    return 0;
  std::optional<std::chrono::milliseconds> wait;
  auto at_most = [&](std::chrono::milliseconds other) { wait = wait ? std::min(*wait, other) : other; };
  for (auto* guest : guests_)
    if (auto due = guest->timeout())
      at_most(std::max(*due, std::chrono::milliseconds{0}));
  if (!stalled_.empty() || input_ended_ || ending_)
    at_most(check_pause);
  return wait ? static_cast<int>(wait->count()) : -1;
}

// -- for the switchboard ---------------------------------------------------------------------------------------------

wiped_string* loop::output_of(uint64_t client) {
  auto found = clients_.find(client);
  return found == clients_.end() || found->second->is_broken() ? nullptr : &found->second->lines();
}

void loop::wrote(uint64_t client, size_t ended) {
  auto found = clients_.find(client);
  if (found == clients_.end())
    return;
  found->second->answered(ended);
  dirty_.push_back(client);
}

void loop::change_ended(uint64_t client) {
  if (auto found = clients_.find(client); found != clients_.end())
    found->second->change_ended();
}

void loop::notify_all(std::string_view method, std::string_view params) {
  for (auto& [id, client] : clients_)
    if (client->wants(method) && !client->is_broken()) {
      append_notification(client->lines(), method, params);
      dirty_.push_back(id);
    }
}

} // namespace breakwater::broker
