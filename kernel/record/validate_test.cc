// M09 and its like are the rows of bad input in tests/fuzz/README.md.
#include "kernel/record/validate.h"

#include "kernel/base/varint.h"
#include "kernel/record/testing.h"

#include <gtest/gtest.h>

namespace barnabas::record {
namespace {

using testing::build;
using testing::bytes;
using testing::golden;
using testing::hex;
using testing::Octets;
using testing::RunCodec;

constexpr std::int64_t kNow = 1700000000000;

class ValidateTest : public ::testing::Test {
 protected:
  ValidateTest() {
    codecs_.by_attribute[kCodecGzip] = &gzip_;
    codecs_.by_attribute[kCodecZstd] = &zstd_;
    rules_.topic_partition = "t-0";
    rules_.now_ms = kNow;
  }

  static std::vector<NewRecord> records(int count) {
    std::vector<NewRecord> all;
    for (int i = 0; i < count; ++i) all.push_back({.timestamp_ms = kNow - 10 + i, .key = bytes("key"), .value = bytes("value")});
    return all;
  }
  // A good batch with one field changed, and its checksum made right again.
  template <class Integer>
  static Octets with(std::size_t at, Integer value, Octets octets = build({}, records(3))) {
    store(octets.data() + at, value);
    MutableBatchHeader(octets.data()).seal();
    return octets;
  }
  // A batch of `count` records whose octets are `raw`, compressed when `codec` says so.
  static Octets raw_batch(std::int32_t count, const Octets& raw, RunCodec* codec = nullptr) {
    BatchBuilder builder;
    builder.start({.codec = codec});
    Octets octets(kHeaderBytes);
    const auto head = builder.finish();
    std::copy(head->data, head->data + kHeaderBytes, octets.begin());
    octets.insert(octets.end(), raw.begin(), raw.end());
    store(octets.data() + kLengthAt, static_cast<std::int32_t>(octets.size() - kEntryHeaderBytes));
    store(octets.data() + kLastOffsetDeltaAt, count - 1);
    store(octets.data() + kRecordCountAt, count);
    if (codec != nullptr) store(octets.data() + kAttributesAt, static_cast<std::int16_t>(codec->attribute()));
    MutableBatchHeader(octets.data()).seal();
    return octets;
  }
  Outcome validate(const Octets& octets) {
    Outcome outcome = validator_.validate(Octets(octets), rules_);  // a copy, so that a sanitizer sees its end
    outcome.batch = {};
    return outcome;
  }
  void expect(const Octets& octets, Verdict verdict, std::string_view message) {
    const Outcome outcome = validate(octets);
    EXPECT_EQ(outcome.verdict, verdict) << outcome.message;
    EXPECT_EQ(outcome.message, message);
  }

