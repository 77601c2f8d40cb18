#include "kernel/record/batch_builder.h"

#include "kernel/record/control.h"
#include "kernel/record/record_reader.h"
#include "kernel/record/testing.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace barnabas::record {
namespace {

using testing::build;
using testing::bytes;
using testing::golden;
using testing::golden_batches;
using testing::hex;
using testing::Octets;
using testing::RunCodec;

const std::vector<Header> kHeaders = {{"h", bytes("x")}};
const std::vector<NewRecord> kTwo = {{.timestamp_ms = 1700000000000, .key = bytes("k1"), .value = bytes("v1"), .headers = kHeaders},
                                     {.timestamp_ms = 1700000000005, .value = bytes("v2")}};

TEST(BatchBuilder, WritesWhatKafkaWrites) {
  EXPECT_EQ(hex(build({.base_offset = 100, .leader_epoch = 7}, kTwo)), hex(golden("v2 none: ")));
  EXPECT_EQ(hex(build({.leader_epoch = 0, .producer_id = 4000, .producer_epoch = 3, .base_sequence = 10, .transactional = true}, kTwo)),
            hex(golden("v2 none idempotent")));
}

TEST(BatchBuilder, WritesTransactionMarkers) {
  BatchBuilder builder;
  MarkerBatch marker;
  marker.producer_id = 4000;
  marker.producer_epoch = 3;
  marker.marker = {true, 9};
  marker.timestamp_ms = 1700000000000;
  marker.base_offset = 5;
  marker.leader_epoch = 0;
  EXPECT_EQ(hex(build_marker(builder, marker)), hex(golden("txn marker batch")));
}

// Whatever a broker wrote, taken apart and put together again, is the same octets: data, markers, and KRaft's control records.
TEST(BatchBuilder, RebuildsEveryGoldenBatchOctetByOctet) {
  for (const auto& [kind, name, octets] : golden_batches()) {
    const BatchView batch{sdk::Bytes(octets)};
    if (batch.magic() != 2 || batch.codec() != kCodecNone) continue;
    const BatchHeader header = batch.header();
    BatchBuilder builder;
    builder.start({.base_offset = header.base_offset(),
                   .leader_epoch = header.leader_epoch(),
                   .producer_id = header.producer_id(),
                   .producer_epoch = header.producer_epoch(),
                   .base_sequence = header.base_sequence(),
                   .transactional = header.transactional(),
                   .control = header.control()});
    const Codecs none;
    RecordReader reader(none);
    ASSERT_TRUE(reader.open(batch).ok());
    for (RecordView record; reader.next(record);) builder.copy(record);
    ASSERT_TRUE(reader.take_status().ok());
    EXPECT_EQ(hex(*builder.finish()), hex(octets)) << name;
  }
}

TEST(BatchBuilder, WritesControlRecordsOfTheQuorum) {
  const Octets octets = golden("__cluster_metadata [{\"control\":\"LeaderChangeMessage\"");
  const BatchView batch{sdk::Bytes(octets)};
  const Codecs none;
  RecordReader reader(none);
  ASSERT_TRUE(reader.open(batch).ok());
  RecordView record;
  ASSERT_TRUE(reader.next(record));
  EXPECT_EQ(control_type(record), ControlType::kLeaderChange);
  EXPECT_EQ(parse_marker(record), std::nullopt);
  const ControlRecord same{ControlType::kLeaderChange, *record.value};
  BatchBuilder builder;
  EXPECT_EQ(hex(build_control(builder, {&same, 1}, record.timestamp_ms, batch.base_offset(), batch.leader_epoch())), hex(octets));
}

TEST(Control, ReadsAMarkerBack) {
  const Octets octets = golden("txn marker batch");
  const Codecs none;
  RecordReader reader(none);
  ASSERT_TRUE(reader.open(BatchView(octets)).ok());
  RecordView record;
  ASSERT_TRUE(reader.next(record));
  ASSERT_TRUE(parse_marker(record).has_value());
  EXPECT_TRUE(parse_marker(record)->commit);
  EXPECT_EQ(parse_marker(record)->coordinator_epoch, 9);
  record.value = record.value->slice(0, 5);
  EXPECT_EQ(parse_marker(record), std::nullopt);
  record.key = bytes("abc");
  EXPECT_EQ(control_type(record), std::nullopt);
}

TEST(BatchBuilder, KeepsTheBatchOfRecordsThatAreGone) {
  BatchBuilder builder;
  builder.start({.base_offset = 10, .producer_id = 1, .producer_epoch = 0, .base_sequence = 3});
  const auto built = builder.finish(14);
  const BatchView batch{*built};
  EXPECT_EQ(batch.size(), kHeaderBytes);
  EXPECT_EQ(batch.count(), 0);
  EXPECT_EQ(batch.base_offset(), 10);
  EXPECT_EQ(batch.last_offset(), 14);
  EXPECT_EQ(batch.last_sequence(), 7);
  EXPECT_EQ(batch.header().base_timestamp_ms(), -1);
  EXPECT_TRUE(batch.crc_valid());
}

TEST(BatchBuilder, GapsAndADeleteHorizonStay) {
  BatchBuilder builder;
  builder.start({.base_offset = 10, .delete_horizon_ms = 5000});
  builder.append_at(12, {.timestamp_ms = 1000, .key = bytes("k")});
  const auto built = builder.finish(20);
  const BatchView batch{*built};
  EXPECT_EQ(batch.delete_horizon_ms(), 5000);
  EXPECT_EQ(batch.max_timestamp_ms(), 1000);
  EXPECT_EQ(batch.last_offset(), 20);
  const Codecs none;
  RecordReader reader(none);
  ASSERT_TRUE(reader.open(batch).ok());
  RecordView record;
  ASSERT_TRUE(reader.next(record));
  EXPECT_EQ(record.offset, 12);
  EXPECT_EQ(record.timestamp_ms, 1000);
}

struct Sample {
  std::int64_t timestamp_ms;
  std::optional<std::string> key;
  std::optional<std::string> value;
  std::vector<std::pair<std::string, std::optional<std::string>>> headers;
};

std::optional<sdk::Bytes> view(const std::optional<std::string>& text) {
  return text ? std::optional<sdk::Bytes>(bytes(*text)) : std::nullopt;
}

rc::Gen<std::optional<std::string>> maybe_text() {
  return rc::gen::oneOf(rc::gen::just(std::optional<std::string>()), rc::gen::map(rc::gen::arbitrary<std::string>(), [](std::string text) {
                          return std::optional<std::string>(std::move(text));
                        }));
}

rc::Gen<Sample> sample() {
  using Pair = std::pair<std::string, std::optional<std::string>>;
  return rc::gen::build<Sample>(
      rc::gen::set(&Sample::timestamp_ms), rc::gen::set(&Sample::key, maybe_text()), rc::gen::set(&Sample::value, maybe_text()),
      rc::gen::set(&Sample::headers,
                   rc::gen::container<std::vector<Pair>>(rc::gen::pair(rc::gen::arbitrary<std::string>(), maybe_text()))));
}

TEST(BatchBuilder, ReadsBackAnything) {
  RunCodec codec;
  Codecs codecs;
  codecs.by_attribute[kCodecGzip] = &codec;
  RecordReader reader(codecs);
  BatchBuilder builder;
  EXPECT_TRUE(rc::check("what is built is what is read", [&](bool compressed) {
    const auto samples = *rc::gen::container<std::vector<Sample>>(sample());
    builder.start({.base_offset = 1000, .codec = compressed ? &codec : nullptr});
    for (const Sample& one : samples) {
      std::vector<Header> headers;
      for (const auto& [key, value] : one.headers) headers.push_back({key, view(value)});
      const NewRecord record{one.timestamp_ms, view(one.key), view(one.value), headers};
      const std::size_t predicted = builder.size() + builder.size_of(record);
      builder.append(record);
      RC_ASSERT(builder.size() == predicted);
    }
    const auto built = builder.finish();
    RC_ASSERT(built.ok());
    RC_ASSERT(reader.open(BatchView(*built)).ok());
    RecordView record;
    for (std::size_t i = 0; i < samples.size(); ++i) {
      RC_ASSERT(reader.next(record));
      RC_ASSERT(record.offset == 1000 + static_cast<std::int64_t>(i));
      RC_ASSERT(record.timestamp_ms == samples[i].timestamp_ms);
      RC_ASSERT(record.key == view(samples[i].key));
      RC_ASSERT(record.value == view(samples[i].value));
      std::size_t at = 0;
      for (const Header& header : record.headers) {
        RC_ASSERT(header.key == samples[i].headers[at].first);
        RC_ASSERT(header.value == view(samples[i].headers[at++].second));
      }
      RC_ASSERT(at == samples[i].headers.size());
    }
    RC_ASSERT(!reader.next(record));
    RC_ASSERT(reader.take_status().ok());
  }));
}

}  // namespace
}  // namespace barnabas::record
