// What opening reads, and what it does with side files that are missing, old or broken.
#include "kernel/log/log_fixture.h"

namespace barnabas::log {
namespace {

class Recovery : public LogTest {
 protected:
  Recovery() { settings.storage.segment_bytes = 300; }

  void write(int batches) {
    for (int i = 0; i < batches; ++i) ASSERT_EQ(produce({.producer_id = 7, .epoch = 0, .sequence = sequence_++}).error, ErrorCode::kNone);
  }
  std::vector<std::string> snapshots() const {
    std::vector<std::string> names;
    for (const auto& [name, content] : disk.sides)
      if (name.ends_with(".snapshot")) names.push_back(name);
    return names;
  }
  std::int32_t sequence_ = 0;
};

TEST_F(Recovery, ACleanStopLeavesNothingToRead) {
  open_leader();
  write(10);
  stop_cleanly();
  ASSERT_EQ(snapshots().back(), "00000000000000000010.snapshot");
  open_leader(1);
  EXPECT_EQ(report.snapshot_offset, 10);
  EXPECT_EQ(report.replayed_batches, 0u);
  EXPECT_EQ(log->producers()[0].last_sequence, 9);
  EXPECT_TRUE(report.notes.empty());
}

TEST_F(Recovery, AfterACrashOnlyTheLastSegmentIsRead) {
  open_leader();
  write(10);
  ASSERT_GT(disk.segment_bases.size(), 2u);
  kill();
  open_leader(1);
  EXPECT_TRUE(report.unclean);
  EXPECT_EQ(report.snapshot_offset, disk.segment_bases.back());
  EXPECT_EQ(static_cast<std::int64_t>(report.replayed_batches), 10 - disk.segment_bases.back());
  EXPECT_EQ(log->producers()[0].last_sequence, 9);
  EXPECT_EQ(produce({.producer_id = 7, .epoch = 0, .sequence = 10}).error, ErrorCode::kNone);
}

TEST_F(Recovery, SnapshotsStandAtSegmentBeginningsAndTheNewestIsKept) {
  open_leader();
  write(7);
  stop_cleanly();
  open_leader(1);
  write(7);
  stop_cleanly();
  open_leader(2);
  std::vector<std::string> expected;
  for (std::size_t i = 1; i < disk.segment_bases.size(); ++i) {
    char name[64];
    std::snprintf(name, sizeof name, "%020lld.snapshot", static_cast<long long>(disk.segment_bases[i]));
    expected.push_back(name);
  }
  expected.push_back("00000000000000000014.snapshot");
  expected.erase(std::unique(expected.begin(), expected.end()), expected.end());
  EXPECT_EQ(snapshots(), expected);
  Status status;
  ASSERT_EQ(log->delete_records(-1, status), ErrorCode::kNone);
  EXPECT_EQ(snapshots(), (std::vector<std::string>{"00000000000000000014.snapshot"}));
}

TEST_F(Recovery, ABrokenSnapshotIsPassedOver) {
  open_leader();
  write(10);
  stop_cleanly();
  disk.sides["00000000000000000010.snapshot"][12] ^= 1;
  open_leader(1);
  ASSERT_EQ(report.notes.size(), 1u);
  EXPECT_EQ(report.notes[0].find("00000000000000000010.snapshot is not used: a producer snapshot with checksum "), 0u) << report.notes[0];
  EXPECT_EQ(report.snapshot_offset, disk.segment_bases.back());
  EXPECT_EQ(log->producers()[0].last_sequence, 9);
}

TEST_F(Recovery, WithoutAnySideFileEverythingIsReadAgain) {
  open_leader();
  write(5);
  ASSERT_TRUE(log->become_leader({.epoch = 4, .replica_id = 1}).ok());
  write(5);
  kill();
  disk.sides.clear();
  open();
  EXPECT_EQ(report.replayed_batches, 10u);
  EXPECT_EQ(log->producers()[0].last_sequence, 9);
  EXPECT_EQ(disk.sides["leader-epoch-checkpoint"], "0\n2\n0 0\n4 5\n");
  ASSERT_EQ(report.notes.size(), 1u);
  EXPECT_EQ(report.notes[0], "leader-epoch-checkpoint is missing and was made again from the batches");
}

TEST_F(Recovery, ABrokenEpochFileIsMadeAgain) {
  open_leader(3);
  write(5);
  stop_cleanly();
  disk.sides["leader-epoch-checkpoint"] = "0\n7\n";
  open();
  ASSERT_EQ(report.notes.size(), 1u);
  EXPECT_EQ(report.notes[0], "leader-epoch-checkpoint has 0 entries, its second line says 7; it was made again from the batches");
  EXPECT_EQ(disk.sides["leader-epoch-checkpoint"], "0\n1\n3 0\n");
  EXPECT_EQ(log->producers()[0].last_sequence, 4);
}

TEST_F(Recovery, SideFilesBeyondTheLogAreCut) {
  settings.flush = FlushMode::kAck;
  open_leader(1);
  write(2);
  ASSERT_TRUE(log->flush().ok());
  write(4);
  ASSERT_TRUE(log->become_leader({.epoch = 2, .replica_id = 1}).ok());
  write(4);
  kill();
  disk.power_off();
  open();
  EXPECT_EQ(log->log_end(), 2);
  EXPECT_EQ(disk.sides["leader-epoch-checkpoint"], "0\n1\n1 0\n");
  EXPECT_EQ(log->producers()[0].last_sequence, 1);
  for (const std::string& name : snapshots()) EXPECT_LE(name, "00000000000000000002.snapshot");
}

TEST_F(Recovery, HighWatermarkIsWhatTheCheckpointSays) {
  open();
  ASSERT_TRUE(log->become_follower(1).ok());
  ASSERT_EQ(replicate({{.records = 5, .base_offset = 0, .leader_epoch = 1}}, 1, 3).error, ErrorCode::kNone);
  log->note_checkpoint();
  ASSERT_EQ(replicate({}, 1, 4).error, ErrorCode::kNone);
  kill();
  open();
  EXPECT_EQ(log->high_watermark(), 3);
}

TEST_F(Recovery, IdleProducersOfASnapshotAreNotLoaded) {
  open_leader();
  produce({.producer_id = 7, .epoch = 0, .sequence = 0, .timestamp_ms = 1000});
  produce({.producer_id = 8, .epoch = 0, .sequence = 0, .transactional = true, .timestamp_ms = 1000});
  ASSERT_TRUE(storage->roll().ok());
  stop_cleanly();
  now_ms = 1000 + settings.producer_id_expiration_ms;
  open();
  ASSERT_EQ(log->producers().size(), 1u);
  EXPECT_EQ(log->producers()[0].producer_id, 8);
}

TEST_F(Recovery, ATransactionWithoutAnEndIsToldOf) {
  open_leader();
  EXPECT_EQ(report.open_transaction, -1);
  produce({.records = 2});
  produce({.producer_id = 8, .epoch = 0, .sequence = 0, .transactional = true});
  produce({.records = 2});
  stop_cleanly();
  open();
  EXPECT_EQ(report.open_transaction, 2);
}

TEST_F(Recovery, SegmentsThatAreMissingAtTheBeginningAreToldOf) {
  open_leader();
  produce({.records = 5});
  ASSERT_TRUE(storage->roll().ok());
  produce({.records = 3});
  stop_cleanly();
  EXPECT_TRUE(report.notes.empty());
  disk.log_start = 5;
  open();
  ASSERT_EQ(report.notes.size(), 1u);
  EXPECT_EQ(report.notes[0].substr(0, 25), "begins at offset 5, and l");
}

// Records may be old when they are sent. Whose answer was lost with the broker sends them again.
TEST_F(Recovery, WhoWroteToTheLastSegmentIsKnownHoweverOldItsRecords) {
  open_leader();
  const Produced old{.producer_id = 7, .epoch = 0, .sequence = 0, .timestamp_ms = 1000};
  produce(old);
  now_ms = 1000 + 2 * settings.producer_id_expiration_ms;
  kill();
  open_leader(1);
  EXPECT_TRUE(produce(old).duplicate);
  stop_cleanly();
  open_leader(2);
  EXPECT_TRUE(produce(old).duplicate);
}

// DeleteRecords goes past batches that their segment still has; whose answer was lost with the broker sends them again.
TEST_F(Recovery, WhoWroteBelowTheBeginningIsKnownWhileItIsStored) {
  settings.storage.segment_bytes = 1 << 20;  // rolled by hand only
  open_leader();
  produce({.records = 2});
  ASSERT_TRUE(storage->roll().ok());
  const Produced sent_again{.producer_id = 7, .epoch = 0, .sequence = 0};
  ASSERT_EQ(produce(sent_again).base_offset, 2);
  produce({.producer_id = 8, .epoch = 0, .sequence = 0, .transactional = true});
  mark(8, 0, false);
  produce({.records = 5});
  log->note_checkpoint();
  Status status;
  ASSERT_EQ(log->delete_records(7, status), ErrorCode::kNone);
  kill();
  open_leader(1);
  EXPECT_EQ(log->positions().log_start, 7);
  EXPECT_EQ(report.replayed_batches, 4u);
  EXPECT_EQ(disk.aborted.size(), 1u) << "is not told of twice";
  const AppendOutcome outcome = produce(sent_again);
  EXPECT_TRUE(outcome.duplicate);
  EXPECT_EQ(outcome.base_offset, 2);
}

TEST_F(Recovery, ReadsBatchesLargerThanItsBuffer) {
  settings.storage.segment_bytes = 16 << 20;
  open_leader();
  record::BatchBuilder builder;
  builder.start({.producer_id = 7, .producer_epoch = 0, .base_sequence = 0});
  builder.append({.timestamp_ms = 1000, .value = sdk::Bytes(std::string(3 << 20, 'x'))});
  const sdk::Bytes octets = *builder.finish();
  ASSERT_EQ(append(Octets(octets.begin(), octets.end())).error, ErrorCode::kNone);
  ASSERT_EQ(produce({.producer_id = 7, .epoch = 0, .sequence = 1}).error, ErrorCode::kNone);
  kill();
  open();
  EXPECT_EQ(log->producers()[0].last_sequence, 1);
}

}  // namespace
}  // namespace barnabas::log
