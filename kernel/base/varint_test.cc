#include "kernel/base/varint.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <limits>
#include <vector>

namespace barnabas::base {
namespace {

TEST(Varint, KnownForms) {
  std::uint8_t octets[10];
  const auto written = [&](std::int32_t value) { return std::vector<std::uint8_t>(octets, write_varint(octets, value)); };
  EXPECT_EQ(written(0), (std::vector<std::uint8_t>{0}));
  EXPECT_EQ(written(-1), (std::vector<std::uint8_t>{1}));
  EXPECT_EQ(written(63), (std::vector<std::uint8_t>{0x7e}));
  EXPECT_EQ(written(-65), (std::vector<std::uint8_t>{0x81, 0x01}));
  EXPECT_EQ(written(std::numeric_limits<std::int32_t>::min()), (std::vector<std::uint8_t>{0xff, 0xff, 0xff, 0xff, 0x0f}));
}

TEST(Varint, ReadsBackWhatItWroteInTheSizeItSaid) {
  EXPECT_TRUE(rc::check("varint", [](std::int32_t value) {
    std::uint8_t octets[kMaxVarintBytes];
    const std::uint8_t* end = write_varint(octets, value);
    std::int32_t back = 0;
    RC_ASSERT(read_varint(octets, end, back) == end);
    RC_ASSERT(back == value);
    RC_ASSERT(varint_size(value) == static_cast<std::size_t>(end - octets));
  }));
  EXPECT_TRUE(rc::check("varlong", [](std::int64_t value, bool high) {
    if (high) value = std::numeric_limits<std::int64_t>::min() ^ value;
    std::uint8_t octets[kMaxVarlongBytes];
    const std::uint8_t* end = write_varlong(octets, value);
    std::int64_t back = 0;
    RC_ASSERT(read_varlong(octets, end, back) == end);
    RC_ASSERT(back == value);
    RC_ASSERT(varlong_size(value) == static_cast<std::size_t>(end - octets));
  }));
}

TEST(Varint, RefusesCutAndOverlongNumbers) {
  const std::uint8_t endless[11] = {0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00};
  std::uint32_t narrow = 0;
  std::uint64_t wide = 0;
  EXPECT_EQ(read_uvarint(endless, endless, narrow), nullptr);
  EXPECT_EQ(read_uvarint(endless, endless + 4, narrow), nullptr);
  EXPECT_EQ(read_uvarint(endless, endless + 11, narrow), nullptr);
  EXPECT_EQ(read_uvarlong(endless, endless + 9, wide), nullptr);
  EXPECT_EQ(read_uvarlong(endless, endless + 11, wide), nullptr);
  const std::uint8_t longer_than_needed[] = {0x81, 0x00};
  EXPECT_EQ(read_uvarint(longer_than_needed, longer_than_needed + 2, narrow), longer_than_needed + 2);
  EXPECT_EQ(narrow, 1u);
}

}  // namespace
}  // namespace barnabas::base
