// flush: ack — only what is on the device counts.
#include "kernel/log/log_fixture.h"

namespace barnabas::log {
namespace {

class FlushAck : public LogTest {
 protected:
  FlushAck() { settings.flush = FlushMode::kAck; }
};

TEST_F(FlushAck, HighWatermarkWaitsForTheDevice) {
  open_leader();
  EXPECT_FALSE(log->flush_needed());
  produce({});
  produce({});
  EXPECT_EQ(log->high_watermark(), 0);
  EXPECT_TRUE(log->flush_needed());
  ASSERT_TRUE(log->flush().ok());
  EXPECT_EQ(log->high_watermark(), 2);
  EXPECT_EQ(log->flushed_end(), 2);
  EXPECT_FALSE(log->flush_needed());
}

TEST_F(FlushAck, WhatWasAcknowledgedSurvivesThePowerCut) {
  open_leader();
  produce({});
  ASSERT_TRUE(log->flush().ok());
  produce({});
  kill();
  disk.power_off();
  open_leader(1);
  EXPECT_EQ(log->log_end(), 1);
  EXPECT_EQ(log->high_watermark(), 1);
}

TEST_F(FlushAck, WhatAnUncleanStopLeftIsFlushedAtOpening) {
  open_leader();
  produce({});
  kill();
  EXPECT_EQ(disk.flushed_batches, 0u);
  open_leader(1);
  EXPECT_EQ(disk.flushed_batches, 1u);
  EXPECT_EQ(log->high_watermark(), 1);
}

class FlushOs : public LogTest {};

TEST_F(FlushOs, WhatIsFinishedIsBroughtToTheDevice) {
  settings.storage.segment_bytes = 200;  // two batches
  open_leader();
  produce({});
  EXPECT_FALSE(log->flush_needed()) << "the operating system writes when it likes";
  produce({});
  produce({});
  EXPECT_TRUE(log->flush_needed()) << "a segment was finished";
  ASSERT_TRUE(log->flush().ok());
  EXPECT_EQ(disk.flushed_batches, 3u);
  EXPECT_FALSE(log->flush_needed());
}

TEST_F(FlushAck, AFailedFlushIsTheEnd) {
  open_leader();
  produce({});
  disk.failures_in = 0;
  EXPECT_EQ(log->flush().code(), Code::kIo);
  disk.failures_in = -1;
  EXPECT_EQ(log->flush().code(), Code::kIo);
  EXPECT_EQ(log->high_watermark(), 0);
  EXPECT_FALSE(log->flush_needed());
  EXPECT_EQ(produce({}).error, ErrorCode::kKafkaStorageError);
}

struct Observer final : LogObserver {
  void on_change(PartitionLog&, std::uint32_t changes) noexcept override { seen |= changes; }
  std::uint32_t seen = 0;
};

TEST_F(FlushAck, WhatIsAppendedDuringAFlushWaitsForTheNext) {
  open_leader();
  produce({});
  disk.during_flush = [&] { produce({}); };
  ASSERT_TRUE(log->flush().ok());
  EXPECT_EQ(log->log_end(), 2);
  EXPECT_EQ(log->high_watermark(), 1);
  disk.during_flush = {};
  EXPECT_TRUE(log->flush_needed());
  ASSERT_TRUE(log->flush().ok());
  EXPECT_EQ(log->high_watermark(), 2);
}

TEST_F(FlushAck, AFlushProvesNothingAboutWhatReplacedItsOctets) {
  open();
  ASSERT_TRUE(log->become_follower(1).ok());
  ASSERT_EQ(replicate({{.records = 3, .base_offset = 0, .leader_epoch = 1}}, 1).error, ErrorCode::kNone);
  disk.during_flush = [&] {
    ASSERT_TRUE(log->truncate_to(0).ok());
    ASSERT_EQ(replicate({{.records = 5, .base_offset = 0, .leader_epoch = 1}}, 1).error, ErrorCode::kNone);
  };
  ASSERT_TRUE(log->flush().ok());
  EXPECT_EQ(log->flushed_end(), 0);
}

TEST_F(FlushAck, ModeOsNeedsNoFlush) {
  settings.flush = FlushMode::kOs;
  open_leader();
  produce({});
  EXPECT_FALSE(log->flush_needed());
  EXPECT_EQ(log->flushed_end(), 1);
  Observer observer;
  log->set_observer(&observer);
  EXPECT_TRUE(log->flush().ok());
  EXPECT_EQ(observer.seen, 0u);
  EXPECT_EQ(disk.flushed_batches, 1u);
}

}  // namespace
}  // namespace barnabas::log
