// A device that fails a sync, a new start of the broker alone, and then a power loss: three things that each are nothing new.
#include "segment_storage.h"

#include <barnabas/testing/storage_kit.h>

#include <gmock/gmock.h>

namespace barnabas::testing {
namespace {

using ::testing::ElementsAre;

constexpr sdk::Text kDirs[] = {"/data"};

class FailedSync : public ::testing::Test {
 protected:
  // Three batches, of which the first two are synced; the sync of the third fails. Then the process ends, and starts again.
  void run(sdk::Text flush) {
    machine_ = std::make_unique<StorageMachine>(std::vector<sdk::Setting>{{"dirs", {}, {kDirs, 1}}, {"flush", flush, {}}});
    ASSERT_TRUE(machine_->start());
    sdk::PartitionStorage& partition = machine_->open();
    ASSERT_TRUE(append(partition, {first_}));
    ASSERT_TRUE(partition.flush());
    ASSERT_TRUE(append(partition, {second_}));
    ASSERT_TRUE(partition.flush());
    ASSERT_TRUE(append(partition, {third_}));
    machine_->disk.fail_at(1, Fault::kIo);
    EXPECT_EQ(partition.flush().code(), sdk::Code::kIo);
    machine_->switch_off();
    ASSERT_TRUE(machine_->start());
  }

  const TestBatch first_ = batch(0);
  const TestBatch second_ = batch(1);
  const TestBatch third_ = batch(2);
  std::unique_ptr<StorageMachine> machine_;
};

// The system takes what it could not write for written: a sync of the next start says nothing of it.
TEST_F(FailedSync, WhatNoDeviceHasIsNotBuiltUpon) {
  run("ack");
  sdk::PartitionStorage& partition = machine_->open();
  EXPECT_THAT(read_all(partition, 0), ElementsAre(first_, second_));
  const TestBatch next = batch(2, 3);
  ASSERT_TRUE(append(partition, {next}));
  ASSERT_TRUE(partition.flush());
  machine_->disk.restart(Crash::kLose);
  ASSERT_TRUE(machine_->start());
  EXPECT_THAT(read_all(machine_->open(), 0), ElementsAre(first_, second_, next));
}

// It was acknowledged when the system had it, and the system still has it.
TEST_F(FailedSync, WhereTheSystemsMemoryCountsNothingIsTaken) {
  run("os");
  EXPECT_THAT(read_all(machine_->open(), 0), ElementsAre(first_, second_, third_));
}

}  // namespace
}  // namespace barnabas::testing