  RunCodec gzip_{kCodecGzip};
  RunCodec zstd_{kCodecZstd};
  Codecs codecs_;
  ValidationRules rules_;
  Validator validator_{codecs_};
};

TEST_F(ValidateTest, AcceptsWhatClientsSend) {
  const Octets octets = build({}, records(3));
  Outcome outcome = validator_.validate(octets, rules_);
  EXPECT_EQ(outcome.verdict, Verdict::kNone) << outcome.message;
  EXPECT_TRUE(outcome.batch == sdk::Bytes(octets));
  EXPECT_EQ(outcome.count, 3);
  EXPECT_EQ(outcome.max_timestamp_ms, kNow - 8);
  EXPECT_EQ(outcome.max_timestamp_offset_delta, 2);
  EXPECT_FALSE(outcome.rebuild);
  EXPECT_TRUE(outcome.record_errors.empty());

  const Octets packed = build({.codec = &gzip_}, records(3));
  outcome = validator_.validate(packed, rules_);
  EXPECT_EQ(outcome.verdict, Verdict::kNone) << outcome.message;
  EXPECT_EQ(outcome.count, 3);
  EXPECT_EQ(outcome.max_timestamp_ms, kNow - 8);
  EXPECT_FALSE(outcome.rebuild);
}

TEST_F(ValidateTest, TheFirstOfTheLatestRecordsIsTheLatest) {
  std::vector<NewRecord> all = records(4);
  all[1].timestamp_ms = all[2].timestamp_ms = kNow + 5;
  EXPECT_EQ(validate(build({}, all)).max_timestamp_offset_delta, 1);
}

// M09
TEST_F(ValidateTest, RefusesBrokenOctets) {
  const Octets good = build({}, records(3));
  expect({}, Verdict::kInvalidRecord, "Produce requests with version 13 must have at least one record batch per partition");
  expect(with(kLengthAt, std::int32_t{13}), Verdict::kCorruptMessage,
         "Record is corrupt in topic partition t-0: a batch at offset 0 says a length of 13, but the smallest has 14");
  expect(with(kMagicAt, std::int8_t{3}), Verdict::kCorruptMessage,
         "Record is corrupt in topic partition t-0: a batch at offset 0 has magic 3, and only 0, 1 and 2 exist");
  for (std::size_t size : {std::size_t{1}, std::size_t{16}, std::size_t{17}, std::size_t{60}, good.size() - 1})
    expect(Octets(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size)), Verdict::kCorruptMessage,
           "Record is corrupt in topic partition t-0: the batch is longer than what was sent.");
  Octets broken = good;
  store(broken.data() + kCrcAt, std::uint32_t{7});
  expect(broken, Verdict::kCorruptMessage, "Record is corrupt (stored crc = 7) in topic partition t-0.");
  for (std::size_t at = kCrcAt; at < good.size(); ++at) {
    broken = good;
    broken[at] ^= 4;
    EXPECT_EQ(validate(broken).verdict, Verdict::kCorruptMessage) << at;
  }
}

// M10, the header
TEST_F(ValidateTest, RefusesHeadersThatContradictThemselves) {
  Octets two = build({}, records(3));
  const Octets one = two;
  two.insert(two.end(), one.begin(), one.end());
  constexpr std::string_view kOnlyOne =
      "Produce requests with version 13 are only allowed to contain exactly one record batch per partition";
  expect(two, Verdict::kInvalidRecord, kOnlyOne);
  two.resize(one.size() + 1);
  expect(two, Verdict::kInvalidRecord, kOnlyOne);
  for (std::string_view old : {"v1 none", "v0 none", "v1 lz4 wrapper", "v0 lz4 wrapper"})
    expect(golden(old), Verdict::kInvalidRecord,
           "Produce requests with version 13 are only allowed to contain record batches with magic version 2");
  for (std::int8_t magic : {std::int8_t{0}, std::int8_t{1}})
    EXPECT_EQ(validate(with(kMagicAt, magic)).verdict, Verdict::kInvalidRecord) << "whatever the checksum says";
  expect(with(kLastOffsetDeltaAt, std::int32_t{-1}), Verdict::kInvalidRecord,
         "Batch has an invalid offset range: [0, -1] in topic partition t-0.");
  expect(with(kRecordCountAt, std::int32_t{0}), Verdict::kInvalidRecord,
         "Invalid reported count for record batch: 0 in topic partition t-0.");
  expect(with(kRecordCountAt, std::int32_t{-3}), Verdict::kInvalidRecord,
         "Invalid reported count for record batch: -3 in topic partition t-0.");
  expect(with(kRecordCountAt, std::int32_t{4}), Verdict::kInvalidRecord,
         "Inconsistent batch offset range [0, 2] and count of records 4 in topic partition t-0.");
  expect(with(kLastOffsetDeltaAt, INT32_MAX), Verdict::kInvalidRecord,
         "Inconsistent batch offset range [0, 2147483647] and count of records 3 in topic partition t-0.");
  expect(with(kBaseOffsetAt, std::int64_t{5}), Verdict::kInvalidRecord,
         "The baseOffset of the record batch in the append to t-0 should be 0, but it is 5");
}

// M10, the records: the same answers whether they were compressed or not.
TEST_F(ValidateTest, RefusesRecordsThatContradictTheHeaderOrThemselves) {
  const Octets record = {0x0e, 0, 0, 0, 0x01, 0x02, 'v', 0x00};  // length 7: no key, value "v"
  struct Case {
    std::int32_t count;
    std::int32_t index;
    Octets raw;
    std::string fault;
  };
  Octets two = record;
  two.insert(two.end(), record.begin(), record.end());
  two[11] = 2;  // the second one's offset delta
  const std::vector<Case> cases = {
      {1, 0, two, "Record 0 of 1 is the last one, but octets follow it"},
      {3, 2, two, "Record 2 of 3 is missing"},
      {1, 0, {0x80}, "Record 0 of 1 has no whole length"},
      {1, 0, {0x01, 0, 0, 0, 0, 0, 0}, "Record 0 of 1 has a negative length"},
      {1, 0, {0x10, 0, 0, 0, 1, 2, 'v', 0}, "Record 0 of 1 says a length that is more than what is left"},
      {1, 0, {0xfe, 0xff, 0xff, 0xff, 0x0f, 0, 0, 0, 1, 2, 'v', 0}, "Record 0 of 1 says a length that is more than what is left"},
      {1, 0, {0x0a, 0, 0, 0, 1, 1, 0}, "Record 0 of 1 is shorter than any record"},
      {1, 0, {0x10, 0, 0, 0, 1, 2, 'v', 0, 0}, "Record 0 of 1 is longer than its fields"},
      {1, 0, {0x0e, 0, 0, 0, 3, 2, 'v', 0}, "Record 0 of 1 has a key that does not fit into it"},
      {1, 0, {0x0e, 0, 0, 0, 1, 0x7e, 'v', 0}, "Record 0 of 1 has a value that does not fit into it"},
      {1, 0, {0x0e, 0, 0, 0, 1, 6, 'v', 0}, "Record 0 of 1 has a value that does not fit into it"},
      {1, 0, {0x0e, 0, 0, 0, 1, 2, 'v', 1}, "Record 0 of 1 has a header count that does not fit into it"},
      {1, 0, {0x0e, 0, 0, 0, 1, 2, 'v', 0x7e}, "Record 0 of 1 has a header count that does not fit into it"},
      {1, 0, {0x12, 0, 0, 0, 1, 2, 'v', 2, 1, 1}, "Record 0 of 1 has a header whose key is null"},
      {1, 0, {0x12, 0, 0, 0, 1, 2, 'v', 2, 2, 1}, "Record 0 of 1 has a header value that does not fit into it"},
      {1, 0, {0x12, 0, 0, 0, 1, 2, 'v', 2, 6, 1}, "Record 0 of 1 has a header key that does not fit into it"},
  };
  for (const Case& one : cases) {
    Octets packed;
    for (std::uint8_t octet : one.raw) {
      const Octets run = RunCodec::run(octet, 1);
      packed.insert(packed.end(), run.begin(), run.end());
    }
    const bool too_large = one.raw.size() > 4 && one.raw[4] == 0x0f;  // a compressed one could only be larger than its cap
    for (const Octets& batch : {raw_batch(one.count, one.raw), raw_batch(one.count, packed, &gzip_)}) {
      const Outcome outcome = validate(batch);
      if (too_large && BatchView(batch).codec() != kCodecNone) {
        EXPECT_EQ(outcome.verdict, Verdict::kMessageTooLarge) << outcome.message;
        continue;
      }
      EXPECT_EQ(outcome.verdict, Verdict::kInvalidRecord);
      EXPECT_EQ(outcome.message, one.fault);
      ASSERT_EQ(outcome.record_errors.size(), 1u) << one.fault;
      EXPECT_EQ(outcome.record_errors[0].batch_index, one.index);
    }
  }
}

// M11
TEST_F(ValidateTest, RefusesWhatOnlyBrokersWrite) {
  expect(build({.control = true}, records(1)), Verdict::kInvalidRecord,
         "Clients are not allowed to write control records in topic partition t-0.");
  expect(build({.producer_id = 7, .producer_epoch = 0, .base_sequence = -1}, records(1)), Verdict::kInvalidRecord,
         "Invalid sequence number -1 in record batch with producerId 7 in topic partition t-0.");
  EXPECT_EQ(validate(build({.producer_id = 7, .producer_epoch = 0, .base_sequence = 0, .transactional = true}, records(1))).verdict,
            Verdict::kNone);
}

// M12
TEST_F(ValidateTest, RefusesTimestampsOutOfRange) {
  rules_.timestamp_before_max_ms = 1000;
  rules_.timestamp_after_max_ms = 500;
  std::vector<NewRecord> all = records(4);
  all[0].timestamp_ms = kNow - 1000;
  all[1].timestamp_ms = kNow - 1001;
  all[2].timestamp_ms = kNow + 500;
  all[3].timestamp_ms = kNow + 501;
  for (RunCodec* codec : {static_cast<RunCodec*>(nullptr), &gzip_}) {
    const Outcome outcome = validate(build({.codec = codec}, all));
    EXPECT_EQ(outcome.verdict, Verdict::kInvalidTimestamp);
    EXPECT_EQ(outcome.message, "One or more records have been rejected due to invalid timestamp");
    ASSERT_EQ(outcome.record_errors.size(), 2u);
    EXPECT_EQ(outcome.record_errors[0].batch_index, 1);
    EXPECT_EQ(outcome.record_errors[1].batch_index, 3);
    EXPECT_EQ(outcome.record_errors[0].message,
              "Timestamp 1699999998999 of message with offset 1 is out of range. "
              "The timestamp should be within [1699999999000, 1700000000500]");
  }
  all = records(2);
  all[1].timestamp_ms = kNoTimestamp;
  EXPECT_EQ(validate(build({}, all)).verdict, Verdict::kNone);
  rules_.timestamp_type = TimestampType::kLogAppendTime;  // then what the client says does not matter
  all[1].timestamp_ms = 5;
  EXPECT_EQ(validate(build({}, all)).verdict, Verdict::kNone);
}

TEST_F(ValidateTest, TimestampsAtTheEdgeOfNumbersAreCompared) {
  std::vector<NewRecord> all = records(1);
  all[0].timestamp_ms = INT64_MAX;
  EXPECT_EQ(validate(build({}, all)).verdict, Verdict::kInvalidTimestamp);
  all[0].timestamp_ms = INT64_MIN;
  EXPECT_EQ(validate(build({}, all)).verdict, Verdict::kInvalidTimestamp);
  all[0].timestamp_ms = 0;
  EXPECT_EQ(validate(build({}, all)).verdict, Verdict::kNone);
}

TEST_F(ValidateTest, RefusesLogAppendTimeFromAProducer) {
  Octets flagged = build({.log_append_time_ms = kNow}, records(1));
  rules_.timestamp_type = TimestampType::kLogAppendTime;
  Outcome outcome = validate(flagged);
  EXPECT_EQ(outcome.verdict, Verdict::kInvalidTimestamp);
  ASSERT_EQ(outcome.record_errors.size(), 1u);
  EXPECT_EQ(outcome.record_errors[0].message,
            "Invalid timestamp type in message with offset 0. Producer should not set timestamp type to LogAppendTime.");
  rules_.timestamp_type = TimestampType::kCreateTime;  // as Kafka does: a timestamp in range is taken, and the flag taken away
  outcome = validator_.validate(flagged, rules_);
  EXPECT_EQ(outcome.verdict, Verdict::kNone);
  MutableBatchHeader(flagged.data()).set_max_timestamp(outcome.timestamp_type, outcome.max_timestamp_ms);
  EXPECT_EQ(BatchView(flagged).timestamp_type(), TimestampType::kCreateTime);
  flagged = build({.log_append_time_ms = kNoTimestamp}, records(1));
  EXPECT_EQ(validate(flagged).verdict, Verdict::kInvalidTimestamp);
}

TEST_F(ValidateTest, ACompactedTopicNeedsKeys) {
  rules_.compacted = true;
  std::vector<NewRecord> all = records(6);
  EXPECT_EQ(validate(build({}, all)).verdict, Verdict::kNone);
  for (int i = 1; i < 6; ++i) all[static_cast<std::size_t>(i)].key.reset();
  const Outcome outcome = validate(build({}, all));
  EXPECT_EQ(outcome.verdict, Verdict::kInvalidRecord);
  EXPECT_EQ(outcome.record_errors.size(), 5u);
  constexpr std::string_view kEach = "Compacted topic cannot accept message without key in topic partition t-0.";
  EXPECT_EQ(outcome.record_errors[4].message, kEach);
  EXPECT_EQ(outcome.message,
            "One or more records have been rejected due to 5 record errors in total, and only showing the first three errors at "
            "most: [RecordError(batchIndex=1, message='" +
                std::string(kEach) + "'), RecordError(batchIndex=2, message='" + std::string(kEach) +
                "'), RecordError(batchIndex=3, message='" + std::string(kEach) + "')]");
  all.clear();
  for (int i = 0; i < 5000; ++i) all.push_back({.timestamp_ms = kNow});
  EXPECT_EQ(validate(build({}, all)).record_errors.size(), Outcome::kMaxRecordErrors);
}

// M13
TEST_F(ValidateTest, RefusesWhatIsTooLargeOrInAnUnknownCodec) {
  const Octets good = build({}, records(3));
  rules_.max_message_bytes = static_cast<std::int32_t>(good.size());
  EXPECT_EQ(validate(good).verdict, Verdict::kNone);
  --rules_.max_message_bytes;
  expect(good, Verdict::kMessageTooLarge,
         "The record batch size in the append to t-0 is " + std::to_string(good.size()) +
             " bytes which exceeds the maximum configured value of " + std::to_string(good.size() - 1) + ".");
  rules_.max_message_bytes = 1 << 20;

  const Octets zstd = build({.codec = &zstd_}, records(3));
  EXPECT_EQ(validate(zstd).verdict, Verdict::kNone);
  rules_.produce_version = 6;
  expect(zstd, Verdict::kUnsupportedCompressionType, "Produce requests with version 6 are not allowed to use ZStandard compression");
  for (std::int16_t codec = 5; codec <= 7; ++codec)
    expect(with(kAttributesAt, codec), Verdict::kUnsupportedCompressionType, "Unknown compression type id: " + std::to_string(codec));
  expect(with(kAttributesAt, std::int16_t{kCodecSnappy}), Verdict::kUnsupportedCompressionType,
         "the batch is compressed with codec 2 (snappy), for which no plugin is loaded");
}

// M19: a header that says two gigabytes, in a few octets.
TEST_F(ValidateTest, RefusesBombsUnderTheCap) {
  rules_.max_inflated_bytes = 1 << 20;
  const auto bomb = [&](std::uint32_t claimed, std::uint32_t value, std::uint32_t zeros) {
    Octets length(base::kMaxVarintBytes);
    length.resize(static_cast<std::size_t>(base::write_varint(length.data(), static_cast<std::int32_t>(claimed)) - length.data()));
    Octets body = {0, 0, 0, 1};
    Octets value_length(base::kMaxVarintBytes);
    value_length.resize(
        static_cast<std::size_t>(base::write_varint(value_length.data(), static_cast<std::int32_t>(value)) - value_length.data()));
    Octets packed;
    for (const Octets& part : {length, body, value_length})
      for (std::uint8_t octet : part) {
        const Octets run = RunCodec::run(octet, 1);
        packed.insert(packed.end(), run.begin(), run.end());
      }
    const Octets run = RunCodec::run(0, zeros);
    packed.insert(packed.end(), run.begin(), run.end());
    return raw_batch(1, packed, &gzip_);
  };
  // The record says that it is larger than the cap: refused at its first octets.
  EXPECT_EQ(validate(bomb(2'000'000'000, 1'900'000'000, 2'000'000'000)).verdict, Verdict::kMessageTooLarge);
  // It says little, and more follows than the cap: refused when the record ends.
  EXPECT_EQ(validate(bomb(10, 3, 2'000'000'000)).verdict, Verdict::kInvalidRecord);
  // It says as much as the cap allows, and the stream goes on: larger than the window, passed over.
  EXPECT_EQ(validate(bomb(1'000'000, 999'992, 2'000'000'000)).verdict, Verdict::kInvalidRecord);
  // The same, honest.
  EXPECT_EQ(validate(bomb(1'000'000, 999'992, 999'993)).verdict, Verdict::kNone);
  expect(bomb(1'000'000, 999'993, 999'993), Verdict::kInvalidRecord, "Record 0 of 1 has a header count that does not fit into it");
  expect(bomb(1'000'000, 999'994, 999'993), Verdict::kInvalidRecord, "Record 0 of 1 has a value that does not fit into it");
  expect(bomb(1'000'000, 999'991, 999'993), Verdict::kInvalidRecord, "Record 0 of 1 is longer than its fields");
  expect(bomb(1'000'000, 999'992, 500'000), Verdict::kInvalidRecord,
         "Record 0 of 1 can not be decompressed: the compressed data ends 499992 octets too early");
  // Honest records, only more of them than the cap.
  rules_.max_inflated_bytes = 1000;
  expect(build({.codec = &gzip_}, records(100)), Verdict::kMessageTooLarge,
         "Record 0 of 100 can not be decompressed: the batch inflates to more than the 1000 octets that are allowed");
}

TEST_F(ValidateTest, AWrongMaxTimestampIsCorrected) {
  Octets octets = with(kMaxTimestampAt, std::int64_t{5});
  const Outcome outcome = validator_.validate(octets, rules_);
  MutableBatchHeader(octets.data()).set_max_timestamp(outcome.timestamp_type, outcome.max_timestamp_ms);
  EXPECT_EQ(BatchView(octets).max_timestamp_ms(), kNow - 8);
  EXPECT_TRUE(BatchView(octets).crc_valid());
}

TEST_F(ValidateTest, LogAppendTimeIsWrittenInPlace) {
  rules_.timestamp_type = TimestampType::kLogAppendTime;
  Octets octets = build({.codec = &gzip_}, records(3));
  const Outcome outcome = validator_.validate(octets, rules_);
  EXPECT_FALSE(outcome.rebuild);
  EXPECT_EQ(outcome.max_timestamp_ms, kNow);
  MutableBatchHeader(octets.data()).set_max_timestamp(outcome.timestamp_type, outcome.max_timestamp_ms);
  EXPECT_EQ(BatchView(octets).timestamp_type(), TimestampType::kLogAppendTime);
  EXPECT_EQ(BatchView(octets).max_timestamp_ms(), kNow);
  EXPECT_TRUE(BatchView(octets).crc_valid());
}

TEST_F(ValidateTest, RebuildsIntoTheTopicsCodec) {
  const BatchSettings producer{.producer_id = 7, .producer_epoch = 2, .base_sequence = 40, .transactional = true};
  const Octets plain = build(producer, records(3));
  BatchSettings packed_settings = producer;
  packed_settings.codec = &zstd_;
  const Octets packed = build(packed_settings, records(3));

  rules_.codec = kCodecZstd;
  Outcome outcome = validator_.validate(plain, rules_);
  ASSERT_EQ(outcome.verdict, Verdict::kNone);
  EXPECT_TRUE(outcome.rebuild);
  outcome = validator_.rebuild(outcome);
  EXPECT_EQ(hex(outcome.batch), hex(packed));
  EXPECT_FALSE(outcome.rebuild);
  EXPECT_EQ(outcome.count, 3);

  rules_.codec = kCodecNone;
  EXPECT_FALSE(validator_.validate(plain, rules_).rebuild);
  outcome = validator_.rebuild(validator_.validate(packed, rules_));
  EXPECT_EQ(hex(outcome.batch), hex(plain));

  rules_.timestamp_type = TimestampType::kLogAppendTime;
  outcome = validator_.rebuild(validator_.validate(packed, rules_));
  EXPECT_EQ(BatchView(outcome.batch).timestamp_type(), TimestampType::kLogAppendTime);
  EXPECT_EQ(BatchView(outcome.batch).max_timestamp_ms(), kNow);

  rules_.codec = kCodecLz4;
  EXPECT_EQ(validator_.rebuild(validator_.validate(plain, rules_)).verdict, Verdict::kUnsupportedCompressionType);
  rules_.codec = kCodecNone;
  rules_.max_message_bytes = static_cast<std::int32_t>(plain.size()) - 1;
  outcome = validator_.rebuild(validator_.validate(build({.codec = &gzip_}, {{.value = bytes(std::string(2000, 'x'))}}), rules_));
  EXPECT_EQ(outcome.verdict, Verdict::kMessageTooLarge) << "the size is looked at again";
}

// A few octets can stand for all that a batch may inflate to, and that for seconds of a codec's work.
TEST_F(ValidateTest, ARebuildEndsWhereItIsTooLarge) {
  // Takes everything that it is given, in one call, and counts what it has made of it.
  struct Copying final : sdk::Codec {
    std::int8_t attribute() noexcept override { return kCodecZstd; }
    Status compress(const sdk::Bytes* pieces, std::size_t, std::int32_t, int, sdk::Sink& to) noexcept override {
      for (std::size_t at = 0; at < pieces->size; at += 100, made += 100) BARNABAS_TRY(to.append(pieces->slice(at, 100)));
      return {};
    }
    Status make_decompressor(sdk::Decompressor*&) noexcept override { return Status::unsupported("it only compresses"); }
    void destroy_decompressor(sdk::Decompressor*) noexcept override {}
    std::size_t made = 0;
  } copying;
  codecs_.by_attribute[kCodecZstd] = &copying;
  rules_.max_message_bytes = 10'000;
  const std::string value(5'000'000, 'x');
  const Octets packed = build({.codec = &gzip_}, {{.value = bytes(value)}});
  for (const std::int8_t codec : {kCodecZstd, kCodecNone}) {
    rules_.codec = codec;
    Outcome outcome = validator_.validate(packed, rules_);
    ASSERT_EQ(outcome.verdict, Verdict::kNone) << outcome.message;
    outcome = validator_.rebuild(outcome);
    EXPECT_EQ(outcome.verdict, Verdict::kMessageTooLarge);
    EXPECT_EQ(outcome.message,
              "Message batch size is more than 10000 bytes in append to partition t-0 which exceeds the maximum configured size of 10000.");
  }
  EXPECT_LE(copying.made, 10'000u);
}

TEST_F(ValidateTest, RebuildsBatchesWhoseOffsetsAreNotInOrder) {
  Octets octets = build({}, records(2));
  const std::size_t second = octets.size() - (octets.size() - kHeaderBytes) / 2;
  octets[second + 3] = 0x08;  // the offset delta of the second record: 4
  MutableBatchHeader(octets.data()).seal();
  Outcome outcome = validator_.validate(octets, rules_);
  ASSERT_EQ(outcome.verdict, Verdict::kNone) << outcome.message;
  EXPECT_TRUE(outcome.rebuild);
  outcome = validator_.rebuild(outcome);
  EXPECT_EQ(hex(outcome.batch), hex(build({}, records(2))));
}

TEST_F(ValidateTest, RefusesAStreamThatItsCodecRefuses) {
  Octets packed = RunCodec::run(0, 1);
  packed.resize(3);
  const Outcome outcome = validate(raw_batch(1, packed, &gzip_));
  EXPECT_EQ(outcome.verdict, Verdict::kInvalidRecord);
  EXPECT_EQ(outcome.message, "Record 0 of 1 can not be decompressed: a run is cut");
}

}  // namespace
}  // namespace barnabas::record
