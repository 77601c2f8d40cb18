// What may run beside what: flush beside everything, leases given back by anybody, partitions beside each other.
#include <barnabas/testing/storage_kit.h>

#include <atomic>
#include <thread>

namespace barnabas::testing {
namespace {

constexpr sdk::Text kDir[] = {"/data"};

TEST(Concurrency, FlushRunsBesideAppendsReadsAndCuts) {
  StorageMachine machine(std::vector<sdk::Setting>{{"dirs", {}, {kDir, 1}}, {"max_open_files", "16", {}}});
  machine.partition_settings.segment_bytes = 2000;
  ASSERT_TRUE(machine.start());
  sdk::PartitionStorage& partition = machine.open();
  std::atomic<bool> done{false};
  std::thread flusher([&] {
    while (!done) ASSERT_TRUE(partition.flush());
  });
  // Somebody else gives the leases back.
  std::mutex mutex;
  std::vector<sdk::Lease> lent;
  std::thread reader([&] {
    while (!done) {
      std::vector<sdk::Lease> some;
      {
        std::lock_guard lock(mutex);
        some.swap(lent);
      }
      for (sdk::Lease& lease : some) {
        EXPECT_EQ(octets_of(lease).size(), lease.size);
        give_back(lease);
      }
    }
  });
  sdk::SplitMix random(1);
  for (int i = 0; i < 3000; ++i) {
    const std::int64_t end = partition.state().log_end;
    ASSERT_TRUE(append(partition, {batch(end, 2, 1000 + i, 60)}));
    if (i % 3 == 0) {
      sdk::Lease lease;
      const std::int64_t from = partition.state().log_start;
      ASSERT_TRUE(partition.read(
          {from + static_cast<std::int64_t>(random.next() % static_cast<std::uint64_t>(end + 2 - from)), end + 2, 500, true}, lease));
      std::lock_guard lock(mutex);
      lent.push_back(lease);
    }
    if (i % 50 == 49) {
      ASSERT_TRUE(partition.truncate(end - 7));
    }
    if (i % 200 == 199) {
      ASSERT_TRUE(partition.advance_start(partition.state().log_end - 40));
    }
    if (i % 500 == 499) {
      ASSERT_TRUE(partition.restart(partition.state().log_end + 5));
    }
    if (i % 100 == 99) {
      ASSERT_TRUE(machine.storage().checkpoint());
    }
  }
  done = true;
  flusher.join();
  reader.join();
  for (sdk::Lease& lease : lent) give_back(lease);
  machine.storage().close(&partition);
  ASSERT_TRUE(machine.stop());
}

TEST(Concurrency, CheckpointsAreKeptBesideEverythingElse) {
  StorageMachine machine(std::vector<sdk::Setting>{{"dirs", {}, {kDir, 1}}, {"max_open_files", "16", {}}});
  ASSERT_TRUE(machine.start());
  std::atomic<bool> done{false};
  std::thread keeper([&] {
    while (!done) ASSERT_TRUE(machine.storage().checkpoint());
  });
  for (int i = 0; i < 300; ++i) {
    sdk::PartitionStorage& partition = machine.open("t", i % 7);
    const std::int64_t end = partition.state().log_end;
    ASSERT_TRUE(append(partition, {batch(end, 2, 1000 + i, 60)}));
    if (i % 5 == 4) {
      ASSERT_TRUE(partition.truncate(end));
    }
    if (i % 3 == 2) {
      ASSERT_TRUE(machine.storage().remove(&partition));
    } else {
      machine.storage().close(&partition);
    }
  }
  done = true;
  keeper.join();
  ASSERT_TRUE(machine.stop());
}

TEST(Concurrency, PartitionsDoNotDisturbEachOther) {
  StorageMachine machine(std::vector<sdk::Setting>{{"dirs", {}, {kDir, 1}}, {"max_open_files", "16", {}}});
  ASSERT_TRUE(machine.start());
  std::vector<sdk::PartitionStorage*> partitions;
  for (int i = 0; i < 24; ++i) partitions.push_back(&machine.open("t", i));
  std::vector<std::thread> threads;
  for (std::size_t thread = 0; thread < 3; ++thread) {
    threads.emplace_back([&, thread] {
      for (std::int64_t i = 0; i < 60; ++i) {
        for (std::size_t p = thread; p < partitions.size(); p += 3) {
          ASSERT_TRUE(append(*partitions[p], {batch(partitions[p]->state().log_end, 2, 1000, 60)}));
          sdk::Lease lease;
          ASSERT_TRUE(partitions[p]->read({2 * i, 2 * i + 2, 500, true}, lease));
          EXPECT_EQ(lease.size, 121u);
          give_back(lease);
        }
      }
    });
  }
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(machine.storage().checkpoint());
  for (std::thread& thread : threads) thread.join();
  for (auto* partition : partitions) EXPECT_EQ(partition->state().log_end, 120);
}

}  // namespace
}  // namespace barnabas::testing
