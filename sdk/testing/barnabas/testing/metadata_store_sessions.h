// Rules of metadata stores that keep sessions of brokers themselves. Included by metadata_store_conformance.h.
#pragma once

#include <barnabas/testing/metadata_store_suite.h>

namespace barnabas::testing {

// Null where the node was not told of the broker.
inline const MetadataModel::Broker* broker_of(const TestNode& node, std::int32_t id) {
  const auto found = node.model().brokers().find(id);
  return found == node.model().brokers().end() ? nullptr : &found->second;
}

TEST_P(MetadataStoreConformance, SessionsAreRefusedWhereNoneAreKept) {
  TestNode node(*world);
  node.start();
  if (node.store().abilities().keeps_sessions) GTEST_SKIP() << "sessions are kept";
  EXPECT_EQ(node.open_session("h1"), sdk::Code::kUnsupported);
  EXPECT_THAT(node.model().brokers(), ::testing::IsEmpty());
}

TEST_P(MetadataStoreConformance, ASessionComesBackAsARegistration) {
  TestNode one(*world, 1);
  one.start();
  if (!one.store().abilities().keeps_sessions) GTEST_SKIP() << "no sessions are kept";
  ASSERT_EQ(one.open_session("h1"), sdk::Code::kOk) << one.message();
  ASSERT_NE(broker_of(one, 1), nullptr) << "done before it was told";
  EXPECT_EQ(broker_of(one, 1)->host, "h1");
  EXPECT_FALSE(broker_of(one, 1)->fenced);
  const std::int64_t first_epoch = broker_of(one, 1)->epoch;
  EXPECT_GE(first_epoch, 0);
  // The same session says something else.
  ASSERT_EQ(one.open_session("h1b"), sdk::Code::kOk) << one.message();
  EXPECT_TRUE(world->run_until([&] { return broker_of(one, 1) != nullptr && broker_of(one, 1)->host == "h1b"; }));
  EXPECT_EQ(broker_of(one, 1)->epoch, first_epoch);
  write(one, numbered(0));
  one.restart();
  EXPECT_EQ(broker_of(one, 1), nullptr) << "a session outlived its store";
  ASSERT_EQ(one.open_session("h1"), sdk::Code::kOk) << one.message();
  EXPECT_GT(broker_of(one, 1)->epoch, first_epoch);
  expect_state(one);
}

TEST_P(MetadataStoreConformance, TheLeaderIsToldOfEverySession) {
  TestNode one(*world, 1);
  one.start();
  if (!one.store().abilities().keeps_sessions || !world->is_shared()) GTEST_SKIP() << "no sessions of others";
  TestNode two(*world, 2);
  two.start();
  ASSERT_EQ(one.open_session("h1"), sdk::Code::kOk) << one.message();
  for (const bool cleanly : {true, false}) {
    ASSERT_EQ(two.open_session("h2"), sdk::Code::kOk) << two.message();
    ASSERT_NE(broker_of(two, 2), nullptr) << "its own registration is told to every node";
    const std::int64_t epoch = broker_of(two, 2)->epoch;
    EXPECT_TRUE(world->run_until([&] { return broker_of(one, 2) != nullptr; }));
    EXPECT_EQ(broker_of(one, 2)->epoch, epoch);
    if (cleanly) {
      two.stop();
    } else {
      world->settle();
      two.vanish();
    }
    EXPECT_TRUE(world->run_until([&] { return broker_of(one, 2) == nullptr; })) << "is gone, and the leader does not know";
    two.reopen();
    two.start();
  }
  // The next leader knows who is there.
  ASSERT_EQ(two.open_session("h2"), sdk::Code::kOk) << two.message();
  one.stop();
  ASSERT_TRUE(two.run_until_it_leads());
  EXPECT_NE(broker_of(two, 2), nullptr);
  EXPECT_TRUE(world->run_until([&] { return broker_of(two, 1) == nullptr; }));
}

TEST_P(MetadataStoreConformance, AnIdIsTakenByOneSession) {
  TestNode one(*world, 1);
  one.start();
  if (!one.store().abilities().keeps_sessions || !world->is_shared()) GTEST_SKIP() << "no sessions of others";
  ASSERT_EQ(one.open_session("h1"), sdk::Code::kOk) << one.message();
  TestNode twin(*world, 1);
  // Its start may already be refused.
  const sdk::Code started = twin.await(twin.begin_start(world->cluster_id));
  if (started == sdk::Code::kOk) {
    EXPECT_EQ(twin.open_session("h9"), sdk::Code::kExists) << twin.message();
  }
  world->settle();
  EXPECT_EQ(broker_of(one, 1)->host, "h1");
  EXPECT_TRUE(one.leads());
  write(one, numbered(0));
}

TEST_P(MetadataStoreConformance, ALostSessionIsToldAndOpenedAgain) {
  TestNode one(*world, 1);
  one.start();
  if (!one.store().abilities().keeps_sessions) GTEST_SKIP() << "no sessions are kept";
  ASSERT_EQ(one.open_session("h1"), sdk::Code::kOk) << one.message();
  write(one, numbered(0));
  const std::int64_t epoch = broker_of(one, 1)->epoch;
  const std::int32_t term = one.leader().term;
  if (!world->expire(one.store())) GTEST_SKIP() << "sessions do not expire";
  ASSERT_TRUE(world->run_until([&] { return one.count("session lost") == 1; }));
  ASSERT_TRUE(world->run_until([&] { return !one.leads() || one.leader().term > term; })) << "leads without a session";
  EXPECT_EQ(one.await(one.begin_propose(numbered(9), term)), sdk::Code::kFenced);
  // Another one begins by itself, and with it the race for the leadership; the registration is the node's to repeat.
  sdk::Code opened = sdk::Code::kUnavailable;
  for (int attempt = 0; attempt < 100 && opened == sdk::Code::kUnavailable; ++attempt) {
    opened = one.open_session("h1");
    world->settle();
  }
  EXPECT_EQ(opened, sdk::Code::kOk) << one.message();
  ASSERT_NE(broker_of(one, 1), nullptr);
  EXPECT_GT(broker_of(one, 1)->epoch, epoch);
  ASSERT_TRUE(one.run_until_it_leads());
  EXPECT_GT(one.leader().term, term);
  EXPECT_NE(broker_of(one, 1), nullptr) << "leads, and does not know of its own session";
  write(one, numbered(1));
  expect_state(one);
  EXPECT_EQ(one.count("session lost"), 1u);
}

}  // namespace barnabas::testing
