#include "kernel/log/producer_snapshot.h"

#include <gtest/gtest.h>

namespace barnabas::log {
namespace {

Producers two_producers() {
  Producers producers;
  producers.emplace(
      7, ProducerEntry({.producer_id = 7, .producer_epoch = 2, .last_timestamp_ms = 1000, .coordinator_epoch = 3, .transaction_start = 40},
                       {.last_sequence = 9, .last_offset = 49, .offset_delta = 4, .timestamp_ms = 1000}));
  producers.emplace(
      1,
      ProducerEntry({.producer_id = 1, .producer_epoch = 0, .last_timestamp_ms = 5, .coordinator_epoch = -1, .transaction_start = -1}, {}));
  return producers;
}

TEST(ProducerSnapshot, IsKafkasFile) {
  const std::vector<std::uint8_t> octets = encode_snapshot(two_producers());
  ASSERT_EQ(octets.size(), 10 + 2 * 46u);
  const std::vector<std::uint8_t> expected_second = {
      0, 0, 0, 0, 0, 0, 0, 7,     // producer id
      0, 2,                       // epoch
      0, 0, 0, 9,                 // last sequence
      0, 0, 0, 0, 0, 0, 0, 49,    // last offset
      0, 0, 0, 4,                 // offset delta
      0, 0, 0, 0, 0, 0, 3, 0xe8,  // timestamp
      0, 0, 0, 3,                 // coordinator epoch
      0, 0, 0, 0, 0, 0, 0, 40,    // first offset of the open transaction
  };
  EXPECT_EQ((std::vector<std::uint8_t>{octets[0], octets[1]}), (std::vector<std::uint8_t>{0, 1}));
  EXPECT_EQ((std::vector<std::uint8_t>{octets.begin() + 6, octets.begin() + 10}), (std::vector<std::uint8_t>{0, 0, 0, 2}));
  EXPECT_EQ((std::vector<std::uint8_t>{octets.begin() + 56, octets.end()}), expected_second);
}

TEST(ProducerSnapshot, ComesBack) {
  const auto decoded = decode_snapshot(encode_snapshot(two_producers()));
  ASSERT_TRUE(decoded.ok());
  ASSERT_EQ(decoded->size(), 2u);
  const ProducerEntry& seven = decoded->at(7);
  EXPECT_EQ(seven.last(), (BatchNote{9, 49, 4, 1000}));
  EXPECT_EQ(seven.transaction_start(), 40);
  EXPECT_EQ(seven.coordinator_epoch(), 3);
  EXPECT_FALSE(decoded->at(1).has_batches());
}

TEST(ProducerSnapshot, EveryDamageIsNoticed) {
  const std::vector<std::uint8_t> good = encode_snapshot(two_producers());
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::vector<std::uint8_t> bad = good;
    bad[i] ^= 1;
    EXPECT_FALSE(decode_snapshot(bad).ok()) << i;
    EXPECT_FALSE(decode_snapshot(sdk::Bytes(good).slice(0, i)).ok()) << i;
  }
}

TEST(ProducerSnapshot, IsNamedByItsOffset) {
  EXPECT_EQ(snapshot_name(1234), "00000000000000001234.snapshot");
  EXPECT_EQ(snapshot_offset("00000000000000001234.snapshot"), 1234);
  EXPECT_FALSE(snapshot_offset("00000000000000001234.log"));
  EXPECT_FALSE(snapshot_offset("1234.snapshot"));
  EXPECT_FALSE(snapshot_offset("0000000000000000123x.snapshot"));
}

}  // namespace
}  // namespace barnabas::log
