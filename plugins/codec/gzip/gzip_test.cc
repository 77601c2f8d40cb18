#include <barnabas/testing/codec_conformance.h>

#include <string_view>

BARNABAS_CODEC_CONFORMANCE(gzip)

namespace barnabas::testing {
namespace {

TEST(Gzip, ReadsMembersOneAfterTheOther) {
  CodecUnderTest codec;
  Octets both = codec.compress(std::string_view("first "));
  const Octets second = codec.compress(std::string_view("second"));
  both.insert(both.end(), second.begin(), second.end());
  EXPECT_TRUE(codec.decompressed(both, 4) == codec.decompressed(codec.compress(std::string_view("first second"))));
}

TEST(Gzip, ASmallerLevelNumberIsNotSmaller) {
  CodecUnderTest codec;
  const Octets octets = prose(200'000);
  EXPECT_GT(codec.compress(octets, 1).size(), codec.compress(octets, 9).size());
  EXPECT_TRUE(codec.compress(octets, -1) == codec.compress(octets));
}

TEST(Gzip, RefusesLevelsThatDoNotExist) {
  CodecUnderTest codec;
  OctetSink sink;
  for (std::int32_t level : {-2, 0, 10}) EXPECT_EQ(codec.codec().compress(nullptr, 0, level, 2, sink).code(), sdk::Code::kInvalid) << level;
  const sdk::Setting zero{"level", "0", {}};
  CodecUnderTest refused({&zero, 1});
  EXPECT_NE(refused.refusal().find("gzip has no level 0: it is 1 to 9, or -1 for its default"), std::string::npos) << refused.refusal();
}

}  // namespace
}  // namespace barnabas::testing
