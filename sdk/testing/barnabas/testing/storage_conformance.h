// What every storage must do, as GoogleTest tests. In the test of a plugin that compiles its own sources in:
//
//   #include <barnabas/testing/storage_conformance.h>
//   BARNABAS_STORAGE_CONFORMANCE(memory, {})
//
// The second argument are the settings, as a list of sdk::Setting. The storage is made through the plugin's door, on a simulated machine.
// What a storage on disk must do besides is in storage_durability.h.
#pragma once

#include <barnabas/testing/storage_kit.h>

#include <gmock/gmock.h>

namespace barnabas::testing {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class StorageConformance : public ::testing::TestWithParam<std::vector<sdk::Setting>> {
 protected:
  StorageConformance() : machine(GetParam()) {
    const sdk::Status status = machine.start();
    EXPECT_TRUE(status) << text_of(status);
  }

  // Batches of `count` offsets each, one append per batch.
  std::vector<TestBatch> fill(sdk::PartitionStorage& partition, int batches, std::int32_t count = 3) {
    std::vector<TestBatch> log;
    for (int i = 0; i < batches; ++i) {
      log.push_back(batch(partition.state().log_end, count, 1000 + 10 * i, 40));
      const sdk::Status status = append(partition, {log.back()});
      EXPECT_TRUE(status) << text_of(status);
    }
    return log;
  }
  std::vector<TestBatch> read(sdk::PartitionStorage& partition, const sdk::ReadRequest& request) {
    sdk::Lease lease;
    const sdk::Status status = partition.read(request, lease);
    EXPECT_TRUE(status) << text_of(status);
    auto batches = split(octets_of(lease));
    give_back(lease);
    return batches;
  }
  static std::vector<sdk::SegmentInfo> segments(sdk::PartitionStorage& partition) {
    Collect<sdk::SegmentInfo> found;
    EXPECT_TRUE(partition.segments(found));
    return found.items;
  }
  static std::vector<std::int64_t> aborted(sdk::PartitionStorage& partition, std::int64_t from, std::int64_t to) {
    Collect<sdk::AbortedTransaction> found;
    EXPECT_TRUE(partition.aborted(from, to, found));
    std::vector<std::int64_t> producers;
    for (const auto& transaction : found.items) producers.push_back(transaction.producer_id);
    return producers;
  }
  std::vector<std::string> stored() {
    Collect<sdk::StoredPartition> found;
    std::vector<std::string> names;
    EXPECT_TRUE(machine.storage().partitions(found));
    for (const auto& partition : found.items)
      names.push_back(std::string(partition.name.topic.data, partition.name.topic.size) + "-" + std::to_string(partition.name.partition));
    return names;
  }

