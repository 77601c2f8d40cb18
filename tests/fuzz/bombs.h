// Compressed streams that stand for far more than they are: `head`, and zeros without end behind it. Put together by hand, so that each is
// as small as its format can be made. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace barnabas::fuzz {

// All hold about as many octets as are named, or as many as fit into a batch of 900,000; `head` is short.
std::vector<std::uint8_t> gzip_bomb(const std::vector<std::uint8_t>& head);    // 143 MiB
std::vector<std::uint8_t> snappy_bomb(const std::vector<std::uint8_t>& head);  // 18 MiB
std::vector<std::uint8_t> lz4_bomb(const std::vector<std::uint8_t>& head);     // 200 MiB
std::vector<std::uint8_t> zstd_bomb(const std::vector<std::uint8_t>& head);    // 1 GiB in 32 KiB

}  // namespace barnabas::fuzz
