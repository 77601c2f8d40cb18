#include "kernel/quorum/pending_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/record/framed.h"
#include "kernel/record/metadata_batch.h"
#include "kernel/wire/messages/record_log.h"
#include "kernel/wire/messages/record_settings.h"

namespace barnabas::quorum {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class PendingLogTest : public ::testing::Test {
 protected:
  // A batch of records that say their offset.
  static std::vector<std::uint8_t> batch(std::int64_t offset, std::int32_t epoch, std::size_t count = 1) {
    record::FramedRecords records;
    for (std::size_t i = 0; i < count; ++i) {
      const std::string name = "f" + std::to_string(offset + static_cast<std::int64_t>(i));
      wire::FeatureLevelRecord record;
      record.name = name;
      records.add(record);
    }
    return record::metadata_batch(offset, epoch, 5, records.views());
  }
  void tell(std::int64_t high_watermark) {
    ASSERT_TRUE(log.tell(high_watermark,
                         [this](const sdk::MetadataBatch& batch) {
                           counts.push_back(batch.record_count);
                           ends.push_back(batch.end.offset);
                         })
                    .ok());
  }

  PendingLog log;
  std::vector<std::size_t> counts;
  std::vector<std::int64_t> ends;
};

TEST_F(PendingLogTest, TellsWhatIsBelowTheHighWatermark) {
  ASSERT_TRUE(log.add(sdk::Bytes(batch(0, 1, 2))).ok());
  ASSERT_TRUE(log.add(sdk::Bytes(batch(2, 1))).ok());
  tell(2);
  EXPECT_THAT(ends, ElementsAre(2));
  EXPECT_EQ(log.told_end(), 2);
  EXPECT_EQ(log.end(), (sdk::MetadataPosition{3, 1}));
  tell(3);
  EXPECT_THAT(ends, ElementsAre(2, 3));
}

TEST_F(PendingLogTest, WhatIsKnownIsNotTakenTwice) {
  ASSERT_TRUE(log.add(sdk::Bytes(batch(0, 1, 2))).ok());
  ASSERT_TRUE(log.add(sdk::Bytes(batch(0, 1, 2))).ok());
  tell(10);
  EXPECT_THAT(counts, ElementsAre(2));
}

TEST_F(PendingLogTest, WhatTheLeaderDoesNotHaveIsForgotten) {
  ASSERT_TRUE(log.add(sdk::Bytes(batch(0, 1))).ok());
  ASSERT_TRUE(log.add(sdk::Bytes(batch(1, 1))).ok());
  ASSERT_TRUE(log.add(sdk::Bytes(batch(2, 2))).ok());
  tell(1);
  ASSERT_TRUE(log.cut({1, 1}).ok());
  EXPECT_EQ(log.end(), (sdk::MetadataPosition{1, 1}));
  ASSERT_TRUE(log.add(sdk::Bytes(batch(1, 3, 3))).ok());
  tell(4);
  EXPECT_THAT(ends, ElementsAre(1, 4));
}

TEST_F(PendingLogTest, ALeaderThatLostWhatWasFinalIsNamed) {
  ASSERT_TRUE(log.add(sdk::Bytes(batch(0, 1, 3))).ok());
  tell(3);
  EXPECT_THAT(std::string(message_of(log.cut({2, 1}))), ::testing::HasSubstr("lost metadata that was final"));
}

TEST_F(PendingLogTest, ASnapshotHoldsAllThatWasTold) {
  ASSERT_TRUE(log.add(sdk::Bytes(batch(0, 2, 3))).ok());
  ASSERT_TRUE(log.add(sdk::Bytes(batch(3, 2))).ok());
  tell(3);
  EXPECT_TRUE(log.check_snapshot({3, 2}).ok()) << "what is not final may be missing";
  EXPECT_TRUE(log.check_snapshot({9, 4}).ok());
  EXPECT_EQ(log.check_snapshot({2, 2}).code(), Code::kCorrupt);
  EXPECT_EQ(log.check_snapshot({9, 1}).code(), Code::kCorrupt) << "its offset 2 is another record";
  log.reset({});
  EXPECT_TRUE(log.check_snapshot({0, 0}).ok());
}

TEST_F(PendingLogTest, ATransactionIsToldAsAWhole) {
  record::FramedRecords begin, end;
  begin.add(wire::BeginTransactionRecord());
  end.add(wire::EndTransactionRecord());
  ASSERT_TRUE(log.add(sdk::Bytes(record::metadata_batch(0, 1, 5, begin.views()))).ok());
  ASSERT_TRUE(log.add(sdk::Bytes(batch(1, 1, 2))).ok());
  tell(3);
  EXPECT_THAT(ends, IsEmpty());
  ASSERT_TRUE(log.add(sdk::Bytes(record::metadata_batch(3, 1, 5, end.views()))).ok());
  tell(4);
  EXPECT_THAT(counts, ElementsAre(2));
  EXPECT_THAT(ends, ElementsAre(4));
}

TEST_F(PendingLogTest, ADamagedBatchIsRefused) {
  auto octets = batch(0, 1);
  octets.back() ^= 1;
  EXPECT_EQ(log.add(sdk::Bytes(octets)).code(), Code::kCorrupt);
  EXPECT_EQ(log.end().offset, 0);
}

TEST_F(PendingLogTest, OctetsThatAreNoBatchAreRefused) {
  EXPECT_EQ(log.add(sdk::Bytes(std::vector<std::uint8_t>(40, 0xff))).code(), Code::kCorrupt);
  auto cut = batch(0, 1);
  cut.pop_back();
  EXPECT_EQ(log.add(sdk::Bytes(cut)).code(), Code::kCorrupt) << "a leader gives at least one whole batch";
  EXPECT_EQ(log.end().offset, 0);
}

TEST_F(PendingLogTest, ACutOffBatchWaitsForTheNextFetch) {
  auto octets = batch(0, 1);
  const auto second = batch(1, 1);
  octets.insert(octets.end(), second.begin(), second.end() - 3);
  ASSERT_TRUE(log.add(sdk::Bytes(octets)).ok());
  EXPECT_EQ(log.end().offset, 1);
}

}  // namespace
}  // namespace barnabas::quorum
