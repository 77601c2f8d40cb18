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

// Where who leads is found, for everybody who has to ask it something.
inline bool knows_its_leader(const TestNode& node, std::string_view host) {
  const MetadataModel::Broker* leader = broker_of(node, node.leader().node_id);
  return leader != nullptr && leader->host == host;
}

TEST_P(MetadataStoreConformance, EveryNodeKnowsWhereTheLeaderIs) {
  if (!world->is_shared()) GTEST_SKIP() << "each node has a content of its own";
  TestNode one(*world, 1);
  one.start();
  if (!one.store().abilities().keeps_sessions) GTEST_SKIP() << "no sessions are kept";
  TestNode two(*world, 2);
  two.start();
  TestNode three(*world, 3);
  // Elected before it is registered.
  ASSERT_EQ(one.open_session("h1"), sdk::Code::kOk) << one.message();
  EXPECT_TRUE(world->run_until([&] { return knows_its_leader(two, "h1"); })) << "is not told of a later registration";
  EXPECT_EQ(two.count("snapshot begin"), 1u) << "is told everything again";
  ASSERT_EQ(one.open_session("h1b"), sdk::Code::kOk) << one.message();
  EXPECT_TRUE(world->run_until([&] { return knows_its_leader(two, "h1b"); })) << "is not told of another address";
  // Registered before another node hears of it.
  three.on_event = [&](std::string_view event) {
    if (event == "leader") {
      EXPECT_TRUE(knows_its_leader(three, "h1b"));
    }
  };
  three.start();
  three.on_event = [](std::string_view) {};
  ASSERT_EQ(two.open_session("h2"), sdk::Code::kOk) << two.message();
  ASSERT_EQ(three.open_session("h3"), sdk::Code::kOk) << three.message();
  for (TestNode* node : {&two, &three})
    node->on_event = [node](std::string_view event) {
      if (event == "leader" && node->leader().node_id > 1) {
        EXPECT_TRUE(knows_its_leader(*node, "h" + std::to_string(node->leader().node_id))) << "an election without an address";
      }
    };
  world->settle();
  one.vanish();
  ASSERT_TRUE(world->run_until([&] { return two.leader().node_id > 1 && two.leader().node_id == three.leader().node_id; }));
  TestNode& next = two.leads() ? two : three;
  EXPECT_TRUE(world->run_until([&] { return broker_of(next, 1) == nullptr; })) << "is gone, and the leader does not know";
  write_in_time(next, numbered(0));
}

// It hears of nothing until it goes on, and then that it leads and is registered no more.
TEST_P(MetadataStoreConformance, ALeaderThatWasPausedComesBackAsAnotherNode) {
  if (!world->is_shared()) GTEST_SKIP() << "each node has a content of its own";
  TestNode one(*world, 1);
  one.start();
  if (!one.store().abilities().keeps_sessions) GTEST_SKIP() << "no sessions are kept";
  TestNode two(*world, 2);
  TestNode three(*world, 3);
  two.start();
  three.start();
  for (TestNode* node : {&one, &two, &three})
    ASSERT_EQ(node->open_session("h" + std::to_string(node->id())), sdk::Code::kOk) << node->message();
  write_in_time(one, new_topic("orders", 1, 2));
  const std::int64_t epoch = broker_of(one, 1)->epoch;
  const std::int32_t term = one.leader().term;
  if (!world->cut(one.store())) GTEST_SKIP() << "nothing can be cut";
  Ending& late = one.begin_propose({partition_change(1, 0, 9)});
  ASSERT_TRUE(world->run_until([&] { return two.leads() || three.leads(); })) << "nobody follows it";
  TestNode& next = two.leads() ? two : three;
  TestNode& other = two.leads() ? three : two;
  EXPECT_TRUE(world->run_until([&] { return broker_of(next, 1) == nullptr; }));
  write_in_time(next, {partition_change(1, 0, 2)});
  world->heal(one.store());
  EXPECT_NE(one.await(late), sdk::Code::kOk);
  ASSERT_TRUE(world->run_until([&] { return one.leader().node_id == next.id(); })) << "is not told who leads";
  EXPECT_EQ(one.count("session lost"), 1u);
  EXPECT_EQ(one.leader().term, next.leader().term);
  EXPECT_EQ(one.await(one.begin_propose(numbered(1), term)), sdk::Code::kFenced);
  EXPECT_TRUE(knows_its_leader(one, "h" + std::to_string(next.id()))) << "does not know where the leader is";
  ASSERT_EQ(one.open_session("h1"), sdk::Code::kOk) << one.message();
  EXPECT_GT(broker_of(one, 1)->epoch, epoch);
  EXPECT_TRUE(world->run_until([&] { return broker_of(next, 1) != nullptr; })) << "is back, and the leader does not know";
  EXPECT_EQ(broker_of(next, 1)->epoch, broker_of(one, 1)->epoch);
  expect_state(next);
  EXPECT_TRUE(world->run_until([&] { return other.leader().term == next.leader().term; }));
  EXPECT_TRUE(knows_its_leader(other, "h" + std::to_string(next.id())));
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
