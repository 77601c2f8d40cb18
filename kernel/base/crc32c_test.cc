#include "kernel/base/crc32c.h"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

namespace barnabas::base {
namespace {

TEST(Crc32c, KnownAnswers) {
  EXPECT_EQ(crc32c(std::string_view("")), 0u);
  EXPECT_EQ(crc32c(std::string_view("123456789")), 0xe3069283u);
  // RFC 3720, appendix B.4
  EXPECT_EQ(crc32c(std::vector<std::uint8_t>(32, 0x00)), 0x8a9136aau);
  EXPECT_EQ(crc32c(std::vector<std::uint8_t>(32, 0xff)), 0x62a8ab43u);
}

TEST(Crc32c, IeeeKnownAnswers) {
  EXPECT_EQ(crc32_ieee(std::string_view("")), 0u);
  EXPECT_EQ(crc32_ieee(std::string_view("123456789")), 0xcbf43926u);
  EXPECT_EQ(crc32_ieee(std::string_view("The quick brown fox jumps over the lazy dog")), 0x414fa339u);
}

std::uint32_t bit_by_bit(const std::vector<std::uint8_t>& data, std::uint32_t polynomial) {
  std::uint32_t remainder = ~0u;
  for (std::uint8_t octet : data) {
    remainder ^= octet;
    for (int bit = 0; bit < 8; ++bit) remainder = (remainder >> 1) ^ ((remainder & 1) != 0 ? polynomial : 0);
  }
  return ~remainder;
}

// Every length around the point where the way of computing changes, and one far beyond it.
TEST(Crc32c, AgreesWithTheDefinitionAtEveryLength) {
  std::vector<std::uint8_t> data;
  std::uint32_t noise = 1;
  for (std::size_t size = 0; size < 700; ++size) {
    ASSERT_EQ(crc32c(data), bit_by_bit(data, 0x82f63b78)) << size;
    ASSERT_EQ(crc32_ieee(data), bit_by_bit(data, 0xedb88320)) << size;
    noise = noise * 1664525 + 1013904223;
    data.push_back(static_cast<std::uint8_t>(noise >> 24));
  }
  data.resize(100'003, 0x5a);
  EXPECT_EQ(crc32c(data), bit_by_bit(data, 0x82f63b78));
}

TEST(Crc32c, ContinuesWhereItStopped) {
  std::vector<std::uint8_t> data(1000);
  for (std::size_t i = 0; i < data.size(); ++i) data[i] = static_cast<std::uint8_t>(i * 31);
  const sdk::Bytes all(data);
  for (std::size_t cut : {0u, 1u, 7u, 255u, 256u, 257u, 999u, 1000u}) {
    EXPECT_EQ(crc32c(all.slice(cut), crc32c(all.slice(0, cut))), crc32c(all)) << cut;
    EXPECT_EQ(crc32_ieee(all.slice(cut), crc32_ieee(all.slice(0, cut))), crc32_ieee(all)) << cut;
  }
}

}  // namespace
}  // namespace barnabas::base