  StorageMachine machine;
};

TEST_P(StorageConformance, ANewPartitionIsEmpty) {
  auto& partition = machine.open();
  const sdk::PartitionState state = partition.state();
  EXPECT_EQ(state.log_start, 0);
  EXPECT_EQ(state.log_end, 0);
  EXPECT_EQ(state.high_watermark, 0);
  EXPECT_EQ(state.size, 0u);
  EXPECT_FALSE(state.recovered);
  EXPECT_THAT(read(partition, {0, 100, 1000, true}), IsEmpty());
  sdk::BatchInfo info;
  EXPECT_EQ(partition.find_latest_time(info).code(), sdk::Code::kNotFound);
  EXPECT_EQ(partition.find_by_time(0, info).code(), sdk::Code::kNotFound);
}

TEST_P(StorageConformance, WhatIsAppendedIsRead) {
  auto& partition = machine.open();
  const auto log = fill(partition, 30);
  EXPECT_EQ(partition.state().log_end, 90);
  EXPECT_EQ(partition.state().size, 30 * log[0].octets.size());
  EXPECT_EQ(read_all(partition, 0), log);
  // Several batches in one append.
  std::vector<TestBatch> more{batch(90, 2), batch(92, 1), batch(93, 5)};
  ASSERT_TRUE(append(partition, more));
  EXPECT_EQ(read_all(partition, 90), more);
}

TEST_P(StorageConformance, AReadBeginsWithTheBatchThatHoldsTheOffset) {
  auto& partition = machine.open();
  const auto log = fill(partition, 30);
  for (std::int64_t offset = 0; offset < 90; ++offset)
    EXPECT_EQ(read(partition, {offset, 90, 1, true}).at(0), log[static_cast<std::size_t>(offset / 3)]) << "offset " << offset;
  EXPECT_THAT(read(partition, {90, 90, 1000, true}), IsEmpty());
}

TEST_P(StorageConformance, AReadGivesNothingFromTheUpperOffsetOn) {
  auto& partition = machine.open();
  const auto log = fill(partition, 30);
  for (std::int64_t from : {0, 40, 89}) {
    for (std::int64_t upper = 0; upper <= 90; ++upper) {
      for (const TestBatch& each : read(partition, {from, upper, 100000, true})) EXPECT_LT(each.info.last_offset, upper);
      const auto holder = static_cast<std::size_t>(from / 3);
      if (log[holder].info.last_offset < upper) {
        EXPECT_EQ(read(partition, {from, upper, 100000, true}).at(0), log[holder]);
      }
    }
  }
}

TEST_P(StorageConformance, AReadIsCutAtItsSize) {
  auto& partition = machine.open();
  ASSERT_TRUE(append(partition, {batch(0, 1, 1, 50), batch(1, 1, 1, 50)}));
  sdk::Lease lease;
  ASSERT_TRUE(partition.read({0, 2, 150, true}, lease));
  EXPECT_EQ(lease.size, 150u);
  give_back(lease);
  ASSERT_TRUE(partition.read({0, 2, 10, true}, lease));
  EXPECT_EQ(lease.size, 111u) << "the first batch comes whole";
  give_back(lease);
  ASSERT_TRUE(partition.read({0, 2, 10, false}, lease));
  EXPECT_EQ(lease.size, 10u);
  give_back(lease);
  ASSERT_TRUE(partition.read({0, 2, 0, false}, lease));
  EXPECT_EQ(lease.size, 0u);
  give_back(lease);
}

TEST_P(StorageConformance, OffsetsOutsideOfTheLogAreNotFound) {
  auto& partition = machine.open();
  fill(partition, 10);
  ASSERT_TRUE(partition.roll());
  ASSERT_TRUE(partition.advance_start(30));
  ASSERT_TRUE(append(partition, {batch(30, 3), batch(33, 3)}));
  ASSERT_TRUE(partition.advance_start(34));
  sdk::Lease lease;
  std::vector<std::uint8_t> buffer(250);
  std::size_t count = 0;
  for (const std::int64_t offset : {29, 37}) {
    EXPECT_EQ(partition.read({offset, 40, 100, true}, lease).code(), sdk::Code::kNotFound);
    EXPECT_EQ(partition.copy(offset, {buffer.data(), buffer.size()}, count).code(), sdk::Code::kNotFound);
  }
  EXPECT_EQ(read(partition, {34, 40, 1, true}).at(0).info.base_offset, 33);
  EXPECT_EQ(read(partition, {30, 40, 1, true}).at(0).info.base_offset, 30) << "below the start, and stored";
}

TEST_P(StorageConformance, OffsetsMayHaveGaps) {
  auto& partition = machine.open();
  const std::vector<TestBatch> log{batch(0, 2), batch(10, 2), batch(50, 1, 1000, 400), batch(1000, 3, 1000, 400),
                                   batch(std::int64_t{1} << 33, 1)};
  for (const TestBatch& each : log) ASSERT_TRUE(append(partition, {each}));
  EXPECT_EQ(read_all(partition, 0), log);
  EXPECT_EQ(read(partition, {2, 2000, 1, true}).at(0), log[1]);
  EXPECT_EQ(read(partition, {51, 2000, 1, true}).at(0), log[3]);
  EXPECT_EQ(read(partition, {1003, std::int64_t{1} << 40, 1, true}).at(0), log[4]);
}

TEST_P(StorageConformance, CopyGivesWholeBatches) {
  auto& partition = machine.open();
  const auto log = fill(partition, 20);
  std::vector<std::uint8_t> buffer(250);
  std::size_t count = 0;
  for (std::int64_t offset : {0, 1, 17, 59}) {
    ASSERT_TRUE(partition.copy(offset, {buffer.data(), buffer.size()}, count));
    const auto batches = split({buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(count)});
    ASSERT_FALSE(batches.empty());
    EXPECT_EQ(batches[0], log[static_cast<std::size_t>(offset / 3)]);
  }
  EXPECT_EQ(partition.copy(0, {buffer.data(), 100}, count).code(), sdk::Code::kExhausted);
  EXPECT_EQ(count, log[0].octets.size());
  ASSERT_TRUE(partition.copy(60, {buffer.data(), buffer.size()}, count));
  EXPECT_EQ(count, 0u);
  EXPECT_EQ(partition.copy(61, {buffer.data(), buffer.size()}, count).code(), sdk::Code::kNotFound);
}

TEST_P(StorageConformance, AppendsThatCannotBeAreRefused) {
  auto& partition = machine.open();
  const auto log = fill(partition, 3);
  EXPECT_EQ(append(partition, {batch(8, 1)}).code(), sdk::Code::kInvalid) << "behind the end";
  EXPECT_EQ(append(partition, {batch(9, 2), batch(10, 1)}).code(), sdk::Code::kInvalid) << "overlapping";
  EXPECT_EQ(append(partition, {}).code(), sdk::Code::kInvalid) << "nothing";
  EXPECT_EQ(append(partition, {batch(9, 1, 1, 700)}).code(), sdk::Code::kInvalid) << "larger than a segment";
  EXPECT_EQ(append(partition, {batch(9, 1), batch(std::int64_t{1} << 40, 1)}).code(), sdk::Code::kInvalid) << "over too many offsets";
  TestBatch torn = batch(9, 1);
  torn.octets.pop_back();
  EXPECT_EQ(append(partition, {torn}).code(), sdk::Code::kInvalid) << "fewer octets than said";
  EXPECT_EQ(read_all(partition, 0), log);
}

TEST_P(StorageConformance, SegmentsRollBySize) {
  auto& partition = machine.open();
  std::int64_t rolled_at = 0;
  for (std::int64_t offset = 0; offset < 12; ++offset) {
    ASSERT_TRUE(append(partition, {batch(offset, 1, 1000, 139)}, &rolled_at));  // 200 octets, three to a segment of 600
    EXPECT_EQ(rolled_at, offset != 0 && offset % 3 == 0 ? offset : -1) << offset;
  }
  const auto found = segments(partition);
  ASSERT_EQ(found.size(), 4u);
  EXPECT_EQ(found[1].base_offset, 3);
  EXPECT_EQ(found[1].end_offset, 6);
  EXPECT_EQ(found[1].size, 600u);
  EXPECT_FALSE(found[2].active);
  EXPECT_TRUE(found[3].active);
}

TEST_P(StorageConformance, SegmentsRollByTime) {
  machine.partition_settings.segment_ms = 500;
  auto& partition = machine.open();
  std::int64_t rolled_at = 0;
  ASSERT_TRUE(append(partition, {batch(0, 1, 1000)}, &rolled_at));
  ASSERT_TRUE(append(partition, {batch(1, 1, 1500)}, &rolled_at));
  EXPECT_EQ(rolled_at, -1);
  ASSERT_TRUE(append(partition, {batch(2, 1, 1501)}, &rolled_at));
  EXPECT_EQ(rolled_at, 2) << "by the timestamps of the batches";
  ASSERT_TRUE(partition.roll());
  ASSERT_TRUE(append(partition, {batch(3, 1, -1)}, &rolled_at));
  machine.host.advance(400'000'000);
  ASSERT_TRUE(append(partition, {batch(4, 1, -1)}, &rolled_at));
  EXPECT_EQ(rolled_at, -1);
  machine.host.advance(101'000'000);
  ASSERT_TRUE(append(partition, {batch(5, 1, -1)}, &rolled_at));
  EXPECT_EQ(rolled_at, 5) << "by the clock, where batches have no time";
  partition.configure({});
  ASSERT_TRUE(append(partition, {batch(6, 1, 999999)}, &rolled_at));
  EXPECT_EQ(rolled_at, -1) << "new settings count from now on";
}

// An index may be so small that it is full before it has an entry.
TEST_P(StorageConformance, NoTwoSegmentsBeginAtTheSameOffset) {
  for (const std::int32_t index_bytes : {4, 8, 12, 16, 23, 24}) {
    SCOPED_TRACE(index_bytes);
    machine.partition_settings.segment_index_bytes = index_bytes;
    auto& partition = machine.open("small", index_bytes);
    auto log = fill(partition, 3);
    ASSERT_TRUE(partition.roll());
    for (int i = 0; i < 6; ++i) {
      log.push_back(batch(partition.state().log_end, 3, 2000, 20));
      ASSERT_TRUE(append(partition, {log.back()}));
    }
    std::int64_t above = -1;
    for (const auto& segment : segments(partition)) {
      EXPECT_GT(segment.base_offset, above);
      above = segment.base_offset;
    }
    EXPECT_EQ(read_all(partition, 0), log);
    ASSERT_TRUE(partition.truncate(18));
    ASSERT_TRUE(append(partition, {batch(18, 1)}));
    ASSERT_TRUE(partition.restart(40));
    ASSERT_TRUE(append(partition, {batch(40, 1)}));
    ASSERT_TRUE(partition.truncate(40));
    const TestBatch last = batch(40, 2);
    ASSERT_TRUE(append(partition, {last}));
    EXPECT_THAT(read_all(partition, 40), ElementsAre(last));
  }
}

TEST_P(StorageConformance, RollBeginsASegmentOnlyAfterSomething) {
  auto& partition = machine.open();
  ASSERT_TRUE(partition.roll());
  EXPECT_EQ(segments(partition).size(), 1u);
  const auto log = fill(partition, 2);
  ASSERT_TRUE(partition.roll());
  ASSERT_TRUE(partition.roll());
  EXPECT_EQ(segments(partition).size(), 2u);
  EXPECT_EQ(partition.state().log_end, 6);
  EXPECT_EQ(read_all(partition, 0), log);
}

TEST_P(StorageConformance, WhatHasNoTimeIsAsOldAsItsLastAppend) {
  auto& partition = machine.open();
  ASSERT_TRUE(append(partition, {batch(0, 1, -1)}));
  machine.host.advance(100'000'000'000);
  const std::int64_t now_ms = machine.host.clock().wall_ms();
  ASSERT_TRUE(append(partition, {batch(1, 1, -1)}));
  EXPECT_EQ(segments(partition).front().max_timestamp_ms, now_ms);
}

TEST_P(StorageConformance, TimesAreFound) {
  auto& partition = machine.open();
  const std::int64_t times[] = {100, 300, 200, 400, 400, 350, 700, 600, 650, 700, 10, 20};
  for (std::int64_t i = 0; i < 12; ++i) ASSERT_TRUE(append(partition, {batch(i, 1, times[i], 100)}));
  for (std::int64_t wanted = 0; wanted <= 700; wanted += 10) {
    sdk::BatchInfo info;
    ASSERT_TRUE(partition.find_by_time(wanted, info)) << wanted;
    std::int64_t expected = 0;
    while (times[expected] < wanted) ++expected;
    EXPECT_EQ(info.base_offset, expected) << "time " << wanted;
    EXPECT_EQ(info.max_timestamp_ms, times[expected]);
  }
  sdk::BatchInfo info;
  EXPECT_EQ(partition.find_by_time(701, info).code(), sdk::Code::kNotFound);
  ASSERT_TRUE(partition.find_latest_time(info));
  EXPECT_EQ(info.base_offset, 6) << "the first of equals";
  ASSERT_TRUE(partition.advance_start(7));
  ASSERT_TRUE(partition.find_latest_time(info));
  EXPECT_EQ(info.base_offset, 9) << "only what the log still has";
  ASSERT_TRUE(partition.find_by_time(0, info));
  EXPECT_EQ(info.base_offset, 7);
}

TEST_P(StorageConformance, AbortedTransactionsAreFoundByOverlap) {
  auto& partition = machine.open();
  fill(partition, 5);
  ASSERT_TRUE(partition.add_aborted({1, 0, 4, 5}));
  ASSERT_TRUE(partition.add_aborted({2, 3, 10, 11}));
  fill(partition, 10);  // into later segments
  ASSERT_TRUE(partition.add_aborted({3, 12, 40, 41}));
  EXPECT_THAT(aborted(partition, 0, 45), ElementsAre(1, 2, 3));
  EXPECT_THAT(aborted(partition, 0, 3), ElementsAre(1));
  EXPECT_THAT(aborted(partition, 5, 12), ElementsAre(2));
  EXPECT_THAT(aborted(partition, 11, 45), ElementsAre(3));
  EXPECT_THAT(aborted(partition, 41, 45), IsEmpty());
  ASSERT_TRUE(partition.truncate(40));
  EXPECT_THAT(aborted(partition, 0, 45), ElementsAre(1, 2)) << "its marker went";
  ASSERT_TRUE(partition.truncate(9));
  EXPECT_THAT(aborted(partition, 0, 45), ElementsAre(1));
}

TEST_P(StorageConformance, TruncationCutsAtABatch) {
  for (std::int64_t cut = 0; cut <= 61; ++cut) {
    auto& partition = machine.open("t", static_cast<std::int32_t>(cut));
    auto log = fill(partition, 20);
    ASSERT_TRUE(partition.truncate(cut));
    while (!log.empty() && log.back().info.last_offset >= cut) log.pop_back();
    ASSERT_EQ(partition.state().log_end, static_cast<std::int64_t>(log.size()) * 3) << "cut at " << cut;
    EXPECT_EQ(read_all(partition, 0), log) << "cut at " << cut;
    sdk::BatchInfo info;
    EXPECT_EQ(partition.find_by_time(1000 + static_cast<std::int64_t>(log.size()) * 10, info).code(), sdk::Code::kNotFound);
    // The log goes on, with other octets than before.
    for (int i = 0; i < 10; ++i) {
      log.push_back(batch(partition.state().log_end, 2, 5000 + i, 60, 99));
      ASSERT_TRUE(append(partition, {log.back()}));
    }
    EXPECT_EQ(read_all(partition, 0), log) << "after a cut at " << cut;
    ASSERT_TRUE(partition.find_by_time(4999, info));
    EXPECT_EQ(info.base_offset, log[log.size() - 10].info.base_offset);
  }
}

TEST_P(StorageConformance, TruncationBelowTheStartEmptiesTheLog) {
  auto& partition = machine.open();
  fill(partition, 20);
  ASSERT_TRUE(partition.advance_start(30));
  ASSERT_TRUE(partition.truncate(20));
  EXPECT_EQ(partition.state().log_start, 20);
  EXPECT_EQ(partition.state().log_end, 20);
  ASSERT_TRUE(append(partition, {batch(20, 1)}));
  // Between the start and the batch that holds it.
  ASSERT_TRUE(partition.restart(30));
  ASSERT_TRUE(append(partition, {batch(30, 10)}));
  ASSERT_TRUE(partition.advance_start(35));
  ASSERT_TRUE(partition.truncate(37));
  EXPECT_EQ(partition.state().log_start, 35);
  EXPECT_EQ(partition.state().log_end, 35);
}

TEST_P(StorageConformance, RestartForgetsEverythingButTheSides) {
  auto& partition = machine.open();
  fill(partition, 20);
  ASSERT_TRUE(partition.add_aborted({1, 0, 4, 5}));
  ASSERT_TRUE(partition.write_side("leader-epoch-checkpoint", sdk::Bytes("x", 1), true));
  partition.note_high_watermark(50);
  for (std::int64_t offset : {1000, 5, 60}) {
    ASSERT_TRUE(partition.restart(offset));
    const sdk::PartitionState state = partition.state();
    EXPECT_EQ(state.log_start, offset);
    EXPECT_EQ(state.log_end, offset);
    EXPECT_LE(state.high_watermark, offset);
    EXPECT_EQ(state.size, 0u);
    EXPECT_EQ(segments(partition).size(), 1u);
    EXPECT_THAT(aborted(partition, 0, 2000), IsEmpty());
    const TestBatch next = batch(offset, 2);
    ASSERT_TRUE(append(partition, {next}));
    EXPECT_THAT(read_all(partition, offset), ElementsAre(next));
  }
  TextSink side;
  EXPECT_TRUE(partition.read_side("leader-epoch-checkpoint", side));
}

TEST_P(StorageConformance, AdvancingTheStartDeletesWholeSegments) {
  auto& partition = machine.open();
  const auto log = fill(partition, 30);
  const auto before = segments(partition);
  ASSERT_GT(before.size(), 3u);
  ASSERT_TRUE(partition.advance_start(before[2].base_offset + 1));
  EXPECT_EQ(partition.state().log_start, before[2].base_offset + 1);
  EXPECT_EQ(segments(partition).size(), before.size() - 2);
  EXPECT_EQ(segments(partition)[0].base_offset, before[2].base_offset);
  ASSERT_TRUE(partition.advance_start(0));
  EXPECT_EQ(partition.state().log_start, before[2].base_offset + 1) << "never back";
  EXPECT_EQ(partition.advance_start(91).code(), sdk::Code::kInvalid);
  ASSERT_TRUE(partition.roll());
  ASSERT_TRUE(partition.advance_start(90));
  EXPECT_EQ(segments(partition).size(), 1u);
  EXPECT_EQ(partition.state().size, 0u);
  EXPECT_EQ(partition.state().log_end, 90);
  EXPECT_THAT(read_all(partition, 90), IsEmpty());
}

TEST_P(StorageConformance, LeasesOutliveWhatHappensToTheLog) {
  auto& partition = machine.open();
  const auto log = fill(partition, 30);
  struct Lent {
    sdk::Lease lease;
    std::vector<std::uint8_t> octets;
  };
  std::vector<Lent> lent;
  const auto lend = [&](std::int64_t offset) {
    Lent each;
    ASSERT_TRUE(partition.read({offset, partition.state().log_end, 300, true}, each.lease));
    each.octets = octets_of(each.lease);
    lent.push_back(each);
  };
  const auto check = [&](const char* when) {
    for (Lent& each : lent) EXPECT_EQ(octets_of(each.lease), each.octets) << when;
  };
  lend(0), lend(40), lend(80), lend(89);
  ASSERT_TRUE(partition.truncate(82));
  check("after a truncation");
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(append(partition, {batch(partition.state().log_end, 1, 1, 40, 77)}));
  check("after an append over it");
  lend(81);
  ASSERT_TRUE(partition.advance_start(60));
  machine.host.advance(100'000'000'000);
  check("after the deletion of segments");
  ASSERT_TRUE(partition.restart(0));
  ASSERT_TRUE(append(partition, {batch(0, 1, 1, 40, 78)}));
  machine.host.advance(100'000'000'000);
  check("after a restart");
  lend(0);
  ASSERT_TRUE(machine.storage().remove(&partition));
  machine.host.advance(100'000'000'000);
  check("after the removal of the partition");
  for (Lent& each : lent) give_back(each.lease);
}

TEST_P(StorageConformance, SidesAreReplacedAsAWhole) {
  auto& partition = machine.open();
  fill(partition, 1);
  TextSink first, second, third;
  EXPECT_EQ(partition.read_side("00000000000000000003.snapshot", first).code(), sdk::Code::kNotFound);
  ASSERT_TRUE(partition.write_side("00000000000000000003.snapshot", sdk::Text("a longer text"), true));
  ASSERT_TRUE(partition.write_side("leader-epoch-checkpoint", sdk::Text(""), false));
  ASSERT_TRUE(partition.write_side("00000000000000000003.snapshot", sdk::Text("short"), false));
  ASSERT_TRUE(partition.read_side("00000000000000000003.snapshot", second));
  EXPECT_EQ(second.text, "short");
  Collect<sdk::Text> names;
  ASSERT_TRUE(partition.list_sides(names));
  EXPECT_THAT(names.items, ::testing::UnorderedElementsAre("00000000000000000003.snapshot", "leader-epoch-checkpoint"));
  ASSERT_TRUE(partition.remove_side("00000000000000000003.snapshot"));
  ASSERT_TRUE(partition.remove_side("00000000000000000003.snapshot"));
  EXPECT_EQ(partition.read_side("00000000000000000003.snapshot", third).code(), sdk::Code::kNotFound);
}

TEST_P(StorageConformance, PartitionsAreFoundByTheirNames) {
  const sdk::Uuid id{{1, 2, 3}};
  const sdk::Uuid other{{4}};
  sdk::PartitionStorage* partition = nullptr;
  EXPECT_EQ(machine.open("orders", 0, partition, false).code(), sdk::Code::kNotFound);
  ASSERT_TRUE(machine.open("orders", 0, partition, true, id));
  fill(*partition, 2);
  machine.open("orders", 1);
  machine.open("a.b-c_d", 12);
  EXPECT_THAT(stored(), ::testing::UnorderedElementsAre("orders-0", "orders-1", "a.b-c_d-12"));
  machine.storage().close(partition);
  EXPECT_EQ(machine.open("orders", 0, partition, true, other).code(), sdk::Code::kCorrupt);
  ASSERT_TRUE(machine.open("orders", 0, partition, false, id));
  EXPECT_EQ(partition->state().log_end, 6);
}

TEST_P(StorageConformance, ARemovedPartitionIsGoneAtOnce) {
  sdk::PartitionStorage* partition = &machine.open();
  fill(*partition, 20);
  partition->note_high_watermark(60);
  ASSERT_TRUE(partition->advance_start(31));
  ASSERT_TRUE(machine.storage().checkpoint());
  ASSERT_TRUE(machine.storage().remove(partition));
  EXPECT_THAT(stored(), IsEmpty());
  EXPECT_EQ(machine.open("orders", 0, partition, false).code(), sdk::Code::kNotFound);
  ASSERT_TRUE(machine.open("orders", 0, partition));
  EXPECT_EQ(partition->state().log_end, 0);
  EXPECT_EQ(partition->state().log_start, 0);
  EXPECT_EQ(partition->state().high_watermark, 0);
}

TEST_P(StorageConformance, APartitionSetAsideIsNotFound) {
  fill(machine.open(), 2);
  sdk::PartitionStorage* partition = &machine.open("stays", 0);
  machine.storage().close(partition);
  ASSERT_TRUE(machine.storage().set_aside({{"stays", 0, {}}, 0}));
  EXPECT_THAT(stored(), ElementsAre("orders-0"));
  EXPECT_EQ(machine.open("stays", 0, partition, false).code(), sdk::Code::kNotFound);
  EXPECT_EQ(machine.storage().set_aside({{"nowhere", 0, {}}, 0}).code(), sdk::Code::kNotFound);
}

TEST_P(StorageConformance, TheDirectoriesBelongToOneNode) {
  sdk::StorageIdentity identity;
  ASSERT_TRUE(machine.storage().identity(identity));
  EXPECT_TRUE(identity.formatted);
  EXPECT_EQ(identity.cluster_id, sdk::Text("cluster"));
  EXPECT_EQ(identity.node_id, 1);
  EXPECT_TRUE(identity.has_directory_ids);
  EXPECT_TRUE(machine.storage().format({"cluster", 1}));
  EXPECT_EQ(machine.storage().format({"another", 1}).code(), sdk::Code::kInvalid);
  EXPECT_EQ(machine.storage().format({"cluster", 2}).code(), sdk::Code::kInvalid);
  EXPECT_EQ(machine.storage().format({"cluster", 1, false}).code(), sdk::Code::kInvalid);
  Collect<sdk::DirectoryInfo> found;
  ASSERT_TRUE(machine.storage().directories(found));
  ASSERT_FALSE(found.items.empty());
  for (const sdk::DirectoryInfo& directory : found.items) {
    EXPECT_FALSE(directory.id.is_zero());
    EXPECT_TRUE(directory.online);
    EXPECT_GT(directory.total_bytes, 0u);
  }
  sdk::PartitionStorage* partition = nullptr;
  EXPECT_EQ(machine.storage().open({"t", 0, {}}, sdk::Uuid{{9}}, true, {}, partition).code(), sdk::Code::kNotFound);
  ASSERT_TRUE(machine.storage().open({"t", 0, {}}, found.items.back().id, true, {}, partition));
  EXPECT_EQ(partition->state().directory, found.items.size() - 1);
}

// Many steps of all kinds, compared with the simplest log there is.
TEST_P(StorageConformance, RandomStepsAgreeWithAModel) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    sdk::SplitMix random(seed);
    auto& partition = machine.open("random", static_cast<std::int32_t>(seed));
    std::vector<TestBatch> model;
    std::int64_t start = 0;
    const auto end = [&] { return model.empty() ? start : model.back().info.last_offset + 1; };
    for (int step = 0; step < 80; ++step) {
      switch (random.next() % 8) {
        case 0: {
          const std::int64_t cut = start + static_cast<std::int64_t>(random.next() % static_cast<std::uint64_t>(end() - start + 2));
          ASSERT_TRUE(partition.truncate(cut));
          while (!model.empty() && model.back().info.last_offset >= cut) model.pop_back();
          break;
        }
        case 1:
          ASSERT_TRUE(partition.roll());
          break;
        case 2: {
          start += static_cast<std::int64_t>(random.next() % static_cast<std::uint64_t>(std::min<std::int64_t>(end() - start, 20) + 1));
          ASSERT_TRUE(partition.advance_start(start));
          std::erase_if(model, [&](const TestBatch& each) { return each.info.last_offset < start; });
          break;
        }
        case 3:
          ASSERT_TRUE(partition.flush());
          break;
        default: {
          std::vector<TestBatch> some;
          std::int64_t at = partition.state().log_end;
          for (std::uint64_t count = random.next() % 4 + 1; count != 0; --count) {
            const auto offsets = static_cast<std::int32_t>(random.next() % 5 + 1);
            some.push_back(batch(at, offsets, static_cast<std::int64_t>(random.next() % 1000), random.next() % 70, seed));
            at += offsets;
          }
          ASSERT_TRUE(append(partition, some));
          model.insert(model.end(), some.begin(), some.end());
        }
      }
      // A truncation may leave the log shorter than its start said: then it begins anew there.
      if (model.empty()) start = std::max(start, partition.state().log_start);
      ASSERT_EQ(partition.state().log_start, start) << "seed " << seed << " step " << step;
      if (!model.empty()) {
        ASSERT_EQ(partition.state().log_end, end()) << "seed " << seed << " step " << step;
      }
      ASSERT_EQ(read_all(partition, start), model) << "seed " << seed << " step " << step;
    }
  }
}

#define BARNABAS_STORAGE_CONFORMANCE(name, ...)                                                                             \
  namespace barnabas::testing {                                                                                             \
  INSTANTIATE_TEST_SUITE_P(name, StorageConformance, ::testing::Values(std::vector<::barnabas::sdk::Setting> __VA_ARGS__)); \
  }

}  // namespace barnabas::testing
