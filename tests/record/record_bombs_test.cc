// Decompression bombs against the validation of a produce request: small batches that stand for gigabytes. The machine's memory and time
// are what counts.
#include "kernel/record/testing.h"
#include "kernel/record/validate.h"

#include "kernel/base/varint.h"

#include "real_codecs.h"

#include <gtest/gtest.h>
#include <time.h>

namespace barnabas::record {
namespace {

using testing::Octets;
using testing::RealCodecs;

constexpr std::size_t kMebibyte = 1 << 20;

double cpu_ms() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

Octets compressed(sdk::Codec& codec, const std::vector<sdk::Bytes>& pieces) {
  barnabas::testing::OctetSink sink;
  EXPECT_TRUE(codec.compress(pieces.data(), pieces.size(), sdk::kDefaultLevel, 2, sink).ok());
  return std::move(sink.octets);
}

// What decompresses to `head` and then a gigabyte of zeros.
Octets bomb_stream(sdk::Codec& codec, const Octets& head) {
  static const Octets zeros(kMebibyte);
  std::vector<sdk::Bytes> pieces(1024, sdk::Bytes(zeros));
  if (codec.attribute() == kCodecLz4) {  // the only one whose streams can not be put one behind the other
    pieces.insert(pieces.begin(), sdk::Bytes(head));
    return compressed(codec, pieces);
  }
  static std::map<std::int8_t, Octets> tails;
  Octets& tail = tails[codec.attribute()];
  if (tail.empty()) tail = compressed(codec, pieces);
  Octets stream = head.empty() ? Octets() : compressed(codec, {sdk::Bytes(head)});
  stream.insert(stream.end(), tail.begin(), tail.end());
  return stream;
}

Octets bomb(sdk::Codec& codec, std::int32_t count, const Octets& head) {
  const Octets stream = bomb_stream(codec, head);
  Octets octets(kHeaderBytes + stream.size());
  std::copy(stream.begin(), stream.end(), octets.begin() + static_cast<std::ptrdiff_t>(kHeaderBytes));
  store(octets.data() + kLengthAt, static_cast<std::int32_t>(octets.size() - kEntryHeaderBytes));
  store(octets.data() + kMagicAt, std::int8_t{2});
  store(octets.data() + kAttributesAt, static_cast<std::int16_t>(codec.attribute()));
  store(octets.data() + kLastOffsetDeltaAt, count - 1);
  store(octets.data() + kRecordCountAt, count);
  store(octets.data() + kProducerIdAt, std::int64_t{-1});
  MutableBatchHeader(octets.data()).seal();
  return octets;
}

Octets record_of(std::int64_t body, std::int64_t value) {
  Octets head(32);
  std::uint8_t* at = base::write_varint(head.data(), static_cast<std::int32_t>(body));
  *at++ = 0;
  *at++ = 0;
  *at++ = 0;
  *at++ = 1;
  at = base::write_varint(at, static_cast<std::int32_t>(value));
  head.resize(static_cast<std::size_t>(at - head.data()));
  return head;
}

class Bombs : public ::testing::TestWithParam<std::int8_t> {};

TEST_P(Bombs, AreRefusedWithLittleMemoryAndTime) {
  const RealCodecs codecs;
  Validator validator(codecs);
  ValidationRules rules;
  rules.max_message_bytes = INT32_MAX;  // or most of them would be refused for their own size
  rules.max_inflated_bytes = inflated_limit({});
  struct Case {
    const char* name;
    Octets octets;
    Verdict verdict;
  };
  sdk::Codec& codec = *codecs.find(GetParam());
  const auto under_the_cap = static_cast<std::int64_t>(rules.max_inflated_bytes - kMebibyte);
  const Case cases[] = {
      {"nothing but zeros", bomb(codec, 1, {}), Verdict::kInvalidRecord},
      {"a record of a gigabyte", bomb(codec, 1, record_of(1 << 30, (1 << 30) - 9)), Verdict::kMessageTooLarge},
      {"a record under the cap, and more", bomb(codec, 1, record_of(under_the_cap, under_the_cap - 9)), Verdict::kInvalidRecord},
      {"many records", bomb(codec, 1 << 30, record_of(under_the_cap, under_the_cap - 9)), Verdict::kInvalidRecord},
  };
  for (const Case& one : cases) {
    const std::size_t memory_before = barnabas::testing::resident_bytes();
    const double cpu_before = cpu_ms();
    const Outcome outcome = validator.validate(one.octets, rules);
    const double spent_ms = cpu_ms() - cpu_before;
    const std::size_t memory_after = barnabas::testing::resident_bytes();
    EXPECT_EQ(outcome.verdict, one.verdict) << one.name << ": " << outcome.message;
    EXPECT_LE(memory_after, memory_before + 16 * kMebibyte) << one.name;
    EXPECT_LE(spent_ms, 2000) << one.name;  // the machine may be busy: what it really takes is printed
    std::printf("%s %s: %zu octets, %.1f ms\n", std::string(codec_name(GetParam())).c_str(), one.name, one.octets.size(), spent_ms);
  }
}

// It goes on by a microsecond with each look.
struct LookedAt final : sdk::Clock {
  std::int64_t mono_ns() noexcept override { return now_ns += 1000; }
  std::int64_t wall_ms() noexcept override { return 0; }
  std::int64_t now_ns = 0;
};

TEST_P(Bombs, InPiecesTheSameComesOfThem) {
  const RealCodecs codecs;
  sdk::Codec& codec = *codecs.find(GetParam());
  ValidationRules rules;
  rules.max_message_bytes = INT32_MAX;
  rules.max_inflated_bytes = inflated_limit({});
  const auto under_the_cap = static_cast<std::int64_t>(rules.max_inflated_bytes - kMebibyte);
  Octets many;  // 1.1 MB of small records
  for (int i = 0; i < 100'000; ++i) {
    const Octets one = record_of(10, 4);
    many.insert(many.end(), one.begin(), one.end());
    many.resize(many.size() + 4);
    many.push_back(0);  // headers
  }
  const Octets cases[] = {
      bomb(codec, 1, {}),
      bomb(codec, 1, record_of(under_the_cap, under_the_cap - 9)),
      bomb(codec, 1 << 30, record_of(under_the_cap, under_the_cap - 9)),
      bomb(codec, 100'000, many),
      bomb(codec, 200'000, many),
  };
  Validator whole(codecs);
  Validator cut(codecs);
  LookedAt clock;
  int most_pieces = 0;
  for (const Octets& octets : cases) {
    const Outcome expected = whole.validate(octets, rules);
    cut.begin(octets, rules);
    int pieces = 1;
    while (!cut.advance(base::Piece(clock, 1000))) ++pieces;
    const Outcome outcome = cut.take_outcome(rules.now_ms);
    EXPECT_EQ(outcome.verdict, expected.verdict);
    EXPECT_EQ(outcome.message, expected.message);
    EXPECT_EQ(outcome.inflated_bytes, expected.inflated_bytes);
    EXPECT_EQ(outcome.record_errors.size(), expected.record_errors.size());
    most_pieces = std::max(most_pieces, pieces);
  }
  // A look for every 64 KiB, or for each time that the codec gives more at once.
  EXPECT_GE(most_pieces, GetParam() == kCodecLz4 ? 5 : 20);
}

INSTANTIATE_TEST_SUITE_P(Codecs, Bombs, ::testing::Values(kCodecGzip, kCodecSnappy, kCodecLz4, kCodecZstd),
                         [](const auto& info) { return std::string(codec_name(info.param)); });

}  // namespace
}  // namespace barnabas::record
