#include <barnabas/testing/codec_conformance.h>

#include <snappy.h>

#include <string_view>

BARNABAS_CODEC_CONFORMANCE(snappy)

namespace barnabas::testing {
namespace {

Octets bare_block(std::string_view text) {
  std::string packed;
  snappy::Compress(text.data(), text.size(), &packed);
  return Octets(packed.begin(), packed.end());
}

Octets of(std::string_view text) { return Octets(text.begin(), text.end()); }

TEST(Snappy, WritesTheFramingOfXerial) {
  CodecUnderTest codec;
  const Octets header = {0x82, 'S', 'N', 'A', 'P', 'P', 'Y', 0, 0, 0, 0, 1, 0, 0, 0, 1};
  EXPECT_EQ(codec.compress(sdk::Bytes()), header);
  const Octets one = codec.compress(std::string_view("castle"));
  EXPECT_EQ(Octets(one.begin(), one.begin() + 20), [&] {
    Octets expected = header;
    expected.insert(expected.end(), {0, 0, 0, 8});
    return expected;
  }());
}

TEST(Snappy, ReadsABareBlock) {
  CodecUnderTest codec;
  EXPECT_EQ(codec.decompressed(bare_block("k")), of("k"));
  const std::string large(1'000'000, 'x');
  EXPECT_EQ(codec.decompressed(bare_block(large), 999), of(large));
}

TEST(Snappy, PassesOverAHeaderBetweenBlocks) {
  CodecUnderTest codec;
  Octets both = codec.compress(std::string_view("first "));
  const Octets second = codec.compress(std::string_view("second"));
  both.insert(both.end(), second.begin(), second.end());
  EXPECT_EQ(codec.decompressed(both, 4), of("first second"));
  both[both.size() - second.size() + 3] = '?';
  Octets out;
  EXPECT_EQ(codec.decompress(both, out).code(), sdk::Code::kCorrupt);
}

// CVE-2023-34455 and its like: the lie is refused before memory is taken for it.
TEST(Snappy, RefusesLyingLengths) {
  CodecUnderTest codec;
  Octets out;
  Octets framed = codec.compress(std::string_view("castle"));
  for (const std::uint8_t first : Octets{0x7f, 0x80, 0xff}) {
    framed[16] = first;
    const sdk::Status status = codec.decompress(framed, out);
    EXPECT_EQ(status.code(), sdk::Code::kCorrupt);
    EXPECT_NE(std::string(status.message()).find("but only 8 follow"), std::string::npos) << std::string(status.message());
  }
  const Octets two_gigabytes = {0xff, 0xff, 0xff, 0xff, 0x07, 0x00, 'x'};
  const std::size_t before = resident_bytes();
  const sdk::Status status = codec.decompress(two_gigabytes, out);
  EXPECT_EQ(status.code(), sdk::Code::kCorrupt);
  EXPECT_NE(std::string(status.message()).find("says that it holds 2147483647, which is not possible"), std::string::npos);
  EXPECT_LE(resident_bytes(), before + (1 << 20));
}

TEST(Snappy, RefusesABlockLargerThanItsSetting) {
  const sdk::Setting setting{"max_block", "65536", {}};
  CodecUnderTest codec({&setting, 1});
  Octets out;
  EXPECT_TRUE(codec.decompress(bare_block(std::string(65536, 'x')), out).ok());
  EXPECT_EQ(codec.decompress(bare_block(std::string(65537, 'x')), out).code(), sdk::Code::kExhausted);
}

TEST(Snappy, HasNoLevels) {
  CodecUnderTest codec;
  OctetSink sink;
  EXPECT_EQ(codec.codec().compress(nullptr, 0, 1, 2, sink).code(), sdk::Code::kInvalid);
}

}  // namespace
}  // namespace barnabas::testing
