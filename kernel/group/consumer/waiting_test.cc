// Requests that come too late: after a later one of the same member, or after the member was taken for gone.
#include "kernel/group/consumer/testing.h"

namespace barnabas::group {
namespace {

using enum ErrorCode;

using ConsumerWaitingTest = ConsumerTest;

TEST_F(ConsumerWaitingTest, AHeartbeatThatWaitedWhileALaterOneCameIsOfNoUse) {
  join_consumer("a");
  wait(2'000);
  held_jobs = true;
  const auto first = send(joining("b"));  // an assignor runs for it
  const auto second = send(joining("b"));
  EXPECT_FALSE(first->has_value());
  EXPECT_EQ(second->value().error, kNone);
  held_jobs = false;
  settle();
  EXPECT_EQ(first->value().error, kCoordinatorNotAvailable);
}

// "t", and what the member thinks it owns of it.
Octets subscription(std::vector<std::int32_t> owned) {
  Octets octets("\0\1\0\0\0\1\0\1t\xff\xff\xff\xff", 13);
  if (owned.empty()) return octets + Octets(4, '\0');
  octets += Octets("\0\0\0\1\0\1t\0\0\0", 10) + static_cast<char>(owned.size());
  for (const std::int32_t partition : owned) octets += Octets("\0\0\0", 3) + static_cast<char>(partition);
  return octets;
}

TEST_F(ConsumerWaitingTest, AClassicMemberThatWasTakenForGoneLetsGoFirst) {
  join_consumer("a");
  const auto late = join("of-before", subscription({1, 2}));
  settle();
  EXPECT_EQ(late->value().error, kUnknownMemberId);
  const std::string id = join("", subscription({1, 2}))->value().member_id;
  const auto again = join(id, subscription({1, 2}));  // some tell what they had
  settle();
  EXPECT_EQ(again->value().error, kNone);
}

TEST_F(ConsumerWaitingTest, AGroupIsDeletedWhenTheLastOfItsMembersHasHeardThatItLeft) {
  join_consumer("a");
  join_consumer("b");
  held_writes = true;
  const auto first = send(beating("a", -1));  // its write is under way
  const auto second = send(beating("b", -1));
  std::optional<ErrorCode> deleted;
  coordinator->remove({"g"}, [&](DeleteReply reply) { deleted = reply.error; });
  EXPECT_FALSE(deleted);
  held_writes = false;
  settle();
  EXPECT_EQ((*first)->error, kNone);
  ASSERT_TRUE(second->has_value());
  EXPECT_EQ((*second)->error, kNone);
  EXPECT_EQ(deleted, kNone);
  EXPECT_TRUE(journal.records.empty());
}

TEST_F(ConsumerWaitingTest, AGroupWhoseMembersCouldNotLeaveIsNotDeleted) {
  join_consumer("a");
  held_writes = true;
  const auto left = send(beating("a", -1));
  std::optional<ErrorCode> deleted;
  coordinator->remove({"g"}, [&](DeleteReply reply) { deleted = reply.error; });
  const auto write = std::move(journal.under_way.front());
  journal.under_way.pop_front();
  write.second(kRequestTimedOut);
  held_writes = false;
  settle();
  EXPECT_EQ((*left)->error, kCoordinatorNotAvailable);
  EXPECT_EQ(deleted, kCoordinatorNotAvailable);
  EXPECT_EQ(state(), "Stable 2/2");
}

TEST_F(ConsumerWaitingTest, AGroupThatHasAMemberAgainMeanwhileIsNotDeleted) {
  join_consumer("a");
  held_writes = true;
  send(beating("a", -1));
  std::optional<ErrorCode> deleted;
  coordinator->remove({"g"}, [&](DeleteReply reply) { deleted = reply.error; });
  const auto joined = send(joining("b"));
  held_writes = false;
  settle();
  EXPECT_EQ((*joined)->error, kNone);
  EXPECT_EQ(deleted, kNonEmptyGroup);
  EXPECT_EQ(describe_consumer().members.size(), 1u);
}

TEST_F(ConsumerWaitingTest, AnExpressionIsLookedForAgainWhenItsTopicsWereNotStored) {
  ConsumerHeartbeatRequest request = joining("a");
  request.topic_names.reset();
  request.topic_regex = "t.*";
  std::int32_t epoch = send(request)->value().member_epoch;
  const auto beat_for_a_while = [&] {
    for (int i = 0; i < 5; ++i) {
      wait(2'000);
      const ConsumerHeartbeatReply reply = beat("a", epoch);
      if (reply.error == kNone) epoch = reply.member_epoch;
    }
  };
  beat_for_a_while();
  topic("t2", 1);
  write_error = kCoordinatorNotAvailable;
  beat_for_a_while();
  write_error = kNone;
  beat_for_a_while();
  std::vector<std::string> topics;
  const ConsumerDescribeReply described = describe_consumer();
  for (const auto& each : described.members.at(0).target) topics.push_back(each.name);
  EXPECT_EQ(topics, (std::vector<std::string>{"t", "t2"}));
}

}  // namespace
}  // namespace barnabas::group
