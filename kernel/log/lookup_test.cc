// ListOffsets: offsets by time, to the record.
#include "kernel/log/log_fixture.h"

namespace barnabas::log {
namespace {

class Lookup : public LogTest {
 protected:
  Lookup() {
    open_leader(1);
    produce({.records = 5, .timestamp_ms = 1000});  // offsets 0-4, 1000-1004
    EXPECT_TRUE(log->become_leader({.epoch = 2, .replica_id = 1}).ok());
    produce({.records = 5, .timestamp_ms = 2000});  // 5-9
    produce({.records = 5, .timestamp_ms = 1500});  // 10-14
  }
  OffsetLookup at(std::int64_t timestamp_ms, Isolation isolation = Isolation::kHighWatermark) {
    OffsetLookup found = log->lookup(timestamp_ms, isolation, {}, codecs);
    EXPECT_EQ(found.error, ErrorCode::kNone);
    return found;
  }
};

void expect(const OffsetLookup& found, std::int64_t offset, std::int64_t timestamp_ms, std::int32_t epoch) {
  EXPECT_EQ(found.offset, offset);
  EXPECT_EQ(found.timestamp_ms, timestamp_ms);
  EXPECT_EQ(found.leader_epoch, epoch);
}

TEST_F(Lookup, FirstRecordAtOrAfterATime) {
  expect(at(0), 0, 1000, 1);
  expect(at(1003), 3, 1003, 1);
  expect(at(1005), 5, 2000, 2);
  expect(at(2004), 9, 2004, 2);
  expect(at(2005), -1, -1, -1);
}

TEST_F(Lookup, SpecialTimes) {
  expect(at(kEarliestTimestamp), 0, -1, 1);
  expect(at(kEarliestLocalTimestamp), 0, -1, 1);
  expect(at(kLatestTimestamp), 15, -1, 2);
  expect(at(kMaxTimestamp), 9, 2004, 2);
  expect(at(kLatestTieredTimestamp), -1, -1, -1);
  expect(at(kEarliestPendingUploadTimestamp), -1, -1, -1);
  EXPECT_EQ(log->lookup(-7, Isolation::kHighWatermark, {}, codecs).error, ErrorCode::kUnsupportedVersion);
}

TEST_F(Lookup, NothingBelowTheStart) {
  Status status;
  ASSERT_EQ(log->delete_records(3, status), ErrorCode::kNone);
  expect(at(kEarliestTimestamp), 3, -1, 1);
  expect(at(0), 3, 1003, 1);
  ASSERT_EQ(log->delete_records(5, status), ErrorCode::kNone);  // the batch below is still in its segment
  expect(at(0), 5, 2000, 2);
  expect(at(kEarliestTimestamp), 5, -1, 2);
}

TEST_F(Lookup, NothingBeyondWhatTheReaderSees) {
  produce({.producer_id = 7, .epoch = 0, .sequence = 0, .transactional = true, .timestamp_ms = 3000});
  expect(at(3000), 15, 3000, 2);
  expect(at(3000, Isolation::kLastStable), -1, -1, -1);
  expect(at(kLatestTimestamp, Isolation::kLastStable), 15, -1, 2);
  expect(at(kMaxTimestamp, Isolation::kLastStable), -1, -1, -1);
}

TEST_F(Lookup, EmptyLog) {
  disk = {};
  open_leader();
  expect(at(0), -1, -1, -1);
  expect(at(kMaxTimestamp), -1, -1, -1);
  expect(at(kLatestTimestamp), 0, -1, 0);
}

TEST_F(Lookup, DamagedBatchesAreNotInterpreted) {
  disk.batches[1].octets.back() ^= 1;
  const OffsetLookup found = log->lookup(2000, Isolation::kHighWatermark, {}, codecs);
  EXPECT_EQ(found.error, ErrorCode::kCorruptMessage);
  EXPECT_NE(std::string(message_of(found.status)).find("the batch at offset 5 has checksum "), std::string::npos);
  EXPECT_TRUE(log->in_service());
}

TEST_F(Lookup, ChecksTheEpoch) {
  EXPECT_EQ(log->lookup(0, Isolation::kHighWatermark, {.current_epoch = 1}, codecs).error, ErrorCode::kFencedLeaderEpoch);
}

}  // namespace
}  // namespace barnabas::log
