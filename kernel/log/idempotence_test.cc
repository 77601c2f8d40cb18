// What a partition remembers of its producers: repeats, gaps, epochs, transactions.
#include "kernel/log/log_fixture.h"

namespace barnabas::log {
namespace {

class Idempotence : public LogTest {
 protected:
  Idempotence() { open_leader(); }

  Produced next(int records = 1) {
    const Produced batch{.records = records, .producer_id = 7, .epoch = 0, .sequence = sequence_};
    sequence_ = record::add_sequence(sequence_, records);
    return batch;
  }
  std::int32_t sequence_ = 0;
};

TEST_F(Idempotence, EachOfTheLastFiveBatchesMayBeRepeated) {
  std::vector<Produced> batches;
  std::vector<std::int64_t> offsets;
  for (int i = 0; i < 6; ++i) {
    batches.push_back(next(i + 1));
    batches.back().timestamp_ms = 1000 + i * 100;
    offsets.push_back(produce(batches.back()).base_offset);
  }
  const std::int64_t end = log->log_end();
  for (std::size_t i = 1; i < 6; ++i) {
    const AppendOutcome again = produce(batches[i]);
    EXPECT_EQ(again.error, ErrorCode::kNone);
    EXPECT_TRUE(again.duplicate);
    EXPECT_EQ(again.base_offset, offsets[i]);
    EXPECT_EQ(again.last_offset, offsets[i] + static_cast<std::int64_t>(i));
    EXPECT_EQ(again.log_append_time_ms, batches[i].timestamp_ms + static_cast<std::int64_t>(i));
  }
  EXPECT_EQ(produce(batches[0]).error, ErrorCode::kOutOfOrderSequenceNumber);
  EXPECT_EQ(log->log_end(), end);
  EXPECT_EQ(disk.batches.size(), 6u);
}

TEST_F(Idempotence, RepeatsAreKnownAfterRollsAndDeletion) {
  settings.storage.segment_bytes = 200;  // two batches
  log->configure(settings);
  std::vector<Produced> batches;
  for (int i = 0; i < 8; ++i) {
    batches.push_back(next());
    ASSERT_EQ(produce(batches.back()).error, ErrorCode::kNone);
  }
  ASSERT_GT(disk.segment_bases.size(), 3u);
  Status status;
  ASSERT_EQ(log->delete_records(-1, status), ErrorCode::kNone);
  for (int i = 3; i < 8; ++i) {
    const AppendOutcome again = produce(batches[static_cast<std::size_t>(i)]);
    EXPECT_TRUE(again.duplicate) << i;
    EXPECT_EQ(again.base_offset, i);
  }
  EXPECT_EQ(produce(next()).error, ErrorCode::kNone);
}

TEST_F(Idempotence, RepeatsAreKnownAfterLeaderChangeAndRestart) {
  std::vector<Produced> batches;
  for (int i = 0; i < 3; ++i) ASSERT_EQ(produce(batches.emplace_back(next())).error, ErrorCode::kNone);
  ASSERT_TRUE(log->become_follower(1).ok());
  ASSERT_TRUE(log->become_leader({.epoch = 2, .replica_id = 1}).ok());
  EXPECT_TRUE(produce(batches[0]).duplicate);
  kill();
  open_leader(3);
  EXPECT_TRUE(produce(batches[0]).duplicate);
  EXPECT_TRUE(produce(batches[2]).duplicate);
  stop_cleanly();
  open_leader(4);
  EXPECT_EQ(report.replayed_batches, 0u);
  EXPECT_TRUE(produce(batches[2]).duplicate);
  EXPECT_EQ(produce(next()).error, ErrorCode::kNone);
}

TEST_F(Idempotence, GapsAreRefused) {
  EXPECT_EQ(produce({.producer_id = 8, .epoch = 0, .sequence = 42}).error, ErrorCode::kNone);  // nothing known: any sequence
  EXPECT_EQ(produce({.producer_id = 8, .epoch = 0, .sequence = 44}).error, ErrorCode::kOutOfOrderSequenceNumber);
  EXPECT_EQ(produce({.records = 2, .producer_id = 8, .epoch = 0, .sequence = 42}).error, ErrorCode::kOutOfOrderSequenceNumber);
  EXPECT_EQ(log->log_end(), 1);
}

TEST_F(Idempotence, SequencesWrap) {
  ASSERT_EQ(produce({.records = 2, .producer_id = 7, .epoch = 0, .sequence = INT32_MAX - 1}).error, ErrorCode::kNone);
  EXPECT_EQ(produce({.producer_id = 7, .epoch = 0, .sequence = 1}).error, ErrorCode::kOutOfOrderSequenceNumber);
  EXPECT_EQ(produce({.records = 3, .producer_id = 7, .epoch = 0, .sequence = 0}).error, ErrorCode::kNone);
  EXPECT_TRUE(produce({.records = 2, .producer_id = 7, .epoch = 0, .sequence = INT32_MAX - 1}).duplicate);
  // And inside a batch.
  ASSERT_EQ(produce({.records = 4, .producer_id = 9, .epoch = 0, .sequence = INT32_MAX - 1}).error, ErrorCode::kNone);
  EXPECT_EQ(produce({.producer_id = 9, .epoch = 0, .sequence = 2}).error, ErrorCode::kNone);
}

TEST_F(Idempotence, AnEpochBeginsAtZeroAndFencesTheOneBefore) {
  ASSERT_EQ(produce(next()).error, ErrorCode::kNone);
  EXPECT_EQ(produce({.producer_id = 7, .epoch = 1, .sequence = 1}).error, ErrorCode::kOutOfOrderSequenceNumber);
  EXPECT_EQ(produce({.producer_id = 7, .epoch = 1, .sequence = 0}).error, ErrorCode::kNone);
  EXPECT_EQ(produce({.producer_id = 7, .epoch = 0, .sequence = 1}).error, ErrorCode::kInvalidProducerEpoch);
  // The first batch of the old epoch had the same sequences: no repeat of it.
  EXPECT_EQ(produce({.producer_id = 7, .epoch = 0, .sequence = 0}).error, ErrorCode::kInvalidProducerEpoch);
}

TEST_F(Idempotence, AMarkerOfANewEpochLeavesNothingToContinue) {
  ASSERT_EQ(produce({.producer_id = 7, .epoch = 0, .sequence = 0, .transactional = true}).error, ErrorCode::kNone);
  ASSERT_EQ(mark(7, 0, true).error, ErrorCode::kNone);
  EXPECT_EQ(produce({.producer_id = 7, .epoch = 0, .sequence = 1, .transactional = true}).error, ErrorCode::kNone);
  ASSERT_EQ(mark(7, 1, true).error, ErrorCode::kNone);
  EXPECT_EQ(produce({.producer_id = 7, .epoch = 1, .sequence = 2, .transactional = true}).error, ErrorCode::kOutOfOrderSequenceNumber);
  EXPECT_EQ(produce({.producer_id = 7, .epoch = 1, .sequence = 0, .transactional = true}).error, ErrorCode::kNone);
}

TEST_F(Idempotence, MarkersOfPastCoordinatorsAndEpochsAreRefused) {
  ASSERT_EQ(mark(7, 3, true, 5).error, ErrorCode::kNone);
  EXPECT_EQ(mark(7, 3, true, 4).error, ErrorCode::kTransactionCoordinatorFenced);
  EXPECT_EQ(mark(7, 2, true, 5).error, ErrorCode::kInvalidProducerEpoch);
  EXPECT_EQ(mark(7, 3, true, 5).error, ErrorCode::kNone);
}

TEST_F(Idempotence, AnOpenTransactionTakesNothingElse) {
  ASSERT_EQ(produce({.producer_id = 7, .epoch = 0, .sequence = 0, .transactional = true}).error, ErrorCode::kNone);
  EXPECT_EQ(produce({.producer_id = 7, .epoch = 0, .sequence = 1}).error, ErrorCode::kInvalidTxnState);
  EXPECT_EQ(produce({.producer_id = 8, .epoch = 0, .sequence = 0}).error, ErrorCode::kNone);
}

TEST_F(Idempotence, CoordinatorsHaveNoSequences) {
  const LeaderAppend how{.origin = Origin::kCoordinator};
  EXPECT_EQ(append(make_batch({.producer_id = 7, .epoch = 1, .transactional = true}), how).error, ErrorCode::kNone);
  EXPECT_EQ(append(make_batch({.producer_id = 7, .epoch = 1, .transactional = true}), how).error, ErrorCode::kNone);
  EXPECT_EQ(append(make_batch({.producer_id = 7, .epoch = 0, .transactional = true}), how).error, ErrorCode::kInvalidProducerEpoch);
}

TEST_F(Idempotence, AllBatchesOfAnAppendOrNone) {
  Octets octets = make_batch({.producer_id = 7, .epoch = 0, .sequence = 0, .transactional = true});
  const Octets bad = make_batch({.producer_id = 7, .epoch = 0, .sequence = 5, .transactional = true});
  octets.insert(octets.end(), bad.begin(), bad.end());
  EXPECT_EQ(append(octets).error, ErrorCode::kOutOfOrderSequenceNumber);
  EXPECT_EQ(log->log_end(), 0);
  EXPECT_TRUE(log->producers().empty());
  EXPECT_EQ(produce({.producer_id = 7, .epoch = 0, .sequence = 0}).error, ErrorCode::kNone);
}

TEST_F(Idempotence, IdleProducersAreForgottenButNoOpenTransaction) {
  ASSERT_EQ(produce({.producer_id = 7, .epoch = 0, .sequence = 0, .timestamp_ms = 1000}).error, ErrorCode::kNone);
  ASSERT_EQ(produce({.producer_id = 8, .epoch = 0, .sequence = 0, .transactional = true, .timestamp_ms = 1000}).error, ErrorCode::kNone);
  EXPECT_EQ(log->expire_producers(50), 0u);
  EXPECT_EQ(log->expire_producers(50 + settings.producer_id_expiration_ms - 1), 0u);
  EXPECT_EQ(log->expire_producers(50 + settings.producer_id_expiration_ms), 1u);
  ASSERT_EQ(log->producers().size(), 1u);
  EXPECT_EQ(log->producers()[0].producer_id, 8);
  EXPECT_EQ(log->producers()[0].transaction_start, 1);
  EXPECT_EQ(produce({.producer_id = 7, .epoch = 0, .sequence = 9}).error, ErrorCode::kNone);
}

TEST_F(Idempotence, WhoSendsOldRecordsIsNotIdle) {
  ASSERT_EQ(produce({.producer_id = 7, .epoch = 0, .sequence = 0, .timestamp_ms = 1000}).error, ErrorCode::kNone);
  EXPECT_EQ(log->expire_producers(50), 0u);
  ASSERT_EQ(produce({.producer_id = 7, .epoch = 0, .sequence = 1, .timestamp_ms = 1001}).error, ErrorCode::kNone);
  EXPECT_EQ(log->expire_producers(50 + settings.producer_id_expiration_ms), 0u);
  EXPECT_TRUE(produce({.producer_id = 7, .epoch = 0, .sequence = 1, .timestamp_ms = 1001}).duplicate);
}

class Verification : public LogTest {
 protected:
  Verification() {
    settings.verify_transactions = true;
    open_leader();
  }
  AppendOutcome begin(std::int32_t sequence, std::uint64_t token) {
    return append(make_batch({.producer_id = 7, .epoch = 0, .sequence = sequence, .transactional = true}), {.verification = token});
  }
};

TEST_F(Verification, ATransactionBeginsOnlyWithTheTokenOfItsVerification) {
  EXPECT_EQ(begin(0, 0).error, ErrorCode::kInvalidTxnState);
  const std::uint64_t token = log->begin_verification(7, 0, 0);
  ASSERT_NE(token, 0u);
  EXPECT_EQ(begin(0, token + 1).error, ErrorCode::kInvalidTxnState);
  EXPECT_EQ(begin(0, token).error, ErrorCode::kNone);
  EXPECT_EQ(log->begin_verification(7, 0, 1), 0u);  // open: no need
  EXPECT_EQ(begin(1, 0).error, ErrorCode::kNone);
}

TEST_F(Verification, AMarkerInBetweenMakesTheTokenVoid) {
  const std::uint64_t token = log->begin_verification(7, 0, 0);
  ASSERT_EQ(mark(7, 0, false).error, ErrorCode::kNone);
  EXPECT_EQ(begin(0, token).error, ErrorCode::kInvalidTxnState);
}

TEST_F(Verification, ALaterSequenceDoesNotOvertakeTheFirst) {
  const std::uint64_t token = log->begin_verification(7, 0, 0);
  EXPECT_EQ(log->begin_verification(7, 0, 1), token);
  EXPECT_EQ(begin(1, token).error, ErrorCode::kOutOfOrderSequenceNumber);
  EXPECT_EQ(begin(0, token).error, ErrorCode::kNone);
  EXPECT_EQ(begin(1, token).error, ErrorCode::kNone);
}

}  // namespace
}  // namespace barnabas::log
