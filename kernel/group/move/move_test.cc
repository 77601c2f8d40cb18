// Moves of a group between stores: every step failing in every way, and a crash at every step.
#include <gmock/gmock.h>

#include <algorithm>
#include <array>

#include "kernel/group/testing.h"

namespace barnabas::group {
namespace {

using ::testing::HasSubstr;

// Two stores and the cluster's metadata, whose operations end one by one, as the test wants.
class World final : public Journal, public Stores {
 public:
  // kUnknownLate: it takes effect when other operations have ended meanwhile.
  enum class End { kDone, kRefused, kUnknownDone, kUnknownNot, kUnknownLate, kFenced };
  struct Operation {
    std::string what;  // "write 0", "choose"
    std::function<void()> take;
    std::function<void(ErrorCode)> tell;
  };

  void write(GroupChange change, std::function<void(ErrorCode)> done) override {
    const std::size_t store = store_of(change.group);
    write_to(store, std::move(change), std::move(done));
  }
  std::size_t count() const override { return stores.size(); }
  std::string_view name(std::size_t store) const override { return names.at(store); }
  std::size_t store_of(std::string_view) const override { return chosen; }
  ErrorCode readiness(std::string_view, std::int32_t) const override {
    return chosen == count() ? ErrorCode::kCoordinatorNotAvailable
           : chosen == away  ? ErrorCode::kCoordinatorLoadInProgress
                             : ErrorCode::kNone;
  }
  bool is_loaded(std::size_t store, std::int32_t) const override { return store != away; }
  bool same_place(std::size_t a, std::size_t b) const override { return a + b == 3; }
  sdk::OffsetStoreAbilities abilities(std::size_t store) override {
    return {store == 0 ? sdk::Durability::kPowerLoss : sdk::Durability::kCrash, max_bytes};
  }
  void write_to(std::size_t store, GroupChange change, std::function<void(ErrorCode)> done) override {
    auto shared = std::make_shared<GroupChange>(std::move(change));
    add(
        "write " + std::to_string(store), [this, store, shared] { stores.at(store).take(*shared); }, std::move(done));
  }
  void choose(std::string_view, std::int32_t, std::int32_t, std::size_t store, std::function<void(ErrorCode, std::string)> done) override {
    add(
        "choose", [this, store] { chosen = store; }, [done = std::move(done)](ErrorCode error) { done(error, "The controller says no."); });
  }

  // Ends the operation that began first.
  void end(End how) {
    if (late && --late_after == 0) take_late();
    Operation one = std::move(under_way.front());
    under_way.pop_front();
    log.push_back(one.what);
    if (how == End::kDone || how == End::kUnknownDone) one.take();
    // A write of a store takes effect before those behind it, so only the metadata may be late.
    if (how == End::kUnknownLate && one.what == "choose") late = one.take, late_after = 3;
    one.tell(how == End::kDone      ? ErrorCode::kNone
             : how == End::kRefused ? ErrorCode::kCoordinatorNotAvailable
             : how == End::kFenced  ? ErrorCode::kNotCoordinator
                                    : ErrorCode::kRequestTimedOut);
  }
  void settle() {
    while (!under_way.empty()) end(End::kDone);
  }

  void take_late() {
    if (late) std::exchange(late, nullptr)();
  }

  std::array<FakeJournal, 3> stores;
  std::vector<std::string> names{"internal_topic", "redis", "redis-again"};
  std::size_t chosen = 0;  // by the metadata
  std::size_t away = 99;   // it has not told its groups
  std::uint64_t max_bytes = 0;
  std::deque<Operation> under_way;
  std::function<void()> late;
  int late_after = 0;
  std::vector<std::string> log;

 private:
  void add(std::string what, std::function<void()> take, std::function<void(ErrorCode)> tell) {
    under_way.push_back({std::move(what), std::move(take), std::move(tell)});
  }
};

class MoveTest : public ::testing::Test {
 protected:
  using End = World::End;

  void SetUp() override {
    settings.home_count = 1;
    start();
  }
  // The coordinator begins, after a crash or for the first time, and is told what is stored.
  void start() {
    world.under_way.clear();
    world.take_late();
    coordinator = std::make_unique<Coordinator>(settings, world, random);
    coordinator->allow_moves(world);
    advance(0);
    coordinator->begin_loading(0, ++epoch);
    for (std::size_t store = 0; store < world.stores.size(); ++store) {
      for (const auto& [key, offset] : world.stores[store].offsets) {
        if (store == world.chosen) coordinator->load_offset(0, key.first, offset, store);
        if (store != world.chosen) coordinator->load_stray_offset(0, store, key.first, key.second);
      }
      for (const auto& [key, value] : world.stores[store].records) {
        if (store == world.chosen) coordinator->load_record(0, key, value, store);
        if (store != world.chosen) coordinator->load_stray_record(0, store, "g", key);
      }
      if (store != world.away) coordinator->finish_loading(0, store);
    }
  }
  void advance(std::int64_t ms) { coordinator->advance({now_ms += ms, 1'700'000'000'000 + now_ms}); }

