// What every codec must do, as GoogleTest tests. In the test of a plugin that compiles its own sources in:
//
//   #include <barnabas/testing/codec_conformance.h>
//   BARNABAS_CODEC_CONFORMANCE(gzip)
//
// The codec is made through the plugin's door, with default settings, as a broker makes it. It is never given a working host: a codec needs
// none.
#pragma once

#include <barnabas/sdk/codec.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

extern "C" const barnabas::sdk::Entry barnabas_plugin;

namespace barnabas::testing {

using Octets = std::vector<std::uint8_t>;

class NoHost final : public sdk::Host {
 public:
  sdk::Clock& clock() noexcept override { std::abort(); }
  sdk::Random& random() noexcept override { std::abort(); }
  sdk::Disk& disk() noexcept override { std::abort(); }
  sdk::Executor& executor() noexcept override { std::abort(); }
  void log(sdk::LogLevel, sdk::Text) noexcept override {}
};

class OctetSink final : public sdk::Sink {
 public:
  sdk::Status append(sdk::Bytes octets) noexcept override {
    this->octets.insert(this->octets.end(), octets.begin(), octets.end());
    return {};
  }
  Octets octets;
};

// One object of the plugin under test, and one decompressor of it.
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
  sdk::Status decompress(sdk::Bytes compressed, Octets& out, std::size_t step = 64 * 1024, int magic = 2, std::size_t limit = 64 << 20) {
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
  Octets decompressed(sdk::Bytes compressed, std::size_t step = 64 * 1024, int magic = 2) {
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

// The same numbers in every run.
class Noise {
 public:
  explicit Noise(std::uint64_t seed) : state_(seed * 2 + 1) {}
  std::uint64_t next() {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return state_ >> 33;
  }

 private:
  std::uint64_t state_;
};

inline Octets noise(std::size_t size, std::uint64_t seed = 1) {
  Noise source(seed);
  Octets octets(size);
  for (auto& octet : octets) octet = static_cast<std::uint8_t>(source.next());
  return octets;
}

// Like the records people send: the same words again and again.
inline Octets prose(std::size_t size) {
  static constexpr sdk::Text kWords[] = {"{\"user\":", "\"castle\",", "\"land surveyor\"", ",\"count\":", "17", "}", " ", "messenger"};
  Noise source(size);
  Octets octets;
  while (octets.size() < size) {
    const sdk::Text word = kWords[source.next() % std::size(kWords)];
    octets.insert(octets.end(), word.begin(), word.end());
  }
  octets.resize(size);
  return octets;
}

inline std::size_t resident_bytes() {
  unsigned long total = 0;
  unsigned long resident = 0;
  if (std::FILE* file = std::fopen("/proc/self/statm", "r"); file != nullptr) {
    if (std::fscanf(file, "%lu %lu", &total, &resident) != 2) resident = 0;
    std::fclose(file);
  }
  return resident * 4096;
}

inline void codec_names_itself(sdk::Text id) {
  EXPECT_EQ(barnabas_plugin.magic, sdk::kEntryMagic);
  const std::string manifest(barnabas_plugin.manifest, barnabas_plugin.manifest_size);
  EXPECT_NE(manifest.find("\"kind\":\"codec\""), std::string::npos);
  EXPECT_NE(manifest.find("\"id\":\"" + std::string(id) + "\""), std::string::npos);
  CodecUnderTest codec;
  EXPECT_GE(codec.codec().attribute(), 1);
  EXPECT_LE(codec.codec().attribute(), 4);
}

inline void codec_gives_back_what_it_got() {
  CodecUnderTest codec;
  for (const std::size_t size : {0u, 1u, 2u, 100u, 1000u, 32767u, 32768u, 32769u, 65535u, 65536u, 65537u, 300'001u, 2'000'000u}) {
    for (const Octets& octets : {Octets(size), noise(size), prose(size)}) {
      const Octets compressed = codec.compress(octets);
      for (std::size_t step : {std::size_t{64 * 1024}, size + 1, std::size_t{997}})
        ASSERT_TRUE(codec.decompressed(compressed, step) == octets) << size << " octets read " << step << " at a time";
    }
  }
}

inline void codec_reads_octet_by_octet() {
  CodecUnderTest codec;
  const Octets octets = prose(70'000);
  EXPECT_TRUE(codec.decompressed(codec.compress(octets), 1) == octets);
}

// How the input was cut into pieces leaves no trace.
inline void codec_joins_pieces() {
  CodecUnderTest codec;
  const Octets octets = prose(200'000);
  const sdk::Bytes all(octets);
  for (std::size_t cut : {0u, 1u, 32768u, 65536u, 100'000u, 200'000u}) {
    const Octets compressed = codec.compress_pieces({all.slice(0, cut), {}, all.slice(cut)});
    EXPECT_TRUE(codec.decompressed(compressed) == octets) << cut;
  }
  std::vector<sdk::Bytes> crumbs;
  for (std::size_t at = 0; at < all.size; at += 77) crumbs.push_back(all.slice(at, 77));
  EXPECT_TRUE(codec.decompressed(codec.compress_pieces(crumbs)) == octets);
  EXPECT_TRUE(codec.decompressed(codec.compress_pieces({})).empty());
}

// A cut stream is an error, or at a boundary of the format the beginning of what was there; never more.
inline void codec_survives_every_cut() {
  CodecUnderTest codec;
  for (const Octets& octets : {prose(3000), noise(300), Octets(100'000)}) {
    const Octets compressed = codec.compress(octets);
    for (std::size_t cut = 0; cut < compressed.size(); ++cut) {
      const Octets copy(compressed.begin(), compressed.begin() + static_cast<std::ptrdiff_t>(cut));  // so that a sanitizer sees its end
      Octets out;
      const sdk::Status status = codec.decompress(copy, out);
      if (!status.ok()) {
        EXPECT_FALSE(status.message().empty());
        continue;
      }
      ASSERT_LT(out.size(), octets.size()) << "cut at " << cut << " of " << compressed.size();
      ASSERT_TRUE(std::equal(out.begin(), out.end(), octets.begin()));
    }
    EXPECT_TRUE(codec.decompressed(compressed) == octets) << "after all the broken ones";
  }
}

inline void codec_survives_every_flipped_bit() {
  CodecUnderTest codec;
  const Octets octets = prose(1500);
  const Octets compressed = codec.compress(octets);
  for (std::size_t bit = 0; bit < compressed.size() * 8; ++bit) {
    Octets broken = compressed;
    broken[bit / 8] = static_cast<std::uint8_t>(broken[bit / 8] ^ (1u << (bit % 8)));
    Octets out;
    const sdk::Status status = codec.decompress(broken, out, 4096);
    EXPECT_TRUE(status.ok() || !status.message().empty());
    ASSERT_LT(out.size(), 64u << 20) << "bit " << bit;
  }
  EXPECT_TRUE(codec.decompressed(compressed) == octets) << "after all the broken ones";
}

inline void codec_survives_noise() {
  CodecUnderTest codec;
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    const Octets garbage = noise(seed % 200, seed);
    Octets out;
    const sdk::Status status = codec.decompress(garbage, out, 4096, static_cast<int>(seed % 3));
    EXPECT_TRUE(status.ok() || !status.message().empty());
  }
}

// A gigabyte of zeros comes out through a small window and takes no more memory than that.
inline void codec_takes_no_memory_for_a_bomb() {
  CodecUnderTest codec;
  Octets compressed;
  constexpr std::size_t kPieces = 1024;
  {
    const Octets zeros(1 << 20);
    compressed = codec.compress_pieces(std::vector<sdk::Bytes>(kPieces, sdk::Bytes(zeros)));
  }
  Octets window(64 * 1024);
  const std::size_t before = resident_bytes();
  std::uint64_t total = 0;
  ASSERT_TRUE(codec.decompressor().start(compressed, 2).ok());
  for (std::size_t count = 1; count != 0;) {
    ASSERT_TRUE(codec.decompressor().read({window.data(), window.size()}, count).ok());
    total += count;
  }
  EXPECT_EQ(total, kPieces << 20);
  EXPECT_LE(resident_bytes(), before + (16 << 20));
}

inline void codec_serves_many_threads() {
  CodecUnderTest codec;
  const Octets octets = prose(100'000);
  const Octets expected = codec.compress(octets);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&codec, &octets, &expected] {
      for (int turn = 0; turn < 20; ++turn) EXPECT_TRUE(codec.compress(octets) == expected);
    });
  for (std::thread& thread : threads) thread.join();
}

// A sink that says stop is obeyed, and what it said is what the caller hears.
inline void codec_stops_when_the_sink_refuses() {
  class Full final : public sdk::Sink {
   public:
    sdk::Status append(sdk::Bytes) noexcept override { return sdk::Status::exhausted("enough"); }
  };
  CodecUnderTest codec;
  const Octets octets = noise(500'000);
  const sdk::Bytes piece(octets);
  Full full;
  const sdk::Status status = codec.codec().compress(&piece, 1, sdk::kDefaultLevel, 2, full);
  EXPECT_EQ(status.code(), sdk::Code::kExhausted);
  EXPECT_TRUE(codec.decompressed(codec.compress(octets)) == octets);
}

#define BARNABAS_CODEC_CONFORMANCE(id)                                                                         \
  TEST(CodecConformance, NamesItself) { ::barnabas::testing::codec_names_itself(#id); }                        \
  TEST(CodecConformance, GivesBackWhatItGot) { ::barnabas::testing::codec_gives_back_what_it_got(); }          \
  TEST(CodecConformance, ReadsOctetByOctet) { ::barnabas::testing::codec_reads_octet_by_octet(); }             \
  TEST(CodecConformance, JoinsPieces) { ::barnabas::testing::codec_joins_pieces(); }                           \
  TEST(CodecConformance, SurvivesEveryCut) { ::barnabas::testing::codec_survives_every_cut(); }                \
  TEST(CodecConformance, SurvivesEveryFlippedBit) { ::barnabas::testing::codec_survives_every_flipped_bit(); } \
  TEST(CodecConformance, SurvivesNoise) { ::barnabas::testing::codec_survives_noise(); }                       \
  TEST(CodecConformance, TakesNoMemoryForABomb) { ::barnabas::testing::codec_takes_no_memory_for_a_bomb(); }   \
  TEST(CodecConformance, ServesManyThreads) { ::barnabas::testing::codec_serves_many_threads(); }              \
  TEST(CodecConformance, StopsWhenTheSinkRefuses) { ::barnabas::testing::codec_stops_when_the_sink_refuses(); }

}  // namespace barnabas::testing
