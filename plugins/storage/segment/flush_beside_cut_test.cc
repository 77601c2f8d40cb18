// A flush waits for the device while the log is cut and written anew beside it, and the other way round: what the recovery point on the
// disk says afterwards, and what a start that believes it makes of the log.
#include "segment_storage.h"

#include <barnabas/testing/storage_kit.h>

#include <gmock/gmock.h>

#include <functional>
#include <thread>

namespace barnabas::testing {
namespace {

using ::testing::ElementsAreArray;

constexpr sdk::Text kDirs[] = {"/data"};
constexpr std::int64_t kCut = 5;
constexpr std::int64_t kOldEnd = 70;
constexpr std::int64_t kNewEnd = 25;

// Of one offset each: a segment has room for seven of them.
std::vector<TestBatch> batches(std::int64_t from, std::int64_t to, std::uint64_t salt) {
  std::vector<TestBatch> made;
  for (std::int64_t offset = from; offset < to; ++offset) made.push_back(batch(offset, 1, 1000, 20, salt));
  return made;
}

class FlushBesideCut : public ::testing::Test {
 protected:
  FlushBesideCut() {
    after_ = batches(kCut, kNewEnd, 1);
    now_ = batches(0, kCut, 0);
    now_.insert(now_.end(), after_.begin(), after_.end());
    machine_.disk.on_sync([this](const std::string& path) {
      if (others_ && path.ends_with(".log")) std::thread(std::exchange(others_, nullptr)).join();
    });
  }

  void start() {
    ASSERT_TRUE(machine_.start());
    partition_ = &machine_.open();
  }
  void append_each(const std::vector<TestBatch>& some) {
    for (const TestBatch& one : some) ASSERT_TRUE(append(*partition_, {one}));
  }
  void start_with_log() {
    start();
    append_each(batches(0, kOldEnd, 0));
  }
  // They run on a thread of their own while the next sync of a segment's octets is under way, which the device has done already.
  void beside_next_sync(std::function<void()> others) { others_ = std::move(others); }
  void cut_and_write_anew() {
    ASSERT_TRUE(partition_->truncate(kCut));
    append_each(after_);
  }
  std::int64_t recovery_point_on_disk() {
    const std::vector<std::uint8_t> octets = machine_.disk.content("/data/recovery-point-offset-checkpoint");
    const std::string text(octets.begin(), octets.end());
    return std::stoll(text.substr(text.find("orders 0 ") + 9));
  }
  void lose_power() {
    machine_.switch_off();
    machine_.disk.restart(Crash::kLose);
    start();
  }
  void fail_a_sync() {
    machine_.disk.fail_at(1, Fault::kIo);
    EXPECT_EQ(partition_->flush().code(), sdk::Code::kIo);
  }

  StorageMachine machine_{{{"dirs", {}, {kDirs, 1}}, {"flush", "ack", {}}, {"max_open_files", "16", {}}}};
  sdk::PartitionStorage* partition_ = nullptr;
  std::function<void()> others_;
  std::vector<TestBatch> after_;  // what is written behind the cut
  std::vector<TestBatch> now_;    // the log with it
};

TEST_F(FlushBesideCut, AFlushDoesNotSpeakForWhatWasWrittenBehindACutMeanwhile) {
  start_with_log();
  beside_next_sync([this] { cut_and_write_anew(); });
  ASSERT_TRUE(partition_->flush()) << "that segments went meanwhile is no failure";
  ASSERT_EQ(partition_->state().log_end, kNewEnd) << "the cut came";
  ASSERT_TRUE(machine_.storage().checkpoint());
  EXPECT_LE(recovery_point_on_disk(), kCut);
  lose_power();
  EXPECT_THAT(read_all(*partition_, 0), ElementsAreArray(batches(0, kCut, 0)));
}

TEST_F(FlushBesideCut, TheNextFlushDoes) {
  start_with_log();
  beside_next_sync([this] { cut_and_write_anew(); });
  ASSERT_TRUE(partition_->flush());
  ASSERT_TRUE(partition_->flush());
  ASSERT_TRUE(machine_.storage().checkpoint());
  EXPECT_GT(recovery_point_on_disk(), kCut);
  lose_power();
  EXPECT_THAT(read_all(*partition_, 0), ElementsAreArray(now_));
}

// It flushed the log as it was; the cut is not through, and checkpoints are written all the time.
TEST_F(FlushBesideCut, AFlushWithinACutDoesNotRaiseThePointThatTheCutLowered) {
  start_with_log();
  ASSERT_TRUE(partition_->flush());
  ASSERT_TRUE(machine_.storage().checkpoint());
  beside_next_sync([this] {
    ASSERT_TRUE(partition_->flush());
    ASSERT_TRUE(machine_.storage().checkpoint());
  });
  cut_and_write_anew();
  EXPECT_LE(recovery_point_on_disk(), kCut);
  lose_power();
  EXPECT_THAT(read_all(*partition_, 0), ElementsAreArray(batches(0, kCut, 0)));
}

// What a failed sync dropped is written again from the recovery point on: one that says too much would leave it out.
TEST_F(FlushBesideCut, WhatWasWrittenBehindTheCutIsWrittenAgainAfterAFailedSync) {
  start_with_log();
  beside_next_sync([this] { cut_and_write_anew(); });
  ASSERT_TRUE(partition_->flush());
  ASSERT_TRUE(machine_.storage().checkpoint());
  fail_a_sync();
  machine_.switch_off();
  start();
  EXPECT_THAT(read_all(*partition_, 0), ElementsAreArray(now_));
  ASSERT_TRUE(partition_->flush());
  lose_power();
  EXPECT_THAT(read_all(*partition_, 0), ElementsAreArray(now_));
}

// That it is in the files again does not mean that the device has it.
TEST_F(FlushBesideCut, AStartThatIsNotCleanLeavesTheRecoveryPointWhereItWasUntilItsFirstFlush) {
  start();
  append_each(batches(0, kCut, 0));
  ASSERT_TRUE(partition_->flush());
  ASSERT_TRUE(machine_.storage().checkpoint());
  append_each(after_);
  fail_a_sync();
  for (int starts = 0; starts < 2; ++starts) {
    machine_.switch_off();
    start();
    ASSERT_TRUE(machine_.storage().checkpoint());
    EXPECT_LE(recovery_point_on_disk(), kCut);
  }
  ASSERT_TRUE(partition_->flush());
  ASSERT_TRUE(machine_.storage().checkpoint());
  EXPECT_GT(recovery_point_on_disk(), kCut);
  lose_power();
  EXPECT_THAT(read_all(*partition_, 0), ElementsAreArray(now_));
}

}  // namespace
}  // namespace barnabas::testing
