// A store takes a write up to a size. Whoever asks for a larger one is told so, once and for all; nobody else suffers, and nothing changes.
#include <gmock/gmock.h>

#include "kernel/group/consumer/testing.h"

namespace barnabas::group {
namespace {

using enum ErrorCode;
using ::testing::HasSubstr;

class TooLargeTest : public ConsumerTest {
 protected:
  TooLargeTest() { journal.most = 2'000; }

  static ConsumerHeartbeatRequest with_regex(ConsumerHeartbeatRequest request, std::string regex) {
    request.topic_names.emplace();
    request.topic_regex = std::move(regex);
    return request;
  }
  std::vector<std::string> groups() {
    std::vector<std::string> names;
    coordinator->list({}, [&](const ListReply& reply) {
      for (const ListReply::Group& group : reply.groups) names.push_back(group.id);
    });
    return names;
  }
};

TEST_F(TooLargeTest, AMemberThatSaysMoreThanTheStoreKeepsIsRefusedAlone) {
  const ConsumerHeartbeatReply first = send(with_regex(joining("a"), std::string(3'000, 'x')))->value();
  EXPECT_EQ(first.error, kUnknownServerError);
  EXPECT_THAT(first.message.value(), HasSubstr("keeps 2000 in one write at most"));
  EXPECT_GT(journal.said_too_large.at("g"), 3'000u);
  EXPECT_TRUE(groups().empty());

  join_consumer("a");
  wait(1'000);
  held_writes = true;
  const auto good = send(joining("b"));
  const auto bad = send(with_regex(joining("c"), std::string(3'000, 'x')));
  const auto more = send(joining("d"));
  held_writes = false;
  settle();
  EXPECT_EQ((*good)->error, kNone);
  EXPECT_EQ((*bad)->error, kUnknownServerError);
  EXPECT_EQ((*more)->error, kNone);
  EXPECT_EQ(describe_consumer().members.size(), 3u);
}

TEST_F(TooLargeTest, AMemberThatIsRefusedIsAsItWas) {
  join_consumer("a");
  ConsumerHeartbeatRequest request = beating("a", 2);
  request.topic_names.emplace();
  for (int i = 0; i < 500; ++i) request.topic_names->push_back("topic-" + std::to_string(i));
  EXPECT_EQ(send(request)->value().error, kUnknownServerError);
  EXPECT_EQ(told(beat("a", 2)), same());
  EXPECT_EQ(state(), "Stable 2/2");
  const std::string before = state();
  start();
  EXPECT_EQ(state(), before);
}

TEST_F(TooLargeTest, WhatManyMembersSayGoesInAsManyWritesAsTheStoreNeeds) {
  held_writes = true;
  std::vector<std::shared_ptr<Beat>> answers;
  for (int i = 0; i < 50; ++i) answers.push_back(send(joining("member-" + std::to_string(i))));
  held_writes = false;
  settle();
  for (const auto& answer : answers) EXPECT_EQ((*answer)->error, kNone);
  EXPECT_TRUE(journal.said_too_large.empty());
}

TEST_F(TooLargeTest, AnAssignmentThatIsTooLargeIsNone) {
  topic("wide", 1'000);
  EXPECT_EQ(join_consumer("a", {"wide"}).error, kNone);
  EXPECT_EQ(state(), "Assigning 2/1");
  EXPECT_EQ(journal.said_too_large.size(), 1u);
  EXPECT_THAT(why().rebalances.back().causes.back().detail, HasSubstr("more than the store keeps"));
  journal.most = 0;
  wait(2'000);
  EXPECT_EQ(told(beat("a", 1)).at("wide").size(), 1'000u);
}

TEST_F(TooLargeTest, WhatAMemberHasMayTakeMoreThanWhatItShallHave) {
  topic("wide", 450);
  EXPECT_EQ(join_consumer("a", {"wide"}).error, kUnknownServerError);
  EXPECT_EQ(describe_consumer().members.at(0).target.at(0).partitions.size(), 450u);
  EXPECT_TRUE(describe_consumer().members.at(0).assignment.empty());
}

TEST_F(TooLargeTest, ARegularExpressionThatMatchesTooMuchMatchesNothing) {
  for (int i = 0; i < 200; ++i) topic("a-long-name-of-a-topic-" + std::to_string(i), 1);
  EXPECT_EQ(send(with_regex(joining("a"), "a-.*"))->value().error, kNone);
  EXPECT_EQ(journal.said_too_large.size(), 1u);
  const std::size_t matches = background.matches.size();
  EXPECT_EQ(beat("a", 1).error, kNone);
  EXPECT_EQ(background.matches.size(), matches);
}

TEST_F(TooLargeTest, AClassicGroupThatIsTooLargeHearsSo) {
  const std::string id = join("", "m")->value().member_id;
  const auto joined = join(id, "m");
  pass(settings.initial_rebalance_delay_ms);
  const auto synced = sync(id, 1, {{id, std::string(3'000, 'x')}});
  journal.settle();
  EXPECT_EQ((*synced)->error, kUnknownServerError);
  EXPECT_GT(journal.said_too_large.at("g"), 3'000u);
}

TEST_F(TooLargeTest, AStaticMemberThatComesBackTooLargeIsAsItWas) {
  const auto joined = join("", "m", "i", 9);
  pass(settings.initial_rebalance_delay_ms);
  const std::string id = joined->value().member_id;
  sync(id, 1, {{id, "mine"}});
  journal.settle();
  journal.most = 100;
  const auto back = join("", "m", "i", 9);
  journal.settle();
  EXPECT_EQ((*back)->error, kUnknownServerError);
  EXPECT_EQ(heartbeat(id, 1, "i"), kNone);
}

TEST_F(TooLargeTest, ManyOffsetsAreForgottenInAsManyWritesAsTheStoreNeeds) {
  for (int i = 0; i < 100; ++i) {
    OffsetCommitRequest request;
    request.group = "g";
    request.topics.push_back({std::string(100, 't'), {}, {{i, 1, -1, "", -1}}});
    coordinator->commit(std::move(request), nullptr);
  }
  journal.settle();
  ASSERT_EQ(journal.offsets.size(), 100u);
  std::optional<ErrorCode> deleted;
  coordinator->remove({"g"}, [&](DeleteReply reply) { deleted = reply.error; });
  journal.settle();
  EXPECT_EQ(deleted, kNone);
  EXPECT_TRUE(journal.offsets.empty());
  EXPECT_TRUE(groups().empty());
}

TEST_F(TooLargeTest, ACommitThatIsTooLargeIsRefusedAsAWhole) {
  OffsetCommitRequest request;
  request.group = "g";
  for (int i = 0; i < 100; ++i) request.topics.push_back({"t" + std::to_string(i), {}, {{0, 1, -1, std::string(100, 'm'), -1}}});
  std::optional<OffsetCommitReply> answer;
  coordinator->commit(std::move(request), [&](OffsetCommitReply reply) { answer = std::move(reply); });
  journal.settle();
  EXPECT_EQ(answer->error_of(99), kInvalidCommitOffsetSize);
  EXPECT_EQ(journal.said_too_large.size(), 1u);
}

}  // namespace
}  // namespace barnabas::group
