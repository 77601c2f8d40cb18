// The rules of all codecs, and those of this one.
#include <barnabas/testing/codec_conformance.h>

namespace sdk = barnabas::sdk;

BARNABAS_CODEC_CONFORMANCE(my_plugin)

namespace {

using barnabas::testing::CodecUnderTest;

TEST(MyPluginCodec, HigherLevelsAreSmaller) {
  CodecUnderTest codec;
  const auto text = barnabas::testing::prose(200'000);
  EXPECT_GT(codec.compress(text, 1).size(), codec.compress(text, 9).size());
}

TEST(MyPluginCodec, TheLevelIsAnOption) {
  const sdk::Setting best{"level", "9", {}};
  CodecUnderTest by_default, small({&best, 1});
  const auto text = barnabas::testing::prose(200'000);
  EXPECT_EQ(small.compress(text), by_default.compress(text, 9));
}

TEST(MyPluginCodec, AnotherLevelIsRefused) {
  CodecUnderTest codec;
  barnabas::testing::OctetSink sink;
  EXPECT_EQ(codec.codec().compress(nullptr, 0, 10, 2, sink).code(), sdk::Code::kInvalid);
}

}  // namespace
