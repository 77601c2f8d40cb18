// Batches through the real codecs: what Kafka compressed is read, what is built is read back, and nothing broken does harm.
#include "kernel/record/record_reader.h"
#include "kernel/record/testing.h"
#include "kernel/record/validate.h"

#include "real_codecs.h"

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
using testing::RealCodecs;
using testing::text_of;

constexpr std::int8_t kAll[] = {kCodecGzip, kCodecSnappy, kCodecLz4, kCodecZstd};

std::vector<std::string> lines(const RealCodecs& codecs, const Octets& octets) {
  std::vector<std::string> all;
  RecordReader reader(codecs);
  BatchReader batches(octets);
  for (BatchView batch; batches.next(batch);) {
    const Status opened = reader.open(batch);
    EXPECT_TRUE(opened.ok()) << std::string(opened.message());
    for (RecordView record; reader.next(record);)
      all.push_back(std::to_string(record.offset) + " " + std::to_string(record.timestamp_ms) + " " + std::string(text_of(record.key)) +
                    "=" + std::string(text_of(record.value)) + (record.headers.empty() ? "" : " h"));
    const Status status = reader.take_status();
    EXPECT_TRUE(status.ok()) << std::string(status.message());
  }
  return all;
}

TEST(RecordCodecs, ReadWhatKafkaCompressed) {
  const RealCodecs codecs;
  const std::vector<std::string> two = {"0 1700000000000 k1=v1 h", "1 1700000000005 (null)=v2"};
  for (std::string_view name : {"v2 lz4", "v2 snappy", "v2 zstd"}) EXPECT_EQ(lines(codecs, golden(name)), two) << name;
  EXPECT_EQ(lines(codecs, golden("v1 lz4 wrapper")), (std::vector<std::string>{"100 1700000000000 k1=v1", "101 1700000000005 k2=v2"}));
  EXPECT_EQ(lines(codecs, golden("v0 lz4 wrapper")), (std::vector<std::string>{"100 -1 k1=v1", "101 -1 k2=v2"}));
}

// Where a codec leaves no choice, our octets are Kafka's.
TEST(RecordCodecs, WriteLz4AndSnappyAsKafka) {
  const RealCodecs codecs;
  const std::vector<Header> headers = {{"h", bytes("x")}};
  const std::vector<NewRecord> two = {{.timestamp_ms = 1700000000000, .key = bytes("k1"), .value = bytes("v1"), .headers = headers},
                                      {.timestamp_ms = 1700000000005, .value = bytes("v2")}};
  EXPECT_EQ(hex(build({.leader_epoch = 0, .codec = codecs.find(kCodecLz4)}, two)), hex(golden("v2 lz4")));
  EXPECT_EQ(hex(build({.leader_epoch = 0, .codec = codecs.find(kCodecSnappy)}, two)), hex(golden("v2 snappy")));
}

TEST(RecordCodecs, GiveBackAnyBatchAndAgreeWithEachOther) {
  const RealCodecs codecs;
  Validator validator(codecs);
  RecordReader reader(codecs);
  EXPECT_TRUE(rc::check("build, validate, rebuild, read", [&] {
    const auto values = *rc::gen::nonEmpty<std::vector<std::string>>();
    const std::size_t repeat = *rc::gen::inRange<std::size_t>(1, 300);
    std::vector<std::string> expected;
    for (const std::string& value : values) {
      expected.emplace_back();
      for (std::size_t i = 0; i < repeat; ++i) expected.back() += value;
    }
    std::vector<NewRecord> records;
    for (const std::string& value : expected) records.push_back({.timestamp_ms = 5, .key = bytes("k"), .value = bytes(value)});
    ValidationRules rules;
    rules.max_message_bytes = INT32_MAX;
    for (std::int8_t from : kAll) {
      const Octets octets = build({.codec = codecs.find(from)}, records);
      for (std::int8_t to : {kCodecNone, kCodecGzip, kCodecSnappy, kCodecLz4, kCodecZstd}) {
        rules.codec = to;
        Outcome outcome = validator.validate(octets, rules);
        RC_ASSERT(outcome.verdict == Verdict::kNone);
        RC_ASSERT(outcome.rebuild == (from != to));
        if (outcome.rebuild) outcome = validator.rebuild(outcome);
        RC_ASSERT(outcome.verdict == Verdict::kNone);
        RC_ASSERT(hex(outcome.batch) == hex(build({.codec = codecs.find(to)}, records)));
        RC_ASSERT(reader.open(BatchView(outcome.batch)).ok());
        std::size_t at = 0;
        for (RecordView record; reader.next(record);) RC_ASSERT(text_of(record.value) == expected[at++]);
        RC_ASSERT(at == expected.size());
        RC_ASSERT(reader.take_status().ok());
      }
    }
  }));
}

// With a checksum that fits, so that the damage reaches the codecs and the parser.
TEST(RecordCodecs, SurviveEveryCutAndEveryFlippedBitBehindTheHeader) {
  const RealCodecs codecs;
  Validator validator(codecs);
  RecordReader reader(codecs, 1 << 20);
  ValidationRules rules;
  rules.max_inflated_bytes = 1 << 20;
  std::size_t refused = 0;
  std::size_t tried = 0;
  const auto probe = [&](Octets octets) {
    if (BatchView(octets).magic() == 2 && octets.size() >= kHeaderBytes) {
      store(octets.data() + kLengthAt, static_cast<std::int32_t>(octets.size() - kEntryHeaderBytes));
      MutableBatchHeader(octets.data()).seal();
      ++tried;
      const Outcome outcome = validator.validate(octets, rules);
      if (outcome.verdict != Verdict::kNone) {
        ++refused;
        EXPECT_FALSE(outcome.message.empty());
      } else if (outcome.rebuild) {
        static_cast<void>(validator.rebuild(outcome));
      }
    }
    BatchReader batches(octets);
    for (BatchView batch; batches.next(batch);)
      if (reader.open(batch).ok()) {
        for (RecordView record; reader.next(record);)
          for (const Header& header : record.headers) EXPECT_LE(header.key.size(), octets.size() * 256);
        static_cast<void>(reader.take_status());
      }
  };
  std::vector<Octets> all;
  for (const auto& [kind, name, octets] : golden_batches())
    if (BatchView{sdk::Bytes(octets)}.codec() != kCodecNone) all.push_back(octets);
  std::vector<NewRecord> records;
  const std::string value(300, 'v');
  for (int i = 0; i < 5; ++i) records.push_back({.timestamp_ms = i, .key = bytes("key"), .value = bytes(value)});
  for (std::int8_t codec : kAll) all.push_back(build({.codec = codecs.find(codec)}, records));
  ASSERT_EQ(all.size(), 9u);
  for (const Octets& octets : all) {
    for (std::size_t size = kHeaderBytes; size < octets.size(); ++size)
      probe(Octets(octets.begin(), octets.begin() + static_cast<std::ptrdiff_t>(size)));
    for (std::size_t bit = kMagicAt * 8; bit < octets.size() * 8; ++bit) {
      Octets broken = octets;
      broken[bit / 8] = static_cast<std::uint8_t>(broken[bit / 8] ^ (1 << (bit % 8)));
      probe(std::move(broken));
    }
  }
  EXPECT_GT(refused * 10, tried * 7) << "most damage is noticed even under a checksum that was made to fit";
}

}  // namespace
}  // namespace barnabas::record
