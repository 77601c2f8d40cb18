#include <gmock/gmock.h>

#include "kernel/controller/testing.h"

namespace barnabas::controller {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class UnregisterBrokerTest : public Cluster {};

TEST_F(UnregisterBrokerTest, ItsPartitionsGetAnotherLeaderFirst) {
  up(1);
  up(2);
  create("t", {2, 1});
  ASSERT_EQ(partition("t").leader, 2);
  const auto reply = ask(UnregisterBrokerRequest{2});
  EXPECT_TRUE(reply.ok()) << reply.message;
  EXPECT_THAT(types, ElementsAre(5, 1));
  EXPECT_EQ(image->broker(2), nullptr);
  EXPECT_EQ(partition("t").leader, 1);
  EXPECT_THAT(partition("t").isr, ElementsAre(1));
  EXPECT_THAT(partition("t").replicas, ElementsAre(2, 1));
}

TEST_F(UnregisterBrokerTest, WhatIsNotRegisteredIsNamed) {
  const auto reply = ask(UnregisterBrokerRequest{7});
  EXPECT_EQ(reply.error, ErrorCode::kBrokerIdNotRegistered);
  EXPECT_EQ(reply.message, "Broker ID 7 is not currently registered");
}

TEST_F(UnregisterBrokerTest, TheIdIsFreeAtOnce) {
  up(1);
  ASSERT_TRUE(ask(UnregisterBrokerRequest{1}).ok());
  EXPECT_EQ(heartbeat(1).error, ErrorCode::kStaleBrokerEpoch);
  EXPECT_TRUE(register_broker(1, -1, 99).ok());  // of another process, though the session of the first would still live
}

TEST_F(UnregisterBrokerTest, TheOnlyReplicaIsMissedUntilItIsBack) {
  up(1);
  up(2);
  create("t", {2});
  ASSERT_TRUE(ask(UnregisterBrokerRequest{2}).ok());
  EXPECT_EQ(partition("t").leader, catalog::kNoLeader);
  EXPECT_THAT(partition("t").isr, IsEmpty());
  EXPECT_THAT(partition("t").elr, ElementsAre(2));
  up(2);
  EXPECT_EQ(partition("t").leader, 2);
}

TEST_F(UnregisterBrokerTest, WhereTheStoreKeepsTheSessionsNobodyElseEndsThem) {
  up(1);
  Surroundings around = surroundings();
  around.keeps_sessions = true;
  Draft draft(image, offset, around);
  EXPECT_EQ(decide(UnregisterBrokerRequest{1}, draft).error, ErrorCode::kUnsupportedVersion);
  EXPECT_TRUE(draft.records().empty());
}

}  // namespace
}  // namespace barnabas::controller
