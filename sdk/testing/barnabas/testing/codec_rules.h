// What every codec must do, without a test framework. Some rules use threads of their own; the caller waits for them.
#pragma once

#include <barnabas/testing/codec_trial.h>
#include <barnabas/testing/rule_sink.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

namespace barnabas::testing {

namespace detail {

struct Sample {
  std::string what;
  Octets octets;
};

inline std::vector<Sample> samples(std::size_t size) {
  const std::string count = std::to_string(size) + " octets of ";
  return {{count + "zeros", Octets(size)}, {count + "noise", noise(size)}, {count + "text", prose(size)}};
}

inline std::string is_one_of_kafkas(sdk::Codec& codec) {
  const int attribute = codec.attribute();
  if (attribute >= 1 && attribute <= 4) return "";
  return "attribute() says " + std::to_string(attribute) + "; it is 1 for gzip, 2 for snappy, 3 for lz4, 4 for zstd";
}

inline std::string gives_back(sdk::Codec& codec) {
  CodecTrial trial(codec);
  Octets compressed;
  for (const std::size_t size : {0u, 1u, 2u, 100u, 1000u, 32767u, 32768u, 32769u, 65535u, 65536u, 65537u, 300'001u, 2'000'000u})
    for (const Sample& sample : samples(size))
      for (const std::size_t step : {std::size_t{64 << 10}, size + 1, std::size_t{997}})
        if (!trial.compress({sample.octets}, sample.what, compressed) || !trial.gives_back(compressed, sample.what, sample.octets, step))
          return trial.why();
  return "";
}

inline std::string reads_octet_by_octet(sdk::Codec& codec) {
  CodecTrial trial(codec);
  const Octets octets = prose(70'000);
  Octets compressed;
  if (trial.compress({octets}, "text", compressed)) trial.gives_back(compressed, "text", octets, 1);
  return trial.why();
}

inline std::string joins_pieces(sdk::Codec& codec) {
  CodecTrial trial(codec);
  const Octets octets = prose(200'000);
  const sdk::Bytes all(octets);
  Octets compressed;
  for (const std::size_t cut : {0u, 1u, 32768u, 65536u, 100'000u, 200'000u}) {
    const std::string what = "text in two pieces, cut at " + std::to_string(cut) + ", an empty one between them";
    if (!trial.compress({all.slice(0, cut), {}, all.slice(cut)}, what, compressed) || !trial.gives_back(compressed, what, octets))
      return trial.why();
  }
  std::vector<sdk::Bytes> crumbs;
  for (std::size_t at = 0; at < all.size; at += 77) crumbs.push_back(all.slice(at, 77));
  if (trial.compress(crumbs, "text in pieces of 77", compressed)) trial.gives_back(compressed, "text in pieces of 77", octets);
  if (trial.compress({}, "no pieces at all", compressed)) trial.gives_back(compressed, "no pieces at all", {});
  return trial.why();
}

// A cut stream is an error, or at a boundary of the format the beginning of what was there; never more.
inline std::string survives_cuts(sdk::Codec& codec) {
  CodecTrial trial(codec);
  for (const Sample& sample : {Sample{"text", prose(3000)}, Sample{"noise", noise(300)}, Sample{"zeros", Octets(100'000)}}) {
    Octets compressed;
    if (!trial.compress({sample.octets}, sample.what, compressed)) return trial.why();
    for (std::size_t cut = 0; cut < compressed.size(); ++cut) {
      const Octets copy(compressed.begin(), compressed.begin() + static_cast<std::ptrdiff_t>(cut));  // so that a sanitizer sees its end
      const std::string what = sample.what + " cut at " + std::to_string(cut) + " of " + std::to_string(compressed.size());
      Octets out;
      sdk::Status status;
      if (!trial.decompress(copy, what, out, status)) return trial.why();
      if (!status.ok()) continue;
      if (out.size() >= sample.octets.size() || !std::equal(out.begin(), out.end(), sample.octets.begin()))
        return what + " gave " + std::to_string(out.size()) + " octets of " + std::to_string(sample.octets.size()) +
               " without an error; it is to fail, or to give a true beginning";
    }
    if (!trial.gives_back(compressed, sample.what + ", whole again after all the cut ones", sample.octets)) return trial.why();
  }
  return "";
}

inline std::string survives_flipped_bits(sdk::Codec& codec) {
  CodecTrial trial(codec);
  const Octets octets = prose(1500);
  Octets compressed;
  if (!trial.compress({octets}, "text", compressed)) return trial.why();
  for (std::size_t bit = 0; bit < compressed.size() * 8; ++bit) {
    Octets broken = compressed;
    broken[bit / 8] = static_cast<std::uint8_t>(broken[bit / 8] ^ (1u << (bit % 8)));
    Octets out;
    sdk::Status status;
    if (!trial.decompress(broken, "text with bit " + std::to_string(bit) + " flipped", out, status, 4096)) return trial.why();
  }
  trial.gives_back(compressed, "text, whole again after all the broken ones", octets);
  return trial.why();
}

inline std::string survives_noise(sdk::Codec& codec) {
  CodecTrial trial(codec);
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    const Octets garbage = noise(seed % 200, seed);
    Octets out;
    sdk::Status status;
    const std::string what = std::to_string(garbage.size()) + " octets of noise that nobody compressed";
    if (!trial.decompress(garbage, what, out, status, 4096, static_cast<int>(seed % 3))) return trial.why();
  }
  return "";
}

// A gigabyte of zeros comes out through a small window and takes no more memory than that.
inline std::string takes_no_memory_for_a_bomb(sdk::Codec& codec) {
  constexpr std::size_t kPieces = 1024;
  constexpr std::uint64_t kWhole = std::uint64_t{kPieces} << 20;
  CodecTrial trial(codec);
  sdk::Decompressor* decompressor = nullptr;
  Octets compressed;
  {
    const Octets zeros(1 << 20);
    if (!trial.compress(std::vector<sdk::Bytes>(kPieces, sdk::Bytes(zeros)), "1 GiB of zeros", compressed)) return trial.why();
  }
  if (!codec.make_decompressor(decompressor).ok()) return "make_decompressor failed";
  Octets window(64 << 10);
  const std::size_t before = resident_bytes();
  std::uint64_t total = 0;
  sdk::Status status = decompressor->start(compressed, 2);
  for (std::size_t count = 1; status.ok() && count != 0 && total <= kWhole; total += count)
    status = decompressor->read({window.data(), window.size()}, count = 0);
  const std::size_t after = resident_bytes();
  codec.destroy_decompressor(decompressor);
  if (!status.ok()) return "1 GiB of zeros, compressed and read again, failed: " + std::string(status.message());
  if (total != kWhole) return "1 GiB of zeros came back as " + std::to_string(total) + " octets or more";
  if (after > before + (16 << 20))
    return "reading 1 GiB of zeros took " + std::to_string((after - before) >> 20) + " MiB of memory; 16 MiB are allowed";
  return "";
}

inline std::string serves_many_threads(sdk::Codec& codec) {
  constexpr int kThreads = 4;
  const Octets octets = prose(100'000);
  std::vector<std::string> whys(kThreads);
  std::vector<std::thread> threads;
  for (std::string& why : whys)
    threads.emplace_back([&codec, &octets, &why] {
      CodecTrial trial(codec);
      Octets compressed;
      const std::string what = "text, while three other threads did the same,";
      for (int turn = 0; turn < 20 && trial.compress({octets}, what, compressed); ++turn) trial.gives_back(compressed, what, octets);
      why = trial.why();
    });
  for (std::thread& thread : threads) thread.join();
  for (const std::string& why : whys)
    if (!why.empty()) return why;
  return "";
}

// A sink that says stop is obeyed, and what it said is what the caller hears.
inline std::string obeys_its_sink(sdk::Codec& codec) {
  class Full final : public sdk::Sink {
   public:
    sdk::Status append(sdk::Bytes) noexcept override {
      ++calls;
      return sdk::Status::exhausted("enough");
    }
    int calls = 0;
  } full;
  const Octets octets = noise(500'000);
  const sdk::Bytes piece(octets);
  const sdk::Status status = codec.compress(&piece, 1, sdk::kDefaultLevel, 2, full);
  if (status.ok()) return "the sink refused with kExhausted, and compress() said that all is well; it is to return what the sink said";
  if (status.code() != sdk::Code::kExhausted)
    return "the sink refused with kExhausted, and compress() answered something else: " + std::string(status.message());
  if (full.calls > 1) return "the sink refused, and was called " + std::to_string(full.calls - 1) + " times more";
  CodecTrial trial(codec);
  Octets compressed;
  if (trial.compress({octets}, "noise, after a sink refused,", compressed)) trial.gives_back(compressed, "noise", octets);
  return trial.why();
}

}  // namespace detail

// Reports each rule once.
inline void check_codec(sdk::Codec& codec, RuleSink& sink) {
  sink.rule("it is one of Kafka's codecs", [&] { return detail::is_one_of_kafkas(codec); });
  sink.rule("what was compressed comes back", [&] { return detail::gives_back(codec); });
  sink.rule("it reads octet by octet", [&] { return detail::reads_octet_by_octet(codec); });
  sink.rule("how the input was cut into pieces leaves no trace", [&] { return detail::joins_pieces(codec); });
  sink.rule("a stream that was cut off is noticed", [&] { return detail::survives_cuts(codec); });
  sink.rule("a flipped bit does no harm", [&] { return detail::survives_flipped_bits(codec); });
  sink.rule("noise does no harm", [&] { return detail::survives_noise(codec); });
  sink.rule("a gigabyte takes no more memory than its window", [&] { return detail::takes_no_memory_for_a_bomb(codec); });
  sink.rule("several threads at once do not disturb each other", [&] { return detail::serves_many_threads(codec); });
  sink.rule("a sink that refuses is obeyed", [&] { return detail::obeys_its_sink(codec); });
}

}  // namespace barnabas::testing
