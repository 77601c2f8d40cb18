// What every metadata store must do, as GoogleTest tests. In the test of a plugin that compiles its own sources in:
//
//   #include <barnabas/testing/metadata_store_conformance.h>
//   BARNABAS_METADATA_STORE_CONFORMANCE(mine, [] { return std::make_unique<MyWorld>(); })
//
// The second argument makes a world (metadata_store_world.h): the place that the store keeps things in, empty, once for each test. The
// plugin says FORMATS. Here is what holds of one node whose store is well; metadata_store_lives.h has starts and stops,
// metadata_store_faults.h several nodes and what goes wrong, metadata_store_sessions.h and metadata_store_snapshots.h what not every store
// has.
#pragma once

#include <barnabas/testing/metadata_store_faults.h>
#include <barnabas/testing/metadata_store_lives.h>
#include <barnabas/testing/metadata_store_sessions.h>
#include <barnabas/testing/metadata_store_snapshots.h>

#include <algorithm>

namespace barnabas::testing {

using ::testing::ElementsAreArray;
using ::testing::IsEmpty;

TEST_P(MetadataStoreConformance, ANewClusterIsEmptyAndHasALeader) {
  TestNode node(*world);
  node.start();
  EXPECT_TRUE(node.leads());
  expect_state(node);
  EXPECT_EQ(node.events().front(), "snapshot begin");
  EXPECT_EQ(node.count("leader"), 1u);
  const sdk::MetadataAbilities abilities = node.store().abilities();
  EXPECT_TRUE(abilities.proposes);
  EXPECT_GT(abilities.max_records, 0u);
  EXPECT_GT(abilities.max_bytes, 0u);
  if (abilities.knows_offsets) {
    EXPECT_GE(node.store().next_offset(), node.position().offset);
  }
}

TEST_P(MetadataStoreConformance, EveryKindOfChangeIsTold) {
  TestNode node(*world);
  node.start();
  write(node, new_topic("orders", 1, 3));
  write(node,
        {config_record(kTopicResource, "orders", "retention.ms", "1"), config_record(kBrokerResource, "1", "log.cleaner.threads", "2"),
         config_record(kBrokerResource, "", "log.retention.ms", "3")});
  write(node, {partition_change(1, 0, 2, {2}), partition_change(1, 1, -1), partition_change(1, 2, -2, {1, 2})});
  write(node, {partition_change(1, 0, 1), partition_change(1, 0, 2)});  // both count
  write(node, {producer_ids(1000)});
  write(node, new_topic("payments", 2, 1));
  write(node, {no_config(kBrokerResource, "1", "log.cleaner.threads"), config_record(kTopicResource, "orders", "retention.ms", "4")});
  write(node, {partition_record(1, 3), partition_record(1, 4)});  // more of a topic that is there
  write(node, {producer_ids(2000)});
  expect_state(node);
  write(node, {remove_topic(1)});  // its configurations go with it
  expect_state(node);
  write(node, new_topic("orders", 3, 2));  // the same name, another topic
  expect_state(node);
  node.restart();
  expect_state(node);
}

TEST_P(MetadataStoreConformance, NamesAndValuesAreKept) {
  TestNode node(*world);
  node.start();
  RecordTexts records = new_topic("a.b-c_D", 1, 1);
  const std::vector<std::string> values{"",
                                        " ",
                                        "a b",
                                        "\"quoted\"",
                                        "back\\slash",
                                        "a=b,c=d",
                                        "{\"json\":[1]}",
                                        "caf\xc3\xa9 \xf0\x9f\x8e\xb8",
                                        "new\nline\ttab",
                                        "/../",
                                        "%2F%%",
                                        std::string(20'000, 'x')};
  for (std::size_t i = 0; i < values.size(); ++i)
    records.push_back(config_record(kTopicResource, "a.b-c_D", "key." + std::to_string(i), values[i]));
  const std::string longest(249, 't');
  for (const std::string& more : new_topic(longest, 2, 1)) records.push_back(more);
  records.push_back(config_record(kTopicResource, longest, "retention.ms", "1"));
  write(node, records);
  expect_state(node);
  node.restart();
  expect_state(node);
}

TEST_P(MetadataStoreConformance, AProposalIsDoneAfterItWasTold) {
  TestNode node(*world);
  node.start();
  std::vector<Ending*> endings;
  int told = 0;
  node.on_event = [&](std::string_view) {
    told = count_numbered(node.model(), 20);
    for (int i = told; i < 20; ++i) {
      if (static_cast<std::size_t>(i) < endings.size()) {
        EXPECT_EQ(endings[static_cast<std::size_t>(i)]->count, 0) << i << " was done before it was told";
      }
    }
  };
  for (int i = 0; i < 20; ++i) endings.push_back(&node.begin_propose(numbered(i)));
  for (int i = 0; i < 20; ++i) EXPECT_EQ(node.await(*endings[static_cast<std::size_t>(i)]), sdk::Code::kOk) << node.message();
  EXPECT_EQ(told, 20);
}

TEST_P(MetadataStoreConformance, RecordsComeBackAsTheyWereInTheirPlaces) {
  TestNode node(*world);
  node.start();
  if (!node.store().abilities().keeps_records) GTEST_SKIP() << "records come back in another form";
  // Of unknown types, without a body, with octets of every kind: nobody looks into them.
  std::string all;
  for (int octet = 0; octet < 256; ++octet) all.push_back(static_cast<char>(octet));
  const std::vector<RecordTexts> proposals{{std::string("\x01\xd2\x09\x00", 4)},
                                           {std::string("\x01\xd2\x09\x03", 4) + all, std::string("\x01\x14\x00\x00", 4)},
                                           {"\x01\xd2\x09\x04" + std::string(100'000, 'r'), "\x01\xd2\x09\x04y", "\x01\xd2\x09\x04y"}};
  RecordTexts records = node.records();
  for (const RecordTexts& proposal : proposals) {
    const std::size_t batches = node.count("batch");
    const bool knows = node.store().abilities().knows_offsets;
    const std::int64_t first = knows ? node.store().next_offset() : node.position().offset;
    ASSERT_EQ(node.propose(proposal), sdk::Code::kOk) << node.message();
    EXPECT_EQ(node.count("batch"), batches + 1) << "one proposal, one batch";
    EXPECT_EQ(node.position().offset, first + static_cast<std::int64_t>(proposal.size()));
    EXPECT_EQ(node.position().term, node.leader().term);
    if (knows) {
      EXPECT_EQ(node.store().next_offset(), node.position().offset);
    }
    records.insert(records.end(), proposal.begin(), proposal.end());
  }
  EXPECT_THAT(node.records(), ElementsAreArray(records));
  const sdk::MetadataPosition position = node.position();
  node.restart();
  EXPECT_THAT(node.records(), ElementsAreArray(records));
  EXPECT_EQ(node.position(), position);
}

TEST_P(MetadataStoreConformance, ProposalsTakeEffectInOrder) {
  TestNode node(*world);
  node.start();
  write(node, new_topic("orders", 1, 1));
  int last = -1;
  node.on_event = [&](std::string_view) {
    const std::string* value = node.model().config(kTopicResource, "orders", "retention.ms");
    const int now = value == nullptr ? -1 : std::stoi(*value);
    EXPECT_GE(now, last) << "went back";
    last = now;
  };
  std::vector<Ending*> endings;
  for (int i = 0; i < 200; ++i) {
    const RecordTexts records{config_record(kTopicResource, "orders", "retention.ms", std::to_string(i)), partition_change(1, 0, i % 3)};
    endings.push_back(&node.begin_propose(records));
    expected.apply_all(records);
  }
  for (Ending* ending : endings) EXPECT_EQ(node.await(*ending), sdk::Code::kOk) << node.message();
  expect_state(node);
  node.on_event = [](std::string_view) {};
  node.restart();
  expect_state(node);
}

TEST_P(MetadataStoreConformance, AProposalIsSeenWhole) {
  TestNode node(*world);
  node.start();
  const sdk::MetadataAbilities abilities = node.store().abilities();
  const int count = static_cast<int>(std::min<std::uint32_t>(abilities.atomic_records == 0 ? 50 : abilities.atomic_records, 50));
  bool in_snapshot = false;
  node.on_event = [&](std::string_view event) {
    in_snapshot = event == "snapshot begin" || (in_snapshot && event != "snapshot end");
    if (in_snapshot) return;  // takes effect with its end
    for (int i = 1; i < count; ++i) {
      const auto value = [&](int at) { return node.model().config(kTopicResource, "topic-" + std::to_string(at), "retention.ms"); };
      const std::string* first = value(0);
      const std::string* other = value(i);
      ASSERT_EQ(first == nullptr, other == nullptr) << "half of a proposal";
      if (first != nullptr) {
        ASSERT_EQ(*first, *other) << "half of a proposal";
      }
    }
  };
  std::vector<Ending*> endings;
  for (int round = 0; round < 20; ++round) {
    RecordTexts records;
    for (int i = 0; i < count; ++i)
      records.push_back(config_record(kTopicResource, "topic-" + std::to_string(i), "retention.ms", std::to_string(round)));
    endings.push_back(&node.begin_propose(records));
    expected.apply_all(records);
  }
  for (Ending* ending : endings) EXPECT_EQ(node.await(*ending), sdk::Code::kOk) << node.message();
  node.restart();
  expect_state(node);
}

TEST_P(MetadataStoreConformance, WhatIsRefusedLeavesNothing) {
  TestNode node(*world);
  EXPECT_NE(node.propose(numbered(0)), sdk::Code::kOk) << "before the start";
  node.start();
  write(node, numbered(0));
  const sdk::MetadataAbilities abilities = node.store().abilities();
  const std::int32_t term = node.leader().term;
  const std::int64_t next = node.store().next_offset();
  const std::size_t batches = node.count("batch");
  EXPECT_EQ(node.propose({}), sdk::Code::kInvalid);
  EXPECT_EQ(node.await(node.begin_propose(numbered(1), term - 1)), sdk::Code::kFenced);
  EXPECT_EQ(node.await(node.begin_propose(numbered(1), term + 1)), sdk::Code::kFenced);
  EXPECT_EQ(node.propose(RecordTexts(std::size_t{abilities.max_records} + 1, numbered(1).front())), sdk::Code::kExhausted);
  EXPECT_EQ(node.propose(large_records(abilities.max_bytes, 'x')), sdk::Code::kExhausted);
  if (abilities.knows_offsets) {
    EXPECT_EQ(node.await(node.begin_propose(numbered(1), term, next + 1)), sdk::Code::kUnavailable);
    EXPECT_EQ(node.await(node.begin_propose(numbered(1), term, next - 1)), sdk::Code::kUnavailable);
    EXPECT_EQ(node.store().next_offset(), next);
  }
  world->settle();
  EXPECT_EQ(node.count("batch"), batches);
  // What comes behind is not hurt.
  EXPECT_EQ(node.await(node.begin_propose(numbered(2), term, abilities.knows_offsets ? next : -1)), sdk::Code::kOk) << node.message();
  expected.apply_all(numbered(2));
  expect_state(node);
  node.restart();
  expect_state(node);
}

TEST_P(MetadataStoreConformance, ATopicMayHaveManyPartitions) {
  TestNode node(*world);
  node.start();
  const auto most = static_cast<std::int32_t>(node.store().abilities().max_records) - 2;
  RecordTexts records = new_topic("large", 1, std::min(most, 3000));
  records.push_back(config_record(kTopicResource, "large", "retention.ms", "1"));
  write(node, records);
  expect_state(node);
  RecordTexts changes;
  for (std::int32_t i = 0; i < std::min(most, 3000); ++i) changes.push_back(partition_change(1, i, 2, {2}));
  write(node, changes);
  expect_state(node);
  node.restart();
  expect_state(node);
  write(node, {remove_topic(1)});
  node.restart();
  expect_state(node);
}

TEST_P(MetadataStoreConformance, AProposalMayBeAlmostAsLargeAsIsSaid) {
  TestNode node(*world);
  node.start();
  const sdk::MetadataAbilities abilities = node.store().abilities();
  RecordTexts records;
  for (std::uint64_t i = 0; 32'000 * (i + 1) < abilities.max_bytes && i < abilities.max_records; ++i)
    records.push_back(config_record(kTopicResource, "large-" + std::to_string(i / 10), key(static_cast<int>(i)), std::string(30'000, 'x')));
  write(node, records);
  expect_state(node);
  node.restart();
  expect_state(node);
}

TEST_P(MetadataStoreConformance, ManyTopicsAtOnce) {
  TestNode node(*world);
  node.start();
  std::vector<Ending*> endings;
  for (std::uint64_t i = 1; i <= 300; ++i) {
    RecordTexts records = new_topic("topic-" + std::to_string(i), i, 3);
    if (i % 3 == 0) records.push_back(config_record(kTopicResource, "topic-" + std::to_string(i), "retention.ms", std::to_string(i)));
    if (i % 5 == 0) records.push_back(remove_topic(i - 1));
    expected.apply_all(records);
    endings.push_back(&node.begin_propose(records));
  }
  for (Ending* ending : endings) EXPECT_EQ(node.await(*ending), sdk::Code::kOk) << node.message();
  expect_state(node);
  node.restart();
  expect_state(node);
}

// Many steps of all kinds, compared with the model.
TEST_P(MetadataStoreConformance, RandomHistoriesAgreeWithAModel) {
  TestNode node(*world);
  node.start();
  sdk::SplitMix random(7);
  std::vector<std::uint64_t> topics;
  std::uint64_t made = 0;
  for (int step = 0; step < 400; ++step) {
    const std::uint64_t dice = random.next() % 20;
    const std::uint64_t topic = topics.empty() ? 0 : topics[random.next() % topics.size()];
    if (dice == 0) {
      node.restart();
      expect_state(node);
      if (HasFailure()) return;
    } else if (topics.empty() || dice < 5) {
      topics.push_back(++made);
      write(node, new_topic("topic-" + std::to_string(made), made, static_cast<std::int32_t>(random.next() % 4 + 1)));
    } else if (dice < 7) {
      std::erase(topics, topic);
      write(node, {remove_topic(topic)});
    } else if (dice < 14) {
      const auto leader = static_cast<std::int32_t>(random.next() % 4);
      write(node, {partition_change(topic, 0, leader - 1, {leader, leader + 1})});
    } else if (dice < 19) {
      const std::string name = "topic-" + std::to_string(topic);
      const std::string one = "key." + std::to_string(random.next() % 3);
      const bool set = dice != 14 || node.model().config(kTopicResource, name, one) == nullptr;
      write(node, {set ? config_record(kTopicResource, name, one, std::to_string(step)) : no_config(kTopicResource, name, one)});
    } else {
      write(node, {producer_ids(std::int64_t{1000} * (step + 1))});
    }
  }
  expect_state(node);
}

#define BARNABAS_METADATA_STORE_CONFORMANCE(name, ...)                                                                                  \
  namespace barnabas::testing {                                                                                                         \
  INSTANTIATE_TEST_SUITE_P(name, MetadataStoreConformance, ::testing::Values(::barnabas::testing::MakeMetadataStoreWorld(__VA_ARGS__)), \
                           [](const auto&) { return std::string("store"); });                                                           \
  }

}  // namespace barnabas::testing
