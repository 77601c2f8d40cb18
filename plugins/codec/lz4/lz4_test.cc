#include <barnabas/testing/codec_conformance.h>

#include <lz4frame.h>

#include <string_view>

BARNABAS_CODEC_CONFORMANCE(lz4)

namespace barnabas::testing {
namespace {

Octets of(std::string_view text) { return Octets(text.begin(), text.end()); }

Octets frame(const LZ4F_preferences_t& preferences, const Octets& octets) {
  Octets packed(LZ4F_compressFrameBound(octets.size(), &preferences));
  packed.resize(LZ4F_compressFrame(packed.data(), packed.size(), octets.data(), octets.size(), &preferences));
  return packed;
}

LZ4F_preferences_t independent() {
  LZ4F_preferences_t preferences{};
  preferences.frameInfo.blockMode = LZ4F_blockIndependent;
  return preferences;
}

TEST(Lz4, WritesKafkasFrame) {
  CodecUnderTest codec;
  // Stored as it is, because it does not get smaller.
  EXPECT_EQ(codec.compress(std::string_view("k")), (Octets{0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82, 1, 0, 0, 0x80, 'k', 0, 0, 0, 0}));
}

// The checksum of v0 messages covers the magic as well; readers of v0 take either, readers of v1 and v2 only the right one.
TEST(Lz4, KnowsTheBrokenChecksumOfMagic0) {
  CodecUnderTest codec;
  const Octets broken = codec.compress(std::string_view("k"), sdk::kDefaultLevel, 0);
  EXPECT_EQ(broken[6], 0x1a);
  EXPECT_EQ(codec.decompressed(broken, 10, 0), of("k"));
  EXPECT_EQ(codec.decompressed(codec.compress(std::string_view("k")), 10, 0), of("k"));
  Octets out;
  for (int magic : {1, 2}) EXPECT_EQ(codec.decompress(broken, out, 10, magic).code(), sdk::Code::kCorrupt);
}

TEST(Lz4, AnyOtherReaderReadsIt) {
  CodecUnderTest codec;
  const Octets octets = prose(200'000);
  for (std::int32_t level : {1, 9, 17}) {
    const Octets packed = codec.compress(octets, level);
    LZ4F_dctx* context = nullptr;
    ASSERT_EQ(LZ4F_createDecompressionContext(&context, LZ4F_VERSION), 0u);
    Octets out(octets.size() + 1);
    std::size_t out_size = out.size();
    std::size_t in_size = packed.size();
    EXPECT_EQ(LZ4F_decompress(context, out.data(), &out_size, packed.data(), &in_size, nullptr), 0u);
    LZ4F_freeDecompressionContext(context);
    out.resize(out_size);
    EXPECT_TRUE(out == octets) << level;
  }
}

TEST(Lz4, ReadsLargeBlocksAndChecksums) {
  CodecUnderTest codec;
  const Octets octets = prose(5'000'000);
  for (LZ4F_blockSizeID_t size : {LZ4F_max64KB, LZ4F_max256KB, LZ4F_max1MB, LZ4F_max4MB}) {
    LZ4F_preferences_t preferences = independent();
    preferences.frameInfo.blockSizeID = size;
    preferences.frameInfo.blockChecksumFlag = LZ4F_blockChecksumEnabled;
    preferences.frameInfo.contentChecksumFlag = LZ4F_contentChecksumEnabled;
    preferences.frameInfo.contentSize = octets.size();
    Octets packed = frame(preferences, octets);
    EXPECT_TRUE(codec.decompressed(packed) == octets) << size;
    packed[packed.size() - 9] ^= 1;  // the last block's checksum, before end mark and content checksum
    Octets out;
    EXPECT_EQ(codec.decompress(packed, out).code(), sdk::Code::kCorrupt) << size;
  }
}

TEST(Lz4, RefusesWhatKafkaRefuses) {
  CodecUnderTest codec;
  Octets out;
  const auto refusal = [&](const Octets& packed) { return std::string(codec.decompress(packed, out).message()); };
  LZ4F_preferences_t linked{};
  EXPECT_NE(refusal(frame(linked, prose(200'000))).find("depend on each other"), std::string::npos);
  const Octets good = codec.compress(std::string_view("castle"));
  const auto with = [&](std::size_t at, std::uint8_t value) {
    Octets changed = good;
    changed[at] = value;
    return changed;
  };
  EXPECT_NE(refusal(with(0, 5)).find("not an lz4 frame"), std::string::npos);
  EXPECT_NE(refusal(with(4, 0xa0)).find("has version 2"), std::string::npos);
  EXPECT_NE(refusal(with(4, 0x61)).find("reserved bits"), std::string::npos);
  EXPECT_NE(refusal(with(5, 0x41)).find("reserved bits"), std::string::npos);
  EXPECT_NE(refusal(with(5, 0x30)).find("block size class 3"), std::string::npos);
  EXPECT_NE(refusal(with(6, 0x83)).find("header checksum"), std::string::npos);
  EXPECT_NE(refusal(with(9, 0x7f)).find("more than the frame allows: 65536"), std::string::npos);
}

TEST(Lz4, RefusesLevelsThatDoNotExist) {
  CodecUnderTest codec;
  OctetSink sink;
  for (std::int32_t level : {0, 18, -1}) EXPECT_EQ(codec.codec().compress(nullptr, 0, level, 2, sink).code(), sdk::Code::kInvalid) << level;
}

}  // namespace
}  // namespace barnabas::testing
