// The rules of codec_rules.h as a GoogleTest test. In the test of a plugin that compiles its own sources in:
//
//   #include <barnabas/testing/codec_conformance.h>
//   BARNABAS_CODEC_CONFORMANCE(gzip)
//
// The codec is made through the plugin's door, with default settings, as a broker makes it. It is never given a working host: a codec needs
// none.
#pragma once

#include <barnabas/sdk/codec.h>
#include <barnabas/testing/codec_rules.h>
#include <barnabas/testing/rule_test.h>

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

extern "C" const barnabas::sdk::Entry barnabas_plugin;

namespace barnabas::testing {

class NoHost final : public sdk::Host {
 public:
  sdk::Clock& clock() noexcept override { std::abort(); }
  sdk::Random& random() noexcept override { std::abort(); }
  sdk::Disk& disk() noexcept override { std::abort(); }
  sdk::Executor& executor() noexcept override { std::abort(); }
  void log(sdk::LogLevel, sdk::Text) noexcept override {}
};

// One object of the plugin under test, and one decompressor of it, for the tests that a codec has besides the rules.
class CodecUnderTest {
 public:
  explicit CodecUnderTest(sdk::SettingList settings = {}) {
    const sdk::Status status = barnabas_plugin.create(host_, settings, object_);
    if (!status.ok()) refusal_ = std::string(status.message());
    EXPECT_TRUE(object_ == nullptr || codec().make_decompressor(decompressor_).ok());
  }
  CodecUnderTest(const CodecUnderTest&) = delete;
  CodecUnderTest& operator=(const CodecUnderTest&) = delete;
  ~CodecUnderTest() {
    if (decompressor_ != nullptr) codec().destroy_decompressor(decompressor_);
    if (object_ != nullptr) barnabas_plugin.destroy(object_);
  }

  const std::string& refusal() const { return refusal_; }  // why there is no object
  sdk::Codec& codec() { return *static_cast<sdk::Codec*>(object_); }
  sdk::Decompressor& decompressor() { return *decompressor_; }

  Octets compress(sdk::Bytes octets, std::int32_t level = sdk::kDefaultLevel, int magic = 2) {
    return compress_pieces({octets}, level, magic);
  }
  Octets compress_pieces(const std::vector<sdk::Bytes>& pieces, std::int32_t level = sdk::kDefaultLevel, int magic = 2) {
    OctetSink sink;
    const sdk::Status status = codec().compress(pieces.data(), pieces.size(), level, magic, sink);
    EXPECT_TRUE(status.ok()) << std::string(status.message());
    return std::move(sink.octets);
  }

  // Reads `step` octets at a time, at most `limit`, into `out`.
  sdk::Status decompress(sdk::Bytes compressed, Octets& out, std::size_t step = 64 << 10, int magic = 2, std::size_t limit = 64 << 20) {
    out.clear();
    if (sdk::Status status = decompressor_->start(compressed, magic); !status) return status;
    while (out.size() < limit) {
      const std::size_t before = out.size();
      out.resize(before + step);
      std::size_t count = 0;
      sdk::Status status = decompressor_->read({out.data() + before, step}, count);
      EXPECT_LE(count, step);
      out.resize(before + (status.ok() ? count : 0));
      if (!status.ok()) return status;
      if (count == 0) return {};
    }
    return {};
  }
  Octets decompressed(sdk::Bytes compressed, std::size_t step = 64 << 10, int magic = 2) {
    Octets out;
    const sdk::Status status = decompress(compressed, out, step, magic);
    EXPECT_TRUE(status.ok()) << std::string(status.message());
    return out;
  }

 private:
  NoHost host_;
  void* object_ = nullptr;
  sdk::Decompressor* decompressor_ = nullptr;
  std::string refusal_;
};

inline void expect_codec_rules(sdk::Text id) {
  EXPECT_EQ(barnabas_plugin.magic, sdk::kEntryMagic);
  const std::string manifest(barnabas_plugin.manifest, barnabas_plugin.manifest_size);
  EXPECT_NE(manifest.find("\"kind\":\"codec\""), std::string::npos);
  EXPECT_NE(manifest.find("\"id\":\"" + std::string(id) + "\""), std::string::npos) << manifest;
  CodecUnderTest under_test;
  ASSERT_EQ(under_test.refusal(), "");
  ExpectRules expect;
  check_codec(under_test.codec(), expect);
}

}  // namespace barnabas::testing

#define BARNABAS_CODEC_CONFORMANCE(id) \
  TEST(CodecConformance, id) { ::barnabas::testing::expect_codec_rules(#id); }
