#include "kernel/record/record_reader.h"

#include "kernel/base/crc32c.h"
#include "kernel/record/testing.h"

#include <gtest/gtest.h>

namespace barnabas::record {
namespace {

using testing::build;
using testing::bytes;
using testing::golden;
using testing::golden_batches;
using testing::Octets;
using testing::RunCodec;
using testing::text_of;

struct Read {
  std::vector<std::string> records;
  Status status;
};

Read read_all(const Octets& octets, const Codecs& codecs = {}, std::uint64_t cap = RecordReader::kMaxInflatedBytes) {
  Read all;
  RecordReader reader(codecs, cap);
  BatchReader batches(octets);
  for (BatchView batch; all.status.ok() && batches.next(batch);) {
    all.status = reader.open(batch);
    if (!all.status.ok()) break;
    for (RecordView record; reader.next(record);) {
      std::string line = std::to_string(record.offset) + " " + std::to_string(record.timestamp_ms) + " " +
                         std::string(text_of(record.key)) + "=" + std::string(text_of(record.value));
      for (const Header& header : record.headers) line += " " + std::string(header.key) + ":" + std::string(text_of(header.value));
      all.records.push_back(line);
    }
    all.status = reader.take_status();
  }
  return all;
}

const std::vector<std::string> kTwo = {"100 1700000000000 k1=v1 h:x", "101 1700000000005 (null)=v2"};

TEST(RecordReader, ReadsRecordsWhereTheyLie) {
  EXPECT_EQ(read_all(golden("v2 none: ")).records, kTwo);
  EXPECT_EQ(read_all(golden("v1 none")).records, (std::vector<std::string>{"100 1700000000000 k1=v1", "101 1700000000005 k2=v2"}));
  EXPECT_EQ(read_all(golden("v0 none")).records, (std::vector<std::string>{"100 -1 k1=v1", "101 -1 k2=v2"}));
}

TEST(RecordReader, LogAppendTimeIsTheTimeOfEveryRecord) {
  Octets octets = golden("v2 none: ");
  MutableBatchHeader(octets.data()).set_max_timestamp(TimestampType::kLogAppendTime, 42);
  EXPECT_EQ(read_all(octets).records, (std::vector<std::string>{"100 42 k1=v1 h:x", "101 42 (null)=v2"}));
}

TEST(RecordReader, ReadsEveryUncompressedGoldenBatchToItsEnd) {
  for (const auto& [kind, name, octets] : golden_batches()) {
    if (BatchView{sdk::Bytes(octets)}.codec() != kCodecNone) continue;
    const Read all = read_all(octets);
    EXPECT_TRUE(all.status.ok()) << name << ": " << std::string(all.status.message());
    EXPECT_FALSE(all.records.empty()) << name;
  }
}

TEST(RecordReader, ReadsThroughACodec) {
  RunCodec codec;
  Codecs codecs;
  codecs.by_attribute[kCodecGzip] = &codec;
  const std::string large(700'000, 'x');  // more than the window
  const std::vector<Header> headers = {{"h", bytes("1")}, {"h", std::nullopt}};
  const Octets octets = build({.base_offset = 5, .codec = &codec}, {{.timestamp_ms = 10, .key = bytes("a"), .value = bytes(large)},
                                                                    {.timestamp_ms = 8, .value = bytes("b"), .headers = headers},
                                                                    {.timestamp_ms = 12}});
  const Read all = read_all(octets, codecs);
  EXPECT_TRUE(all.status.ok()) << std::string(all.status.message());
  EXPECT_EQ(all.records, (std::vector<std::string>{"5 10 a=" + large, "6 8 (null)=b h:1 h:(null)", "7 12 (null)=(null)"}));

  RecordReader again(codecs);
  for (int turn = 0; turn < 3; ++turn) {  // left in the middle, begun anew
    ASSERT_TRUE(again.open(BatchView(octets)).ok());
    RecordView record;
    ASSERT_TRUE(again.next(record));
    EXPECT_EQ(text_of(record.value), large);
    ASSERT_TRUE(again.next(record));
    EXPECT_EQ(text_of(record.value), "b");
  }

  const Read capped = read_all(octets, codecs, 600'000);
  EXPECT_EQ(capped.status.code(), Code::kExhausted);
  EXPECT_TRUE(capped.records.empty());

  const Read without = read_all(octets);
  EXPECT_EQ(without.status.code(), Code::kUnsupported);
  EXPECT_EQ(without.status.message(), sdk::Text("the batch is compressed with codec 1 (gzip), for which no plugin is loaded"));
}

// A wrapper of the old formats around `inner`.
Octets wrap(int magic, std::int64_t offset, RunCodec& codec, const Octets& inner, bool append_time = false) {
  struct To final : sdk::Sink {
    Status append(sdk::Bytes octets) noexcept override {
      value.insert(value.end(), octets.begin(), octets.end());
      return {};
    }
    Octets value;
  } to;
  const sdk::Bytes piece(inner);
  EXPECT_TRUE(codec.compress(&piece, 1, 0, magic, to).ok());
  Octets octets(magic == 0 ? 26 : 34);
  octets[16] = static_cast<std::uint8_t>(magic);
  octets[17] = static_cast<std::uint8_t>(codec.attribute() | (append_time ? 8 : 0));
  if (magic == 1) store(octets.data() + 18, std::int64_t{99});
  const std::size_t key_at = magic == 0 ? 18 : 26;
  store(octets.data() + key_at, std::int32_t{-1});
  store(octets.data() + key_at + 4, static_cast<std::int32_t>(to.value.size()));
  octets.insert(octets.end(), to.value.begin(), to.value.end());
  store(octets.data(), offset);
  store(octets.data() + 8, static_cast<std::int32_t>(octets.size() - 12));
  store(octets.data() + 12, base::crc32_ieee(sdk::Bytes(octets).slice(16)));
  return octets;
}

Octets with_offsets(Octets entries, const std::vector<std::int64_t>& offsets) {
  std::size_t at = 0;
  for (std::int64_t offset : offsets) {
    store(entries.data() + at, offset);
    at += 12 + load<std::uint32_t>(entries.data() + at + 8);
  }
  return entries;
}

class OldWrapper : public ::testing::Test {
 protected:
  OldWrapper() { codecs_.by_attribute[kCodecGzip] = &codec_; }
  RunCodec codec_;
  Codecs codecs_;
};

TEST_F(OldWrapper, OffsetsOfMagic1AreRelativeToTheLast) {
  const Octets inner = with_offsets(golden("v1 none"), {0, 1});
  const std::vector<std::string> expected = {"100 1700000000000 k1=v1", "101 1700000000005 k2=v2"};
  EXPECT_EQ(read_all(wrap(1, 101, codec_, inner), codecs_).records, expected);
  EXPECT_EQ(read_all(wrap(1, 0, codec_, inner), codecs_).records,
            (std::vector<std::string>{"0 1700000000000 k1=v1", "1 1700000000005 k2=v2"}));
  EXPECT_EQ(read_all(wrap(1, 101, codec_, inner, true), codecs_).records, (std::vector<std::string>{"100 99 k1=v1", "101 99 k2=v2"}));
  // As compaction leaves it: the first is gone.
  EXPECT_EQ(read_all(wrap(1, 107, codec_, with_offsets(golden("v1 none"), {3, 7})), codecs_).records,
            (std::vector<std::string>{"103 1700000000000 k1=v1", "107 1700000000005 k2=v2"}));
}

TEST_F(OldWrapper, OffsetsOfMagic0AreAbsolute) {
  EXPECT_EQ(read_all(wrap(0, 101, codec_, golden("v0 none")), codecs_).records, (std::vector<std::string>{"100 -1 k1=v1", "101 -1 k2=v2"}));
}

TEST_F(OldWrapper, RefusesBrokenInsides) {
  const auto refusal = [&](const Octets& octets) { return std::string(read_all(octets, codecs_).status.message()); };
  const Octets inner = with_offsets(golden("v1 none"), {0, 5});
  EXPECT_EQ(refusal(wrap(1, 3, codec_, inner)), "the compressed message at offset 3 has an inner offset of 5, which is after its own");
  EXPECT_EQ(refusal(wrap(1, 7, codec_, golden("v0 none"))), "the compressed message at offset 7 of magic 1 holds one of another");
  EXPECT_EQ(refusal(wrap(1, 9, codec_, wrap(1, 3, codec_, inner))),
            "the compressed message at offset 9 holds a message that is itself compressed");
  Octets broken = inner;
  broken.back() ^= 1;
  EXPECT_EQ(refusal(wrap(1, 9, codec_, broken)), "the compressed message at offset 9 holds a message with a wrong checksum");
  Octets cut = inner;
  cut.pop_back();
  EXPECT_EQ(refusal(wrap(1, 9, codec_, cut)), "the compressed message at offset 9 ends within an inner message");
}

TEST(RecordReader, RefusesBatchesThatAreNotTheirRecords) {
  const auto refusal = [](std::size_t at, Octets changes) {
    Octets octets = golden("v2 none: ");
    std::copy(changes.begin(), changes.end(), octets.begin() + static_cast<std::ptrdiff_t>(at));
    Read all = read_all(octets);
    EXPECT_EQ(all.status.code(), Code::kCorrupt);
    return std::string(all.status.message());
  };
  EXPECT_EQ(refusal(57, {0, 0, 0, 1}), "the batch at offset 100 has octets after its last record");
  EXPECT_EQ(refusal(57, {0, 0, 0, 3}), "record 2 of 3 in the batch at offset 100 is missing");
  EXPECT_EQ(refusal(57, {0x80, 0, 0, 0}), "the batch at offset 100 says it has -2147483648 records");
  EXPECT_EQ(refusal(61, {0x7e}), "record 0 of 2 in the batch at offset 100 says 63 octets, but only 23 are left");
  EXPECT_EQ(refusal(65, {0x7e}), "record 0 of 2 in the batch at offset 100 has a key that does not fit into it");
  EXPECT_EQ(refusal(68, {0x7e}), "record 0 of 2 in the batch at offset 100 has a value that does not fit into it");
  EXPECT_EQ(refusal(71, {0x7e}), "record 0 of 2 in the batch at offset 100 has a header count that does not fit into it");
  EXPECT_EQ(refusal(71, {0x00}), "record 0 of 2 in the batch at offset 100 is longer than its fields");
  EXPECT_EQ(refusal(72, {0x01}), "record 0 of 2 in the batch at offset 100 has a header whose key is null");
}

TEST(RecordReader, SurvivesEveryCutAndEveryFlippedBit) {
  RunCodec codec;
  Codecs codecs;
  codecs.by_attribute = {nullptr, &codec, &codec, &codec, &codec, nullptr, nullptr, nullptr};
  for (const auto& [kind, name, octets] : golden_batches()) {
    for (std::size_t size = 0; size < octets.size(); ++size)
      static_cast<void>(read_all(Octets(octets.begin(), octets.begin() + static_cast<std::ptrdiff_t>(size)), codecs, 1 << 20));
    for (std::size_t bit = 0; bit < octets.size() * 8; ++bit) {
      Octets broken = octets;
      broken[bit / 8] = static_cast<std::uint8_t>(broken[bit / 8] ^ (1 << (bit % 8)));
      static_cast<void>(read_all(broken, codecs, 1 << 20));
    }
  }
}

}  // namespace
}  // namespace barnabas::record
