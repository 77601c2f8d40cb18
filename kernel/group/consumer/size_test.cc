// Large groups: work grows with what changes, not with members times partitions.
#include "kernel/group/consumer/embedded.h"
#include "kernel/group/consumer/testing.h"

namespace barnabas::group {
namespace {

class ConsumerSizeTest : public ConsumerTest {};

TEST_F(ConsumerSizeTest, TwentyThousandMembersJoinAndBeat) {
  constexpr int kMembers = 20'000;
  held_writes = true;
  int answered = 0;
  const auto member = [](int i) { return "member-" + std::to_string(i); };
  for (int i = 0; i < kMembers; ++i) {
    ConsumerHeartbeatRequest request = joining(member(i));
    request.group = "g";
    request.client = {"client", "/127.0.0.1"};
    coordinator->consumer_heartbeat(std::move(request),
                                    [&](const ConsumerHeartbeatReply& reply) { answered += reply.error == ErrorCode::kNone ? 1 : 0; });
  }
  held_writes = false;
  settle();
  EXPECT_EQ(answered, kMembers);
  wait(1'000);
  answered = 0;
  for (int i = 0; i < kMembers; ++i) {
    ConsumerHeartbeatRequest request = beating(member(i), i == 0 ? 2 : 1);
    request.group = "g";
    request.client = {"client", "/127.0.0.1"};
    coordinator->consumer_heartbeat(std::move(request),
                                    [&](const ConsumerHeartbeatReply& reply) { answered += reply.error == ErrorCode::kNone ? 1 : 0; });
  }
  settle();
  EXPECT_EQ(answered, kMembers);
  EXPECT_EQ(describe_consumer().members.size(), static_cast<std::size_t>(kMembers));
}

// A store takes no more than that at once, and must be able to load what a part of it leaves.
TEST_F(ConsumerSizeTest, WhatIsWrittenAtOnceIsBounded) {
  constexpr int kMembers = 5'000;
  const auto member = [](int i) { return std::string(60, 'm') + std::to_string(i); };
  held_writes = true;
  for (int i = 0; i < kMembers; ++i) {
    ConsumerHeartbeatRequest request = joining(member(i));
    request.group = "g";
    coordinator->consumer_heartbeat(std::move(request), nullptr);
  }
  while (background.run_one()) {
  }
  std::size_t writes = 0;
  std::size_t most = 0;
  const auto end_one = [&] {
    auto [change, done] = std::move(journal.under_way.front());
    journal.under_way.pop_front();
    std::size_t bytes = 0;
    for (const StoredRecord& record : change.records) bytes += record.key.size() + record.value.value_or("").size();
    most = std::max(most, bytes);
    ++writes;
    journal.take(change);
    done(ErrorCode::kNone);
  };
  while (!journal.under_way.empty()) end_one();
  EXPECT_LE(most, 300u << 10);
  EXPECT_GT(writes, 3u);
  held_writes = false;
  start();
  EXPECT_EQ(state(), "Assigning 5001/2");
  EXPECT_EQ(describe_consumer().members.size(), static_cast<std::size_t>(kMembers));
  // The last part of the next target does not come through: the group is as before, also for the next coordinator.
  held_writes = true;
  wait(1'000);
  for (int i = 0; i < kMembers; ++i) coordinator->consumer_heartbeat(beating(member(i), i == 0 ? 2 : 1), nullptr);
  while (background.run_one()) {
  }
  ASSERT_GT(journal.under_way.size(), 1u);
  while (journal.under_way.size() > 1) end_one();
  held_writes = false;
  journal.settle(ErrorCode::kCoordinatorNotAvailable);
  EXPECT_EQ(state(), "Assigning 5001/2");
  start();
  EXPECT_EQ(describe_consumer().assignment_epoch, 2);
  wait(1'000);
  EXPECT_EQ(describe_consumer().assignment_epoch, 5'001);
}

TEST_F(ConsumerSizeTest, TenThousandPartitionsMove) {
  for (int i = 0; i < 20; ++i) topic("big" + std::to_string(i), 500);
  ConsumerHeartbeatRequest request = joining("a", {});
  request.topic_names.reset();
  request.topic_regex = "big.*";
  send(std::move(request));
  wait(1'000);
  EXPECT_EQ(beat("a", 1).assignment->size(), 20u);
  request = joining("b", {});
  request.topic_names.reset();
  request.topic_regex = "big.*";
  EXPECT_EQ(send(std::move(request))->value().member_epoch, 3);
  const ConsumerHeartbeatReply asked = beat("a", 2);
  request = beating("a", 2);
  request.owned = asked.assignment;
  EXPECT_EQ(send(std::move(request))->value().member_epoch, 3);
  EXPECT_EQ(beat("b", 3).assignment->size(), 20u);
  EXPECT_EQ(state(), "Stable 3/3");
}

TEST_F(ConsumerSizeTest, NamesOfInstancesAndRacksCount) {
  settings.max_group_bytes = 10'000;
  start();
  ConsumerHeartbeatRequest request = joining("a");
  request.instance_id = std::string(6'000, 'i');
  EXPECT_EQ(send(request)->value().error, ErrorCode::kNone);
  request.member_id = "b";
  request.instance_id = std::string(6'000, 'j');
  EXPECT_EQ(send(request)->value().error, ErrorCode::kGroupMaxSizeReached);
  request.instance_id.reset();
  request.rack_id = std::string(6'000, 'r');
  EXPECT_EQ(send(request)->value().error, ErrorCode::kGroupMaxSizeReached);
  request.rack_id.reset();
  EXPECT_EQ(send(request)->value().error, ErrorCode::kNone);
}

// What a leader of the classic protocol assigned, or a member says that it has, is of partitions that there are.
TEST_F(ConsumerSizeTest, ClaimsOfPartitionsThatAreNotThereAreNoAssignment) {
  const Octets told =
      write_assignment({{id_of("t"), -1}, {id_of("t"), 0}, {id_of("t"), 3}, {id_of("t"), 4}, {id_of("t"), 1 << 30}}, {}, image.get());
  EXPECT_EQ(read_assignment(told, image.get()), (Partitions{{id_of("t"), 0}, {id_of("t"), 3}}));
}

}  // namespace
}  // namespace barnabas::group
