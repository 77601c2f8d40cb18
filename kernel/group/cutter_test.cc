#include "kernel/group/cutter.h"

#include <gtest/gtest.h>

namespace barnabas::group {
namespace {

TEST(Cutter, AWriteHasNoMoreOctetsThanTheStoreTakes) {
  Cutter cutter(1'000);
  for (int i = 0; i < 50; ++i) cutter.add(StoredRecord{"key", std::string(100, 'v')});
  std::size_t records = 0;
  for (const GroupChange& change : cutter.take()) {
    EXPECT_LT(bytes_of(change), 1'000u);
    records += change.records.size();
  }
  EXPECT_EQ(records, 50u);
}

TEST(Cutter, OneThatIsLargerAloneIsAWriteOfItsOwn) {
  Cutter cutter(1'000);
  cutter.forget(std::string("small"));
  cutter.add(StoredRecord{"large", std::string(5'000, 'v')});
  cutter.forget(std::string("small"));
  EXPECT_EQ(cutter.take().size(), 3u);
}

// Each of them may be a folder's name and a group's in its store, however short the topic is.
TEST(Cutter, ManySmallOnesAreSeveralWrites) {
  constexpr std::int32_t kPartitions = 4'000;
  Cutter cutter(0);
  for (std::int32_t partition = 0; partition < kPartitions; ++partition) cutter.forget(StoredOffsetKey{"t", partition});
  std::int32_t next = 0;
  for (const GroupChange& change : cutter.take()) {
    EXPECT_LE(change.forgotten.size(), 256u);
    for (const StoredOffsetKey& key : change.forgotten) EXPECT_EQ(key.partition, next++);
  }
  EXPECT_EQ(next, kPartitions);
}

}  // namespace
}  // namespace barnabas::group
