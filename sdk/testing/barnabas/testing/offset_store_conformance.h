// What every offset store must do, as GoogleTest tests. In the test of a plugin that compiles its own sources in:
//
//   #include <barnabas/testing/offset_store_conformance.h>
//   BARNABAS_OFFSET_STORE_CONFORMANCE(redis, [] { return std::make_unique<RedisWorld>(); })
//
// The second argument makes a world (offset_store_kit.h): the place that the store keeps things in, empty, once for each test.
#pragma once

#include <barnabas/testing/offset_store_kit.h>

#include <algorithm>

namespace barnabas::testing {

using MakeOffsetStoreWorld = std::function<std::unique_ptr<OffsetStoreWorld>()>;

class OffsetStoreConformance : public ::testing::TestWithParam<MakeOffsetStoreWorld> {
 protected:
  static constexpr std::int32_t kHome = 7;

  // Takes the home over, one epoch further than anybody before.
  Told lead(TestCoordinator& coordinator, std::int32_t home = kHome) {
    Told told;
    world->lead(home, ++epoch);
    EXPECT_EQ(coordinator.take_over(home, epoch, told), sdk::Code::kOk);
    return told;
  }
  // What is stored now, as the next to lead is told.
  Told stored(TestCoordinator& coordinator, std::int32_t home = kHome) {
    coordinator.store().resign(home);
    return lead(coordinator, home);
  }
  void write(TestCoordinator& coordinator, const TestWrite& write) {
    EXPECT_EQ(coordinator.write(write, kHome, epoch), sdk::Code::kOk);
    expected.apply(write);
  }
  static TestWrite offset_write(std::string group, std::int64_t offset, std::int32_t partition = 0) {
    return {std::move(group), {{.topic = "orders", .partition = partition, .offset = offset}}, {}, {}};
  }

