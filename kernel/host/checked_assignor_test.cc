#include "kernel/host/checked_assignor.h"

#include <gtest/gtest.h>

#include <functional>

namespace barnabas::host {
namespace {

using Answer = std::function<Status(sdk::AssignorSink&)>;

class Made final : public sdk::Assignor {
 public:
  explicit Made(Answer answer) : answer_(std::move(answer)) {}
  Status assign(const sdk::AssignorGroup&, sdk::AssignorSink& sink) noexcept override { return answer_(sink); }

 private:
  Answer answer_;
};

// Two members, "a" of both topics and "b" of the second one.
Result<Assignment> outcome(Answer answer) {
  const sdk::AssignorTopic topics[] = {{"one", {}, 2, nullptr}, {"two", {}, 1, nullptr}};
  const std::int32_t both[] = {0, 1}, second[] = {1};
  sdk::AssignorMember members[2];
  members[0].id = "a", members[0].topics = both, members[0].topic_count = 2;
  members[1].id = "b", members[1].topics = second, members[1].topic_count = 1;
  Made assignor(std::move(answer));
  return assign_checked(assignor, "made", {topics, 2, members, 2});
}
std::string complaint(std::vector<std::pair<std::size_t, sdk::AssignorPartition>> given) {
  const auto told = outcome([&](sdk::AssignorSink& sink) {
    for (const auto& [member, at] : given) sink.assign(member, at);
    return Status();
  });
  return told.ok() ? "" : std::string(message_of(told.status()));
}

TEST(CheckedAssignorTest, WhatIsRightComesBackInOrder) {
  const auto told = outcome([](sdk::AssignorSink& sink) {
    sink.assign(0, {1, 0});
    sink.assign(0, {0, 1});
    sink.assign(0, {0, 0});
    return Status();
  });
  ASSERT_TRUE(told.ok());
  ASSERT_EQ(told->size(), 2u);
  ASSERT_EQ((*told)[0].size(), 3u);
  EXPECT_EQ((*told)[0][0].partition, 0);
  EXPECT_EQ((*told)[0][2].topic, 1);
  EXPECT_TRUE((*told)[1].empty());
}

TEST(CheckedAssignorTest, WhatIsWrongIsRefusedByName) {
  EXPECT_EQ(complaint({{2, {0, 0}}}), "assignor 'made' gives a partition to member 2 of 2");
  EXPECT_EQ(complaint({{0, {2, 0}}}), "assignor 'made' gives away a partition of topic 2 of 2");
  EXPECT_EQ(complaint({{0, {-1, 0}}}), "assignor 'made' gives away a partition of topic -1 of 2");
  EXPECT_EQ(complaint({{0, {0, 2}}}), "assignor 'made' gives away one-2, but the topic has 2 partitions");
  EXPECT_EQ(complaint({{0, {0, -1}}}), "assignor 'made' gives away one--1, but the topic has 2 partitions");
  EXPECT_EQ(complaint({{1, {0, 0}}}), "assignor 'made' gives one-0 to 'b', who is not subscribed to the topic");
  EXPECT_EQ(complaint({{0, {1, 0}}, {1, {1, 0}}}), "assignor 'made' gives two-0 away twice, to 'a' and to 'b'");
}

TEST(CheckedAssignorTest, ItsOwnFailureIsTheOutcome) {
  const auto told = outcome([](sdk::AssignorSink& sink) {
    sink.assign(9, {});
    return Status::invalid("no");
  });
  EXPECT_EQ(message_of(told.status()), "no");
}

}  // namespace
}  // namespace barnabas::host
