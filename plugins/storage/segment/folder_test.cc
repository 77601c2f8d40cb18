// What a start makes of the folders it finds: leftovers of deletions, replacements and moves, several directories, foreign names.
#include "segment_storage.h"

#include <barnabas/testing/storage_kit.h>

#include <gmock/gmock.h>

namespace barnabas::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr sdk::Text kOne[] = {"/data"};
constexpr sdk::Text kThree[] = {"/a", "/b", "/c"};

std::vector<sdk::Setting> settings(const sdk::Text* dirs, std::size_t count) { return {{"dirs", {}, {dirs, count}}}; }

std::vector<std::uint8_t> octets(std::initializer_list<TestBatch> batches) {
  std::vector<std::uint8_t> all;
  for (const TestBatch& each : batches) all.insert(all.end(), each.octets.begin(), each.octets.end());
  return all;
}

// The directories say whose they are: without that, partitions in them are refused.
void own(StorageMachine& machine) {
  ASSERT_TRUE(machine.start());
  machine.switch_off();
}

class Folder : public ::testing::Test {
 protected:
  Folder() : machine(settings(kOne, 1)) { own(machine); }

  // A clean start with these files in the partition's folder.
  sdk::PartitionStorage& start_with(const std::map<std::string, std::vector<std::uint8_t>>& files) {
    machine.disk.put("/data/.kafka_cleanshutdown", {});
    for (const auto& [name, content] : files) machine.disk.put("/data/t-0/" + name, content);
    EXPECT_TRUE(machine.start());
    return machine.open("t", 0);
  }
  bool there(const std::string& name) { return machine.disk.exists("/data/t-0/" + name); }

  StorageMachine machine;
  const std::vector<TestBatch> all{batch(0, 5), batch(5, 5), batch(10, 5), batch(15, 5)};
};

TEST_F(Folder, BegunDeletionsAreFinished) {
  auto& partition = start_with({{"00000000000000000000.log.deleted", all[0].octets},
                                {"00000000000000000003.snapshot.deleted", {1}},
                                {"leader-epoch-checkpoint.tmp", {1}},
                                {"00000000000000000005.log", all[1].octets},
                                {"00000000000000000000.index", {}}});
  EXPECT_EQ(partition.state().log_start, 5);
  EXPECT_EQ(partition.state().log_end, 10);
  EXPECT_FALSE(there("00000000000000000000.log.deleted"));
  EXPECT_FALSE(there("00000000000000000003.snapshot.deleted"));
  EXPECT_FALSE(there("leader-epoch-checkpoint.tmp"));
  EXPECT_FALSE(there("00000000000000000000.index")) << "an index without a log";
}