  std::unique_ptr<OffsetStoreWorld> world = GetParam()();
  std::int32_t epoch = 0;
  Told expected;
};

TEST_P(OffsetStoreConformance, ANewStoreTellsNothing) {
  TestCoordinator coordinator(*world);
  EXPECT_EQ(lead(coordinator), Told());
}

TEST_P(OffsetStoreConformance, WhatWasWrittenIsToldToTheNext) {
  TestCoordinator coordinator(*world);
  lead(coordinator);
  write(coordinator,
        {"anna",
         {{.topic = "orders", .partition = 0, .offset = 42, .leader_epoch = 3, .metadata = "a note", .commit_ms = 1'700'000'000'123},
          {.topic = "orders", .partition = 2147483647, .offset = 9223372036854775807, .leader_epoch = 0},
          {.topic = "order", .partition = 0, .offset = 0, .leader_epoch = 2147483647},
          {.topic = std::string(249, 't'), .partition = 1, .offset = 1},
          {.topic = "old", .partition = 1, .offset = 5, .expire_ms = 1'800'000'000'000}},
         {},
         {{record_key(2, "anna"), "state"}, {record_key(5, "anna", "member"), std::string("\0\xff value", 8)}}});
  write(coordinator, {"bert", {}, {}, {{record_key(2, "bert"), ""}}});  // empty is a value
  EXPECT_EQ(stored(coordinator), expected);
}

TEST_P(OffsetStoreConformance, TheTopicIdIsKept) {
  TestCoordinator coordinator(*world);
  lead(coordinator);
  write(coordinator, {"anna", {{.topic = "orders", .offset = 1, .topic_id = {{1, 2, 0xff, 4}}}}, {}, {}});
  write(coordinator, {"anna", {{.topic = "others", .offset = 1, .topic_id = {{1}}}}, {}, {}});
  // The same name, another topic: the key is the name.
  write(coordinator, {"anna", {{.topic = "others", .offset = 2, .topic_id = {{2}}}}, {}, {}});
  EXPECT_EQ(stored(coordinator), expected);
}

TEST_P(OffsetStoreConformance, TheNewestIsTold) {
  TestCoordinator coordinator(*world);
  lead(coordinator);
  for (std::int64_t offset : {10, 11, 5}) write(coordinator, offset_write("anna", offset));  // backwards is the coordinator's business
  for (const char* value : {"long ago", "lately", "now"}) write(coordinator, {"anna", {}, {}, {{record_key(2, "anna"), value}}});
  const Told told = stored(coordinator);
  EXPECT_EQ(told, expected);
  EXPECT_EQ(told.offsets.begin()->second.offset, 5);
}

TEST_P(OffsetStoreConformance, WhatWasForgottenIsNotTold) {
  TestCoordinator coordinator(*world);
  lead(coordinator);
  for (std::int32_t partition = 0; partition < 4; ++partition) write(coordinator, offset_write("anna", 100, partition));
  write(coordinator, {"anna", {}, {}, {{record_key(2, "anna"), "1"}, {record_key(3, "anna"), "2"}}});
  write(coordinator, offset_write("bert", 100, 1));
  // Together with something new, and with what was never there.
  write(coordinator, {"anna",
                      {{.topic = "orders", .partition = 9, .offset = 9}},
                      {{"orders", 1}, {"orders", 3}, {"orders", 77}, {"nothing", 0}},
                      {{record_key(2, "anna"), std::nullopt}, {record_key(4, "anna"), std::nullopt}}});
  EXPECT_EQ(stored(coordinator), expected);
  EXPECT_EQ(expected.offsets.size(), 4u);
  // And comes back when it is written again.
  write(coordinator, offset_write("anna", 101, 1));
  write(coordinator, {"anna", {}, {}, {{record_key(2, "anna"), "again"}}});
  EXPECT_EQ(stored(coordinator), expected);
}

TEST_P(OffsetStoreConformance, HomesAreKeptApart) {
  TestCoordinator coordinator(*world);
  lead(coordinator, 7);
  const std::int32_t first_epoch = epoch;
  lead(coordinator, 8);
  EXPECT_EQ(coordinator.write(offset_write("seven", 7), 7, first_epoch), sdk::Code::kOk) << "the epoch of one home fences no other";
  EXPECT_EQ(coordinator.write(offset_write("eight", 8), 8, epoch), sdk::Code::kOk);
  Told seven, eight;
  seven.apply(offset_write("seven", 7));
  eight.apply(offset_write("eight", 8));
  EXPECT_EQ(stored(coordinator, 7), seven);
  EXPECT_EQ(stored(coordinator, 8), eight);
}

TEST_P(OffsetStoreConformance, AnOlderEpochChangesNothing) {
  TestCoordinator coordinator(*world);
  lead(coordinator);
  write(coordinator, offset_write("anna", 10));
  lead(coordinator);
  EXPECT_EQ(coordinator.write(offset_write("anna", 5), kHome, epoch - 1), sdk::Code::kFenced);
  EXPECT_EQ(coordinator.write({"anna", {}, {{"orders", 0}}, {}}, kHome, epoch - 1), sdk::Code::kFenced);
  EXPECT_EQ(coordinator.write({"new", {}, {}, {{record_key(2, "new"), "x"}}}, kHome, epoch - 1), sdk::Code::kFenced);
  Told told;
  EXPECT_EQ(coordinator.take_over(kHome, epoch - 1, told), sdk::Code::kFenced);
  EXPECT_EQ(stored(coordinator), expected);
}

TEST_P(OffsetStoreConformance, ATakeOverMayBeRepeated) {
  TestCoordinator coordinator(*world);
  lead(coordinator);
  write(coordinator, offset_write("anna", 10));
  Told again;
  EXPECT_EQ(coordinator.take_over(kHome, epoch, again), sdk::Code::kOk);
  EXPECT_EQ(again, expected);
  write(coordinator, offset_write("anna", 11));
  EXPECT_EQ(stored(coordinator), expected);
}

TEST_P(OffsetStoreConformance, ACoordinatorThatWasPausedMovesNothing) {
  if (!world->is_shared()) GTEST_SKIP() << "each object has a content of its own";
  TestCoordinator paused(*world);
  lead(paused);
  write(paused, offset_write("anna", 10));
  TestCoordinator next(*world);
  EXPECT_EQ(lead(next), expected);
  write(next, offset_write("anna", 20));
  EXPECT_EQ(paused.write(offset_write("anna", 11), kHome, epoch - 1), sdk::Code::kFenced);
  EXPECT_EQ(paused.write(offset_write("bert", 11), kHome, epoch - 1), sdk::Code::kFenced);
  Told told;
  EXPECT_EQ(paused.take_over(kHome, epoch - 1, told), sdk::Code::kFenced);
  write(next, offset_write("anna", 21));
  EXPECT_EQ(stored(next), expected);
}

TEST_P(OffsetStoreConformance, WritesUnderWayAreToldOrFenced) {
  std::unique_ptr<TestCoordinator> paused = std::make_unique<TestCoordinator>(*world);
  std::unique_ptr<TestCoordinator> other;
  if (world->is_shared()) other = std::make_unique<TestCoordinator>(*world);
  TestCoordinator& next = other == nullptr ? *paused : *other;
  for (std::int64_t round = 0; round < 10; ++round) {
    Told before = lead(*paused);
    std::vector<Ending*> writes;
    for (std::int64_t i = 0; i < 20; ++i) writes.push_back(&paused->begin_write(offset_write("anna", 1000 * round + i), kHome, epoch));
    const Told told = lead(next);
    Told after_accepted = before;
    bool failed = false;
    for (std::int64_t i = 0; i < 20; ++i) {
      const sdk::Code code = paused->await(*writes[static_cast<std::size_t>(i)]);
      EXPECT_TRUE(code == sdk::Code::kOk || code == sdk::Code::kFenced || code == sdk::Code::kUnknown) << static_cast<int>(code);
      if (code == sdk::Code::kOk) {
        EXPECT_FALSE(failed) << "a write of a group succeeded behind one that failed";
        after_accepted.apply(offset_write("anna", 1000 * round + i));
      }
      failed |= code != sdk::Code::kOk;
    }
    if (!failed) {
      EXPECT_EQ(told, after_accepted);
    }
    EXPECT_EQ(stored(next), told) << "something changed after the take-over";
    if (!after_accepted.offsets.empty()) {
      ASSERT_FALSE(told.offsets.empty()) << "an acknowledged write is lost";
      EXPECT_GE(told.offsets.begin()->second.offset, after_accepted.offsets.begin()->second.offset);
    }
  }
}

TEST_P(OffsetStoreConformance, WritesOfAGroupTakeEffectInOrder) {
  TestCoordinator coordinator(*world);
  lead(coordinator);
  std::vector<Ending*> endings;
  for (std::int64_t i = 0; i < 200; ++i) {
    TestWrite next = offset_write(i % 3 == 0 ? "bert" : "anna", i, static_cast<std::int32_t>(i % 2));
    if (i % 7 == 0) next = {"anna", {}, {{"orders", static_cast<std::int32_t>(i % 2)}}, {{record_key(2, "anna"), std::to_string(i)}}};
    expected.apply(next);
    endings.push_back(&coordinator.begin_write(next, kHome, epoch));
  }
  for (Ending* ending : endings) EXPECT_EQ(coordinator.await(*ending), sdk::Code::kOk) << ending->message;
  EXPECT_EQ(stored(coordinator), expected);
}

TEST_P(OffsetStoreConformance, AWriteIsKeptWholeOrNotAtAll) {
  TestCoordinator coordinator(*world);
  lead(coordinator);
  TestWrite many{"anna", {}, {}, {}};
  for (std::int32_t i = 0; i < 1000; ++i) many.offsets.push_back({.topic = "topic-" + std::to_string(i / 10), .partition = i, .offset = i});
  for (int i = 0; i < 100; ++i) many.records.emplace_back(record_key(5, "anna", "member-" + std::to_string(i)), std::string(100, 'm'));
  write(coordinator, many);
  EXPECT_EQ(stored(coordinator), expected);
  const std::uint64_t limit = coordinator.store().abilities().max_write_bytes;
  if (limit == 0) return;
  TestWrite large = offset_write("anna", 99);
  large.records.emplace_back(record_key(2, "anna"), std::string(limit + 1, 'x'));
  EXPECT_EQ(coordinator.write(large, kHome, epoch), sdk::Code::kExhausted);
  write(coordinator, offset_write("anna", 100, 5));  // what comes behind is not hurt
  EXPECT_EQ(stored(coordinator), expected);
}

TEST_P(OffsetStoreConformance, LargeRecordsAndMetadata) {
  TestCoordinator coordinator(*world);
  lead(coordinator);
  const std::uint64_t limit = coordinator.store().abilities().max_write_bytes;
  write(coordinator, {"anna", {{.topic = "orders", .offset = 1, .metadata = std::string(32767, 'm')}}, {}, {}});
  const std::size_t size = limit == 0 ? 3u << 20 : std::min<std::uint64_t>(limit * 9 / 10, 3u << 20);
  std::string value(size, '\0');
  for (std::size_t i = 0; i < size; ++i) value[i] = static_cast<char>(i * 2654435761u >> 13);
  write(coordinator, {"anna", {}, {}, {{record_key(2, "anna"), value}}});
  EXPECT_EQ(stored(coordinator), expected);
  write(coordinator, {"anna", {}, {}, {{record_key(2, "anna"), "small again"}}});
  EXPECT_EQ(stored(coordinator), expected);
}

TEST_P(OffsetStoreConformance, NamesAndMetadataAreAnyOctets) {
  TestCoordinator coordinator(*world);
  lead(coordinator);
  std::string all;
  for (int octet = 0; octet < 256; ++octet) all.push_back(static_cast<char>(octet));
  // An empty one, upper and lower case, blanks at the end, what SQL, paths, keys and patterns make of it, no UTF-8, the longest two.
  const std::vector<std::string> groups{"",
                                        " ",
                                        "a",
                                        "A",
                                        "a ",
                                        "a/b",
                                        "/",
                                        "..",
                                        "a'b\"c",
                                        "%_\\",
                                        "*?[a]{b}:c",
                                        "caf\xc3\xa9",
                                        "cafe\xcc\x81",
                                        "\xf0\x9f\x8e\xb8",
                                        "\xff\xfe",
                                        std::string("\0", 1),
                                        std::string("a\0b", 3),
                                        all,
                                        std::string(32767, 'g'),
                                        std::string(32766, 'g') + "h"};
  for (std::size_t i = 0; i < groups.size(); ++i) {
    TestWrite one = offset_write(groups[i], static_cast<std::int64_t>(i));
    one.offsets.front().metadata = groups[i];
    one.records.emplace_back(record_key(2, groups[i]), "state " + std::to_string(i));
    write(coordinator, one);
  }
  EXPECT_EQ(expected.offsets.size(), groups.size());
  EXPECT_EQ(stored(coordinator), expected);
  for (const std::string& group : groups) write(coordinator, {group, {}, {{"orders", 0}}, {{record_key(2, group), std::nullopt}}});
  EXPECT_EQ(stored(coordinator), Told());
}

TEST_P(OffsetStoreConformance, ManyGroupsAtOnce) {
  TestCoordinator coordinator(*world);
  lead(coordinator);
  std::vector<Ending*> endings;
  for (int i = 0; i < 1000; ++i) {
    TestWrite one = offset_write("group-" + std::to_string(i), i);
    one.offsets.push_back({.topic = "orders", .partition = 1, .offset = i});
    if (i % 10 == 0) one.records.emplace_back(record_key(2, one.group), "state");
    expected.apply(one);
    endings.push_back(&coordinator.begin_write(one, kHome, epoch));
  }
  for (Ending* ending : endings) EXPECT_EQ(coordinator.await(*ending), sdk::Code::kOk) << ending->message;
  EXPECT_EQ(stored(coordinator), expected);
}

TEST_P(OffsetStoreConformance, WhatIsDurableOutlivesItsProcess) {
  auto first = std::make_unique<TestCoordinator>(*world);
  lead(*first);
  if (first->store().abilities().durability == sdk::Durability::kProcess) GTEST_SKIP() << "lives as long as its process";
  write(*first, {"anna", {{.topic = "orders", .offset = 1, .metadata = "m"}}, {}, {{record_key(2, "anna"), "state"}}});
  first->stop();
  auto second = std::make_unique<TestCoordinator>(*world);
  EXPECT_EQ(lead(*second), expected);
  write(*second, {"anna", {{.topic = "orders", .offset = 2}}, {}, {{record_key(2, "anna"), std::nullopt}}});
  second->vanish();
  TestCoordinator third(*world);
  Told told;
  EXPECT_EQ(third.take_over(kHome, epoch - 1, told), sdk::Code::kFenced) << "the fence is kept too";
  EXPECT_EQ(lead(third), expected);
}

TEST_P(OffsetStoreConformance, StopEndsWhatIsUnderWay) {
  TestCoordinator coordinator(*world);
  lead(coordinator);
  for (std::int64_t i = 0; i < 50; ++i) coordinator.begin_write(offset_write("anna", i), kHome, epoch);
  coordinator.stop();  // checks that each has ended, once
}

TEST_P(OffsetStoreConformance, ClustersAreKeptApart) {
  if (!world->is_shared_by_clusters()) GTEST_SKIP() << "a cluster has a place of its own";
  TestCoordinator ours(*world);
  TestCoordinator theirs(*world, "b3RoZXJfY2x1c3Rlcl9pZA");
  lead(theirs);
  EXPECT_EQ(theirs.write(offset_write("anna", 99), kHome, epoch), sdk::Code::kOk);
  EXPECT_EQ(theirs.write(offset_write("zoe", 99), kHome, epoch), sdk::Code::kOk);
  epoch = 0;  // epochs are a cluster's own
  EXPECT_EQ(lead(ours), Told());
  write(ours, offset_write("anna", 1));
  EXPECT_EQ(stored(ours), expected);
}

#define BARNABAS_OFFSET_STORE_CONFORMANCE(name, ...)                                                                                \
  namespace barnabas::testing {                                                                                                     \
  INSTANTIATE_TEST_SUITE_P(name, OffsetStoreConformance, ::testing::Values(::barnabas::testing::MakeOffsetStoreWorld(__VA_ARGS__)), \
                           [](const auto&) { return std::string("store"); });                                                       \
  }

}  // namespace barnabas::testing
