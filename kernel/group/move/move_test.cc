// Moves of a group between stores, step by step.
#include <gmock/gmock.h>

#include <algorithm>

#include "kernel/group/move/testing.h"

namespace barnabas::group {
namespace {

using ::testing::HasSubstr;

TEST_F(MoveTest, OffsetsAndMembersMoveAndNobodyNotices) {
  join();
  const auto first = commit(5);
  world.settle();
  const auto moved = move("new");
  const auto during = commit(6);
  EXPECT_EQ(committed(), 5);  // reads are not held back
  EXPECT_FALSE(*during);
  world.settle();
  EXPECT_EQ(**during, ErrorCode::kNone);
  EXPECT_EQ((*moved)->error, ErrorCode::kNone);
  EXPECT_EQ((*moved)->from, "old");
  EXPECT_EQ((*moved)->to, "new");
  EXPECT_EQ((*moved)->from_durability, sdk::Durability::kPowerLoss);
  EXPECT_EQ((*moved)->to_durability, sdk::Durability::kCrash);
  EXPECT_EQ((*moved)->offsets, 1u);
  EXPECT_EQ((*moved)->records, 1u);
  EXPECT_GT((*moved)->bytes, 20u);
  EXPECT_EQ(committed(), 6);
  EXPECT_EQ(heartbeat(), ErrorCode::kNone);
  EXPECT_TRUE(world.stores[0].offsets.empty());
  EXPECT_TRUE(world.stores[0].records.empty());
  EXPECT_EQ(world.stores[1].offsets.size(), 1u);
  EXPECT_EQ(world.stores[1].records.size(), 1u);
  start();
  EXPECT_EQ(committed(), 6);
  EXPECT_EQ(heartbeat(), ErrorCode::kNone);
}

TEST_F(MoveTest, WhatIsUnderWayEndsFirst) {
  const auto earlier = commit(5);
  const auto moved = move("new");
  EXPECT_EQ(world.under_way.size(), 1u);
  const auto later = commit(6);
  world.settle();
  EXPECT_EQ(**earlier, ErrorCode::kNone);
  EXPECT_EQ(**later, ErrorCode::kNone);
  EXPECT_EQ((*moved)->error, ErrorCode::kNone);
  EXPECT_EQ(world.log, (std::vector<std::string>{"write 0", "write 1", "choose", "write 1", "write 0"}));
  start();
  EXPECT_EQ(committed(), 6);
}

TEST_F(MoveTest, NothingIsWrittenUntilThisBrokerKnowsWhatTheControllerNoted) {
  commit(5);
  world.settle();
  const auto moved = move("new");
  const auto during = commit(6);
  world.end(End::kDone);      // the copy
  world.end(End::kDoneLate);  // the choice
  world.settle();
  EXPECT_FALSE(*moved);
  EXPECT_FALSE(*during);
  EXPECT_EQ(world.stores[0].offsets.size(), 1u) << "it may be needed still";
  world.take_late();
  advance(500);
  world.settle();
  EXPECT_EQ((*moved)->error, ErrorCode::kNone);
  EXPECT_EQ(**during, ErrorCode::kNone);
  EXPECT_TRUE(world.stores[0].offsets.empty());
  start();
  EXPECT_EQ(committed(), 6);
}

TEST_F(MoveTest, ADryRunLeavesEverythingWhereItIs) {
  commit(5);
  world.settle();
  const auto told = move("new", true);
  const auto during = commit(6);
  world.settle();
  EXPECT_EQ((*told)->error, ErrorCode::kNone);
  EXPECT_EQ((*told)->offsets, 1u);
  EXPECT_EQ(**during, ErrorCode::kNone);
  EXPECT_EQ(world.chosen, 0u);
  EXPECT_TRUE(world.stores[1].offsets.empty());
  const auto away = move("new", true);
  world.end(End::kRefused);
  EXPECT_EQ((*away)->error, ErrorCode::kCoordinatorNotAvailable);
  EXPECT_THAT((*away)->message, HasSubstr("offsets 'new': it is away"));
}

// The two may be one place, for all that is known here.
TEST_F(MoveTest, ADryRunForgetsNothingThatTheGroupHas) {
  join();
  for (std::int32_t partition = 0; partition < 3; ++partition) commit(5 + partition, partition);
  world.settle();
  world.stores[1] = world.stores[0];
  const auto told = move("new", true);
  world.settle();
  EXPECT_EQ((*told)->error, ErrorCode::kNone);
  EXPECT_EQ(world.log.back(), "write 1");
  EXPECT_EQ(world.stores[1].offsets.size(), 3u);
  EXPECT_EQ(world.stores[1].records.size(), 1u);
}

TEST_F(MoveTest, WhatCannotBeMovedIsRefusedAtOnce) {
  EXPECT_EQ((*move("new"))->error, ErrorCode::kGroupIdNotFound);
  commit(5);
  world.settle();
  EXPECT_EQ((*move("mysql"))->error, ErrorCode::kResourceNotFound);
  EXPECT_EQ((*move("mysql"))->message, "There is no offset store 'mysql' in this deployment: there is 'old', 'new', 'new-again'.");
  EXPECT_EQ((*move("old"))->error, ErrorCode::kInvalidRequest);
  const auto first = move("new");
  EXPECT_EQ((*move("new"))->error, ErrorCode::kCoordinatorNotAvailable);
  EXPECT_EQ((*move("new", true))->error, ErrorCode::kCoordinatorNotAvailable);
  world.settle();
  EXPECT_EQ((*first)->error, ErrorCode::kNone);
  EXPECT_THAT((*move("new-again"))->message, HasSubstr("are one place"));
  world.chosen = 3;  // the deployment lost the store
  EXPECT_EQ((*move("new"))->error, ErrorCode::kCoordinatorNotAvailable);
  EXPECT_THAT((*move("new"))->message, HasSubstr("must be there again first"));
  EXPECT_EQ(**commit(6), ErrorCode::kCoordinatorNotAvailable);
  coordinator->resign(0);
  world.chosen = 0;
  EXPECT_EQ((*move("new"))->error, ErrorCode::kNotCoordinator);
  coordinator->begin_loading(0, ++epoch);
  EXPECT_EQ((*move("new"))->error, ErrorCode::kCoordinatorLoadInProgress);
}

TEST_F(MoveTest, AStoreThatHasNotToldItsGroupsHoldsUpItsOwn) {
  commit(5);
  world.settle();
  world.away = 1;
  start();
  EXPECT_EQ(committed(), 5);  // the home is there
  const auto list = [&] {
    ListReply told;
    coordinator->list({}, [&](ListReply reply) { told = std::move(reply); });
    return told;
  };
  EXPECT_EQ(list().error, ErrorCode::kCoordinatorLoadInProgress);
  EXPECT_EQ(list().groups.size(), 1u);
  EXPECT_EQ((*move("new"))->error, ErrorCode::kCoordinatorNotAvailable);
  // It fails in the middle, and tells everything once more.
  coordinator->load_offset(0, "h", {"t", {}, 0, 3, -1, "", -1, -1}, 1);
  coordinator->load_again(0, 1);
  EXPECT_EQ(list().groups.size(), 1u);
  coordinator->load_offset(0, "i", {"t", {}, 0, 3, -1, "", -1, -1}, 1);
  EXPECT_EQ(list().groups.size(), 1u);
  world.away = 99;
  coordinator->finish_loading(0, 1);
  EXPECT_EQ(list().error, ErrorCode::kNone);
  EXPECT_EQ(list().groups.size(), 2u);
  const auto moved = move("new");
  world.settle();
  EXPECT_EQ((*moved)->error, ErrorCode::kNone);
}

TEST_F(MoveTest, ATargetThatDoesNotAnswerEndsWithTheTimeout) {
  commit(5);
  world.settle();
  const auto moved = move("new", false, 1'000);
  const auto during = commit(6);
  advance(1'000);
  EXPECT_EQ((*moved)->error, ErrorCode::kCoordinatorNotAvailable);
  EXPECT_THAT((*moved)->message, HasSubstr("Nothing was moved"));
  world.settle();  // the copy arrives late, the commit goes to the old store
  EXPECT_EQ(**during, ErrorCode::kNone);
  start();
  EXPECT_EQ(committed(), 6);
}

TEST_F(MoveTest, LeftoversInTheTargetAreForgottenBeforeItCounts) {
  commit(5, 0);
  commit(7, 1);
  world.settle();
  const auto failed = move("new", false, 1'000);
  advance(1'000);
  world.settle();
  EXPECT_EQ((*failed)->error, ErrorCode::kCoordinatorNotAvailable);
  EXPECT_EQ(world.stores[1].offsets.size(), 2u);
  OffsetDeleteRequest gone;
  gone.group = "g";
  gone.topics.push_back({"t", {1}});
  coordinator->remove_offsets(gone, [](const OffsetDeleteReply&) {});
  world.settle();
  const auto moved = move("new");
  world.settle();
  EXPECT_EQ((*moved)->error, ErrorCode::kNone);
  start();
  EXPECT_EQ(committed(0), 5);
  EXPECT_EQ(committed(1), -1);
  EXPECT_EQ(world.stores[1].offsets.size(), 1u);
}

TEST_F(MoveTest, AnOldStoreThatIsAwayIsLeftAndCountsNoMore) {
  commit(5);
  world.settle();
  const auto moved = move("new");
  world.end(End::kDone);     // copy
  world.end(End::kDone);     // choose
  world.end(End::kRefused);  // forget
  EXPECT_EQ((*moved)->error, ErrorCode::kNone);
  EXPECT_THAT((*moved)->message, HasSubstr("did not forget the group"));
  commit(6);
  world.settle();
  start();
  EXPECT_EQ(committed(), 6);
  const auto back = move("old");
  world.settle();
  EXPECT_EQ((*back)->error, ErrorCode::kNone);
  start();
  EXPECT_EQ(committed(), 6);
}

TEST_F(MoveTest, AChoiceInDoubtIsAskedForUntilItIsKnown) {
  for (const End first : {End::kUnknownDone, End::kUnknownNot}) {
    const auto to = world.named[1 - world.chosen];
    commit(5);
    world.settle();
    const auto moved = move(to, false, 2'000);
    const auto waiting = commit(6);
    world.end(End::kDone);  // copy
    world.end(first);       // choose
    EXPECT_FALSE(*moved);
    EXPECT_TRUE(world.under_way.empty());
    advance(500);
    ASSERT_EQ(world.under_way.size(), 1u);
    world.end(End::kRefused);  // says nothing about the first
    advance(1'500);
    EXPECT_EQ((*moved)->error, ErrorCode::kRequestTimedOut);
    EXPECT_EQ(**waiting, ErrorCode::kCoordinatorNotAvailable);
    EXPECT_EQ(**commit(7), ErrorCode::kCoordinatorNotAvailable);
    EXPECT_EQ(committed(), 5);
    world.settle();
    const auto after = commit(8);
    world.settle();
    EXPECT_EQ(**after, ErrorCode::kNone);
    start();
    EXPECT_EQ(committed(), 8);
    EXPECT_EQ(world.named[world.chosen], to);
  }
}

TEST_F(MoveTest, LargeGroupsGoInPieces) {
  for (std::int32_t i = 0; i < 100; ++i) commit(i, i);
  world.settle();
  world.max_bytes = 1'000;
  const auto moved = move("new");
  world.settle();
  EXPECT_EQ((*moved)->error, ErrorCode::kNone);
  EXPECT_GT(std::ranges::count(world.log, "write 1"), 5);
  start();
  for (std::int32_t i = 0; i < 100; ++i) EXPECT_EQ(committed(i), i);
}

TEST_F(MoveTest, NotMoreThanSoManyWritesWait) {
  commit(5);
  world.settle();
  move("new");
  std::vector<std::shared_ptr<std::optional<ErrorCode>>> answers;
  for (int i = 0; i < 1'100; ++i) answers.push_back(commit(6 + i));
  const auto refused = std::ranges::count_if(answers, [](const auto& answer) { return *answer == ErrorCode::kCoordinatorNotAvailable; });
  EXPECT_EQ(refused, 100);
  world.settle();
  EXPECT_EQ(std::ranges::count_if(answers, [](const auto& answer) { return *answer == ErrorCode::kNone; }), 1'000);
}

TEST_F(MoveTest, AGroupThatIsDeletedWhileItMovesIsGone) {
  commit(5);
  world.settle();
  std::optional<ErrorCode> deleted;
  const auto moved = move("new");
  coordinator->remove({"g"}, [&](DeleteReply reply) { deleted = reply.error; });
  world.settle();
  EXPECT_EQ((*moved)->error, ErrorCode::kNone);
  EXPECT_EQ(deleted, ErrorCode::kNone);
  start();
  EXPECT_EQ(committed(), -1);
  commit(6);
  world.settle();
  coordinator->remove({"g"}, [&](DeleteReply reply) { deleted = reply.error; });
  const auto late = move("old");
  EXPECT_EQ((*late)->error, ErrorCode::kCoordinatorNotAvailable);
  world.settle();
}

TEST_F(MoveTest, NobodyTakesTheNameOfAnEmptyGroupThatMoves) {
  std::string id;
  JoinRequest request;
  request.group = "g";
  request.session_timeout_ms = 10'000;
  request.rebalance_timeout_ms = 60'000;
  request.protocol_type = "consumer";
  request.protocols = {{"range", "m"}};
  request.version = 4;
  coordinator->join(request, [&](const JoinReply& reply) { id = reply.member_id; });
  LeaveRequest leave;
  leave.group = "g";
  leave.members.emplace_back().id = id;
  coordinator->leave(leave, [](const LeaveReply&) {});
  EXPECT_TRUE(world.under_way.empty());  // nothing of it was ever stored
  const auto moved = move("new");
  std::optional<ErrorCode> deleted;
  coordinator->remove({"g"}, [&](DeleteReply reply) { deleted = reply.error; });
  EXPECT_FALSE(deleted);
  const auto early = commit(5);
  world.settle();
  EXPECT_NE(*early, ErrorCode::kNone);
  EXPECT_EQ((*moved)->error, ErrorCode::kNone);
  EXPECT_EQ(deleted, ErrorCode::kNone);
  const auto late = commit(6);
  world.settle();
  EXPECT_EQ(**late, ErrorCode::kNone);
  start();
  EXPECT_EQ(committed(), 6);
}

TEST_F(MoveTest, WhoWaitsWhenTheHomeGoesIsTold) {
  commit(5);
  world.settle();
  for (int steps = 0; steps < 3; ++steps) {
    const auto moved = move(world.named[1 - world.chosen]);
    const auto waiting = commit(6);
    for (int i = 0; i < steps; ++i) world.end(End::kDone);
    coordinator->resign(0);
    EXPECT_EQ((*moved)->error, ErrorCode::kNotCoordinator) << steps;
    world.settle();
    start();
    EXPECT_GE(committed(), 5);
    commit(5);
    world.settle();
  }
}

// A write of another group has lost its reply: all of the home is told again by that store, in the middle of the move.
TEST_F(MoveTest, AStoreThatTellsAgainChangesNothingForAGroupThatIsCopied) {
  for (const std::size_t again : {std::size_t{0}, std::size_t{1}}) {
    for (int steps = 0; steps < 3; ++steps) {
      const std::size_t from = world.chosen;
      commit(5);
      world.settle();
      commit(6);
      const auto moved = move(world.named[1 - from]);
      const auto waiting = commit(7);
      for (int i = 0; i < steps; ++i) world.end(End::kDone);
      const bool fails = steps == 0 && again == from;  // it waits for the very write that is lost
      fails ? world.end(End::kUnknownDone) : world.tell_again(again);
      EXPECT_EQ(moved->has_value(), fails) << steps;
      world.settle();
      EXPECT_EQ((*moved)->error, fails ? ErrorCode::kCoordinatorNotAvailable : ErrorCode::kNone) << steps << (*moved)->message;
      EXPECT_EQ(*waiting, fails ? ErrorCode::kNotCoordinator : ErrorCode::kNone) << steps;
      const std::int64_t here = committed();
      start();
      EXPECT_EQ(committed(), here) << steps;
      commit(5);
      world.settle();
    }
  }
}

}  // namespace
}  // namespace barnabas::group
