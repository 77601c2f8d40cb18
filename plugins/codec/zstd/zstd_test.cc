#include <barnabas/testing/codec_conformance.h>

#include <zstd.h>

#include <string_view>

BARNABAS_CODEC_CONFORMANCE(zstd)

namespace barnabas::testing {
namespace {

// A frame as a streaming producer writes it: the window is in the header, the size of the content is not.
Octets streamed(int window_log, std::size_t size) {
  ZSTD_CCtx* context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, window_log);
  const Octets zeros(size);
  Octets packed(ZSTD_compressBound(size));
  ZSTD_outBuffer out{packed.data(), packed.size(), 0};
  ZSTD_inBuffer in{zeros.data(), zeros.size(), 0};
  while (in.pos < in.size) ZSTD_compressStream2(context, &out, &in, ZSTD_e_continue);
  while (ZSTD_compressStream2(context, &out, &in, ZSTD_e_end) != 0) continue;
  ZSTD_freeCCtx(context);
  packed.resize(out.pos);
  return packed;
}

TEST(Zstd, ReadsFramesOneAfterTheOther) {
  CodecUnderTest codec;
  Octets both = codec.compress(std::string_view("first "));
  const Octets second = codec.compress(std::string_view("second"));
  both.insert(both.end(), second.begin(), second.end());
  EXPECT_TRUE(codec.decompressed(both, 4) == codec.decompressed(codec.compress(std::string_view("first second"))));
}

TEST(Zstd, RefusesAWindowLargerThanItsSetting) {
  Octets out;
  const sdk::Setting setting{"max_window", "8388608", {}};
  CodecUnderTest codec({&setting, 1});
  EXPECT_TRUE(codec.decompress(streamed(23, 1000), out).ok());
  const sdk::Status status = codec.decompress(streamed(24, 1000), out);
  EXPECT_EQ(status.code(), sdk::Code::kExhausted);
  EXPECT_NE(std::string(status.message()).find("max_window allows: 8388608 octets"), std::string::npos) << std::string(status.message());
}

// As a Java producer of level 22 writes them.
TEST(Zstd, TakesNoMemoryForAWindowThatIsNotFilled) {
  constexpr std::size_t kMostBytes = 32 << 20;  // a sanitizer touches an eighth of what is asked for
  CodecUnderTest codec;
  Octets out;
  const std::size_t before = resident_bytes();
  EXPECT_TRUE(codec.decompress(streamed(27, 1000), out).ok());
  EXPECT_LE(resident_bytes(), before + kMostBytes);
}

// What it writes at any level, it reads with its own default window.
TEST(Zstd, ReadsItsOwnHighestLevel) {
  CodecUnderTest codec;
  const Octets octets = noise(9'000'000);
  EXPECT_TRUE(codec.decompressed(codec.compress(octets, 20)) == octets);
}

TEST(Zstd, RefusesLevelsThatDoNotExist) {
  CodecUnderTest codec;
  OctetSink sink;
  for (std::int32_t level : {23, -131073})
    EXPECT_EQ(codec.codec().compress(nullptr, 0, level, 2, sink).code(), sdk::Code::kInvalid) << level;
  const Octets octets = prose(100'000);
  for (std::int32_t level : {-131072, -1, 0, 22}) EXPECT_TRUE(codec.decompressed(codec.compress(octets, level)) == octets) << level;
}

}  // namespace
}  // namespace barnabas::testing
