// Rules of metadata stores: several nodes, who leads, sessions, and what is lost on the way. Included by metadata_store_conformance.h.
#pragma once

#include <barnabas/testing/metadata_store_suite.h>

namespace barnabas::testing {

// What may have become of writes of numbers, begun in order: each ended once; those that are good are there, whatever else is there comes
// right behind them.
inline void expect_legal_ends(const std::vector<Ending*>& endings, int there) {
  bool failed = false;
  for (std::size_t i = 0; i < endings.size(); ++i) {
    const Ending& ending = *endings[i];
    EXPECT_EQ(ending.count, 1) << "number " << i;
    EXPECT_TRUE(ending.code == sdk::Code::kOk || ending.code == sdk::Code::kFenced || ending.code == sdk::Code::kUnknown ||
                ending.code == sdk::Code::kUnavailable)
        << "number " << i << ": " << ending.message;
    EXPECT_FALSE(failed && ending.ok()) << "number " << i << " is good behind one that failed";
    failed |= !ending.ok();
    const bool is_there = static_cast<int>(i) < there;
    if (ending.ok()) {
      EXPECT_TRUE(is_there) << "number " << i << " was acknowledged and is lost";
    } else if (ending.code != sdk::Code::kUnknown) {
      EXPECT_FALSE(is_there) << "number " << i << " was refused and is there";
    }
  }
}

TEST_P(MetadataStoreConformance, OneOfSeveralNodesLeads) {
  if (!world->is_shared()) GTEST_SKIP() << "each node has a content of its own";
  TestNode first(*world, 1);
  first.start();
  write(first, numbered(0));
  TestNode second(*world, 2);
  second.start();
  TestNode third(*world, 3);
  third.start();
  EXPECT_TRUE(first.leads());
  for (TestNode* node : {&second, &third}) {
    EXPECT_EQ(node->leader().node_id, 1);
    EXPECT_EQ(node->leader().term, first.leader().term);
    expect_state(*node);
    EXPECT_EQ(node->propose(numbered(9)), sdk::Code::kFenced) << "does not lead";
  }
  world->settle();
  expect_state(first);
}

TEST_P(MetadataStoreConformance, WhoFollowsSeesTheSame) {
  if (!world->is_shared()) GTEST_SKIP() << "each node has a content of its own";
  TestNode leader(*world, 1);
  leader.start();
  TestNode follower(*world, 2);
  follower.start();
  const bool follows = follower.store().abilities().follows;
  // Every state that the leader went through; the follower may see several at once, but none that never was.
  std::vector<MetadataModel::Lines> history{leader.model().config_lines()};
  std::vector<MetadataModel::Lines> seen;
  leader.on_event = [&](std::string_view) { history.push_back(leader.model().config_lines()); };
  follower.on_event = [&](std::string_view event) {
    if (event == "batch") seen.push_back(follower.model().config_lines());
  };
  for (int i = 0; i < 30; ++i) write(leader, numbered(i));
  write(leader, new_topic("orders", 1, 3));
  write(leader, {config_record(kTopicResource, "orders", "retention.ms", "1")});
  EXPECT_TRUE(world->run_until([&] { return follower.model().config_lines() == expected.config_lines(); })) << "is not told";
  if (follows) {
    EXPECT_TRUE(world->run_until([&] { return follower.model() == expected; })) << "is not told everything";
  }
  auto at = history.begin();
  for (const MetadataModel::Lines& state : seen) {
    at = std::find(at, history.end(), state);
    ASSERT_NE(at, history.end()) << "a follower saw what never was, or went back";
  }
}

TEST_P(MetadataStoreConformance, LeadershipPassesOn) {
  if (!world->is_shared()) GTEST_SKIP() << "each node has a content of its own";
  TestNode one(*world, 1);
  TestNode two(*world, 2);
  one.start();
  two.start();
  TestNode* leader = &one;
  TestNode* next = &two;
  for (int round = 0; round < 6; ++round) {
    const std::int32_t term = leader->leader().term;
    write(*leader, numbered(round));
    write(*leader, new_topic("topic-" + std::to_string(round), static_cast<std::uint64_t>(round) + 1, 2));
    next->on_event = [&](std::string_view event) {
      if (event == "leader" && next->leads()) expect_state(*next);  // who is told to lead has everything
    };
    leader->stop();
    ASSERT_TRUE(next->run_until_it_leads()) << "nobody leads after a stop";
    next->on_event = [](std::string_view) {};
    EXPECT_GT(next->leader().term, term);
    write(*next, {partition_change(static_cast<std::uint64_t>(round) + 1, 0, 2)});
    leader->reopen();
    leader->start();
    EXPECT_EQ(leader->leader().node_id, next->id());
    EXPECT_EQ(leader->leader().term, next->leader().term);
    expect_state(*leader);
    std::swap(leader, next);
  }
}

TEST_P(MetadataStoreConformance, ALeaderThatVanishesIsFollowed) {
  if (!world->is_shared()) GTEST_SKIP() << "each node has a content of its own";
  TestNode one(*world, 1);
  TestNode two(*world, 2);
  one.start();
  two.start();
  write(one, numbered(0));
  write(one, new_topic("orders", 1, 2));
  const std::int32_t term = one.leader().term;
  world->settle();
  one.vanish();
  ASSERT_TRUE(two.run_until_it_leads());
  EXPECT_GT(two.leader().term, term);
  expect_state(two);
  write(two, numbered(1));
  one.reopen();
  one.start();
  expect_state(one);
  EXPECT_FALSE(one.leads());
}

TEST_P(MetadataStoreConformance, AnOldLeaderIsFencedAndLeavesNothing) {
  if (!world->is_shared()) GTEST_SKIP() << "each node has a content of its own";
  TestNode one(*world, 1);
  TestNode two(*world, 2);
  one.start();
  two.start();
  write(one, new_topic("orders", 1, 2));
  write(one, numbered(0));
  const std::int32_t old_term = one.leader().term;
  if (!world->depose(one.store())) GTEST_SKIP() << "there is no way to depose a leader";
  ASSERT_TRUE(two.run_until_it_leads());
  expect_state(two);
  // It has not heard of it, and goes on.
  ASSERT_TRUE(one.leads());
  std::vector<Ending*> endings;
  for (const RecordTexts& records : {RecordTexts{partition_change(1, 0, 7)}, RecordTexts{remove_topic(1)}, new_topic("late", 2, 1),
                                     RecordTexts{producer_ids(5000)}, numbered(77)})
    endings.push_back(&one.begin_propose(records, old_term));
  write(two, numbered(1));
  write(two, {partition_change(1, 0, 2)});
  world->settle();
  world->heal(one.store());
  for (Ending* ending : endings) {
    const sdk::Code code = one.await(*ending);
    EXPECT_TRUE(code == sdk::Code::kFenced || code == sdk::Code::kUnknown || code == sdk::Code::kUnavailable) << one.message();
  }
  EXPECT_TRUE(world->run_until([&] { return one.leader().node_id == 2; })) << "is not told who leads";
  EXPECT_EQ(one.await(one.begin_propose(numbered(78), old_term)), sdk::Code::kFenced);
  EXPECT_EQ(one.await(one.begin_propose(numbered(78), two.leader().term)), sdk::Code::kFenced);
  write(two, numbered(2));
  expect_state(two);
  two.stop();
  ASSERT_TRUE(one.run_until_it_leads());
  expect_state(one);
}

TEST_P(MetadataStoreConformance, WritesUnderWayWhenALeaderIsDeposed) {
  if (!world->is_shared()) GTEST_SKIP() << "each node has a content of its own";
  TestNode one(*world, 1);
  TestNode two(*world, 2);
  one.start();
  two.start();
  std::vector<Ending*> endings;
  for (int i = 0; i < 30; ++i) endings.push_back(&one.begin_propose(numbered(i)));
  EXPECT_EQ(one.await(*endings[3]), sdk::Code::kOk) << one.message();
  if (!world->depose(one.store())) GTEST_SKIP() << "there is no way to depose a leader";
  for (int i = 30; i < 40; ++i) endings.push_back(&one.begin_propose(numbered(i)));
  ASSERT_TRUE(two.run_until_it_leads());
  const int there = count_numbered(two.model(), 40);
  for (int i = 0; i < there; ++i) expected.apply_all(numbered(i));
  expect_state(two);
  world->settle();
  world->heal(one.store());
  for (Ending* ending : endings) one.await(*ending);
  expect_legal_ends(endings, there);
  write(two, numbered(100));
  expect_state(two);
  EXPECT_TRUE(world->run_until([&] { return one.leader().node_id == 2; }));
}

TEST_P(MetadataStoreConformance, LostAnswersLeadToOneLegalState) {
  TestNode node(*world);
  node.start();
  if (!world->lose_answers(node.store())) GTEST_SKIP() << "answers are not lost";
  std::vector<Ending*> endings;
  for (int round = 0; round < 4; ++round) {
    if (round != 0) {
      ASSERT_TRUE(world->lose_answers(node.store()));
    }
    for (int i = 0; i < 5; ++i) endings.push_back(&node.begin_propose(numbered(20 * round + i)));
    if (round % 2 == 0) world->settle();  // otherwise they are still on their way
    world->heal(node.store());
    const std::size_t from = endings.size() - 5;
    for (std::size_t i = from; i < endings.size(); ++i) node.await(*endings[i]);
    ASSERT_TRUE(node.run_until_it_leads()) << "does not find back";
    // The first that is taken again shows what became of them.
    Ending* after = nullptr;
    ASSERT_TRUE(world->run_until([&] {
      if (after == nullptr || (after->count != 0 && !after->ok()))
        after = node.leads() ? &node.begin_propose({config_record(kTopicResource, "after", key(round), "1")}) : nullptr;
      return after != nullptr && after->ok();
    })) << "nothing is taken any more";
    expected.apply_all({config_record(kTopicResource, "after", key(round), "1")});
    int there = 0;
    while (there < 5 && has(node.model(), 20 * round + there)) ++there;
    for (int i = 0; i < 5; ++i) {
      EXPECT_EQ(has(node.model(), 20 * round + i), i < there);
      if (i < there) expected.apply_all(numbered(20 * round + i));
    }
    expect_legal_ends({endings.end() - 5, endings.end()}, there);
    expect_state(node);
    world->settle();
    expect_state(node);
  }
  node.restart();
  expect_state(node);
}

// However many steps its writing takes: what was not reached has no leader yet, and comes to be by its election.
TEST_P(MetadataStoreConformance, ALargeTopicIsWholeOrNotThere) {
  TestNode one(*world, 1);
  one.start();
  std::optional<TestNode> two;
  if (world->is_shared()) two.emplace(*world, 2).start();
  for (std::uint64_t round = 1; round <= 4; ++round) {
    TestNode& leader = !two || one.leads() ? one : *two;
    const RecordTexts topic =
        new_topic("large-" + std::to_string(round), round,
                  std::min<std::int32_t>(3000, static_cast<std::int32_t>(leader.store().abilities().max_records) - 1));
    Ending& made = leader.begin_propose(topic);
    const bool others_lead = two && round % 2 == 0;
    if (!(others_lead ? world->cut(leader.store()) : world->lose_answers(leader.store()))) GTEST_SKIP() << "nothing is lost";
    TestNode& next = others_lead ? (one.leads() ? *two : one) : leader;
    if (others_lead) {
      ASSERT_TRUE(next.run_until_it_leads());
    }
    world->heal(leader.store());
    const sdk::Code code = leader.await(made);
    EXPECT_TRUE(code == sdk::Code::kOk || code == sdk::Code::kUnknown || code == sdk::Code::kFenced || code == sdk::Code::kUnavailable)
        << leader.message();
    ASSERT_TRUE(world->run_until([&] { return leader.leader().node_id == next.id(); })) << "is not told who leads";
    // Until something is taken, it may still be finished.
    Ending* after = nullptr;
    ASSERT_TRUE(world->run_until([&] {
      if (after == nullptr || (after->count != 0 && !after->ok()))
        after = next.leads() ? &next.begin_propose(numbered(static_cast<int>(round))) : nullptr;
      return after != nullptr && after->ok();
    }));
    expected.apply_all(numbered(static_cast<int>(round)));
    const bool is_there = next.model().lines().count("topic large-" + std::to_string(round)) != 0;
    EXPECT_TRUE(is_there || code != sdk::Code::kOk) << "an acknowledged topic is lost";
    if (is_there) {
      expected.apply_all(topic);
      elect_where_nobody_leads(next, round);
    }
    expect_state(next);
    if (!is_there) write(next, topic);
  }
}

TEST_P(MetadataStoreConformance, ANodeThatWasCutOffComesBack) {
  TestNode one(*world, 1);
  one.start();
  write(one, numbered(0));
  std::optional<TestNode> two;
  if (world->is_shared()) two.emplace(*world, 2).start();
  if (!world->cut(one.store())) GTEST_SKIP() << "nothing can be cut";
  std::vector<Ending*> endings;
  for (int i = 1; i < 4; ++i) endings.push_back(&one.begin_propose(numbered(i)));
  if (two) {
    ASSERT_TRUE(two->run_until_it_leads());
    write(*two, new_topic("orders", 1, 1));
  }
  world->settle();
  world->heal(one.store());
  for (Ending* ending : endings) one.await(*ending);
  if (two) {
    EXPECT_TRUE(world->run_until([&] { return one.leader().node_id == 2; }));
    expect_legal_ends(endings, 0);
    expect_state(*two);
    two->stop();
  }
  ASSERT_TRUE(one.run_until_it_leads());
  write(one, numbered(50));
  if (two) expect_state(one);
}

TEST_P(MetadataStoreConformance, AFailureIsToldOnceAndEndsEverything) {
  for (const bool stops_at_once : {false, true}) {
    world = GetParam()();
    expected = {};
    TestNode node(*world);
    node.start();
    for (int i = 0; i < 3; ++i) write(node, numbered(i));
    if (!world->break_next_write()) GTEST_SKIP() << "the place does not break";
    Ending* stopped = nullptr;
    node.on_event = [&](std::string_view event) {
      if (event == "failed" && stops_at_once) stopped = &node.begin_stop();
    };
    std::vector<Ending*> endings;
    for (int i = 3; i < 9; ++i) endings.push_back(&node.begin_propose(numbered(i)));
    for (Ending* ending : endings) EXPECT_NE(node.await(*ending), sdk::Code::kOk);
    EXPECT_EQ(endings.front()->code, sdk::Code::kUnknown);
    ASSERT_TRUE(world->run_until([&] { return node.count("failed") == 1; }));
    EXPECT_NE(node.propose(numbered(9)), sdk::Code::kOk);
    if (stopped != nullptr) {
      EXPECT_EQ(node.await(*stopped), sdk::Code::kOk);
      node.stopped();
    } else {
      node.stop();
    }
    world->settle();
    world->mend();
    node.on_event = [](std::string_view) {};
    node.reopen();
    node.start();
    const int there = count_numbered(node.model(), 9);
    EXPECT_GE(there, 3);
    for (int i = 3; i < there; ++i) expected.apply_all(numbered(i));
    write(node, numbered(there));
    expect_state(node);
  }
}

}  // namespace barnabas::testing
