// The requests that come by the thousand must not touch the heap once the connection's arena has its blocks.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "kernel/wire/golden.h"
#include "kernel/wire/messages/00_produce.h"
#include "kernel/wire/messages/01_fetch.h"
#include "kernel/wire/messages/12_heartbeat.h"

namespace {

std::atomic<std::size_t> allocations{0};

}  // namespace

// Not inlined, or the compiler takes the pair for a mismatch.
[[gnu::noinline]] void* operator new(std::size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace barnabas::wire {
namespace {

// Allocations in the hundred decodes and encodes that follow the first two.
template <class M>
std::size_t allocations_of(const M& message, int version) {
  Buffer frame;
  EXPECT_TRUE(encode(message, version, frame).ok());
  base::Arena arena;
  Buffer again;
  std::size_t before = 0;
  for (int i = 0; i < 102; ++i) {
    if (i == 2) before = allocations;
    arena.reset();
    again.clear();
    M decoded;
    if (!decode(frame.bytes(), version, arena, decoded).ok() || !encode(decoded, version, again).ok()) return ~std::size_t{0};
  }
  return allocations - before;
}

TEST(Allocation, SteadyRequestsTakeNothingFromTheHeap) {
  base::Arena arena;
  ProduceRequest produce;
  produce.topic_data = arena.array<ProduceRequest::TopicProduceData>(20);
  for (auto& topic : produce.topic_data) {
    topic.name = "orders";
    topic.partition_data = arena.array<ProduceRequest::PartitionProduceData>(20);
    for (auto& partition : topic.partition_data) partition.records = Records(Bytes(std::string_view("batch")));
  }
  EXPECT_EQ(allocations_of(produce, 9), 0u);
  EXPECT_EQ(allocations_of(produce, 3), 0u);

  FetchRequest fetch;
  fetch.topics = arena.array<FetchRequest::FetchTopic>(20);
  for (auto& topic : fetch.topics) topic.partitions = arena.array<FetchRequest::FetchPartition>(20);
  EXPECT_EQ(allocations_of(fetch, 12), 0u);
  fetch.replica_state.replica_id = 3;  // a tagged field: encoded by the table codec
  EXPECT_EQ(allocations_of(fetch, 17), 0u);

  EXPECT_EQ(allocations_of(HeartbeatRequest(), 4), 0u);
}

}  // namespace
}  // namespace barnabas::wire
