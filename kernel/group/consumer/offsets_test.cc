// Who may commit and fetch offsets of a consumer group, and what becomes of them.
#include "kernel/group/consumer/testing.h"

namespace barnabas::group {
namespace {

class ConsumerOffsetsTest : public ConsumerTest {
 protected:
  ErrorCode commit_of(std::string member, std::int32_t epoch, std::int32_t partition = 0, std::int16_t version = 9,
                      std::string name = "t") {
    OffsetCommitRequest request;
    request.group = "g";
    request.member_id = std::move(member);
    request.generation_or_epoch = epoch;
    request.version = version;
    request.topics.push_back({std::move(name), {}, {{partition, 7, -1, "", -1}}});
    std::optional<ErrorCode> error;
    coordinator->commit(std::move(request), [&](const OffsetCommitReply& reply) { error = reply.error_of(0); });
    settle();
    return error.value();
  }
  ErrorCode fetch_of(std::string member, std::int32_t epoch) {
    OffsetFetchRequest request;
    request.group = "g";
    request.member_id = std::move(member);
    request.member_epoch = epoch;
    ErrorCode error = ErrorCode::kNone;
    coordinator->fetch(request, [&](const OffsetFetchReply& reply) { error = reply.error; });
    return error;
  }
};

TEST_F(ConsumerOffsetsTest, AMemberCommitsInItsEpoch) {
  join_consumer("a");
  EXPECT_EQ(commit_of("a", 2), ErrorCode::kNone);
  EXPECT_EQ(commit_of("a", 2, 9, 9, "other"), ErrorCode::kNone);
  EXPECT_EQ(commit_of("a", 2, 0, 8), ErrorCode::kUnsupportedVersion);
  EXPECT_EQ(commit_of("a", 1), ErrorCode::kStaleMemberEpoch);
  EXPECT_EQ(commit_of("a", 3), ErrorCode::kStaleMemberEpoch);
  EXPECT_EQ(commit_of("a", -1), ErrorCode::kStaleMemberEpoch);
  EXPECT_EQ(commit_of("b", 2), ErrorCode::kUnknownMemberId);
  EXPECT_EQ(commit_of("", -1), ErrorCode::kUnknownMemberId);
}

TEST_F(ConsumerOffsetsTest, AnEarlierEpochIsGoodForWhatItHadThen) {
  join_consumer("a");
  wait(1'000);
  join_consumer("b");
  beat("a", 2);
  EXPECT_EQ(commit_of("a", 2, 3), ErrorCode::kNone);
  beat_owning("a", 2, {0, 1});
  EXPECT_EQ(commit_of("a", 3, 0), ErrorCode::kNone);
  EXPECT_EQ(commit_of("a", 2, 0), ErrorCode::kNone);
  EXPECT_EQ(commit_of("a", 1, 0), ErrorCode::kStaleMemberEpoch);
  EXPECT_EQ(commit_of("a", 0, 0), ErrorCode::kStaleMemberEpoch);
  EXPECT_EQ(commit_of("a", 2, 3), ErrorCode::kStaleMemberEpoch);
  EXPECT_EQ(commit_of("a", 3, 3), ErrorCode::kNone);
  beat("b", 3);
  EXPECT_EQ(commit_of("b", 3, 3), ErrorCode::kNone);
  EXPECT_EQ(commit_of("b", 2, 3), ErrorCode::kStaleMemberEpoch);
  start();  // the next coordinator knows it too
  EXPECT_EQ(commit_of("a", 2, 0), ErrorCode::kNone);
  EXPECT_EQ(commit_of("b", 2, 3), ErrorCode::kStaleMemberEpoch);
}

TEST_F(ConsumerOffsetsTest, WhoIsNoMemberCommitsToAnEmptyGroupOnly) {
  join_consumer("a");
  beat("a", -1);
  EXPECT_EQ(commit_of("", -1), ErrorCode::kNone);
  EXPECT_EQ(commit_of("a", 3), ErrorCode::kUnknownMemberId);
}

TEST_F(ConsumerOffsetsTest, FetchesAreCheckedWhenAMemberAsks) {
  join_consumer("a");
  EXPECT_EQ(fetch_of("a", 2), ErrorCode::kNone);
  EXPECT_EQ(fetch_of("a", 1), ErrorCode::kStaleMemberEpoch);
  EXPECT_EQ(fetch_of("a", 3), ErrorCode::kStaleMemberEpoch);
  EXPECT_EQ(fetch_of("b", 2), ErrorCode::kUnknownMemberId);
  EXPECT_EQ(fetch_of("", -1), ErrorCode::kNone);
}

TEST_F(ConsumerOffsetsTest, OffsetsOfSubscribedTopicsAreNotDeleted) {
  topic("u", 1);
  ConsumerHeartbeatRequest request = joining("a");
  request.topic_regex = "u";
  send(std::move(request));
  OffsetDeleteRequest deletion{"g", {{"t", {0}}, {"u", {0}}, {"v", {0}}}};
  std::vector<ErrorCode> errors;
  coordinator->remove_offsets(deletion, [&](const OffsetDeleteReply& reply) {
    for (const auto& each : reply.topics) errors.push_back(each.partitions.at(0).error);
  });
  EXPECT_EQ(errors, (std::vector{ErrorCode::kGroupSubscribedToTopic, ErrorCode::kGroupSubscribedToTopic, ErrorCode::kNone}));
}

TEST_F(ConsumerOffsetsTest, WhatNobodyIsSubscribedToExpires) {
  settings.offsets_retention_ms = 1'000'000;
  settings.offsets_retention_check_interval_ms = 10'000;
  start();
  join_consumer("a");
  commit_of("a", 2);
  commit_of("a", 2, 0, 9, "other");
  for (int i = 0; i < 101; ++i) {
    wait(10'000);
    beat("a", 2);
  }
  EXPECT_EQ(journal.offsets.size(), 1u);
  EXPECT_EQ(committed(), 7);
  beat("a", -1);
  wait(10'000);
  EXPECT_TRUE(journal.offsets.empty());
  EXPECT_TRUE(journal.records.empty());  // nor is there a group any more
}

TEST_F(ConsumerOffsetsTest, WhatWasStoredWithATimeThatCannotBeExpires) {
  settings.offsets_retention_check_interval_ms = 10'000;
  start();
  commit_of("", -1);
  for (auto& [key, offset] : journal.offsets) offset.commit_ms = INT64_MIN;
  start();
  wait(10'000);
  EXPECT_TRUE(journal.offsets.empty());
}

// To name it is short, what was committed with it may be long.
TEST_F(ConsumerOffsetsTest, MetadataIsToldOnceHoweverOftenItIsAskedFor) {
  OffsetCommitRequest commit;
  commit.group = "g";
  commit.topics.push_back({"t", {}, {{0, 7, -1, "note", -1}, {1, 8, -1, "", -1}}});
  coordinator->commit(std::move(commit), nullptr);
  settle();
  OffsetFetchRequest request;
  request.group = "g";
  request.topics = {{"t", {}, {0, 1, 0, 0}}, {"t", {}, {0, 1}}};
  std::vector<std::string> told;
  coordinator->fetch(request, [&](const OffsetFetchReply& reply) {
    for (const auto& topic : reply.topics)
      for (const auto& partition : topic.partitions) told.push_back(std::to_string(partition.partition) + partition.metadata);
  });
  EXPECT_EQ(told, (std::vector<std::string>{"0note", "1", "1"}));
}

}  // namespace
}  // namespace barnabas::group
