// The two indexes over a file on the simulated disk.
#include "offset_index.h"
#include "time_index.h"
#include "transaction_index.h"

#include <barnabas/testing/simulated_disk.h>

#include <gtest/gtest.h>

namespace barnabas::segment {
namespace {

class Indexes : public ::testing::Test {
 protected:
  Indexes() { disk.put("/i", {}); }
  FileRef file(const char* path = "/i") { return FileRef::make(cache, path); }

  testing::SimulatedDisk disk;
  std::shared_ptr<FileCache> cache = std::make_shared<FileCache>(disk, 4);
};

// Every size around the limits: in memory alone, in the file alone, and both.
TEST_F(Indexes, OffsetsAreFoundHoweverManyThereAre) {
  for (int count : {0, 1, 2, 255, 256, 257, 509, 510, 511, 1500}) {
    disk.put("/i", {});
    OffsetIndex index(file(), 1000);
    for (int i = 0; i < count; ++i) {
      ASSERT_TRUE(index.entries().make_room());
      index.append(1000 + 10 * i + 9, static_cast<std::uint64_t>(100 * i + 100));
    }
    for (int offset = 0; offset < 10 * count + 20; offset += 3) {
      std::uint64_t position = 1;
      ASSERT_TRUE(index.lookup(1000 + offset, position));
      const int entry = std::min((offset + 1) / 10, count);
      ASSERT_EQ(position, static_cast<std::uint64_t>(100 * entry)) << "offset " << offset << " of " << count;
    }
    ASSERT_TRUE(index.entries().save());
    OffsetIndex again(file(), 1000);
    ASSERT_TRUE(again.load(1 << 20));
    EXPECT_EQ(again.entries().count(), static_cast<std::size_t>(count));
    ASSERT_TRUE(again.truncate(1000 + 10 * (count / 2)));
    EXPECT_EQ(again.entries().count(), static_cast<std::size_t>(count / 2));
    EXPECT_EQ(disk.content("/i").size(), static_cast<std::size_t>(count / 2) * 8);
  }
}

TEST_F(Indexes, TruncationReachesWhatIsNotYetInTheFile) {
  OffsetIndex index(file(), 0);
  for (int i = 0; i < 600; ++i) {
    ASSERT_TRUE(index.entries().make_room());
    index.append(i, static_cast<std::uint64_t>(i) * 10);
  }
  ASSERT_TRUE(index.truncate(550));
  EXPECT_EQ(index.entries().count(), 550u);
  ASSERT_TRUE(index.truncate(20));
  index.append(30, 777);
  std::uint64_t position = 0;
  ASSERT_TRUE(index.lookup(100, position));
  EXPECT_EQ(position, 777u);
  ASSERT_TRUE(index.lookup(19, position));
  EXPECT_EQ(position, 190u);
}

TEST_F(Indexes, ATailOfZerosIsCutOff) {
  for (const std::size_t entries : {std::size_t{0}, std::size_t{1}, std::size_t{300}}) {
    std::vector<std::uint8_t> octets;
    for (std::size_t i = 1; i <= entries; ++i) {
      for (const std::size_t value : {i, 10 * i})
        for (const int shift : {24, 16, 8, 0}) octets.push_back(static_cast<std::uint8_t>(value >> shift));
    }
    octets.resize(10 << 20);
    disk.put("/i", octets);
    OffsetIndex index(file(), 0);
    ASSERT_TRUE(index.load(1 << 20));
    EXPECT_EQ(index.entries().count(), entries);
    EXPECT_EQ(disk.content("/i").size(), entries * 8);
  }
}

TEST_F(Indexes, WhatCannotBeIsCorrupt) {
  disk.put("/i", std::vector<std::uint8_t>(9, 1));
  EXPECT_EQ(OffsetIndex(file(), 0).load(1 << 20).code(), sdk::Code::kCorrupt) << "a broken size";
  disk.put("/i", {0, 0, 0, 1, 0, 0, 1, 0});
  EXPECT_EQ(OffsetIndex(file(), 0).load(256).code(), sdk::Code::kCorrupt) << "behind the end of the log";
  EXPECT_TRUE(OffsetIndex(file(), 0).load(257));
  disk.put("/i", {0, 0, 0, 0, 0, 0, 0, 9, 0xff, 0, 0, 1});
  EXPECT_EQ(TimeIndex(file(), 0).load().code(), sdk::Code::kCorrupt) << "before the beginning of the segment";
}

TEST_F(Indexes, AFileThatFindsNoRoomIsMadeLater) {
  OffsetIndex index(file("/new"), 0);
  disk.fail_at(1, testing::Fault::kNoSpace, 2);
  ASSERT_TRUE(index.entries().reset());
  EXPECT_FALSE(disk.exists("/new"));
  index.append(5, 70);
  EXPECT_EQ(index.entries().save().code(), sdk::Code::kExhausted);
  EXPECT_EQ(index.entries().count(), 1u);
  disk.put("/new", std::vector<std::uint8_t>(16, 1));
  ASSERT_TRUE(index.entries().save());
  EXPECT_EQ(disk.content("/new").size(), 8u) << "what lay there is none of its entries";
}

TEST_F(Indexes, TimesOnlyIncrease) {
  TimeIndex index(file(), 100);
  EXPECT_EQ(index.last().timestamp_ms, -1);
  index.maybe_append({1000, 104});
  index.maybe_append({1000, 109});
  index.maybe_append({900, 110});
  index.maybe_append({2000, 120});
  EXPECT_EQ(index.entries().count(), 2u);
  TimeEntry found;
  ASSERT_TRUE(index.lookup(1999, found));
  EXPECT_EQ(found.offset, 104);
  ASSERT_TRUE(index.lookup(999, found));
  EXPECT_EQ(found.offset, 100);
  ASSERT_TRUE(index.truncate(120));
  EXPECT_EQ(index.last().timestamp_ms, 1000);
}

TEST_F(Indexes, ATransactionIndexEndsBeforeItsFirstWrongEntry) {
  TransactionIndex index(file(), true);
  ASSERT_TRUE(index.append({1, 5, 10, 11}));
  ASSERT_TRUE(index.append({2, 6, 20, 21}));
  const auto good = disk.content("/i");
  EXPECT_EQ(good.size(), 68u);
  for (std::size_t damage = 0; damage < 3; ++damage) {
    auto octets = good;
    if (damage == 0) octets.resize(60);                                                // torn
    if (damage == 1) octets[34] = 1;                                                   // another version
    if (damage == 2) std::copy(good.begin(), good.begin() + 34, octets.begin() + 34);  // no later marker
    disk.put("/i", octets);
    TransactionIndex loaded(file(), true);
    ASSERT_TRUE(loaded.load());
    ASSERT_EQ(loaded.transactions().size(), 1u);
    EXPECT_EQ(loaded.transactions()[0].last_stable_offset, 11);
    EXPECT_EQ(disk.content("/i").size(), 34u);
  }
}

}  // namespace
}  // namespace barnabas::segment
