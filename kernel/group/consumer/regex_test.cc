// Regular expressions as subscriptions.
#include "kernel/group/consumer/records.h"
#include "kernel/group/consumer/testing.h"

namespace barnabas::group {
namespace {

class ConsumerRegexTest : public ConsumerTest {
 protected:
  void SetUp() override {
    ConsumerTest::SetUp();
    topic("ta", 2);
  }
  static ConsumerHeartbeatRequest joining_regex(std::string id, std::string regex) {
    ConsumerHeartbeatRequest request = joining(std::move(id), {});
    request.topic_names.reset();
    request.topic_regex = std::move(regex);
    return request;
  }
  ConsumerHeartbeatReply say(std::string id, std::int32_t epoch, std::string regex) {
    ConsumerHeartbeatRequest request = beating(std::move(id), epoch);
    request.topic_regex = std::move(regex);
    return send(std::move(request))->value();
  }
};

TEST_F(ConsumerRegexTest, ItIsResolvedInTheBackgroundAndComesWithALaterHeartbeat) {
  held_jobs = true;
  const ConsumerHeartbeatReply joined = send(joining_regex("a", "t."))->value();
  EXPECT_EQ(joined.member_epoch, 1);
  EXPECT_EQ(told(joined), Told{});
  held_jobs = false;
  settle();
  const ConsumerHeartbeatReply reply = beat("a", 1);
  EXPECT_EQ(reply.member_epoch, 2);
  EXPECT_EQ(told(reply), (Told{{"ta", {0, 1}}}));  // as a whole: not t
  EXPECT_EQ(state(), "Stable 2/2");
  EXPECT_EQ(describe_consumer().members.at(0).topic_regex, "t.");
}

TEST_F(ConsumerRegexTest, ABrokenOneIsRefusedAndNothingChanges) {
  const ConsumerHeartbeatReply reply = send(joining_regex("a", "("))->value();
  EXPECT_EQ(reply.error, ErrorCode::kInvalidRegularExpression);
  EXPECT_EQ(reply.message, "SubscribedTopicRegex `(` is not a valid regular expression: missing closing ).");
  EXPECT_EQ(describe_consumer().error, ErrorCode::kGroupIdNotFound);
  join_consumer("a");
  EXPECT_EQ(say("a", 2, "(").error, ErrorCode::kInvalidRegularExpression);
  EXPECT_FALSE(describe_consumer().members.at(0).topic_regex);
}

TEST_F(ConsumerRegexTest, ItIsResolvedOnceForAllWhoHaveIt) {
  send(joining_regex("a", "t.*"));
  EXPECT_EQ(background.matches.size(), 1u);
  wait(1'000);
  const ConsumerHeartbeatReply joined = send(joining_regex("b", "t.*"))->value();
  EXPECT_EQ(joined.member_epoch, 3);
  EXPECT_EQ(background.matches.size(), 1u);
  // A new one alone is resolved, and nothing else.
  send(joining_regex("c", "x"));
  EXPECT_EQ(background.matches.back(), (std::vector<std::string>{"x"}));
}

TEST_F(ConsumerRegexTest, NamesAndExpressionTogether) {
  ConsumerHeartbeatRequest request = joining("a", {"ta", "t"});
  request.topic_regex = "ta?";
  EXPECT_EQ(told(send(std::move(request))->value()), (Told{{"t", {0, 1, 2, 3}}, {"ta", {0, 1}}}));
  EXPECT_EQ(background.last_input.members.at(0).topics, (std::vector<std::int32_t>{0, 1}));
}

TEST_F(ConsumerRegexTest, TopicsThatComeAreMatched) {
  send(joining_regex("a", "t.*"));
  EXPECT_EQ(told(beat("a", 1)), (Told{{"t", {0, 1, 2, 3}}, {"ta", {0, 1}}}));
  wait(1'000);
  topic("tb", 1);
  topic("u", 1);
  EXPECT_EQ(told(beat("a", 2)), same());  // it is being looked for
  EXPECT_EQ(told(beat("a", 2)), (Told{{"t", {0, 1, 2, 3}}, {"ta", {0, 1}}, {"tb", {0}}}));
  wait(1'000);
  topic("v", 1);
  EXPECT_EQ(beat("a", 3).member_epoch, 3);
  EXPECT_EQ(state(), "Stable 3/3");
}

TEST_F(ConsumerRegexTest, ItIsResolvedAgainAfterTheInterval) {
  send(joining_regex("a", "t.*"));
  beat("a", 1);
  for (int i = 0; i < 59; ++i) {
    wait(10'000);
    beat("a", 2);
  }
  EXPECT_EQ(background.matches.size(), 1u);
  wait(10'000);
  beat("a", 2);
  EXPECT_EQ(background.matches.size(), 2u);
  EXPECT_EQ(state(), "Stable 2/2");
}

TEST_F(ConsumerRegexTest, GivingItUpGivesUpItsTopics) {
  send(joining_regex("a", "t.*"));
  wait(1'000);
  beat("a", 1);
  const ConsumerHeartbeatReply reply = say("a", 2, "");
  EXPECT_EQ(told(reply), Told{});
  EXPECT_EQ(beat_owning("a", 2, {}).member_epoch, 3);
  EXPECT_FALSE(describe_consumer().members.at(0).topic_regex);
  beat("a", -1);
  EXPECT_EQ(journal.records.size(), 2u);  // nothing is left of the expression
}

TEST_F(ConsumerRegexTest, TheNextCoordinatorKnowsWhatItMatched) {
  send(joining_regex("a", "t.*"));
  beat("a", 1);
  start();
  EXPECT_EQ(state(), "Stable 2/2");
  EXPECT_EQ(beat("a", 2).member_epoch, 2);  // resolved again, to the same
  EXPECT_EQ(beat("a", 2).member_epoch, 2);
}

// A static member comes back under the id of another member, who is no more: nobody uses what that one had subscribed to.
TEST_F(ConsumerRegexTest, WhoseIdIsTakenLeavesNothing) {
  held_jobs = true;
  const auto run = [&](int most) {
    while (most-- > 0 && background.run_one()) journal.settle(ErrorCode::kNone);
  };
  send(joining_regex("a", "t."));
  send(joining_regex("b", "t.*"));
  ConsumerHeartbeatRequest request = joining("s");
  request.instance_id = "i";
  send(request);
  run(20);
  ConsumerHeartbeatRequest away = beating("s", -2);
  away.instance_id = "i";
  send(std::move(away));
  request.member_id = "b";
  send(std::move(request));
  run(20);
  EXPECT_TRUE(background.jobs.empty());  // and it is not looked for without end
  EXPECT_EQ(describe_consumer().members.size(), 2u);
  EXPECT_FALSE(journal.records.contains(consumer_group_tombstone(kConsumerGroupRegexKey, "g", "t.*").key));
}

// Each expression is another list of names, however short it is.
TEST_F(ConsumerRegexTest, WhatTheyMatchIsBounded) {
  for (int i = 0; i < 100; ++i) topic("x" + std::to_string(i), 1);
  settings.max_group_bytes = 50'000;
  start();
  int joined = 0;
  for (; joined < 100; ++joined)
    if (send(joining_regex("m" + std::to_string(joined), "x.*|y" + std::to_string(joined)))->value().error != ErrorCode::kNone) break;
  EXPECT_LT(joined, 10);
  EXPECT_GT(joined, 5);
}

TEST_F(ConsumerRegexTest, WhoLeftWhileItWasResolvedLeavesNothing) {
  held_jobs = true;
  send(joining_regex("a", "t.*"));
  beat("a", -1);
  held_jobs = false;
  settle();
  EXPECT_EQ(journal.records.size(), 2u);
}

}  // namespace
}  // namespace barnabas::group