  // The error is there once it is answered.
  std::shared_ptr<std::optional<ErrorCode>> commit(std::int64_t offset, std::int32_t partition = 0) {
    OffsetCommitRequest request;
    request.group = "g";
    request.member_id = member;
    if (!member.empty()) request.generation_or_epoch = 1;
    request.topics.push_back({"t", {}, {{partition, offset, 1, "", -1}}});
    auto answer = std::make_shared<std::optional<ErrorCode>>();
    coordinator->commit(std::move(request), [answer](const OffsetCommitReply& reply) { *answer = reply.topics[0].partitions[0].error; });
    return answer;
  }
  std::int64_t committed(std::int32_t partition = 0) {
    OffsetFetchRequest request;
    request.group = "g";
    request.topics.emplace().push_back({"t", {}, {partition}});
    std::optional<OffsetFetchReply> reply;
    coordinator->fetch(request, [&](OffsetFetchReply told) { reply = std::move(told); });
    EXPECT_EQ(reply->error, ErrorCode::kNone);
    return reply->topics.at(0).partitions.at(0).offset;
  }
  std::shared_ptr<std::optional<MoveReply>> move(std::string to, bool validate_only = false, std::int32_t timeout_ms = 10'000) {
    auto answer = std::make_shared<std::optional<MoveReply>>();
    coordinator->move({"g", std::move(to), timeout_ms, validate_only}, [answer](MoveReply reply) { *answer = std::move(reply); });
    return answer;
  }
  // A member of one in generation 1, whose record is stored.
  void join() {
    JoinRequest request;
    request.group = "g";
    request.client = {"c", "/h"};
    request.session_timeout_ms = 10'000;
    request.rebalance_timeout_ms = 60'000;
    request.protocol_type = "consumer";
    request.protocols = {{"range", "m"}};
    request.version = 3;
    std::optional<JoinReply> joined;
    coordinator->join(request, [&](JoinReply reply) { joined = std::move(reply); });
    advance(settings.initial_rebalance_delay_ms);
    SyncRequest sync;
    sync.group = "g";
    sync.member_id = joined.value().member_id;
    sync.generation = 1;
    sync.assignments = {{sync.member_id, "mine"}};
    coordinator->sync(sync, [](const SyncReply&) {});
    world.settle();
    member = sync.member_id;
  }
  ErrorCode heartbeat() {
    std::optional<ErrorCode> error;
    coordinator->heartbeat({"g", 1, member, {}}, [&](HeartbeatReply reply) { error = reply.error; });
    return error.value();
  }

