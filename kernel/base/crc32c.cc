#include "kernel/base/crc32c.h"

#include <isa-l/crc.h>

#include <array>
#include <cstring>

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace barnabas::base {
namespace {

// ISA-L folds with carry-less multiplication, whose set-up pays off only from about here.
constexpr std::size_t kFoldingPaysBytes = 256;
// ISA-L takes the length as an int.
constexpr std::size_t kMostAtOnceBytes = std::size_t{1} << 30;

constexpr std::uint32_t kCastagnoliReflected = 0x82f63b78;

constexpr auto kTable = [] {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t remainder = i;
    for (int bit = 0; bit < 8; ++bit) remainder = (remainder >> 1) ^ ((remainder & 1) != 0 ? kCastagnoliReflected : 0);
    table[i] = remainder;
  }
  return table;
}();

// All of these take and give the bare remainder, without the inversions before and after.
std::uint32_t by_table(const std::uint8_t* at, std::size_t size, std::uint32_t remainder) {
  for (; size != 0; --size, ++at) remainder = kTable[(remainder ^ *at) & 0xff] ^ (remainder >> 8);
  return remainder;
}

#if defined(__x86_64__)
[[gnu::target("sse4.2")]] std::uint32_t by_instruction(const std::uint8_t* at, std::size_t size, std::uint32_t remainder) {
  std::uint64_t wide = remainder;
  for (; size >= 8; size -= 8, at += 8) {
    std::uint64_t word;
    std::memcpy(&word, at, 8);
    wide = _mm_crc32_u64(wide, word);
  }
  remainder = static_cast<std::uint32_t>(wide);
  for (; size != 0; --size, ++at) remainder = _mm_crc32_u8(remainder, *at);
  return remainder;
}
const bool kHasInstruction = __builtin_cpu_supports("sse4.2") != 0;
#endif

std::uint32_t short_remainder(const std::uint8_t* at, std::size_t size, std::uint32_t remainder) {
#if defined(__x86_64__)
  if (kHasInstruction) return by_instruction(at, size, remainder);
#endif
  return by_table(at, size, remainder);
}

}  // namespace

std::uint32_t crc32c(sdk::Bytes data, std::uint32_t previous) {
  std::uint32_t remainder = ~previous;
  while (data.size >= kFoldingPaysBytes) {
    const sdk::Bytes part = data.slice(0, kMostAtOnceBytes);
    // ISA-L's signature forgot a const; it only reads.
    remainder = crc32_iscsi(const_cast<std::uint8_t*>(part.data), static_cast<int>(part.size), remainder);
    data = data.slice(part.size);
  }
  return ~short_remainder(data.data, data.size, remainder);
}

std::uint32_t crc32_ieee(sdk::Bytes data, std::uint32_t previous) {
  return data.empty() ? previous : crc32_gzip_refl(previous, data.data, data.size);
}

}  // namespace barnabas::base
