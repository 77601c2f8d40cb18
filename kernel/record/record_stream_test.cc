// A record that is larger than the window is read field by field; it is judged as one that is in memory as a whole.
#include "kernel/record/record_stream.h"

#include "kernel/base/varint.h"
#include "kernel/record/testing.h"

#include <barnabas/sdk/split_mix.h>
#include <gtest/gtest.h>

namespace barnabas::record {
namespace {

using testing::Octets;
using testing::RunCodec;

// A record as it is stored, and the same compressed.
struct Written {
  void octet(std::uint8_t value, std::uint32_t count = 1) {
    plain.insert(plain.end(), count, value);
    const Octets run = RunCodec::run(value, count);
    packed.insert(packed.end(), run.begin(), run.end());
  }
  // With `more` octets than it needs, as far as they carry nothing, and with what does not fit into 32 bits where `value` does not.
  void number(std::int64_t value, std::size_t more = 0) {
    std::uint64_t raw = base::zigzag(value);
    for (; raw >= 0x80; raw >>= 7) octet(static_cast<std::uint8_t>(raw | 0x80));
    if (more == 0) return octet(static_cast<std::uint8_t>(raw));
    octet(static_cast<std::uint8_t>(raw | 0x80));
    while (--more != 0) octet(0x80);
    octet(0);
  }
  void with_length() {
    Written all;
    all.number(static_cast<std::int64_t>(plain.size()));
    all.plain.insert(all.plain.end(), plain.begin(), plain.end());
    all.packed.insert(all.packed.end(), packed.begin(), packed.end());
    *this = std::move(all);
  }

  Octets plain;
  Octets packed;
};

class RecordStreamTest : public ::testing::Test {
 protected:
  RecordStreamTest() { codecs_.by_attribute[kCodecGzip] = &codec_; }

  struct Seen {
    bool good = false;
    StoredRecord record;
    std::string fault;
  };
  static Seen read(RecordStream stream) {
    Seen seen;
    seen.good = stream.next(seen.record) == RecordStream::Step::kRecord && stream.finish();
    if (stream.fault() != nullptr) seen.fault = stream.fault();
    return seen;
  }
  Seen read_whole(const Written& written) { return read(RecordStream(sdk::Bytes(written.plain))); }
  Seen read_by_field(const Written& written) {
    EXPECT_TRUE(inflater_.start(kCodecGzip, written.packed, 2, 64 << 20).ok());
    return read(RecordStream(inflater_));
  }
  // True: it was taken.
  bool agree(const Written& written) {
    const Seen whole = read_whole(written);
    const Seen by_field = read_by_field(written);
    EXPECT_EQ(by_field.good, whole.good) << "'" << by_field.fault << "' and '" << whole.fault << "'";
    if (!whole.good || !by_field.good) return false;
    EXPECT_EQ(by_field.record.attributes, whole.record.attributes);
    EXPECT_EQ(by_field.record.timestamp_delta, whole.record.timestamp_delta);
    EXPECT_EQ(by_field.record.offset_delta, whole.record.offset_delta);
    EXPECT_EQ(by_field.record.key.has_value(), whole.record.key.has_value());
    EXPECT_EQ(by_field.record.value.has_value(), whole.record.value.has_value());
    return true;
  }

  RunCodec codec_;
  Codecs codecs_;
  Inflater inflater_{codecs_};
};

constexpr std::int64_t kLarge = Inflater::kWindowBytes + 1000;

TEST_F(RecordStreamTest, NumbersHaveFiveOctetsWhateverTheRecordsSize) {
  for (int which = 0; which < 7; ++which)
    for (const std::size_t more : {0, 1, 2, 3, 4, 5, 8}) {
      SCOPED_TRACE(std::to_string(which) + " with " + std::to_string(more) + " more");
      Written written;
      auto number = [&, at = 0](std::int64_t value) mutable { written.number(value, at++ == which ? more : 0); };
      written.octet(0);
      number(5);  // of the timestamp: ten octets may be
      number(0);
      number(1);
      written.octet('k');
      number(kLarge);
      written.octet('v', kLarge);
      number(1);
      number(1);
      written.octet('h');
      number(-1);
      written.with_length();
      const bool fits = which == 0 || (which == 3 ? 3 : 1) + more <= base::kMaxVarintBytes;
      EXPECT_EQ(agree(written), fits);
    }
}

TEST_F(RecordStreamTest, LargeAndSmallAreReadAlike) {
  sdk::SplitMix random(20261127);
  int taken = 0;
  int refused = 0;
  for (int life = 0; life < 3000; ++life) {
    SCOPED_TRACE(life);
    const auto one_in = [&](std::uint64_t n) { return random.next() % n == 0; };
    Written written;
    const auto number = [&](std::int64_t value) {
      if (one_in(40)) value += static_cast<std::int64_t>(random.next() % 5) - 2;
      if (one_in(40)) value += std::int64_t{1} << (31 + random.next() % 30);  // cut to 32 bits it would look right
      written.number(value, one_in(20) ? random.next() % 10 : 0);
    };
    const auto field = [&](std::int64_t size) {
      number(one_in(8) ? -1 : size);
      written.octet('x', static_cast<std::uint32_t>(size));
    };
    written.octet(static_cast<std::uint8_t>(random.next()));
    number(static_cast<std::int64_t>(random.next() % 100000));
    number(0);
    field(1 + static_cast<std::int64_t>(random.next() % 20));
    number(kLarge);
    written.octet('v', kLarge);
    const auto headers = static_cast<std::int64_t>(random.next() % 3);
    number(headers);
    for (std::int64_t i = 0; i < 2 * headers; ++i) field(1 + static_cast<std::int64_t>(random.next() % 3));
    written.with_length();
    ++(agree(written) ? taken : refused);
    if (HasFailure()) break;
  }
  EXPECT_GT(taken, 100);
  EXPECT_GT(refused, 100);
}

// A clock is looked at within a window, too: nine thousand records of seven octets fit into 64 KiB.
TEST_F(RecordStreamTest, ManySmallRecordsAreCut) {
  struct : sdk::Clock {
    std::int64_t mono_ns() noexcept override { return ++looks; }
    std::int64_t wall_ms() noexcept override { return 0; }
    std::int64_t looks = 0;
  } clock;
  constexpr int kRecords = 9000;
  Written written;
  for (int i = 0; i < kRecords; ++i)
    for (const std::uint8_t octet : Octets{12, 0, 0, 0, 1, 1, 0}) written.octet(octet);
  ASSERT_TRUE(inflater_.start(kCodecGzip, written.packed, 2, 64 << 20).ok());
  RecordStream stream(inflater_);
  int seen = 0;
  for (StoredRecord record; seen < kRecords;) {
    const RecordStream::Step step = stream.next(record, base::Piece(clock, 1));
    ASSERT_NE(step, RecordStream::Step::kFault) << stream.fault();
    if (step == RecordStream::Step::kRecord) ++seen;
  }
  EXPECT_TRUE(stream.finish());
  EXPECT_GT(clock.looks - kRecords, 10);  // but for those of the pieces' beginnings
}

}  // namespace
}  // namespace barnabas::record
