// What a storage on disk must do beyond storage_conformance.h: keep what it promised over stops, crashes at any moment and failures of the
// device.
//
//   BARNABAS_STORAGE_DURABILITY(segment, {{"dirs", {}, {kDirs, 1}}})
#pragma once

#include <barnabas/testing/crash_load.h>

#include <gmock/gmock.h>

namespace barnabas::testing {

class StorageDurability : public ::testing::TestWithParam<std::vector<sdk::Setting>> {};

TEST_P(StorageDurability, ACleanStopKeepsEverything) {
  StorageMachine machine(GetParam());
  sdk::StartOutcome outcome;
  ASSERT_TRUE(machine.start(&outcome));
  sdk::PartitionStorage* partition = &machine.open();
  std::vector<TestBatch> log;
  for (int i = 0; i < 20; ++i) {
    log.push_back(batch(partition->state().log_end, 3, 1000 + i, 40));
    ASSERT_TRUE(append(*partition, {log.back()}));
  }
  ASSERT_TRUE(partition->add_aborted({5, 0, 50, 51}));
  ASSERT_TRUE(partition->write_side("leader-epoch-checkpoint", sdk::Text("0\n0\n"), false));
  ASSERT_TRUE(partition->advance_start(19));
  partition->note_high_watermark(57);
  machine.open("empty", 0);
  machine.storage().close(partition);
  ASSERT_TRUE(machine.stop(42));
  machine.disk.restart(Crash::kLose);

  ASSERT_TRUE(machine.start(&outcome));
  EXPECT_TRUE(outcome.clean);
  EXPECT_EQ(outcome.previous_broker_epoch, 42);
  partition = &machine.open();
  const sdk::PartitionState state = partition->state();
  EXPECT_FALSE(state.recovered);
  EXPECT_EQ(state.log_start, 19);
  EXPECT_EQ(state.log_end, 60);
  EXPECT_EQ(state.high_watermark, 57);
  log.erase(log.begin(), log.begin() + 6);
  EXPECT_EQ(read_all(*partition, 19), log);
  sdk::BatchInfo info;
  ASSERT_TRUE(partition->find_by_time(1018, info));
  EXPECT_EQ(info.base_offset, 54);
  Collect<sdk::AbortedTransaction> aborted;
  ASSERT_TRUE(partition->aborted(19, 60, aborted));
  EXPECT_EQ(aborted.items.size(), 1u);
  TextSink side;
  ASSERT_TRUE(partition->read_side("leader-epoch-checkpoint", side));
  EXPECT_EQ(side.text, "0\n0\n");
  EXPECT_EQ(machine.open("empty", 0).state().log_end, 0);
  EXPECT_FALSE(machine.open("new", 0).state().recovered);
}

TEST_P(StorageDurability, AnUncleanStopIsToldAndRecoveredFrom) {
  StorageMachine machine(GetParam());
  ASSERT_TRUE(machine.start());
  ASSERT_TRUE(append(machine.open(), {batch(0, 3)}));
  machine.switch_off();
  machine.disk.restart(Crash::kKill);
  sdk::StartOutcome outcome;
  ASSERT_TRUE(machine.start(&outcome));
  EXPECT_FALSE(outcome.clean);
  EXPECT_EQ(outcome.previous_broker_epoch, -1);
  sdk::PartitionStorage& partition = machine.open();
  EXPECT_TRUE(partition.state().recovered);
  EXPECT_EQ(partition.state().log_end, 3);
}

TEST_P(StorageDurability, ACrashAtAnyOperationBreaksNoPromise) {
  std::uint64_t operations = 0;
  {
    StorageMachine machine(GetParam());
    ASSERT_TRUE(CrashLoad(machine).run()) << "the load must run where nothing fails";
    operations = machine.disk.operations();
  }
  ASSERT_GT(operations, 100u);
  for (const Crash crash : {Crash::kKill, Crash::kLose, Crash::kTear}) {
    for (std::uint64_t nth = 1; nth <= operations; ++nth) {
      SCOPED_TRACE("crash " + std::to_string(static_cast<int>(crash)) + " at operation " + std::to_string(nth));
      StorageMachine machine(GetParam(), nth);
      CrashLoad load(machine);
      machine.disk.crash_at(nth);
      // The last operations may be such that nobody waits for.
      if (load.run()) continue;
      ASSERT_TRUE(machine.disk.crashed());
      machine.switch_off();
      machine.host.run();
      machine.disk.restart(crash);
      load.check(crash);
      if (HasFailure()) return;
    }
  }
}

TEST_P(StorageDurability, AFailingDeviceFencesItsDirectory) {
  std::uint64_t operations = 0;
  {
    StorageMachine machine(GetParam());
    ASSERT_TRUE(CrashLoad(machine).run());
    operations = machine.disk.operations();
  }
  for (std::uint64_t nth = 1; nth <= operations; ++nth) {
    SCOPED_TRACE("I/O error at operation " + std::to_string(nth));
    StorageMachine machine(GetParam(), nth);
    CrashLoad load(machine);
    machine.disk.fail_at(nth, Fault::kIo);
    if (load.run()) continue;  // nothing that was promised hung on it
    // Only once did the device fail, and yet nothing may be trusted any more: the process ends, and power with it.
    machine.switch_off();
    machine.host.run();
    machine.disk.restart(Crash::kLose);
    load.check(Crash::kLose);
    if (HasFailure()) return;
  }
}

TEST_P(StorageDurability, AfterAFailedFlushEveryCallFails) {
  StorageMachine machine(GetParam());
  ASSERT_TRUE(machine.start());
  sdk::PartitionStorage& partition = machine.open();
  ASSERT_TRUE(append(partition, {batch(0, 3)}));
  machine.disk.fail_at(1, Fault::kIo);
  EXPECT_EQ(partition.flush().code(), sdk::Code::kIo);
  EXPECT_EQ(partition.flush().code(), sdk::Code::kIo) << "never tried again";
  EXPECT_EQ(append(partition, {batch(3, 3)}).code(), sdk::Code::kIo);
  sdk::Lease lease;
  EXPECT_EQ(partition.read({0, 3, 100, true}, lease).code(), sdk::Code::kIo);
  EXPECT_EQ(partition.truncate(0).code(), sdk::Code::kIo);
  EXPECT_EQ(partition.state().log_end, 3);
  Collect<sdk::DirectoryInfo> directories;
  ASSERT_TRUE(machine.storage().directories(directories));
  EXPECT_EQ(std::count_if(directories.items.begin(), directories.items.end(), [](const auto& directory) { return !directory.online; }), 1);
}

TEST_P(StorageDurability, AFullDeviceRefusesAndGoesOn) {
  StorageMachine machine(GetParam());
  ASSERT_TRUE(machine.start());
  sdk::PartitionStorage& partition = machine.open();
  std::vector<TestBatch> log;
  int refused = 0;
  for (int i = 0; i < 40; ++i) {
    log.push_back(batch(partition.state().log_end, 2, 1000 + i, 60));
    machine.disk.fail_at(1, Fault::kNoSpace);
    const std::int64_t end = partition.state().log_end;
    sdk::Status status = append(partition, {log.back()});
    if (!status) {  // else the append could do without what there was no room for
      ++refused;
      EXPECT_EQ(status.code(), sdk::Code::kExhausted);
      EXPECT_EQ(partition.state().log_end, end);
      status = append(partition, {log.back()});
    }
    ASSERT_TRUE(status) << text_of(status);
    ASSERT_EQ(read_all(partition, 0), log);
  }
  EXPECT_GT(refused, 20);
  ASSERT_TRUE(partition.flush());
  machine.switch_off();
  machine.disk.restart(Crash::kLose);
  ASSERT_TRUE(machine.start());
  EXPECT_EQ(read_all(machine.open(), 0), log);
}

TEST_P(StorageDurability, ADamagedBatchEndsTheLogThere) {
  StorageMachine machine(GetParam());
  ASSERT_TRUE(machine.start());
  sdk::PartitionStorage* partition = &machine.open();
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(append(*partition, {batch(i, 1, 1000, 40)}));
  sdk::Lease lease;
  ASSERT_TRUE(partition->read({2, 4, 1, true}, lease));
  give_back(lease);
  machine.switch_off();
  machine.disk.restart(Crash::kKill);
  // Nobody but the device knows how it is stored: the octets of the third batch are looked for everywhere.
  const TestBatch third = batch(2, 1, 1000, 40);
  ASSERT_TRUE(machine.disk.damage(third.octets, 70));
  ASSERT_TRUE(machine.start());
  partition = &machine.open();
  EXPECT_EQ(partition->state().log_end, 2);
  EXPECT_TRUE(append(*partition, {batch(2, 5)}));
}

TEST_P(StorageDurability, TwoProcessesCannotRunOnOneDirectory) {
  StorageMachine machine(GetParam());
  ASSERT_TRUE(machine.start());
  ASSERT_TRUE(machine.stop());
  Collect<sdk::DirectoryInfo> directories;
  machine.disk.lock_elsewhere_all();
  EXPECT_EQ(machine.start().code(), sdk::Code::kExists);
}

TEST_P(StorageDurability, FilesAreClosedWhenManyAreOpen) {
  StorageMachine machine(GetParam());
  ASSERT_TRUE(machine.start());
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(append(machine.open("many", i), {batch(0, 3)}));
  EXPECT_LE(machine.disk.open_files(), 16u) << "max_open_files of the test";
}

TEST_P(StorageDurability, WhatIsRemovedGivesItsRoomBack) {
  StorageMachine machine(GetParam());
  ASSERT_TRUE(machine.start());
  const auto free = [&] {
    Collect<sdk::DirectoryInfo> directories;
    EXPECT_TRUE(machine.storage().directories(directories));
    return directories.items.at(0).usable_bytes;
  };
  const std::uint64_t before = free();
  machine.partition_settings.segment_bytes = 100000;
  sdk::PartitionStorage& partition = machine.open();
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(append(partition, {batch(i, 1, 1000, 50000)}));
  ASSERT_TRUE(partition.advance_start(4));
  EXPECT_LT(free(), before - 400000) << "not at once";
  machine.host.advance(61'000'000'000);
  EXPECT_GT(free(), before - 400000);
  ASSERT_TRUE(machine.storage().remove(&partition));
  machine.host.advance(61'000'000'000);
  EXPECT_GT(free(), before - 5000);
}

#define BARNABAS_STORAGE_DURABILITY(name, ...)                                                                             \
  namespace barnabas::testing {                                                                                            \
  INSTANTIATE_TEST_SUITE_P(name, StorageDurability, ::testing::Values(std::vector<::barnabas::sdk::Setting> __VA_ARGS__)); \
  }

}  // namespace barnabas::testing
