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
  void start(sdk::Text flush = "ack") {
    if (machine_ == nullptr)
      machine_ = std::make_unique<StorageMachine>(std::vector<sdk::Setting>{{"dirs", {}, {kDirs, 1}}, {"flush", flush, {}}});
    ASSERT_TRUE(machine_->start());
    partition_ = &machine_->open();
  }
  void keep(const TestBatch& batch) {
    ASSERT_TRUE(append(*partition_, {batch}));
    ASSERT_TRUE(partition_->flush());
  }
  void fail_a_sync() {
    machine_->disk.fail_at(1, Fault::kIo);
    EXPECT_EQ(partition_->flush().code(), sdk::Code::kIo);
  }
  void lose_power() {
    machine_->switch_off();
    machine_->disk.restart(Crash::kLose);
    start();
  }

  const TestBatch first_ = batch(0);
  const TestBatch second_ = batch(1);
  const TestBatch third_ = batch(2);
  std::unique_ptr<StorageMachine> machine_;
  sdk::PartitionStorage* partition_ = nullptr;
};

// The system takes what it could not write for written, and so a sync of the next start says nothing of it.
TEST_F(FailedSync, WhatWasNotWrittenIsWrittenAgainBeforeMoreIsBuiltUponIt) {
  start();
  keep(first_);
  ASSERT_TRUE(append(*partition_, {second_}));
  fail_a_sync();
  machine_->switch_off();
  start();
  ASSERT_TRUE(partition_->flush());  // as the log does after a stop that was not clean
  keep(third_);
  lose_power();
  EXPECT_THAT(read_all(*partition_, 0), ElementsAre(first_, second_, third_));
}

TEST_F(FailedSync, NorIsItWhereTheNextStartFailsToo) {
  start();
  keep(first_);
  ASSERT_TRUE(append(*partition_, {second_}));
  machine_->switch_off();
  start();
  fail_a_sync();
  machine_->switch_off();
  start();
  ASSERT_TRUE(partition_->flush());
  keep(third_);
  lose_power();
  EXPECT_THAT(read_all(*partition_, 0), ElementsAre(first_, second_, third_));
}

// It was acknowledged when the system had it, and a start does not wait for the device.
TEST_F(FailedSync, WhereTheSystemsMemoryCountsNothingIsWrittenAgain) {
  start("os");
  ASSERT_TRUE(append(*partition_, {first_}));
  machine_->switch_off();
  int writes = 0;
  machine_->disk.trace([&](const std::string& what) { writes += what.starts_with("write") && what.ends_with(".log") ? 1 : 0; });
  start();
  EXPECT_EQ(writes, 0);
  EXPECT_THAT(read_all(*partition_, 0), ElementsAre(first_));
  machine_->disk.trace({});
}

}  // namespace
}  // namespace barnabas::testing
