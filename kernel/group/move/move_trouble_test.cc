// Moves of a group between stores: every step failing in every way, and a crash at every step.
#include <algorithm>
#include <array>

#include "kernel/group/move/testing.h"

namespace barnabas::group {
namespace {

// A move with commits around it, in which the operation number `at` ends as `how` says, and, if `crash`, the process with it.
struct Trouble {
  int at;
  MoveWorld::End how;
  bool crash;
  bool again;  // another move follows
};

class MoveTroubleTest : public MoveTest, public ::testing::WithParamInterface<Trouble> {};

TEST_P(MoveTroubleTest, NoAcknowledgedCommitIsLostOrGoesBack) {
  const Trouble trouble = GetParam();
  world.max_bytes = 300;  // so that a copy has several writes
  std::array<std::vector<std::pair<std::int64_t, std::shared_ptr<std::optional<ErrorCode>>>>, 6> commits;
  std::int64_t next = 0;
  const auto commit_one = [&](std::int32_t partition) {
    const std::int64_t offset = ++next;
    commits[static_cast<std::size_t>(partition)].emplace_back(offset, commit(offset, partition));
  };
  const auto commit_all = [&] {
    for (std::int32_t p = 0; p < 6; ++p) commit_one(p);
  };
  const auto check = [&](const char* when) {
    for (std::int32_t p = 0; p < 6; ++p) {
      std::int64_t acknowledged = -1;
      std::int64_t highest = -1;
      for (const auto& [offset, answer] : commits[static_cast<std::size_t>(p)]) {
        if (*answer == ErrorCode::kNone) acknowledged = std::max(acknowledged, offset);
        highest = std::max(highest, offset);
      }
      EXPECT_GE(committed(p), acknowledged) << when << ", partition " << p;
      EXPECT_LE(committed(p), highest);
    }
  };
  commit_all();
  world.settle();
  int done = 0;
  const auto run = [&](std::string to) {
    commit_all();
    const auto moved = move(std::move(to), false, 3'000);
    commit_all();
    while (!world.under_way.empty()) {
      if (done++ != trouble.at) {
        world.end(End::kDone);
      } else {
        world.end(trouble.how);
        if (!trouble.crash) continue;
        start();
        return;
      }
      if (done % 3 == 0) commit_one(done / 3 % 6);
      if (done > 60) break;
    }
    for (int i = 0; i < 10; ++i) {
      advance(500);
      world.settle();
    }
    EXPECT_TRUE(*moved);
    check("after a move");
  };
  run("new");
  check("in memory");
  if (trouble.again) {
    run(world.chosen == 0 ? "new" : "old");
    commit_all();
    world.settle();
  }
  start();
  check("in the store");
}

std::vector<Trouble> all_troubles() {
  std::vector<Trouble> all;
  for (int at = 0; at < 40; ++at)
    for (const auto how : {MoveWorld::End::kDone, MoveWorld::End::kRefused, MoveWorld::End::kUnknownDone, MoveWorld::End::kUnknownNot,
                           MoveWorld::End::kUnknownLate, MoveWorld::End::kFenced, MoveWorld::End::kDoneLate})
      for (const bool crash : {false, true})
        for (const bool again : {false, true}) all.push_back({at, how, crash, again});
  return all;
}

INSTANTIATE_TEST_SUITE_P(EveryStep, MoveTroubleTest, ::testing::ValuesIn(all_troubles()));

}  // namespace
}  // namespace barnabas::group
