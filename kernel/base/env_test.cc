#include "kernel/base/env.h"

#include <gtest/gtest.h>

namespace barnabas::base {
namespace {

int released = 0;
void release(void*, void*) noexcept { ++released; }

sdk::Lease lease_of(const std::vector<sdk::Bytes>& parts) {
  sdk::Lease lease;
  for (const sdk::Bytes part : parts) {
    lease.regions[lease.region_count++] = {part, nullptr, 0, part.size};
    lease.size += part.size;
  }
  lease.release = &release;
  return lease;
}

class OutputTest : public testing::Test {
 protected:
  OutputTest() { released = 0; }
  const std::vector<std::uint8_t> four_ = {1, 2, 3, 4};
};

TEST_F(OutputTest, TheFrontNeverIsAnEmptyRegion) {
  Output output;
  output.add(lease_of({{}, four_, {}, four_, {}}));
  EXPECT_EQ(output.pieces().front().region, 1u);
  output.consume(4);
  EXPECT_EQ(output.pieces().front().region, 3u);
  EXPECT_EQ(released, 0);
  output.consume(4);
  EXPECT_TRUE(output.empty());
  EXPECT_EQ(released, 1);
}

TEST_F(OutputTest, MemoryOfWhatWasSentGoesRound) {
  Output answer, socket;
  answer.copy(four_);
  const std::uint8_t* memory = answer.pieces().front().owned.data();
  socket.append(std::move(answer));
  socket.consume(4);
  answer.copy(four_);
  socket.append(std::move(answer));  // takes this one, and gives the other
  socket.consume(4);
  answer.copy(four_);
  EXPECT_EQ(answer.pieces().front().owned.data(), memory);
  EXPECT_EQ(answer.pieces().front().owned, four_);
}

// Pieces and the stretches that it owns, not what is lent; until the last octet of a piece is sent.
TEST_F(OutputTest, ItsMemoryIsThatOfPiecesAndWhatTheyOwn) {
  const std::vector<std::uint8_t> lent(1 << 20);
  Output output;
  output.add(four_);
  output.add(lease_of({lent}));
  Output more;
  more.add(four_);
  output.append(std::move(more));
  EXPECT_EQ(more.memory_bytes(), 0u);
  EXPECT_EQ(output.memory_bytes(), 3 * sizeof(Output::Piece) + 8);
  output.consume(3);
  EXPECT_EQ(output.memory_bytes(), 3 * sizeof(Output::Piece) + 8);
  output.consume(1);
  EXPECT_EQ(output.memory_bytes(), 2 * sizeof(Output::Piece) + 4);
  Output moved = std::move(output);
  EXPECT_EQ(output.memory_bytes(), 0u);
  moved.consume(lent.size() + 4);
  EXPECT_EQ(moved.memory_bytes(), 0u);
}

// A peer that sends thousands of requests and reads no answer: each in a piece of its own would hold ten times its octets.
TEST_F(OutputTest, SmallAnswersBehindOthersShareStretches) {
  Output socket, answer;
  std::vector<std::uint8_t> expected;
  for (int i = 0; i < 10'000; ++i) {
    const std::vector<std::uint8_t> octets(static_cast<std::size_t>(1 + i % 60), static_cast<std::uint8_t>(i));
    expected.insert(expected.end(), octets.begin(), octets.end());
    answer.copy(octets);
    socket.append(std::move(answer));
  }
  EXPECT_EQ(socket.size(), expected.size());
  EXPECT_LT(socket.memory_bytes(), 3 * expected.size());
  EXPECT_LT(socket.pieces().size(), 30u);
  std::vector<std::uint8_t> sent;
  while (!socket.empty()) {
    const Output::Piece& front = socket.pieces().front();
    const std::size_t part = std::min<std::size_t>(front.owned.size() - front.begin, 7777);
    sent.insert(sent.end(), front.owned.begin() + static_cast<std::ptrdiff_t>(front.begin),
                front.owned.begin() + static_cast<std::ptrdiff_t>(front.begin + part));
    socket.consume(part);
  }
  EXPECT_EQ(sent, expected);
  EXPECT_EQ(socket.memory_bytes(), 0u);
}

TEST_F(OutputTest, ALeaseOfNothingIsReleasedAtOnce) {
  Output output;
  output.add(lease_of({}));
  EXPECT_TRUE(output.empty());
  EXPECT_EQ(released, 1);
}

TEST_F(OutputTest, WhatIsNotSentIsReleasedWithTheOutput) {
  {
    Output output;
    output.add(four_);
    output.add(lease_of({four_}));
    Output more;
    more.add(lease_of({four_}));
    output.append(std::move(more));
    output.consume(5);
    EXPECT_EQ(output.size(), 7u);
    EXPECT_EQ(released, 0);
  }
  EXPECT_EQ(released, 2);
}

// Also while the places of what was sent are given back.
TEST_F(OutputTest, RefilledBeforeItRunsEmptyItKeepsItsOrder) {
  Output output;
  output.add(four_);
  for (int i = 0; i < 1000; ++i) {
    Output more;
    more.add(four_);
    output.append(std::move(more));
    output.consume(3);
    EXPECT_EQ(output.pieces().front().owned[output.pieces().front().begin], 4);
    output.consume(1);
  }
  EXPECT_EQ(output.size(), 4u);
  EXPECT_EQ(output.pieces().size(), 1u);
}

TEST(AddressTest, IsWrittenAsClientsExpectIt) {
  EXPECT_EQ(to_string(Address{"127.0.0.1", 9092}), "127.0.0.1:9092");
  EXPECT_EQ(to_string(Address{"::1", 9092}), "[::1]:9092");
}

}  // namespace
}  // namespace barnabas::base
