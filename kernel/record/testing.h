// What the tests of this floor share: golden batches, and a codec of their own, because plugins are above.
#pragma once

#include "kernel/record/batch_builder.h"
#include "kernel/record/codecs.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

namespace barnabas::record::testing {

using Octets = std::vector<std::uint8_t>;

inline Octets unhex(std::string_view text) {
  Octets octets;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2)
    octets.push_back(static_cast<std::uint8_t>(std::strtoul(std::string(text.substr(i, 2)).c_str(), nullptr, 16)));
  return octets;
}

inline std::string hex(sdk::Bytes octets) {
  std::string text;
  for (std::uint8_t octet : octets) {
    text += "0123456789abcdef"[octet >> 4];
    text += "0123456789abcdef"[octet & 15];
  }
  return text;
}

inline std::string_view text_of(const std::optional<sdk::Bytes>& field) {
  return field ? std::string_view(reinterpret_cast<const char*>(field->data), field->size) : std::string_view("(null)");
}

struct Golden {
  std::string kind;
  std::string name;
  Octets octets;
};

// Batches that Kafka wrote: kind, what it is, the octets in hex.
inline std::vector<Golden> golden_batches() {
  std::vector<Golden> all;
  std::ifstream file(BARNABAS_SOURCE_DIR "/tests/golden/record/vectors.tsv");
  for (std::string line; std::getline(file, line);) {
    const std::size_t first = line.find('\t');
    const std::size_t last = line.rfind('\t');
    all.push_back({line.substr(0, first), line.substr(first + 1, last - first - 1), unhex(line.substr(last + 1))});
  }
  EXPECT_EQ(all.size(), 55u) << "tests/golden/record/vectors.tsv";
  return all;
}

inline Octets golden(std::string_view name) {
  for (Golden& batch : golden_batches())
    if (batch.name.starts_with(name)) return std::move(batch.octets);
  ADD_FAILURE() << "no golden batch '" << name << "'";
  return {};
}

// Runs of one octet: the octet, then how often as four octets. A run of two gigabytes costs five.
class RunCodec final : public sdk::Codec {
 public:
  explicit RunCodec(std::int8_t attribute = kCodecGzip) : attribute_(attribute) {}

  std::int8_t attribute() noexcept override { return attribute_; }
  Status compress(const sdk::Bytes* pieces, std::size_t piece_count, std::int32_t, int, sdk::Sink& to) noexcept override {
    for (std::size_t i = 0; i < piece_count; ++i)
      for (std::size_t at = 0; at < pieces[i].size;) {
        std::size_t end = at;
        while (end < pieces[i].size && pieces[i][end] == pieces[i][at]) ++end;
        BARNABAS_TRY(to.append(run(pieces[i][at], static_cast<std::uint32_t>(end - at))));
        at = end;
      }
    return {};
  }
  Status make_decompressor(sdk::Decompressor*& made) noexcept override {
    made = new Stream();
    return {};
  }
  void destroy_decompressor(sdk::Decompressor* made) noexcept override { delete static_cast<Stream*>(made); }

  static Octets run(std::uint8_t octet, std::uint32_t count) {
    Octets five(5, octet);
    store(five.data() + 1, count);
    return five;
  }

 private:
  class Stream final : public sdk::Decompressor {
   public:
    Status start(sdk::Bytes input, int) noexcept override {
      input_ = input;
      left_ = 0;
      return {};
    }
    Status read(sdk::MutableBytes into, std::size_t& count) noexcept override {
      for (count = 0; count < into.size;) {
        if (left_ == 0) {
          if (input_.empty()) return {};
          if (input_.size < 5) return Status::corrupt("a run is cut");
          octet_ = input_[0];
          left_ = load<std::uint32_t>(input_.data + 1);
          input_ = input_.slice(5);
          continue;
        }
        const std::size_t part = std::min<std::size_t>(left_, into.size - count);
        std::memset(into.data + count, octet_, part);
        count += part;
        left_ -= static_cast<std::uint32_t>(part);
      }
      return {};
    }

   private:
    sdk::Bytes input_;
    std::uint8_t octet_ = 0;
    std::uint32_t left_ = 0;
  };

  std::int8_t attribute_;
};

inline Octets build(const BatchSettings& settings, const std::vector<NewRecord>& records) {
  BatchBuilder builder;
  builder.start(settings);
  for (const NewRecord& record : records) builder.append(record);
  const auto batch = builder.finish();
  EXPECT_TRUE(batch.ok());
  return Octets(batch->data, batch->data + batch->size);
}

inline sdk::Bytes bytes(std::string_view text) { return text; }

}  // namespace barnabas::record::testing
