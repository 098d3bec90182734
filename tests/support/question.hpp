#pragma once
#include "breakwater/actors/ask.hpp"
#include "breakwater/actors/errors.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace breakwater::testing {

/// One caller of the auth actor: an actor that asked, and what it was told. For a deterministic_system.
template <class Answer>
class question {
public:
  template <class Ask>
  question(caf::actor_system& system, const auth_handle& auth, Ask what) : told_(std::make_shared<told>()) {
    asker_ = system.spawn([auth, what = std::move(what), told = told_](caf::event_based_actor* self) {
      compat::request(self, auth, what)
          .then(
              [told](const Answer& answer) {
                ++told->times;
                told->answer = answer;
              },
              [told](const caf::error& why) {
                ++told->times;
                told->error = why;
              });
    });
  }

  /// How often it was answered, by an answer or an error.
  int times() const { return told_->times; }
  bool is_answered() const { return told_->times > 0; }
  bool is_error() const { return static_cast<bool>(told_->error); }

  const Answer& answer() const {
    EXPECT_EQ(told_->times, 1) << "not answered";
    EXPECT_FALSE(is_error()) << error().message;
    return told_->answer;
  }
  const Answer& operator*() const { return answer(); }
  const Answer* operator->() const { return &answer(); }

  /// ec::none if there was none.
  failure error() const { return failure_of(told_->error); }
  wall_time retry_after() const { return retry_after_of(told_->error); }

  /// Ends the caller.
  void kill() { caf::anon_send_exit(asker_, caf::exit_reason::kill); }

private:
  struct told {
    int times = 0;
    Answer answer{};
    caf::error error;
  };
  std::shared_ptr<told> told_;
  caf::actor asker_;
};

} // namespace breakwater::testing
