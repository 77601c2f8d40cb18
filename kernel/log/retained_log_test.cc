// What a retention sees of a log, and what becomes of the log when it acts.
#include "kernel/log/retained_log.h"

#include "kernel/log/log_fixture.h"

namespace barnabas::log {
namespace {

class Retained : public LogTest {
 protected:
  Retained() { open_leader(); }

  sdk::RetainedState state() {
    sdk::RetainedState state;
    EXPECT_TRUE(RetainedLog(*log).state(state));
    return state;
  }
  Produced next() { return {.producer_id = 7, .epoch = 0, .sequence = sequence_++}; }
  std::int32_t sequence_ = 0;
};

TEST_F(Retained, SeesWhereTheLogStands) {
  for (int i = 0; i < 3; ++i) produce({});
  Status status;
  ASSERT_EQ(log->delete_records(1, status), ErrorCode::kNone);
  const sdk::RetainedState seen = state();
  EXPECT_EQ(seen.log_start, 1);
  EXPECT_EQ(seen.high_watermark, 3);
  EXPECT_EQ(seen.log_end, 3);
  EXPECT_EQ(seen.size, 3 * disk.batches[0].octets.size());
}

TEST_F(Retained, NothingAboveTheHighWatermarkCanBeGivenUp) {
  const std::vector<std::int32_t> replicas = {1, 2};
  ASSERT_TRUE(log->become_leader({.epoch = 1, .replica_id = 1, .replicas = replicas}).ok());
  for (int i = 0; i < 3; ++i) produce({});
  EXPECT_EQ(RetainedLog(*log).delete_before(1).code(), Code::kInvalid);
  EXPECT_EQ(log->log_start(), 0);
}

TEST_F(Retained, AtItsEndTheLogGivesUpTheSegmentThatIsWrittenTo) {
  for (int i = 0; i < 3; ++i) produce({});
  ASSERT_TRUE(RetainedLog(*log).delete_before(3));
  EXPECT_EQ(log->log_start(), 3);
  EXPECT_EQ(state().size, 0u);
  EXPECT_EQ(disk.segment_bases, std::vector<std::int64_t>{3});
  EXPECT_EQ(produce({}).base_offset, 3);
}

TEST_F(Retained, WhatWasDecidedByRulesThatAreNoLongerTrueIsNotDone) {
  settings.retention.bounds.retention_ms = 1000;
  log->configure(settings);
  for (int i = 0; i < 3; ++i) produce({});
  RetainedLog visited(*log);
  EXPECT_EQ(visited.rules().bounds.retention_ms, 1000);
  settings.retention.bounds.retention_ms = 60'000;
  log->configure(settings);
  EXPECT_TRUE(visited.delete_before(3));
  EXPECT_EQ(log->log_start(), 0);
  RetainedLog again(*log);
  EXPECT_EQ(again.rules().bounds.retention_ms, 60'000) << "the next visit goes by the new ones";
  EXPECT_TRUE(again.delete_before(2));
  EXPECT_EQ(log->log_start(), 2);
}

TEST_F(Retained, RecordsThatWereDeletedByHandFreeTheirSegmentToo) {
  for (int i = 0; i < 3; ++i) produce({});
  Status status;
  ASSERT_EQ(log->delete_records(-1, status), ErrorCode::kNone);
  EXPECT_NE(state().size, 0u) << "it is written to";
  ASSERT_TRUE(RetainedLog(*log).delete_before(3));
  EXPECT_EQ(state().size, 0u);
}

TEST_F(Retained, ProducersAreKnownAfterAllWasGivenUpAndTheBrokerKilled) {
  produce(next());
  const Produced last = next();
  produce(last);
  ASSERT_TRUE(RetainedLog(*log).delete_before(2));
  kill();
  open_leader(1);
  EXPECT_EQ(log->log_start(), 2);
  EXPECT_TRUE(produce(last).duplicate);
  EXPECT_EQ(produce(next()).base_offset, 2);
}

TEST_F(Retained, AClosedLogSaysSo) {
  const auto held = log;
  stop_cleanly();
  sdk::RetainedState state;
  EXPECT_EQ(RetainedLog(*held).state(state).code(), Code::kUnavailable);
  EXPECT_EQ(RetainedLog(*held).delete_before(0).code(), Code::kUnavailable);
}

}  // namespace
}  // namespace barnabas::log
