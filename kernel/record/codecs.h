// The codecs of a deployment, by the codec bits of a batch's attributes. Filled once at start, then only read. [any thread]
#pragma once

#include <barnabas/sdk/codec.h>

#include "kernel/record/batch_header.h"

#include <array>
#include <string_view>

namespace barnabas::record {

struct Codecs {
  std::array<sdk::Codec*, 8> by_attribute{};

  // REQUIRES: attribute within the codec bits. Null for none (0), for values without a meaning, and where no plugin is loaded.
  sdk::Codec* find(std::int8_t attribute) const { return by_attribute[static_cast<std::size_t>(attribute & kCodecMask)]; }
};

// As Kafka's tools and settings name them; "unknown" for 5 to 7.
constexpr std::string_view codec_name(std::int8_t attribute) {
  constexpr std::string_view kNames[] = {"none", "gzip", "snappy", "lz4", "zstd"};
  return attribute >= 0 && attribute <= kCodecZstd ? kNames[attribute] : std::string_view("unknown");
}

}  // namespace barnabas::record
