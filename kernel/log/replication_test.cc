// High watermark, follower appends, truncation: what replication stands on.
#include "kernel/log/log_fixture.h"
#include "kernel/log/replica_positions.h"

namespace barnabas::log {
namespace {

class Replication : public LogTest {
 protected:
  void open_with_replicas(std::int32_t min_in_sync = 1) {
    open();
    ASSERT_TRUE(log->become_leader({.epoch = 1, .replica_id = 1, .replicas = replicas, .min_in_sync = min_in_sync}).ok());
  }
  void fetch(std::int32_t replica, std::int64_t offset, std::int64_t at_ms = 0) {
    ASSERT_EQ(log->note_fetch(1, {.replica_id = replica, .offset = offset, .now_ms = at_ms}), ErrorCode::kNone);
  }
  const std::vector<std::int32_t> replicas{1, 2, 3};
};

TEST_F(Replication, HighWatermarkIsTheSmallestEndInSync) {
  open_with_replicas();
  for (int i = 0; i < 5; ++i) produce({});
  EXPECT_EQ(log->high_watermark(), 0);
  fetch(2, 5);
  EXPECT_EQ(log->high_watermark(), 0);  // 3 has not been heard of
  fetch(3, 2);
  EXPECT_EQ(log->high_watermark(), 2);
  const std::vector<std::int32_t> smaller{1, 2};
  ASSERT_EQ(log->set_in_sync(1, smaller, 1), ErrorCode::kNone);
  fetch(3, 2, 1'000'000);  // out of sync and not caught up
  EXPECT_EQ(log->high_watermark(), 5);
}

TEST_F(Replication, HighWatermarkWaitsForWhoIsAboutToJoin) {
  open_with_replicas();
  const std::vector<std::int32_t> smaller{1, 2};
  ASSERT_EQ(log->set_in_sync(1, smaller, 1), ErrorCode::kNone);
  produce({});
  fetch(3, 1, 10);  // caught up
  produce({});
  fetch(2, 2, 20);
  EXPECT_EQ(log->high_watermark(), 1);
  fetch(2, 2, 11 + settings.replica_lag_time_max_ms);
  EXPECT_EQ(log->high_watermark(), 2);
}

TEST_F(Replication, HighWatermarkStaysWhileTooFewAreInSync) {
  open_with_replicas(2);
  produce({});
  fetch(2, 1);
  fetch(3, 1);
  EXPECT_EQ(log->high_watermark(), 1);
  const std::vector<std::int32_t> alone{1};
  ASSERT_EQ(log->set_in_sync(1, alone, 2), ErrorCode::kNone);
  EXPECT_EQ(append(make_batch({}), {.require_min_in_sync = true}).error, ErrorCode::kNotEnoughReplicas);
  EXPECT_EQ(produce({}).error, ErrorCode::kNone);  // acks=1
  fetch(2, 1, 1'000'000);                          // long behind: nobody waits for it
  fetch(3, 1, 1'000'000);
  EXPECT_EQ(log->high_watermark(), 1);
}

TEST_F(Replication, HighWatermarkNeverMovesBack) {
  open_with_replicas();
  for (int i = 0; i < 3; ++i) produce({});
  fetch(2, 3);
  fetch(3, 3);
  fetch(3, 1);
  EXPECT_EQ(log->high_watermark(), 3);
  ASSERT_TRUE(log->become_leader({.epoch = 2, .replica_id = 1, .replicas = replicas}).ok());
  EXPECT_EQ(log->high_watermark(), 3);
  produce({});
  EXPECT_EQ(log->high_watermark(), 3);  // positions of the last epoch do not count
}

TEST_F(Replication, LookupsWaitForANewLeadersHighWatermark) {
  open();
  ASSERT_TRUE(log->become_follower(1).ok());
  ASSERT_EQ(replicate({{.records = 5, .base_offset = 0, .leader_epoch = 1}}, 1, 2).error, ErrorCode::kNone);
  ASSERT_TRUE(log->become_leader({.epoch = 2, .replica_id = 1, .replicas = replicas}).ok());
  const auto latest = [&](Isolation isolation) { return log->lookup(kLatestTimestamp, isolation, {}, codecs); };
  EXPECT_EQ(latest(Isolation::kHighWatermark).error, ErrorCode::kOffsetNotAvailable);
  EXPECT_EQ(latest(Isolation::kLogEnd).offset, 5);
  EXPECT_EQ(log->lookup(1000, Isolation::kHighWatermark, {}, codecs).offset, 0);
  EXPECT_EQ(log->lookup(1004, Isolation::kHighWatermark, {}, codecs).error, ErrorCode::kOffsetNotAvailable);
  ASSERT_EQ(log->note_fetch(2, {.replica_id = 2, .offset = 5}), ErrorCode::kNone);
  ASSERT_EQ(log->note_fetch(2, {.replica_id = 3, .offset = 5}), ErrorCode::kNone);
  EXPECT_EQ(latest(Isolation::kHighWatermark).offset, 5);
  EXPECT_EQ(latest(Isolation::kHighWatermark).leader_epoch, 2);
}

TEST_F(Replication, FollowersTakeBatchesAsTheyAre) {
  open();
  ASSERT_TRUE(log->become_follower(3).ok());
  // A gap, as compaction leaves it.
  const AppendOutcome outcome =
      replicate({{.records = 2, .base_offset = 0, .leader_epoch = 1}, {.records = 2, .base_offset = 10, .leader_epoch = 3}}, 3, 4);
  EXPECT_EQ(outcome.error, ErrorCode::kNone);
  EXPECT_EQ(log->log_end(), 12);
  EXPECT_EQ(log->high_watermark(), 4);
  EXPECT_EQ(disk.sides["leader-epoch-checkpoint"], "0\n2\n1 0\n3 10\n");
  EXPECT_EQ(replicate({{.base_offset = 11, .leader_epoch = 3}}, 3).error, ErrorCode::kUnknownServerError);
  EXPECT_EQ(replicate({{.base_offset = 12, .leader_epoch = 3}}, 2).error, ErrorCode::kNotLeaderOrFollower);
  EXPECT_EQ(replicate({}, 3, 100).error, ErrorCode::kNone);
  EXPECT_EQ(log->high_watermark(), 12);
  Octets broken = make_batch({.base_offset = 12, .leader_epoch = 3});
  broken.back() ^= 1;
  EXPECT_EQ(log->append_as_follower({.batches = broken, .leader_epoch = 3}).error, ErrorCode::kCorruptMessage);
  EXPECT_EQ(log->log_end(), 12);
}

TEST_F(Replication, FollowersTakeOldProducerEpochsToo) {
  open();
  ASSERT_TRUE(log->become_follower(1).ok());
  ASSERT_EQ(replicate({{.producer_id = 7, .epoch = 4, .sequence = 0, .base_offset = 0, .leader_epoch = 1},
                       {.producer_id = 7, .epoch = 3, .sequence = 9, .base_offset = 1, .leader_epoch = 1}},
                      1)
                .error,
            ErrorCode::kNone);
  EXPECT_EQ(log->producers()[0].last_sequence, 9);
}

TEST_F(Replication, FollowersStartMovesWithTheLeaders) {
  open();
  ASSERT_TRUE(log->become_follower(1).ok());
  Octets octets = make_batch({.records = 5, .base_offset = 0, .leader_epoch = 1});
  ASSERT_EQ(log->append_as_follower({.batches = octets, .leader_epoch = 1, .leader_high_watermark = 3, .leader_log_start = 4}).log_start,
            0);
  ASSERT_EQ(log->append_as_follower({.leader_epoch = 1, .leader_high_watermark = 5, .leader_log_start = 4}).log_start, 4);
  EXPECT_EQ(log->log_start(), 4);
}

TEST_F(Replication, TruncationCutsEverythingAtEveryOffset) {
  for (std::int64_t cut = 0; cut <= 10; ++cut) {
    disk = {};
    open();
    ASSERT_TRUE(log->become_follower(5).ok());
    for (std::int32_t epoch = 1; epoch <= 5; ++epoch) {
      const std::int64_t base = 2 * std::int64_t{epoch - 1};
      ASSERT_EQ(
          replicate(
              {{.producer_id = 7, .epoch = 0, .sequence = static_cast<std::int32_t>(base), .base_offset = base, .leader_epoch = epoch},
               {.producer_id = 7,
                .epoch = 0,
                .sequence = static_cast<std::int32_t>(base) + 1,
                .base_offset = base + 1,
                .leader_epoch = epoch}},
              5, base + 2)
              .error,
          ErrorCode::kNone);
    }
    ASSERT_TRUE(log->truncate_to(cut).ok());
    for (const bool after_restart : {false, true}) {
      if (after_restart) {
        kill();
        open();
      }
      EXPECT_EQ(log->log_end(), cut);
      EXPECT_LE(log->high_watermark(), cut);
      EXPECT_LE(log->last_stable(), log->high_watermark());
      EpochEnd end;
      ASSERT_EQ(log->end_offset_for_epoch(5, {.leader_only = false}, end), ErrorCode::kNone);
      EXPECT_EQ(end.end_offset, cut <= 8 ? -1 : cut);
      ASSERT_EQ(log->producers().size(), cut == 0 ? 0u : 1u);
      if (cut > 0) {
        EXPECT_EQ(log->producers()[0].last_sequence, cut - 1);
      }
    }
    ASSERT_TRUE(log->close(false).ok());
  }
}

TEST_F(Replication, LeadersAreNotCut) {
  open_leader();
  produce({});
  EXPECT_EQ(log->truncate_to(0).code(), Code::kInvalid);
  EXPECT_EQ(log->restart_at(7).code(), Code::kInvalid);
}

TEST_F(Replication, RestartLeavesNothing) {
  settings.storage.segment_bytes = 200;
  open_leader(2);
  for (int i = 0; i < 5; ++i) produce({.producer_id = 7, .epoch = 0, .sequence = i, .transactional = true});
  ASSERT_TRUE(log->become_follower(3).ok());
  ASSERT_TRUE(log->restart_at(100).ok());
  const LogPositions at = log->positions();
  EXPECT_EQ(at.log_start, 100);
  EXPECT_EQ(at.log_end, 100);
  EXPECT_EQ(at.high_watermark, 100);
  EXPECT_EQ(at.last_stable, 100);
  EXPECT_TRUE(log->producers().empty());
  EXPECT_EQ(disk.sides.size(), 1u);
  EXPECT_EQ(disk.sides["leader-epoch-checkpoint"], "0\n0\n");
  ASSERT_EQ(replicate({{.base_offset = 100, .leader_epoch = 3}}, 3).error, ErrorCode::kNone);
}

TEST(ReplicaPositions, CaughtUpIsWhoHadAllAtItsLastFetch) {
  ReplicaPositions positions;
  const std::int32_t replicas[] = {1, 2};
  const std::int32_t alone[] = {1};
  positions.assign({.epoch = 1, .replica_id = 1, .replicas = replicas, .in_sync = alone}, true);
  EXPECT_FALSE(positions.note({.replica_id = 9}, 0));
  ASSERT_TRUE(positions.note({.replica_id = 2, .offset = 0, .now_ms = 10}, 5));
  EXPECT_EQ(positions.followers()[0].last_caught_up_ms, -1);
  ASSERT_TRUE(positions.note({.replica_id = 2, .offset = 5, .now_ms = 20}, 8));  // has what the log held at 10
  EXPECT_EQ(positions.followers()[0].last_caught_up_ms, 10);
  ASSERT_TRUE(positions.note({.replica_id = 2, .offset = 8, .now_ms = 30}, 8));
  EXPECT_EQ(positions.followers()[0].last_caught_up_ms, 30);
}

TEST(ReplicaPositions, LowWatermarkIsTheSmallestStart) {
  ReplicaPositions positions;
  const std::int32_t replicas[] = {1, 2};
  positions.assign({.epoch = 1, .replica_id = 1, .replicas = replicas}, true);
  EXPECT_EQ(positions.low_watermark(7), -1);
  positions.note({.replica_id = 2, .offset = 9, .log_start = 3}, 9);
  EXPECT_EQ(positions.low_watermark(7), 3);
}

}  // namespace
}  // namespace barnabas::log
