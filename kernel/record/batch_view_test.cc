#include "kernel/record/batch_view.h"

#include "kernel/record/testing.h"

#include <gtest/gtest.h>

namespace barnabas::record {
namespace {

using testing::golden;
using testing::golden_batches;
using testing::Octets;

TEST(BatchView, ReadsEveryFieldOfAHeader) {
  const Octets octets = golden("v2 none: ");
  BatchReader batches(octets);
  BatchView batch;
  ASSERT_TRUE(batches.next(batch));
  EXPECT_EQ(batch.size(), octets.size());
  EXPECT_EQ(batch.magic(), 2);
  EXPECT_EQ(batch.base_offset(), 100);
  EXPECT_EQ(batch.last_offset(), 101);
  EXPECT_EQ(batch.next_offset(), 102);
  EXPECT_EQ(batch.leader_epoch(), 7);
  EXPECT_EQ(batch.header().base_timestamp_ms(), 1700000000000);
  EXPECT_EQ(batch.max_timestamp_ms(), 1700000000005);
  EXPECT_EQ(batch.timestamp_type(), TimestampType::kCreateTime);
  EXPECT_EQ(batch.codec(), kCodecNone);
  EXPECT_EQ(batch.producer_id(), -1);
  EXPECT_EQ(batch.producer_epoch(), -1);
  EXPECT_EQ(batch.base_sequence(), -1);
  EXPECT_EQ(batch.last_sequence(), -1);
  EXPECT_EQ(batch.count(), 2);
  EXPECT_FALSE(batch.transactional());
  EXPECT_FALSE(batch.control());
  EXPECT_EQ(batch.delete_horizon_ms(), std::nullopt);
  const sdk::BatchInfo info = batch.info();
  EXPECT_EQ(info.base_offset, 100);
  EXPECT_EQ(info.last_offset, 101);
  EXPECT_EQ(info.max_timestamp_ms, 1700000000005);
  EXPECT_EQ(info.leader_epoch, 7);
  EXPECT_EQ(info.size, octets.size());
  EXPECT_EQ(info.magic, 2);
}

TEST(BatchView, ReadsAProducersFields) {
  const Octets octets = golden("v2 none idempotent");
  BatchView batch{sdk::Bytes(octets)};
  EXPECT_EQ(batch.producer_id(), 4000);
  EXPECT_EQ(batch.producer_epoch(), 3);
  EXPECT_EQ(batch.base_sequence(), 10);
  EXPECT_EQ(batch.last_sequence(), 11);
  EXPECT_TRUE(batch.transactional());
}

TEST(BatchView, ReadsOldEntriesAsBatches) {
  const Octets v1 = golden("v1 none");
  BatchReader batches(v1);
  std::vector<std::int64_t> offsets;
  for (BatchView batch; batches.next(batch);) {
    EXPECT_EQ(batch.magic(), 1);
    EXPECT_EQ(batch.count(), 1);
    EXPECT_EQ(batch.producer_id(), -1);
    EXPECT_EQ(batch.leader_epoch(), -1);
    EXPECT_EQ(batch.timestamp_type(), TimestampType::kCreateTime);
    EXPECT_EQ(batch.max_timestamp_ms(), 1700000000000 + (batch.base_offset() == 101 ? 5 : 0));
    offsets.push_back(batch.last_offset());
  }
  EXPECT_EQ(offsets, (std::vector<std::int64_t>{100, 101}));
  EXPECT_TRUE(batches.status().ok());
  EXPECT_EQ(batches.position(), v1.size());

  const Octets v0 = golden("v0 lz4 wrapper");
  const BatchView wrapper{sdk::Bytes(v0)};
  EXPECT_EQ(wrapper.magic(), 0);
  EXPECT_EQ(wrapper.codec(), kCodecLz4);
  EXPECT_EQ(wrapper.count(), std::nullopt);
  EXPECT_EQ(wrapper.timestamp_type(), TimestampType::kNone);
  EXPECT_EQ(wrapper.max_timestamp_ms(), -1);
}

TEST(BatchView, EveryGoldenBatchHasItsChecksumAndNoOtherHas) {
  for (const auto& [kind, name, octets] : golden_batches()) {
    BatchReader batches(octets);
    for (BatchView batch; batches.next(batch);) {
      EXPECT_TRUE(batch.crc_valid()) << name;
      const std::size_t from = batch.magic() == 2 ? kAttributesAt : kMagicAt;
      for (std::size_t at = from; at < batch.size(); ++at) {
        Octets broken(batch.octets().begin(), batch.octets().end());
        broken[at] ^= 0x10;
        if (at == kMagicAt) continue;  // then it is another format
        EXPECT_FALSE(BatchView(broken).crc_valid()) << name << " octet " << at;
      }
    }
    EXPECT_TRUE(batches.status().ok() && !batches.cut()) << name;
  }
}

TEST(BatchReader, SaysWhereARangeIsCut) {
  Octets octets = golden("v1 none");
  const std::size_t first = 12 + 0x1a;
  for (std::size_t size = 0; size < octets.size(); ++size) {
    const Octets part(octets.begin(), octets.begin() + static_cast<std::ptrdiff_t>(size));
    BatchReader batches(part);
    for (BatchView batch; batches.next(batch);) continue;
    EXPECT_TRUE(batches.status().ok()) << size;
    EXPECT_EQ(batches.position(), size < first ? 0 : first) << size;
    EXPECT_EQ(batches.cut(), size != 0 && size != first) << size;
    EXPECT_EQ(whole_batches_size(part), batches.position());
  }
}

TEST(BatchReader, RefusesWhatIsNoBatch) {
  const auto refusal = [](std::size_t at, std::vector<std::uint8_t> changes, std::string_view name = "v2 none: ") {
    Octets octets = golden(name);
    std::copy(changes.begin(), changes.end(), octets.begin() + static_cast<std::ptrdiff_t>(at));
    BatchReader batches(octets);
    BatchView batch;
    EXPECT_FALSE(batches.next(batch));
    EXPECT_EQ(batches.status().code(), Code::kCorrupt);
    EXPECT_FALSE(batches.next(batch)) << "and stays so";
    return std::string(batches.status().message());
  };
  EXPECT_EQ(refusal(8, {0, 0, 0, 13}), "a batch at offset 100 says a length of 13, but the smallest has 14");
  EXPECT_EQ(refusal(8, {0xff, 0xff, 0xff, 0xff}), "a batch at offset 100 says a length of -1, but the smallest has 14");
  EXPECT_EQ(refusal(8, {0, 0, 0, 48}), "a batch of magic 2 at offset 100 says a length of 48, but its header alone has 49");
  EXPECT_EQ(refusal(8, {0, 0, 0, 21}, "v1 none"), "a batch of magic 1 at offset 100 says a length of 21, but its header alone has 22");
  EXPECT_EQ(refusal(16, {3}), "a batch at offset 100 has magic 3, and only 0, 1 and 2 exist");
  EXPECT_EQ(refusal(16, {0xff}), "a batch at offset 100 has magic -1, and only 0, 1 and 2 exist");
}

TEST(BatchHeader, SequencesWrap) {
  EXPECT_EQ(add_sequence(0, 5), 5);
  EXPECT_EQ(add_sequence(INT32_MAX, 0), INT32_MAX);
  EXPECT_EQ(add_sequence(INT32_MAX, 1), 0);
  EXPECT_EQ(add_sequence(INT32_MAX - 1, 4), 2);
  EXPECT_EQ(subtract_sequence(5, 5), 0);
  EXPECT_EQ(subtract_sequence(0, 1), INT32_MAX);
  EXPECT_EQ(subtract_sequence(2, 4), INT32_MAX - 1);
  EXPECT_EQ(add_sequence(INT32_MAX, INT32_MAX), INT32_MAX - 1);
}

TEST(BatchHeader, PlaceLeavesTheChecksumAndATimestampTakesANewOne) {
  Octets octets = golden("v2 none: ");
  const Octets before = octets;
  MutableBatchHeader header(octets.data());
  header.set_base_offset(499);
  header.set_leader_epoch(9);
  EXPECT_EQ(header.base_offset(), 499);
  EXPECT_EQ(header.leader_epoch(), 9);
  EXPECT_TRUE(BatchView(octets).crc_valid());
  EXPECT_TRUE(std::equal(octets.begin() + kMagicAt, octets.end(), before.begin() + kMagicAt));

  header.set_max_timestamp(TimestampType::kLogAppendTime, 1800000000000);
  EXPECT_EQ(header.timestamp_type(), TimestampType::kLogAppendTime);
  EXPECT_EQ(header.max_timestamp_ms(), 1800000000000);
  EXPECT_NE(header.crc(), BatchView(before).stored_crc());
  EXPECT_TRUE(BatchView(octets).crc_valid());
  header.set_max_timestamp(TimestampType::kCreateTime, 1700000000005);
  header.set_base_offset(100);
  header.set_leader_epoch(7);
  EXPECT_EQ(octets, before);
}

}  // namespace
}  // namespace barnabas::record
