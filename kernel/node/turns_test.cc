#include "kernel/node/turns.h"

#include "kernel/io/real_env.h"

#include <gtest/gtest.h>

#include <set>
#include <utility>

namespace barnabas::node {
namespace {

class TurnsTest : public ::testing::Test {
 protected:
  struct Connection final : Turns::Waiter {
    Connection(TurnsTest& owner, char name) : test(owner), letter(name) {}
    void on_turn() override {
      test.serve(letter);
      if (std::exchange(begins, false)) return test.turns_->wait_to_begin(*this);
      if (pieces-- > 1) test.turns_->go_on(*this);
      if (shares-- > 1) test.turns_->wait_for_more(*this);
    }
    TurnsTest& test;
    char letter;
    bool begins = false;
    int pieces = 0;
    int shares = 0;
  };

  void serve(char name) {
    served_ += name;
    in_turns_.insert(env_->loop(0).turn_mono_ns());
    if (served_.size() == ends_after_) env_->stop();
  }
  void ask(Connection& connection) {
    if (turns_->begins_or_waits(connection)) serve(connection.letter);
  }
  void run(std::size_t ends_after, std::function<void()> work) {
    ends_after_ = ends_after;
    base::post(env_->loop(0), std::move(work));
    env_->run();
  }

  std::unique_ptr<io::RealEnv> env_ = *io::make_env({.loops = 1});
  std::unique_ptr<Turns> turns_ = std::make_unique<Turns>(env_->loop(0));
  Connection a_{*this, 'a'}, b_{*this, 'b'}, c_{*this, 'c'};
  std::string served_;
  std::set<std::int64_t> in_turns_;
  std::size_t ends_after_ = 0;
};

TEST_F(TurnsTest, OneLongRequestBeginsInATurnInTheOrderOfAsking) {
  run(4, [&] {
    for (Connection* each : {&a_, &b_, &c_, &a_, &b_}) ask(*each);  // what waits does not wait twice
  });
  EXPECT_EQ(served_, "abca");
  EXPECT_EQ(in_turns_.size(), 4u);
}

TEST_F(TurnsTest, WhoIsGoneIsNotCalled) {
  run(3, [&] {
    for (Connection* each : {&a_, &b_, &c_}) ask(*each);
    turns_->forget(b_);
    turns_->wait_for_more(b_);
    turns_->forget(b_);
    turns_->wait_for_more(a_);
  });
  EXPECT_EQ(served_, "aca");
}

TEST_F(TurnsTest, WhoHasBegunEndsBeforeAnotherBegins) {
  a_.pieces = 3;
  run(4, [&] {
    turns_->go_on(a_);
    turns_->wait_to_begin(b_);
  });
  EXPECT_EQ(served_, "aaab");
  EXPECT_EQ(in_turns_.size(), 4u);
}

TEST_F(TurnsTest, WhoBeginsAmongThoseWithMoreDoesNotOvertake) {
  a_.pieces = 3;
  b_.begins = true;
  run(5, [&] {
    turns_->go_on(a_);
    turns_->wait_for_more(b_);
  });
  EXPECT_EQ(served_, "abaab");
}

TEST_F(TurnsTest, ThoseWithMoreAreServedBetweenThePiecesOfALongRequest) {
  a_.pieces = b_.shares = c_.shares = 3;
  run(9, [&] {
    turns_->go_on(a_);
    turns_->wait_for_more(b_);
    turns_->wait_for_more(c_);
  });
  EXPECT_EQ(served_.substr(0, 2), "ab");
  EXPECT_EQ(served_.find_last_of('a') < served_.find_last_of('b'), true) << served_;  // not all pieces first, nor all shares
  std::string others;
  for (const char letter : served_)
    if (letter != 'a') others += letter;
  EXPECT_EQ(others, "bcbcbc");
}

}  // namespace
}  // namespace barnabas::node
