#pragma once
#include "breakwater/bench/messages.hpp"

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <shared_mutex>

/// What the project is measured against: the least that an actor can do, and what a program without actors would write.
namespace breakwater::bench {

template <class Ask, class Answer>
using bare_handle = compat::actor_of<caf::result<Answer>(Ask)>;

/// Answers each question with the same shared pointer, and does nothing else.
template <class Ask, class Answer>
class bare_actor : public bare_handle<Ask, Answer>::base {
public:
  using base = typename bare_handle<Ask, Answer>::base;
  bare_actor(caf::actor_config& cfg, Answer value) : base(cfg), value_(std::move(value)) {}

  typename base::behavior_type make_behavior() override {
    return {[this](const Ask&) { return value_; }};
  }

private:
  Answer value_;
};

using token_pointer = std::shared_ptr<const bearer_fields>;

class mutex_cache {
public:
  explicit mutex_cache(token_pointer value) : value_(std::move(value)) {}
  token_pointer get() const {
    std::lock_guard guard{mutex_};
    return value_;
  }

private:
  mutable std::mutex mutex_;
  token_pointer value_;
};

class shared_mutex_cache {
public:
  explicit shared_mutex_cache(token_pointer value) : value_(std::move(value)) {}
  token_pointer get() const {
    std::shared_lock guard{mutex_};
    return value_;
  }

private:
  mutable std::shared_mutex mutex_;
  token_pointer value_;
};

class atomic_cache {
public:
  explicit atomic_cache(token_pointer value) : value_(std::move(value)) {}
  token_pointer get() const { return value_.load(std::memory_order_acquire); }

private:
  std::atomic<token_pointer> value_;
};

/// One request for all threads that ask at the same time; the rest of them sleep meanwhile.
class single_flight {
public:
  /// `call` is made without the lock held.
  template <class F>
  token_pointer get(F call) {
    std::unique_lock guard{mutex_};
    if (value_)
      return value_;
    if (under_way_) {
      landed_.wait(guard, [this] { return !under_way_; });
      return value_;
    }
    under_way_ = true;
    guard.unlock();
    auto value = call();
    guard.lock();
    value_ = std::move(value);
    under_way_ = false;
    landed_.notify_all();
    return value_;
  }

private:
  std::mutex mutex_;
  std::condition_variable landed_;
  bool under_way_ = false;
  token_pointer value_;
};

} // namespace breakwater::bench
