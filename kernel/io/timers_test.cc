#include "kernel/io/timers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <functional>
#include <map>

namespace barnabas::io {
namespace {

struct Note final : sdk::Task {
  std::function<void()> call;
  explicit Note(std::function<void()> made) : call(std::move(made)) {}
  void run() noexcept override { call(); }
};

TEST(TimersTest, RunInOrderOfTimeThenOfArming) {
  Timers timers;
  std::string ran;
  Note a([&] { ran += 'a'; }), b([&] { ran += 'b'; }), c([&] { ran += 'c'; }), d([&] { ran += 'd'; });
  timers.arm(20, c);
  timers.arm(10, a);
  timers.arm(20, d);
  timers.arm(10, b);
  EXPECT_EQ(timers.next_due_ns(), 10);
  timers.run_due(9);
  EXPECT_EQ(ran, "");
  timers.run_due(20);
  EXPECT_EQ(ran, "abcd");
  EXPECT_EQ(timers.next_due_ns(), std::nullopt);
}

TEST(TimersTest, ACancelledTimerDoesNotRunAndItsIdNamesNobodyElse) {
  Timers timers;
  int ran = 0;
  Note first([&] { ran += 1; }), second([&] { ran += 10; });
  const sdk::TimerId old = timers.arm(5, first);
  timers.cancel(old);
  timers.arm(5, second);  // takes the freed place
  timers.cancel(old);
  timers.cancel(0);
  timers.run_due(5);
  EXPECT_EQ(ran, 10);
}

TEST(TimersTest, WhatIsLeftWhenThePieceIsOverRunsInTheNextCall) {
  struct : sdk::Clock {
    std::int64_t mono_ns() noexcept override { return now_ns; }
    std::int64_t wall_ms() noexcept override { return 0; }
    std::int64_t now_ns = 0;
  } clock;
  Timers timers;
  std::string ran;
  Note a([&] { ran += 'a'; }), b([&] { ran += 'b', clock.now_ns += base::Piece::kNs; }), c([&] { ran += 'c'; });
  timers.arm(1, a);
  timers.arm(2, b);
  timers.arm(3, c);
  timers.run_due(5, base::Piece(clock));
  EXPECT_EQ(ran, "ab");
  EXPECT_EQ(timers.next_due_ns(), 3);
  timers.run_due(5, base::Piece(clock));
  EXPECT_EQ(ran, "abc");
}

TEST(TimersTest, WhatATimerArmsWaitsForTheNextCall) {
  Timers timers;
  int ran = 0;
  Note again([&] { ++ran; });
  Note first([&] { timers.arm(0, again); });
  timers.arm(5, first);
  timers.run_due(5);
  EXPECT_EQ(ran, 0);
  timers.run_due(5);
  EXPECT_EQ(ran, 1);
}

TEST(TimersTest, ATimerMayCancelItsNeighbour) {
  Timers timers;
  int ran = 0;
  Note victim([&] { ++ran; });
  sdk::TimerId id = 0;
  Note first([&] { timers.cancel(id); });
  timers.arm(5, first);
  id = timers.arm(5, victim);
  timers.run_due(5);
  EXPECT_EQ(ran, 0);
}

// Against the plainest possible model: a sorted map.
RC_GTEST_PROP(TimersTest, BehaveLikeASortedMap, (const std::vector<std::pair<std::uint8_t, bool>>& steps)) {
  Timers timers;
  std::vector<int> ran;
  std::vector<std::unique_ptr<Note>> tasks;
  std::map<std::pair<std::int64_t, int>, sdk::TimerId> model;
  int next = 0;
  for (const auto& [value, arm] : steps) {
    if (arm || model.empty()) {
      tasks.push_back(std::make_unique<Note>([&ran, next] { ran.push_back(next); }));
      model[{value, next}] = timers.arm(value, *tasks.back());
      ++next;
    } else {
      const auto victim = std::next(model.begin(), value % static_cast<int>(model.size()));
      timers.cancel(victim->second);
      model.erase(victim);
    }
    RC_ASSERT(timers.size() == model.size());
    if (!model.empty()) RC_ASSERT(timers.next_due_ns() == model.begin()->first.first);
  }
  timers.run_due(256);
  std::vector<int> expected;
  for (const auto& [key, id] : model) expected.push_back(key.second);
  RC_ASSERT(ran == expected);
}

}  // namespace
}  // namespace barnabas::io
