#include <barnabas/testing/storage_conformance.h>

BARNABAS_STORAGE_CONFORMANCE(memory, {})

namespace barnabas::testing {
namespace {

TEST(MemoryStorage, RefusesWhatDoesNotFitAndGoesOn) {
  StorageMachine machine(std::vector<sdk::Setting>{{"max_bytes", "65536", {}}});
  ASSERT_TRUE(machine.start());
  machine.partition_settings = {};
  sdk::PartitionStorage& partition = machine.open();
  std::int64_t next = 0;
  while (append(partition, {batch(next, 1, 1000, 5000)})) ++next;
  EXPECT_GT(next, 8);
  EXPECT_EQ(append(partition, {batch(next, 1, 1000, 5000)}).code(), sdk::Code::kExhausted);
  EXPECT_EQ(append(partition, {batch(next, 1, 1000, 10), batch(next + 1, 1, 1000, 60000)}).code(), sdk::Code::kExhausted);
  EXPECT_EQ(partition.state().log_end, next);
  EXPECT_EQ(read_all(partition, 0).size(), static_cast<std::size_t>(next));

  // Retention makes room again.
  ASSERT_TRUE(partition.roll());
  ASSERT_TRUE(partition.advance_start(next));
  EXPECT_TRUE(append(partition, {batch(next, 1, 1000, 5000)}));
}

TEST(MemoryStorage, LentMemoryCountsUntilItIsGivenBack) {
  StorageMachine machine(std::vector<sdk::Setting>{{"max_bytes", "65536", {}}});
  ASSERT_TRUE(machine.start());
  machine.partition_settings = {};
  sdk::PartitionStorage& partition = machine.open();
  ASSERT_TRUE(append(partition, {batch(0, 1, 1000, 60000)}));
  sdk::Lease lease;
  ASSERT_TRUE(partition.read({0, 1, 1, true}, lease));
  ASSERT_TRUE(partition.restart(1));
  EXPECT_FALSE(append(partition, {batch(1, 1, 1000, 60000)}));
  give_back(lease);
  EXPECT_TRUE(append(partition, {batch(1, 1, 1000, 60000)}));
}

}  // namespace
}  // namespace barnabas::testing
