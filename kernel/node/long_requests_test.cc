#include "kernel/node/long_requests.h"

#include "kernel/io/real_env.h"

#include <gtest/gtest.h>

#include <map>

namespace barnabas::node {
namespace {

class LongRequestsTest : public ::testing::Test {
 protected:
  struct Connection final : LongRequests::Waiter {
    Connection(LongRequestsTest& owner, char name) : test(owner), letter(name) {}
    void on_turn() override { test.serve(letter); }
    LongRequestsTest& test;
    char letter;
  };

  void serve(char name) {
    served_ += name;
    ++turns_[env_->loop(0).turn_mono_ns()];
    if (served_.size() == ends_after_) env_->stop();
  }
  void ask(Connection& connection) {
    if (long_requests_->may_serve(connection)) serve(connection.letter);
  }
  void run(std::size_t ends_after, std::function<void()> work) {
    ends_after_ = ends_after;
    base::post(env_->loop(0), std::move(work));
    env_->run();
  }

  std::unique_ptr<io::RealEnv> env_ = *io::make_env({.loops = 1});
  std::unique_ptr<LongRequests> long_requests_ = std::make_unique<LongRequests>(env_->loop(0));
  Connection a_{*this, 'a'}, b_{*this, 'b'}, c_{*this, 'c'};
  std::string served_;
  std::map<std::int64_t, int> turns_;
  std::size_t ends_after_ = 0;
};

TEST_F(LongRequestsTest, OneIsServedInATurnInTheOrderOfAsking) {
  run(4, [&] {
    for (Connection* each : {&a_, &b_, &c_, &a_, &b_}) ask(*each);  // what waits does not wait twice
  });
  EXPECT_EQ(served_, "abca");
  EXPECT_EQ(turns_.size(), 4u);
}

TEST_F(LongRequestsTest, WhoIsGoneIsNotCalled) {
  run(2, [&] {
    for (Connection* each : {&a_, &b_, &c_}) ask(*each);
    long_requests_->forget(b_);
  });
  EXPECT_EQ(served_, "ac");
}

}  // namespace
}  // namespace barnabas::node