  GroupSettings settings;
  World world;
  CountingRandom random;
  std::unique_ptr<Coordinator> coordinator;
  std::string member;
  std::int64_t now_ms = 1'000;
  std::int32_t epoch = 0;
};

TEST_F(MoveTest, OffsetsAndMembersMoveAndNobodyNotices) {
  join();
  const auto first = commit(5);
  world.settle();
  const auto moved = move("redis");
  const auto during = commit(6);
  EXPECT_EQ(committed(), 5);  // reads are not held back
  EXPECT_FALSE(*during);
  world.settle();
  EXPECT_EQ(**during, ErrorCode::kNone);
  EXPECT_EQ((*moved)->error, ErrorCode::kNone);
  EXPECT_EQ((*moved)->from, "internal_topic");
  EXPECT_EQ((*moved)->to, "redis");
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
  const auto moved = move("redis");
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

TEST_F(MoveTest, ADryRunLeavesEverythingWhereItIs) {
  commit(5);
  world.settle();
  const auto told = move("redis", true);
  const auto during = commit(6);
  world.settle();
  EXPECT_EQ((*told)->error, ErrorCode::kNone);
  EXPECT_EQ((*told)->offsets, 1u);
  EXPECT_EQ(**during, ErrorCode::kNone);
  EXPECT_EQ(world.chosen, 0u);
  EXPECT_TRUE(world.stores[1].offsets.empty());
  const auto away = move("redis", true);
  world.end(End::kRefused);
  EXPECT_EQ((*away)->error, ErrorCode::kCoordinatorNotAvailable);
  EXPECT_THAT((*away)->message, HasSubstr("offsets 'redis': it is away"));
}

TEST_F(MoveTest, WhatCannotBeMovedIsRefusedAtOnce) {
  EXPECT_EQ((*move("redis"))->error, ErrorCode::kGroupIdNotFound);
  commit(5);
  world.settle();
  EXPECT_EQ((*move("mysql"))->error, ErrorCode::kResourceNotFound);
  EXPECT_EQ((*move("mysql"))->message,
            "There is no offset store 'mysql' in this deployment: there is 'internal_topic', 'redis', 'redis-again'.");
  EXPECT_EQ((*move("internal_topic"))->error, ErrorCode::kInvalidRequest);
  const auto first = move("redis");
  EXPECT_EQ((*move("redis"))->error, ErrorCode::kCoordinatorNotAvailable);
  EXPECT_EQ((*move("redis", true))->error, ErrorCode::kCoordinatorNotAvailable);
  world.settle();
  EXPECT_EQ((*first)->error, ErrorCode::kNone);
  EXPECT_THAT((*move("redis-again"))->message, HasSubstr("configured to be one place"));
  world.chosen = 3;  // the deployment lost the store
  EXPECT_EQ((*move("redis"))->error, ErrorCode::kCoordinatorNotAvailable);
  EXPECT_THAT((*move("redis"))->message, HasSubstr("must be there again first"));
  EXPECT_EQ(**commit(6), ErrorCode::kCoordinatorNotAvailable);
  coordinator->resign(0);
  world.chosen = 0;
  EXPECT_EQ((*move("redis"))->error, ErrorCode::kNotCoordinator);
  coordinator->begin_loading(0, ++epoch);
  EXPECT_EQ((*move("redis"))->error, ErrorCode::kCoordinatorLoadInProgress);
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
  EXPECT_EQ((*move("redis"))->error, ErrorCode::kCoordinatorNotAvailable);
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
  const auto moved = move("redis");
  world.settle();
  EXPECT_EQ((*moved)->error, ErrorCode::kNone);
}

TEST_F(MoveTest, ATargetThatDoesNotAnswerEndsWithTheTimeout) {
  commit(5);
  world.settle();
  const auto moved = move("redis", false, 1'000);
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
  const auto failed = move("redis", false, 1'000);
  advance(1'000);
  world.settle();
  EXPECT_EQ((*failed)->error, ErrorCode::kCoordinatorNotAvailable);
  EXPECT_EQ(world.stores[1].offsets.size(), 2u);
  OffsetDeleteRequest gone;
  gone.group = "g";
  gone.topics.push_back({"t", {1}});
  coordinator->remove_offsets(gone, [](const OffsetDeleteReply&) {});
  world.settle();
  const auto moved = move("redis");
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
  const auto moved = move("redis");
  world.end(End::kDone);     // copy
  world.end(End::kDone);     // choose
  world.end(End::kRefused);  // forget
  EXPECT_EQ((*moved)->error, ErrorCode::kNone);
  EXPECT_THAT((*moved)->message, HasSubstr("did not forget the group"));
  commit(6);
  world.settle();
  start();
  EXPECT_EQ(committed(), 6);
  const auto back = move("internal_topic");
  world.settle();
  EXPECT_EQ((*back)->error, ErrorCode::kNone);
  start();
  EXPECT_EQ(committed(), 6);
}

TEST_F(MoveTest, AChoiceInDoubtIsAskedForUntilItIsKnown) {
  for (const End first : {End::kUnknownDone, End::kUnknownNot}) {
    const auto to = world.names[1 - world.chosen];
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
    EXPECT_EQ(world.names[world.chosen], to);
  }
}

TEST_F(MoveTest, LargeGroupsGoInPieces) {
  for (std::int32_t i = 0; i < 100; ++i) commit(i, i);
  world.settle();
  world.max_bytes = 1'000;
  const auto moved = move("redis");
  world.settle();
  EXPECT_EQ((*moved)->error, ErrorCode::kNone);
  EXPECT_GT(std::ranges::count(world.log, "write 1"), 5);
  start();
  for (std::int32_t i = 0; i < 100; ++i) EXPECT_EQ(committed(i), i);
}

TEST_F(MoveTest, NotMoreThanSoManyWritesWait) {
  commit(5);
  world.settle();
  move("redis");
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
  const auto moved = move("redis");
  coordinator->remove({"g"}, [&](DeleteReply reply) { deleted = reply.error; });
  world.settle();
  EXPECT_EQ((*moved)->error, ErrorCode::kNone);
  EXPECT_EQ(deleted, ErrorCode::kNone);
  start();
  EXPECT_EQ(committed(), -1);
  commit(6);
  world.settle();
  coordinator->remove({"g"}, [&](DeleteReply reply) { deleted = reply.error; });
  const auto late = move("internal_topic");
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
  const auto moved = move("redis");
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
    const auto moved = move(world.names[1 - world.chosen]);
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

// A move with commits around it, in which the operation number `at` ends as `how` says, and, if `crash`, the process with it.
struct Trouble {
  int at;
  World::End how;
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
  run("redis");
  check("in memory");
  if (trouble.again) {
    run(world.chosen == 0 ? "redis" : "internal_topic");
    commit_all();
    world.settle();
  }
  start();
  check("in the store");
}

std::vector<Trouble> all_troubles() {
  std::vector<Trouble> all;
  for (int at = 0; at < 40; ++at)
    for (const auto how : {World::End::kDone, World::End::kRefused, World::End::kUnknownDone, World::End::kUnknownNot,
                           World::End::kUnknownLate, World::End::kFenced})
      for (const bool crash : {false, true})
        for (const bool again : {false, true}) all.push_back({at, how, crash, again});
  return all;
}

INSTANTIATE_TEST_SUITE_P(EveryStep, MoveTroubleTest, ::testing::ValuesIn(all_troubles()));

}  // namespace
}  // namespace barnabas::group
