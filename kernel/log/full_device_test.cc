// A device that is full: what a log can do without room it does, and what it owes it does when there is room again.
#include "kernel/log/log_fixture.h"
#include "kernel/log/retained_log.h"

namespace barnabas::log {
namespace {

class FullDevice : public LogTest {
 protected:
  // A leader's log of segments of one batch each, and the first of them full.
  Produced fill_a_segment() {
    settings.storage.segment_bytes = static_cast<std::int32_t>(make_batch(next()).size());
    sequence_ = 0;
    open_leader(0);
    const Produced last = next();
    produce(last);
    return last;
  }
  Produced next() { return {.producer_id = 7, .epoch = 0, .sequence = sequence_++}; }
  std::string epochs() { return disk.sides["leader-epoch-checkpoint"]; }
  std::int32_t sequence_ = 0;
};

TEST_F(FullDevice, AnEpochIsNotLedBeforeItIsWrittenDown) {
  open_leader(0);
  produce({});
  disk.full = true;
  EXPECT_EQ(log->become_leader({.epoch = 1, .replica_id = 1}).code(), Code::kExhausted);
  EXPECT_EQ(log->become_leader({.epoch = 1, .replica_id = 1}).code(), Code::kExhausted) << "nor the second time";
  EXPECT_EQ(epochs(), "0\n1\n0 0\n");
  disk.full = false;
  ASSERT_TRUE(log->become_leader({.epoch = 1, .replica_id = 1}));
  EXPECT_EQ(epochs(), "0\n2\n0 0\n1 1\n");
}

// Else the file would say that the batches between belong to the epoch that was not led yet.
TEST_F(FullDevice, AnEpochBeginsWhereItIsLedAtLast) {
  open_leader(0);
  produce({});
  disk.full = true;
  EXPECT_EQ(log->become_leader({.epoch = 2, .replica_id = 1}).code(), Code::kExhausted);
  disk.full = false;
  ASSERT_EQ(produce({}).leader_epoch, 0);
  ASSERT_TRUE(log->become_leader({.epoch = 2, .replica_id = 1}));
  EXPECT_EQ(epochs(), "0\n2\n0 0\n2 2\n");
  EXPECT_EQ(log->leader_epoch_start(), 2);
}

TEST_F(FullDevice, ALogIsOpenedWithoutRoom) {
  open_leader(0);
  produce({});
  stop_cleanly();
  disk.sides.erase("leader-epoch-checkpoint");
  disk.full = true;
  open();
  EXPECT_EQ(log->log_end(), 1);
  disk.full = false;
  log->note_checkpoint();
  EXPECT_EQ(epochs(), "0\n1\n0 0\n");
}

TEST_F(FullDevice, RetentionGivesUpTheOnlySegment) {
  open_leader(0);
  produce(next());
  const Produced last = next();
  produce(last);
  disk.full = true;
  const Status said = RetainedLog(*log).delete_before(2);
  EXPECT_EQ(said.code(), Code::kExhausted) << "producers are known in memory only, and somebody has to hear of it";
  EXPECT_EQ(log->log_start(), 2);
  EXPECT_EQ(disk.segment_bases, std::vector<std::int64_t>{2});
  EXPECT_TRUE(disk.batches.empty());
  EXPECT_TRUE(RetainedLog(*log).delete_before(2)) << "there is nothing left to do for it";

  disk.full = false;
  log->note_checkpoint();
  kill();
  open_leader(1);
  EXPECT_EQ(log->log_start(), 2);
  EXPECT_TRUE(produce(last).duplicate);
  EXPECT_EQ(produce(next()).base_offset, 2);
}

// The roll for a batch that found no room leaves a snapshot that a power cut may take.
TEST_F(FullDevice, WhoProducedIsOnTheDeviceBeforeTheBatchesGo) {
  const Produced last = fill_a_segment();
  disk.full_for_batches = true;
  EXPECT_NE(produce(next()).error, ErrorCode::kNone);
  --sequence_;
  ASSERT_EQ(disk.segment_bases, (std::vector<std::int64_t>{0, 1}));
  ASSERT_TRUE(disk.unsynced_sides.contains("00000000000000000001.snapshot"));
  EXPECT_TRUE(RetainedLog(*log).delete_before(1));
  EXPECT_TRUE(disk.batches.empty());
  kill();
  disk.power_off();
  disk.full_for_batches = false;
  open_leader(1);
  EXPECT_TRUE(produce(last).duplicate);
  EXPECT_EQ(produce(next()).base_offset, 1);
}

TEST_F(FullDevice, WhoProducedIsOnTheDeviceBeforeRecordsAreDeleted) {
  const Produced last = fill_a_segment();
  produce({});
  ASSERT_TRUE(disk.unsynced_sides.contains("00000000000000000001.snapshot"));
  Status status;
  ASSERT_EQ(log->delete_records(1, status), ErrorCode::kNone);
  EXPECT_EQ(disk.segment_bases.front(), 1);
  kill();
  disk.power_off();
  open_leader(1);
  EXPECT_TRUE(produce(last).duplicate);
}

TEST_F(FullDevice, AFollowerIsCutBehindWhatIsOwed) {
  open();
  ASSERT_TRUE(log->become_follower(1));
  replicate({{.producer_id = 7, .epoch = 0, .sequence = 0, .base_offset = 0, .leader_epoch = 1}}, 1, 1);
  disk.full = true;
  EXPECT_EQ(RetainedLog(*log).delete_before(1).code(), Code::kExhausted);
  disk.full = false;
  ASSERT_TRUE(log->become_follower(2));
  replicate({{.producer_id = 7, .epoch = 0, .sequence = 1, .base_offset = 1, .leader_epoch = 2},
             {.producer_id = 8, .epoch = 0, .sequence = 0, .base_offset = 2, .leader_epoch = 2}},
            2, 1);
  const std::string before = epochs();
  disk.full = true;
  ASSERT_TRUE(log->become_follower(3));
  EXPECT_TRUE(log->truncate_to(1));
  EXPECT_EQ(epochs(), before);
  const auto only_the_first = [&] {
    const std::vector<ProducerInfo> known = log->producers();
    return known.size() == 1 && known[0].producer_id == 7 && known[0].last_sequence == 0;
  };
  EXPECT_TRUE(only_the_first());
  disk.full = false;
  replicate({{.base_offset = 1, .leader_epoch = 1}}, 3, 1);
  EXPECT_EQ(epochs(), "0\n1\n1 1\n") << "before a batch that is not of the epoch that was cut off";
  log->note_checkpoint();
  ASSERT_TRUE(log->truncate_to(1));
  EXPECT_TRUE(only_the_first()) << "written down where it belongs";
  kill();
  open();
  EXPECT_TRUE(only_the_first());
}

TEST_F(FullDevice, AFollowerBeginsAnewWithoutRoom) {
  open();
  ASSERT_TRUE(log->become_follower(1));
  replicate({{.producer_id = 7, .epoch = 0, .sequence = 0, .base_offset = 0, .leader_epoch = 1}}, 1, 1);
  disk.full = true;
  EXPECT_EQ(RetainedLog(*log).delete_before(1).code(), Code::kExhausted);
  EXPECT_TRUE(log->restart_at(10));
  disk.full = false;
  log->note_checkpoint();
  EXPECT_EQ(disk.sides.size(), 1u) << "nothing is owed of producers that the log has nothing of";
  EXPECT_EQ(epochs(), "0\n0\n");
}

TEST_F(FullDevice, WithoutProducersNothingIsOwed) {
  open_leader(0);
  produce({});
  disk.full = true;
  EXPECT_TRUE(RetainedLog(*log).delete_before(1));
  EXPECT_TRUE(disk.batches.empty());
}

TEST_F(FullDevice, RecordsAreDeletedByHand) {
  open_leader(0);
  for (int i = 0; i < 3; ++i) produce({});
  disk.full = true;
  Status status;
  EXPECT_EQ(log->delete_records(2, status), ErrorCode::kNone);
  EXPECT_EQ(log->log_start(), 2);
}

TEST_F(FullDevice, ASegmentThatWasBegunIsNotForgottenWithItsBatch) {
  settings.storage.segment_bytes = static_cast<std::int32_t>(make_batch({}).size());
  open_leader(0);
  produce({});
  ASSERT_TRUE(log->flush());
  ASSERT_FALSE(log->flush_needed());
  disk.full = true;
  EXPECT_NE(produce({}).error, ErrorCode::kNone);
  ASSERT_EQ(disk.segment_bases, (std::vector<std::int64_t>{0, 1}));
  EXPECT_TRUE(log->flush_needed()) << "of the segment before";
}

}  // namespace
}  // namespace barnabas::log