TEST_F(Folder, WhatIsDeletedGoesWhenItsDelayIsOver) {
  for (const std::int64_t delay_ms : {std::int64_t{60'000}, INT64_MAX}) {
    StorageMachine fresh(settings(kOne, 1));
    own(fresh);
    fresh.partition_settings.file_delete_delay_ms = delay_ms;
    for (std::size_t i = 0; i < 2; ++i)
      fresh.disk.put("/data/t-0/" + segment::to_string(segment::SegmentFileName{static_cast<std::int64_t>(5 * i)}), all[i].octets);
    ASSERT_TRUE(fresh.start());
    ASSERT_TRUE(fresh.open("t", 0).advance_start(5));
    fresh.host.advance(50'000'000'000);
    EXPECT_TRUE(fresh.disk.exists("/data/t-0/00000000000000000000.log.deleted")) << delay_ms;
    fresh.host.advance(50'000'000'000);
    EXPECT_EQ(fresh.disk.exists("/data/t-0/00000000000000000000.log.deleted"), delay_ms == INT64_MAX);
  }
}

TEST_F(Folder, ACompleteReplacementTakesThePlaceOfAllItReplaces) {
  auto& partition = start_with({{"00000000000000000000.log", all[0].octets},
                                {"00000000000000000005.log", all[1].octets},
                                {"00000000000000000010.log", all[2].octets},
                                {"00000000000000000000.log.swap", octets({all[0], all[1]})},
                                {"00000000000000000000.index.swap", {}}});
  EXPECT_EQ(read_all(partition, 0), (std::vector<TestBatch>{all[0], all[1], all[2]}));
  Collect<sdk::SegmentInfo> segments;
  ASSERT_TRUE(partition.segments(segments));
  EXPECT_EQ(segments.items.size(), 2u);
  EXPECT_FALSE(there("00000000000000000005.log"));
  EXPECT_FALSE(there("00000000000000000000.log.swap"));
}

TEST_F(Folder, AnUnfinishedReplacementIsForgotten) {
  auto& partition = start_with({{"00000000000000000000.log", all[0].octets},
                                {"00000000000000000005.log", all[1].octets},
                                {"00000000000000000000.log.swap", octets({all[0], all[1]})},
                                {"00000000000000000000.log.cleaned", all[0].octets}});
  EXPECT_EQ(read_all(partition, 0), (std::vector<TestBatch>{all[0], all[1]}));
  EXPECT_FALSE(there("00000000000000000000.log.swap"));
  EXPECT_FALSE(there("00000000000000000000.log.cleaned"));
}

// A crash at any moment of finishing a replacement leaves one of the two sets, whole.
TEST_F(Folder, FinishingAReplacementMayBeCutShort) {
  for (std::uint64_t nth = 1; nth < 40; ++nth) {
    for (const Crash crash : {Crash::kKill, Crash::kLose}) {
      StorageMachine fresh(settings(kOne, 1), nth);
      ASSERT_TRUE(fresh.start());
      ASSERT_TRUE(fresh.stop());
      for (std::size_t i = 0; i < 3; ++i)
        fresh.disk.put("/data/t-0/" + segment::to_string(segment::SegmentFileName{static_cast<std::int64_t>(5 * i)}), all[i].octets);
      fresh.disk.put("/data/t-0/00000000000000000000.log.swap", octets({all[0], all[1]}));
      fresh.disk.crash_at(nth);
      sdk::PartitionStorage* partition = nullptr;
      if (fresh.start()) (void)fresh.open("t", 0, partition);
      fresh.switch_off();
      fresh.host.run();
      fresh.disk.restart(crash);
      ASSERT_TRUE(fresh.start());
      EXPECT_EQ(read_all(fresh.open("t", 0), 0), (std::vector<TestBatch>{all[0], all[1], all[2]})) << nth;
    }
  }
}

TEST_F(Folder, TheStartOfTheLogIsTheCheckpointOrTheFirstSegment) {
  const std::string mark = "0\n1\nt 0 7\n";
  machine.disk.put("/data/log-start-offset-checkpoint", {mark.begin(), mark.end()});
  auto& partition = start_with({{"00000000000000000005.log", all[1].octets}});
  EXPECT_EQ(partition.state().log_start, 7);
}

TEST_F(Folder, ALogThatEndsBelowItsStartBeginsAnewThere) {
  const std::string mark = "0\n1\nt 0 70\n";
  machine.disk.put("/data/log-start-offset-checkpoint", {mark.begin(), mark.end()});
  auto& partition = start_with({{"00000000000000000005.log", all[1].octets}});
  EXPECT_EQ(partition.state().log_start, 70);
  EXPECT_EQ(partition.state().log_end, 70);
}

// A file that is gone, cut short or old again leaves no other trace.
TEST_F(Folder, ALogThatEndsBelowWhatItsCheckpointsSawSaysSo) {
  const std::string mark = "0\n1\nt 0 10\n";
  machine.disk.put("/data/recovery-point-offset-checkpoint", {mark.begin(), mark.end()});
  auto& partition = start_with({{"00000000000000000000.log", all[0].octets}});
  EXPECT_EQ(partition.state().log_end, 5);
  EXPECT_THAT(machine.host.warnings, ElementsAre(HasSubstr("/data/t-0 ends at offset 5, and went on to 10 before")));
}

TEST_F(Folder, OctetsOfAnotherSegmentAreNotServed) {
  auto& partition = start_with({{"00000000000000000000.log", all[1].octets},
                                {"00000000000000000005.log", all[0].octets},
                                {"00000000000000000010.log", all[2].octets}});
  sdk::Lease lease;
  EXPECT_EQ(partition.read({0, 15, 500, true}, lease).code(), sdk::Code::kCorrupt);
  ASSERT_TRUE(partition.read({10, 15, 500, true}, lease));
  EXPECT_EQ(lease.size, all[2].octets.size());
  give_back(lease);
}

TEST_F(Folder, ABrokenCheckpointIsNotBelieved) {
  machine.disk.put("/data/replication-offset-checkpoint", {'x'});
  auto& partition = start_with({{"00000000000000000000.log", all[0].octets}});
  EXPECT_EQ(partition.state().high_watermark, 0);
  EXPECT_THAT(machine.host.warnings, ::testing::Contains(HasSubstr("replication-offset-checkpoint is ignored")));
}

// Segments from the recovery point on, after a stop that was not clean.
class Recovery : public Folder {
 protected:
  std::vector<TestBatch> recover(const std::map<std::int64_t, std::vector<std::uint8_t>>& segments) {
    for (const auto& [base_offset, content] : segments)
      machine.disk.put("/data/t-0/" + segment::to_string(segment::SegmentFileName{base_offset}), content);
    EXPECT_TRUE(machine.start());
    return read_all(machine.open("t", 0), 0);
  }
  void cleaned_up_to(int offset) {
    const std::string mark = "0\n1\nt 0 " + std::to_string(offset) + "\n";
    machine.disk.put("/data/cleaner-offset-checkpoint", {mark.begin(), mark.end()});
  }
};

TEST_F(Recovery, AGapBetweenSegmentsIsALoss) {
  EXPECT_EQ(recover({{0, all[0].octets}, {10, octets({all[2], all[3]})}}), std::vector<TestBatch>{all[0]});
}

TEST_F(Recovery, AGapThatKafkasCleanerLeftIsNone) {
  cleaned_up_to(10);
  EXPECT_EQ(recover({{0, {}}, {5, {}}, {10, octets({all[2], all[3]})}}), (std::vector<TestBatch>{all[2], all[3]}));
}

TEST_F(Recovery, AboveWhereTheCleanerCameAGapIsALoss) {
  cleaned_up_to(5);
  EXPECT_EQ(recover({{0, {}}, {5, all[1].octets}, {15, all[3].octets}}), std::vector<TestBatch>{all[1]});
}

TEST_F(Recovery, HolesInsideOfASegmentShowACompactedLog) {
  const TestBatch after_gap = batch(16, 4);
  EXPECT_EQ(recover({{0, octets({all[0], all[2]})}, {16, after_gap.octets}}), (std::vector<TestBatch>{all[0], all[2], after_gap}));
}

TEST_F(Recovery, WhatTheCleanerSaidStaysAsItIs) {
  cleaned_up_to(10);
  (void)recover({{0, {}}, {10, all[2].octets}});
  ASSERT_TRUE(machine.storage().checkpoint());
  const auto text = machine.disk.content("/data/cleaner-offset-checkpoint");
  EXPECT_EQ(std::string(text.begin(), text.end()), "0\n1\nt 0 10\n");
}

TEST_F(Folder, LegacyBatchesAreRecovered) {
  // Two v1 messages without key and value, the second one damaged.
  const std::vector<std::uint8_t> v1{0, 0, 0, 0, 0, 0, 0, 0, 0,    0,    0,    22,   0xa6, 0xf6, 0xe1, 0x29, 1,
                                     0, 0, 0, 0, 0, 0, 0, 3, 0xe8, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
  std::vector<std::uint8_t> broken = v1;
  broken[7] = 1;
  broken[20] ^= 1;
  std::vector<std::uint8_t> log = v1;
  log.insert(log.end(), broken.begin(), broken.end());
  machine.disk.put("/data/t-0/00000000000000000000.log", log);
  ASSERT_TRUE(machine.start());
  auto& partition = machine.open("t", 0);
  EXPECT_EQ(partition.state().log_end, 1) << "the first fits its checksum, the second does not";
  sdk::BatchInfo info;
  ASSERT_TRUE(partition.find_latest_time(info));
  EXPECT_EQ(info.max_timestamp_ms, 1000);
  EXPECT_EQ(info.magic, 1);
}

TEST(Directories, ForeignFoldersAreLeftAloneAndLeftoversRemoved) {
  StorageMachine machine(settings(kOne, 1));
  own(machine);
  machine.disk.put("/data/lost+found/x", {});
  machine.disk.put("/data/__cluster_metadata-0/00000000000000000000.log", {});
  machine.disk.put("/data/old-0.0123456789abcdef0123456789abcdef-delete/00000000000000000000.log", {1});
  machine.disk.put("/data/odd-0.0123456789abcdef0123456789abcdef-stray/00000000000000000000.log", {1});
  machine.disk.put("/data/kept-0/00000000000000000000.log", {});
  ASSERT_TRUE(machine.start());
  Collect<sdk::StoredPartition> found;
  ASSERT_TRUE(machine.storage().partitions(found));
  ASSERT_EQ(found.items.size(), 1u);
  EXPECT_EQ(found.items[0].name.topic, sdk::Text("kept"));
  machine.host.run();
  EXPECT_FALSE(machine.disk.exists("/data/old-0.0123456789abcdef0123456789abcdef-delete"));
  EXPECT_TRUE(machine.disk.exists("/data/odd-0.0123456789abcdef0123456789abcdef-stray"));
  EXPECT_TRUE(machine.disk.exists("/data/lost+found/x"));
  EXPECT_THAT(machine.host.warnings, ElementsAre(HasSubstr("lost+found is left alone")));
}

TEST(Directories, AFolderThatIsGoneIsToldOf) {
  StorageMachine machine(settings(kOne, 1));
  own(machine);
  const std::string checkpoint = "0\n1\nt 0 10\n";
  machine.disk.put("/data/recovery-point-offset-checkpoint", {checkpoint.begin(), checkpoint.end()});
  ASSERT_TRUE(machine.start());
  EXPECT_EQ(machine.open("t", 0).state().log_end, 0);
  EXPECT_THAT(machine.host.warnings, ElementsAre(HasSubstr("/data/t-0 is not there, and went on to offset 10 before")));
}

TEST(Directories, AFolderThatWasRemovedIsNotMissed) {
  StorageMachine machine(settings(kOne, 1));
  ASSERT_TRUE(machine.start());
  for (const bool restarts : {false, true}) {
    auto& partition = machine.open("t", 0);
    ASSERT_TRUE(append(partition, {batch(0, 5)}));
    partition.note_high_watermark(5);
    ASSERT_TRUE(partition.flush());
    ASSERT_TRUE(machine.storage().checkpoint());
    ASSERT_TRUE(machine.storage().remove(&partition));
    if (restarts) {
      ASSERT_TRUE(machine.storage().checkpoint());
      machine.switch_off();
      ASSERT_TRUE(machine.start());
    }
  }
  EXPECT_EQ(machine.open("t", 0).state().log_end, 0);
  EXPECT_THAT(machine.host.warnings, ::testing::IsEmpty());
}

TEST(Directories, PartitionsGoWhereTheFewestAre) {
  StorageMachine machine(settings(kThree, 3));
  ASSERT_TRUE(machine.start());
  std::vector<std::uint32_t> places;
  for (int i = 0; i < 6; ++i) places.push_back(machine.open("t", i).state().directory);
  EXPECT_THAT(places, ElementsAre(0, 1, 2, 0, 1, 2));
  ASSERT_TRUE(append(machine.open("t", 6), {batch(0)}));
  ASSERT_TRUE(append(machine.open("t", 7), {batch(0)}));
  EXPECT_TRUE(machine.disk.exists("/b/t-7"));
}

TEST(Directories, OneThatFailsTakesOnlyItsOwnPartitionsWithIt) {
  StorageMachine machine(settings(kThree, 3));
  ASSERT_TRUE(machine.start());
  std::vector<sdk::PartitionStorage*> partitions;
  for (int i = 0; i < 3; ++i) partitions.push_back(&machine.open("t", i));
  machine.disk.fail_at(1, Fault::kIo);
  EXPECT_EQ(append(*partitions[1], {batch(0)}).code(), sdk::Code::kIo);
  EXPECT_TRUE(append(*partitions[0], {batch(0)}));
  EXPECT_TRUE(append(*partitions[2], {batch(0)}));
  Collect<sdk::DirectoryInfo> found;
  ASSERT_TRUE(machine.storage().directories(found));
  EXPECT_TRUE(found.items[0].online && !found.items[1].online && found.items[2].online);
  EXPECT_NE(machine.open("u", 0).state().directory, 1u);
  EXPECT_NE(machine.open("u", 1).state().directory, 1u);
  EXPECT_TRUE(machine.storage().checkpoint());
  for (auto* partition : partitions) machine.storage().close(partition);
  ASSERT_TRUE(machine.stop());
  sdk::StartOutcome outcome;
  ASSERT_TRUE(machine.start(&outcome));
  EXPECT_FALSE(outcome.clean);
}

TEST(Directories, APartitionTwiceIsRefused) {
  StorageMachine machine(settings(kThree, 3));
  own(machine);
  machine.disk.put("/a/t-0/00000000000000000000.log", {});
  machine.disk.put("/c/t-0/00000000000000000000.log", {});
  const sdk::Status status = machine.start();
  EXPECT_EQ(status.code(), sdk::Code::kCorrupt);
  EXPECT_THAT(text_of(status), HasSubstr("t-0 lies in /a and in /c"));
}

TEST(Directories, ThoseOfOtherNodesAreRefused) {
  StorageMachine machine(settings(kThree, 3));
  const std::string meta = "version=1\nnode.id=4\ncluster.id=cluster\n";
  machine.disk.put("/b/meta.properties", {meta.begin(), meta.end()});
  EXPECT_THAT(text_of(machine.start()), HasSubstr("belongs to node 4 of cluster cluster, not to node 1"));
}

TEST(Directories, ANewOneJoinsTheOthers) {
  StorageMachine machine(settings(kThree, 3));
  const std::string meta = "version=1\nnode.id=1\ncluster.id=cluster\ndirectory.id=AAAAAAAAAAEAAAAAAAAAAg\n";
  machine.disk.put("/b/meta.properties", {meta.begin(), meta.end()});
  ASSERT_TRUE(machine.start());
  Collect<sdk::DirectoryInfo> found;
  ASSERT_TRUE(machine.storage().directories(found));
  EXPECT_FALSE(found.items[0].id.is_zero());
  EXPECT_EQ(found.items[1].id.octets[7], 1);
  EXPECT_EQ(machine.disk.content("/b/meta.properties").size(), meta.size()) << "left as it was";
  EXPECT_TRUE(machine.disk.exists("/c/meta.properties"));
}

TEST(Directories, WhatNobodyCheckedDoesNotPassForClean) {
  StorageMachine machine(settings(kOne, 1));
  ASSERT_TRUE(machine.start());
  ASSERT_TRUE(append(machine.open("t", 0), {batch(0)}));
  machine.switch_off();
  machine.disk.restart(Crash::kKill);
  ASSERT_TRUE(machine.start());
  ASSERT_TRUE(machine.stop());  // t-0 was not opened
  sdk::StartOutcome outcome;
  ASSERT_TRUE(machine.start(&outcome));
  EXPECT_FALSE(outcome.clean);
  EXPECT_TRUE(machine.open("t", 0).state().recovered);
}

TEST(Directories, TheTopicIdIsOnTheDeviceBeforeTheFirstBatch) {
  StorageMachine machine(settings(kOne, 1));
  ASSERT_TRUE(machine.start());
  sdk::PartitionStorage* partition = nullptr;
  ASSERT_TRUE(machine.open("t", 0, partition, true, sdk::Uuid{{1}}));
  ASSERT_TRUE(append(*partition, {batch(0)}));
  const auto content = machine.disk.content("/data/t-0/partition.metadata");
  EXPECT_EQ(std::string(content.begin(), content.end()), "version: 0\ntopic_id: AQAAAAAAAAAAAAAAAAAAAA");
  ASSERT_TRUE(partition->flush());
  machine.switch_off();
  machine.disk.restart(Crash::kLose);
  ASSERT_TRUE(machine.start());
  EXPECT_EQ(machine.open("t", 0, partition, true, sdk::Uuid{{2}}).code(), sdk::Code::kCorrupt);
  EXPECT_TRUE(machine.open("t", 0, partition, true, sdk::Uuid{{1}}));
}

// Ten thousand partitions that nobody has written to cost the disk nothing: no folder, no file, none that is held open.
TEST(IdlePartitions, HaveNothingOnTheDisk) {
  StorageMachine machine(settings(kOne, 1));
  ASSERT_TRUE(machine.start());
  const std::uint64_t before = machine.disk.operations();
  sdk::PartitionStorage* partition = nullptr;
  for (int i = 0; i < 50; ++i) {
    ASSERT_TRUE(machine.open("t", i, partition, true, sdk::Uuid{{1}}));
    ASSERT_TRUE(partition->write_side("leader-epoch-checkpoint", sdk::Text("0\n1\n0 0\n"), false));
    Collect<sdk::Text> names;
    ASSERT_TRUE(partition->list_sides(names));
    EXPECT_THAT(names.items, ElementsAre("leader-epoch-checkpoint"));
    ASSERT_TRUE(partition->flush());
  }
  EXPECT_EQ(machine.disk.operations(), before);
  ASSERT_TRUE(machine.storage().checkpoint());
  ASSERT_TRUE(machine.storage().remove(partition));
  EXPECT_FALSE(machine.disk.exists("/data/t-49"));
  machine.storage().close(&machine.open("u", 1));
  EXPECT_EQ(machine.open("t", 49, partition, false).code(), sdk::Code::kNotFound);
}

// Everything that was kept for it comes with the first record, under the topic's id, which nobody else gets meanwhile.
TEST(IdlePartitions, HaveAFolderFromTheFirstRecordOn) {
  StorageMachine machine(settings(kOne, 1));
  ASSERT_TRUE(machine.start());
  sdk::PartitionStorage* partition = nullptr;
  ASSERT_TRUE(machine.open("t", 0, partition, true, sdk::Uuid{{1}}));
  ASSERT_TRUE(partition->write_side("leader-epoch-checkpoint", sdk::Text("old"), false));
  machine.storage().close(partition);
  EXPECT_EQ(machine.open("t", 0, partition, true, sdk::Uuid{{2}}).code(), sdk::Code::kCorrupt);
  ASSERT_TRUE(machine.open("t", 0, partition, true, sdk::Uuid{{1}}));
  ASSERT_TRUE(partition->write_side("leader-epoch-checkpoint", sdk::Text("0\n1\n0 0\n"), false));
  EXPECT_FALSE(machine.disk.exists("/data/t-0"));
  ASSERT_TRUE(append(*partition, {batch(0)}));
  EXPECT_TRUE(machine.disk.exists("/data/t-0/00000000000000000000.log"));
  EXPECT_TRUE(machine.disk.exists("/data/t-0/partition.metadata"));
  const auto epochs = machine.disk.content("/data/t-0/leader-epoch-checkpoint");
  EXPECT_EQ(std::string(epochs.begin(), epochs.end()), "0\n1\n0 0\n");
}

}  // namespace
}  // namespace barnabas::testing
