// Large groups: work grows with what changes, not with members times partitions.
#include "kernel/group/consumer_testing.h"

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

}  // namespace
}  // namespace barnabas::group
