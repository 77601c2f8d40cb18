// Appending and reading as a leader.
#include "kernel/log/log_fixture.h"
#include "kernel/record/batch_view.h"

namespace barnabas::log {
namespace {

class Leader : public LogTest {
 protected:
  // First offsets of the batches that a read returns.
  std::vector<std::int64_t> read(const LogRead& what) {
    LogReadOutcome outcome = log->read(what, aborted);
    EXPECT_EQ(outcome.error, ErrorCode::kNone);
    std::vector<std::int64_t> offsets;
    for (std::size_t i = 0; i < outcome.lease.region_count; ++i) {
      record::BatchReader batches(outcome.lease.regions[i].memory);
      for (record::BatchView batch; batches.next(batch);) offsets.push_back(batch.base_offset());
    }
    give_back(outcome.lease);
    return offsets;
  }
  ErrorCode read_error(const LogRead& what) {
    LogReadOutcome outcome = log->read(what, aborted);
    EXPECT_EQ(outcome.lease.size, 0u);
    return outcome.error;
  }
};

using Offsets = std::vector<std::int64_t>;

TEST_F(Leader, AssignsOffsetsAndEpochWhereTheBatchLies) {
  open_leader(5);
  EXPECT_EQ(produce({.records = 3}).base_offset, 0);
  const AppendOutcome outcome = append(make_batch({.records = 2}), {.log_append_time_ms = 77});
  EXPECT_EQ(outcome.error, ErrorCode::kNone);
  EXPECT_EQ(outcome.base_offset, 3);
  EXPECT_EQ(outcome.last_offset, 4);
  EXPECT_EQ(outcome.log_append_time_ms, 77);
  EXPECT_EQ(outcome.log_start, 0);
  const record::BatchView batch(sent);
  EXPECT_EQ(batch.base_offset(), 3);
  EXPECT_EQ(batch.leader_epoch(), 5);
  EXPECT_TRUE(batch.crc_valid());
  EXPECT_EQ(disk.batches[1].octets, sent);
  EXPECT_EQ(disk.batches[1].info.leader_epoch, 5);
}

TEST_F(Leader, OneReplicaIsReadableAtOnce) {
  open_leader();
  produce({.records = 3});
  EXPECT_EQ(log->high_watermark(), 3);
  EXPECT_EQ(log->last_stable(), 3);
  EXPECT_EQ(read({.offset = 0, .max_bytes = 1 << 20}), (Offsets{0}));
  EXPECT_EQ(read({.offset = 3, .max_bytes = 1 << 20}), Offsets{});
  EXPECT_EQ(disk.leases_out, 0u);
}

TEST_F(Leader, RefusesOffsetsOutsideOfTheLog) {
  open_leader();
  for (int i = 0; i < 4; ++i) produce({});
  Status status;
  ASSERT_EQ(log->delete_records(2, status), ErrorCode::kNone);
  EXPECT_EQ(read_error({.offset = 1, .max_bytes = 100}), ErrorCode::kOffsetOutOfRange);
  EXPECT_EQ(read_error({.offset = 5, .max_bytes = 100}), ErrorCode::kOffsetOutOfRange);
  EXPECT_EQ(read({.offset = 2, .max_bytes = 1 << 20}), (Offsets{2, 3}));
}

TEST_F(Leader, ChecksTheClientsEpoch) {
  open_leader(5);
  EXPECT_EQ(read_error({.check = {.current_epoch = 4}}), ErrorCode::kFencedLeaderEpoch);
  EXPECT_EQ(read_error({.check = {.current_epoch = 6}}), ErrorCode::kUnknownLeaderEpoch);
  EXPECT_EQ(read_error({.check = {.current_epoch = -2}}), ErrorCode::kFencedLeaderEpoch) << "only -1 says nothing";
  EXPECT_EQ(read_error({.check = {.current_epoch = 5}}), ErrorCode::kNone);
  ASSERT_TRUE(log->become_follower(6).ok());
  EXPECT_EQ(read_error({}), ErrorCode::kNotLeaderOrFollower);
  EXPECT_EQ(read_error({.check = {.leader_only = false}}), ErrorCode::kNone);
  EXPECT_EQ(produce({}).error, ErrorCode::kNotLeaderOrFollower);
}

TEST_F(Leader, AppendDecidedInAnotherEpochIsRefused) {
  open_leader(5);
  EXPECT_EQ(append(make_batch({}), {.leader_epoch = 4}).error, ErrorCode::kNotLeaderOrFollower);
  EXPECT_EQ(append(make_batch({}), {.leader_epoch = 5}).error, ErrorCode::kNone);
}

TEST_F(Leader, PastEpochsDoNotLead) {
  open_leader(5);
  EXPECT_EQ(log->become_leader({.epoch = 4, .replica_id = 1}).code(), Code::kFenced);
  EXPECT_EQ(log->become_follower(4).code(), Code::kFenced);
  kill();
  open();
  EXPECT_EQ(log->become_leader({.epoch = 4, .replica_id = 1}).code(), Code::kFenced);
  EXPECT_TRUE(log->become_leader({.epoch = 5, .replica_id = 1}).ok());
}

TEST_F(Leader, EpochIsKeptWithoutAnAppend) {
  open_leader(2);
  produce({});
  ASSERT_TRUE(log->become_leader({.epoch = 3, .replica_id = 1}).ok());
  kill();
  EXPECT_EQ(disk.sides["leader-epoch-checkpoint"], "0\n2\n2 0\n3 1\n");
  open_leader(4);
  EpochEnd end;
  ASSERT_EQ(log->end_offset_for_epoch(3, {}, end), ErrorCode::kNone);
  EXPECT_EQ(end.epoch, 2);  // 3 wrote nothing, and 4 began at the same offset
  EXPECT_EQ(end.end_offset, 1);
}

TEST_F(Leader, DivergingReadersAreToldWhere) {
  open_leader(1);
  produce({.records = 10});
  ASSERT_TRUE(log->become_leader({.epoch = 4, .replica_id = 1}).ok());
  produce({.records = 10});
  const auto diverging = [&](std::int64_t offset, std::int32_t last_epoch) {
    LogReadOutcome outcome = log->read({.offset = offset, .isolation = Isolation::kLogEnd, .last_fetched_epoch = last_epoch}, aborted);
    EXPECT_EQ(outcome.error, ErrorCode::kNone);
    EXPECT_TRUE(!outcome.diverging || outcome.lease.size == 0);
    give_back(outcome.lease);
    return outcome.diverging ? outcome.divergence : EpochEnd{};
  };
  EXPECT_EQ(diverging(5, 1).epoch, -1);
  EXPECT_EQ(diverging(20, 4).epoch, -1);
  EXPECT_EQ(diverging(12, 1).epoch, 1);  // epoch 1 ends at 10 here
  EXPECT_EQ(diverging(12, 1).end_offset, 10);
  EXPECT_EQ(diverging(12, 3).epoch, 1);  // never led here
  EXPECT_EQ(diverging(12, 3).end_offset, 10);
  EXPECT_EQ(diverging(10, 3).epoch, 1);  // nothing of it to cut, but the reader must forget the epoch
  EXPECT_EQ(diverging(30, 4).end_offset, 20) << "beyond the end, as after a cut";
  EXPECT_EQ(read_error({.offset = 12, .last_fetched_epoch = 5}), ErrorCode::kOffsetOutOfRange);
}

TEST_F(Leader, TooLargeForASegment) {
  settings.storage.segment_bytes = 200;
  open_leader();
  EXPECT_EQ(produce({.records = 100}).error, ErrorCode::kRecordListTooLarge);
  EXPECT_EQ(produce({}).error, ErrorCode::kNone);
}

TEST_F(Leader, BrokenOctetsAreRefusedWhole) {
  open_leader();
  Octets cut = make_batch({});
  cut.pop_back();
  EXPECT_EQ(append(cut).error, ErrorCode::kCorruptMessage);
  EXPECT_EQ(append({}).error, ErrorCode::kCorruptMessage);
  EXPECT_EQ(log->log_end(), 0);
}

TEST_F(Leader, AFailedAppendIsNeverCarriedOnWith) {
  open_leader();
  produce({});
  disk.failures_in = 0;
  const AppendOutcome failed = produce({});
  EXPECT_EQ(failed.error, ErrorCode::kKafkaStorageError);
  EXPECT_EQ(message_of(failed.status), "the device is gone");
  disk.failures_in = -1;  // even if the device comes back
  EXPECT_EQ(produce({}).error, ErrorCode::kKafkaStorageError);
  EXPECT_EQ(read_error({.max_bytes = 100}), ErrorCode::kKafkaStorageError);
  EXPECT_FALSE(log->in_service());
  EXPECT_EQ(disk.batches.size(), 1u);
}

TEST_F(Leader, ClosedLogsHaveNoLeader) {
  open_leader();
  const auto held = log;
  stop_cleanly();
  log = held;
  EXPECT_EQ(produce({}).error, ErrorCode::kNotLeaderOrFollower);
  EXPECT_EQ(read_error({}), ErrorCode::kNotLeaderOrFollower);
  EXPECT_EQ(log->flush().code(), Code::kUnavailable);
  EXPECT_EQ(log->become_leader({.epoch = 9}).code(), Code::kUnavailable);
}

TEST_F(Leader, DeletesRecordsUpToTheHighWatermark) {
  open_leader();
  for (int i = 0; i < 4; ++i) produce({});
  Status status;
  EXPECT_EQ(log->delete_records(5, status), ErrorCode::kOffsetOutOfRange);
  EXPECT_EQ(log->delete_records(-2, status), ErrorCode::kOffsetOutOfRange);
  EXPECT_EQ(log->delete_records(3, status), ErrorCode::kNone);
  EXPECT_EQ(log->delete_records(1, status), ErrorCode::kNone);  // is so already
  EXPECT_EQ(log->low_watermark(), 3);
  EXPECT_EQ(log->delete_records(-1, status), ErrorCode::kNone);
  EXPECT_EQ(log->log_start(), 4);
  EXPECT_EQ(disk.sides["leader-epoch-checkpoint"], "0\n1\n0 4\n");
  EXPECT_EQ(log->advance_start(5, {}).code(), Code::kInvalid);
}

struct Observer final : LogObserver {
  void on_change(PartitionLog& log, std::uint32_t changes) noexcept override {
    seen |= changes;
    ++calls;
    end = log.positions().log_end;  // the mutex is free
  }
  std::uint32_t seen = 0;
  int calls = 0;
  std::int64_t end = -1;
};

TEST_F(Leader, ObserverIsToldOfEachChange) {
  open_leader();
  Observer observer;
  log->set_observer(&observer);
  const auto take = [&] { return std::exchange(observer.seen, 0u); };
  produce({});
  EXPECT_EQ(take() & ~kFlushedChanged, kLogEndChanged | kHighWatermarkChanged);
  EXPECT_EQ(observer.end, 1);
  Status status;
  EXPECT_EQ(log->delete_records(1, status), ErrorCode::kNone);
  EXPECT_EQ(take(), kLogStartChanged);
  ASSERT_TRUE(log->become_follower(1).ok());
  EXPECT_EQ(take(), kRoleChanged);
  const int before = observer.calls;
  EXPECT_EQ(read_error({.offset = 1, .check = {.leader_only = false}}), ErrorCode::kNone);
  EXPECT_EQ(produce({}).error, ErrorCode::kNotLeaderOrFollower);
  EXPECT_EQ(observer.calls, before);
  ASSERT_TRUE(log->close(false).ok());
  EXPECT_EQ(take(), kFailed);
}

}  // namespace
}  // namespace barnabas::log
