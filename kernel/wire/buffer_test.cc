#include "kernel/wire/buffer.h"

#include <gmock/gmock.h>

#include "kernel/wire/golden.h"

namespace barnabas::wire {
namespace {

TEST(Buffer, GrowsAndKeepsItsMemory) {
  Buffer buffer;
  const std::string text(1000, 'a');
  for (int i = 0; i < 50; ++i) buffer.append(text);
  EXPECT_EQ(buffer.size(), 50'000u);
  const std::uint8_t* memory = buffer.bytes().data;
  buffer.clear();
  EXPECT_TRUE(buffer.empty());
  for (int i = 0; i < 50; ++i) buffer.append(text);
  EXPECT_EQ(buffer.bytes().data, memory);
  buffer.append(Bytes());
  EXPECT_EQ(buffer.size(), 50'000u);
}

TEST(Buffer, NumbersAreBigEndian) {
  Buffer buffer;
  buffer.append_octet(1);
  buffer.append_int16(-2);
  buffer.append_int32(0x01020304);
  buffer.append_int64(0x0102030405060708);
  buffer.patch_int32(3, -1);
  EXPECT_EQ(golden::to_hex(buffer.bytes()), "01fffeffffffff0102030405060708");
}

TEST(Buffer, FramesCountWhatLiesElsewhere) {
  Buffer buffer;
  buffer.append_octet(0xaa);
  const auto outer = buffer.begin_frame();
  buffer.append_octet(1);
  buffer.append_cut({.size = 300, .bytes = {}, .external = 4});
  buffer.append_cut({.size = 0, .bytes = {}, .external = 5});
  buffer.append_octet(2);
  buffer.end_frame(outer);
  EXPECT_EQ(golden::to_hex(buffer.bytes()), "aa0000012e0102");
  ASSERT_EQ(buffer.cuts().size(), 1u);
  EXPECT_EQ(buffer.cuts()[0].position, 6u);
  EXPECT_EQ(buffer.total_size(), 307u);
  buffer.truncate(5, 0);
  EXPECT_EQ(buffer.total_size(), 5u);
}

TEST(Buffer, GivesItsMemoryAway) {
  Buffer buffer;
  buffer.append(std::string_view("abc"));
  Buffer moved = std::move(buffer);
  const Buffer::Block block = moved.release();
  EXPECT_TRUE(Bytes(block) == Bytes(std::string_view("abc")));
  EXPECT_TRUE(moved.empty());
  moved.append_octet(1);
  EXPECT_EQ(moved.size(), 1u);
}

}  // namespace
}  // namespace barnabas::wire
