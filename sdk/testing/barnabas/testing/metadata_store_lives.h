// Rules of metadata stores: starts, stops, and what is left from one life to the next. Included by metadata_store_conformance.h.
#pragma once

#include <barnabas/testing/metadata_recorder.h>
#include <barnabas/testing/metadata_store_suite.h>

namespace barnabas::testing {

using ::testing::HasSubstr;

TEST_P(MetadataStoreConformance, EveryLifeIsANewTermOverTheSameState) {
  TestNode node(*world);
  node.start();
  for (int life = 0; life < 5; ++life) {
    EXPECT_TRUE(node.leads());
    const std::int32_t term = node.leader().term;
    write(node, numbered(life));
    node.restart();
    EXPECT_GT(node.leader().term, term);
    expect_state(node);
    EXPECT_EQ(node.await(node.begin_propose(numbered(100), term)), sdk::Code::kFenced) << "the term of an earlier life";
  }
  node.restart();
  expect_state(node);
}

TEST_P(MetadataStoreConformance, TheSameObjectMayBeStartedAgain) {
  TestNode node(*world);
  node.start();
  for (int life = 0; life < 3; ++life) {
    write(node, numbered(life));
    node.stop();
    EXPECT_NE(node.propose(numbered(100)), sdk::Code::kOk) << "while it is stopped";
    node.start();
    expect_state(node);
  }
}

TEST_P(MetadataStoreConformance, WhatIsDurableOutlivesItsProcess) {
  if (!world->is_durable()) GTEST_SKIP() << "lives as long as its object";
  TestNode node(*world);
  node.start();
  for (int life = 0; life < 3; ++life) {
    const std::int32_t term = node.leader().term;
    write(node, numbered(life));
    write(node, new_topic("topic-" + std::to_string(life), static_cast<std::uint64_t>(life) + 1, 2));
    world->settle();
    node.vanish();
    node.reopen();
    node.start();
    EXPECT_TRUE(node.run_until_it_leads()) << "nobody else is there";
    EXPECT_GT(node.leader().term, term);
    expect_state(node);
  }
}

TEST_P(MetadataStoreConformance, StopEndsWhatIsUnderWay) {
  TestNode node(*world);
  node.start();
  for (int round = 0; round < 5; ++round) {
    std::vector<Ending*> endings;
    const int first = 50 * round;
    for (int i = first; i < first + 50; ++i) endings.push_back(&node.begin_propose(numbered(i)));
    // Some of them are on their way.
    if (round != 0) {
      EXPECT_EQ(node.await(*endings[static_cast<std::size_t>(10 * round - 1)]), sdk::Code::kOk) << node.message();
    }
    node.stop();
    int acknowledged = 0;
    while (acknowledged < 50 && endings[static_cast<std::size_t>(acknowledged)]->ok()) ++acknowledged;
    for (std::size_t i = static_cast<std::size_t>(acknowledged); i < endings.size(); ++i) {
      EXPECT_TRUE(endings[i]->code == sdk::Code::kUnknown || endings[i]->code == sdk::Code::kFenced ||
                  endings[i]->code == sdk::Code::kUnavailable)
          << "number " << i << ": " << endings[i]->message;
    }
    if (world->is_durable()) node.reopen();
    node.start();
    const int there = count_numbered(node.model(), first + 50);
    EXPECT_GE(there, first + acknowledged) << "what was acknowledged is lost";
    for (int i = first; i < there; ++i) expected.apply_all(numbered(i));
    for (int i = there; i < first + 50; ++i) write(node, numbered(i));
    expect_state(node);
  }
}

TEST_P(MetadataStoreConformance, AStartMayBeStopped) {
  TestNode node(*world);
  node.start();
  write(node, numbered(0));
  for (int life = 0; life < 3; ++life) {
    node.stop();
    if (world->is_durable()) node.reopen();
    Ending& started = node.begin_start(world->cluster_id);
    node.stop();
    EXPECT_EQ(started.count, 1);
    EXPECT_TRUE(started.ok() || started.code == sdk::Code::kUnavailable) << started.message;
    node.start();
    expect_state(node);
  }
}

TEST_P(MetadataStoreConformance, AStopWithoutAStartEnds) {
  TestNode node(*world);
  node.stop();
  node.start();
  expect_state(node);
}

TEST_P(MetadataStoreConformance, ASecondStartIsRefused) {
  TestNode node(*world);
  node.start();
  write(node, numbered(0));
  MetadataRecorder other;
  Ending ending;
  EXPECT_FALSE(node.store().start({1, world->cluster_id}, other, ending));
  world->settle();
  EXPECT_EQ(ending.count, 0);
  EXPECT_THAT(other.events, ::testing::IsEmpty());
  write(node, numbered(1));
  expect_state(node);
}

// Whoever cannot use what it is told stops the store from where it is told.
TEST_P(MetadataStoreConformance, TheListenerMayStopFromAnywhere) {
  TestNode node(*world);
  node.start();
  write(node, numbered(0));
  write(node, numbered(1));
  for (const char* where : {"snapshot begin", "snapshot end", "batch", "leader"}) {
    SCOPED_TRACE(where);
    node.stop();
    if (world->is_durable()) node.reopen();
    Ending* stopped = nullptr;
    node.on_event = [&](std::string_view event) {
      if (event == where && stopped == nullptr) stopped = &node.begin_stop();
    };
    Ending& started = node.begin_start(world->cluster_id);
    ASSERT_TRUE(world->run_until([&] { return stopped != nullptr; })) << "was never told";
    EXPECT_EQ(node.await(*stopped), sdk::Code::kOk) << node.message();
    node.on_event = [](std::string_view) {};
    node.stopped();
    EXPECT_EQ(started.count, 1);
    world->settle();  // nothing is told any more
    node.start();
    expect_state(node);
  }
  // And in the middle of writing.
  Ending* stopped = nullptr;
  node.on_event = [&](std::string_view event) {
    if (event == "batch" && stopped == nullptr) stopped = &node.begin_stop();
  };
  for (int i = 2; i < 10; ++i) node.begin_propose(numbered(i));
  ASSERT_TRUE(world->run_until([&] { return stopped != nullptr && stopped->count != 0; }));
  node.on_event = [](std::string_view) {};
  node.stopped();
  world->settle();
  if (world->is_durable()) node.reopen();
  node.start();
  EXPECT_GE(count_numbered(node.model(), 10), 3) << "what was told is lost";
}

TEST_P(MetadataStoreConformance, AnotherClusterIsRefusedByName) {
  TestNode node(*world);
  node.start();
  write(node, numbered(0));
  node.stop();
  const std::string before = world->content();
  const std::string other = "b3RoZXJfY2x1c3Rlcl9pZA";
  for (int attempt = 0; attempt < 2; ++attempt) {
    if (world->is_durable()) node.reopen();
    EXPECT_EQ(node.await(node.begin_start(other)), sdk::Code::kInvalid);
    EXPECT_THAT(node.message(), HasSubstr(other));
    EXPECT_THAT(node.message(), HasSubstr(world->cluster_id));
    node.stop();
  }
  EXPECT_EQ(world->content(), before);
  node.start();
  expect_state(node);
}

TEST_P(MetadataStoreConformance, FormattingHappensOnce) {
  TestNode node(*world);
  sdk::MetadataIdentity identity;
  const std::string before = world->content();
  ASSERT_TRUE(node.store().identity(identity));
  EXPECT_EQ(world->content(), before) << "asking changes nothing";
  if (identity.formatted) GTEST_SKIP() << "there is nothing to format";
  EXPECT_EQ(identity.cluster_id, sdk::Text());
  const std::string cluster = node.prepare();
  ASSERT_TRUE(node.store().identity(identity));
  EXPECT_TRUE(identity.formatted);
  EXPECT_EQ(identity.cluster_id, sdk::Text(cluster));
  const bool has_owner = identity.node_id >= 0;  // otherwise it is every node's
  if (has_owner) {
    EXPECT_EQ(identity.node_id, 1);
  }
  const auto again = [&](std::string_view of, std::int32_t node_id) {
    return node.store().format({of, node_id, nullptr, 0, 0, {}}).code();
  };
  const std::string formatted = world->content();
  EXPECT_EQ(again(cluster, 1), sdk::Code::kExists);
  EXPECT_EQ(again("b3RoZXJfY2x1c3Rlcl9pZA", 1), sdk::Code::kInvalid);
  if (has_owner) {
    EXPECT_EQ(again(cluster, 2), sdk::Code::kInvalid) << "another node's";
    Ending refused;
    MetadataRecorder other;
    sdk::Status status = node.store().start({2, cluster}, other, refused);
    if (!status) refused.done(std::move(status));
    EXPECT_EQ(node.await(refused), sdk::Code::kInvalid) << "started as another node";
  }
  EXPECT_EQ(world->content(), formatted);
  world->cluster_id = cluster;
  node.start();
  expect_state(node);
}

TEST_P(MetadataStoreConformance, ForeignAndDamagedContentIsRefusedByName) {
  int kinds = 0;
  for (;; ++kinds) {
    world = GetParam()();
    expected = {};
    TestNode node(*world);
    node.start();
    for (int i = 0; i < 10; ++i) write(node, numbered(i));
    write(node, new_topic("orders", 1, 3));
    node.stop();
    const std::optional<SpoiltContent> spoilt = world->spoil(kinds);
    if (!spoilt) break;
    SCOPED_TRACE(spoilt->what);
    const std::string before = world->content();
    node.reopen();
    const sdk::Code code = node.await(node.begin_start(world->cluster_id));
    EXPECT_NE(code, sdk::Code::kOk);
    EXPECT_NE(code, sdk::Code::kInternal) << node.message();
    EXPECT_THAT(node.message(), HasSubstr(spoilt->named));
    node.stop();
    EXPECT_EQ(world->content(), before) << "a refused start wrote something";
  }
  if (kinds == 0) GTEST_SKIP() << "nothing of it can be spoilt";
}

}  // namespace barnabas::testing
