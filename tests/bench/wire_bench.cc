// How fast messages are encoded and decoded from their descriptions, against the same encoder written by hand.
//
// The yardstick: a Metadata v9 response with 3 brokers and 50 topics of 12 partitions, described at most twice as slow as by hand.
// Requests of producers and consumers must not touch the heap: the counter says how often an iteration did.
#include <benchmark/benchmark.h>

#include <atomic>
#include <cstdlib>
#include <new>
#include <string>
#include <vector>

#include "kernel/base/varint.h"
#include "kernel/wire/codec.h"
#include "kernel/wire/messages/00_produce.h"
#include "kernel/wire/messages/01_fetch.h"
#include "kernel/wire/messages/03_metadata.h"
#include "kernel/wire/primitives.h"
#include "kernel/wire/table.h"
#include "kernel/wire/table_reader.h"
#include "kernel/wire/table_writer.h"

namespace {

std::atomic<std::size_t> allocations{0};

}  // namespace

[[gnu::noinline]] void* operator new(std::size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace barnabas::wire {
namespace {

const std::string kTopicNames[] = {"orders", "payments.settled", "clicks", "audit-log", "telemetry.device.temperature"};

MetadataResponse metadata_response(base::Arena& arena) {
  static const std::int32_t kReplicas[] = {1, 2, 3};
  MetadataResponse response;
  const auto brokers = arena.array<MetadataResponse::MetadataResponseBroker>(3);
  for (std::int32_t i = 0; i < 3; ++i) {
    brokers[static_cast<std::size_t>(i)].node_id = i + 1;
    brokers[static_cast<std::size_t>(i)].host = "broker.example.org";
    brokers[static_cast<std::size_t>(i)].port = 9092 + i;
  }
  response.brokers = brokers;
  response.cluster_id = "Gw8P4zHsQx6Yb1Xh3bqE9A";
  response.controller_id = 1;
  response.topics = arena.array<MetadataResponse::MetadataResponseTopic>(50);
  for (std::size_t t = 0; t < 50; ++t) {
    auto& topic = response.topics[t];
    topic.name = kTopicNames[t % 5];
    topic.partitions = arena.array<MetadataResponse::MetadataResponsePartition>(12);
    for (std::int32_t p = 0; p < 12; ++p) {
      auto& partition = topic.partitions[static_cast<std::size_t>(p)];
      partition.partition_index = p;
      partition.leader_id = 1 + p % 3;
      partition.leader_epoch = 7;
      partition.replica_nodes = kReplicas;
      partition.isr_nodes = kReplicas;
    }
  }
  return response;
}

// Metadata v9 by hand, as one would write it who cares: a pointer in a register, room checked once for each broker, topic and partition.
class HandWriter {
 public:
  explicit HandWriter(Buffer& buffer) : buffer_(buffer), at_(buffer.room(0)) {}

  void write(const MetadataResponse& m) {
    room(64);
    int32(m.throttle_time_ms);
    length(m.brokers.size());
    for (const auto& broker : m.brokers) {
      room(32 + broker.host.size() + broker.rack.value_or("").size());
      int32(broker.node_id);
      text(broker.host);
      int32(broker.port);
      text(broker.rack);
      octet(0);
    }
    room(64 + m.cluster_id.value_or("").size());
    text(m.cluster_id);
    int32(m.controller_id);
    length(m.topics.size());
    for (const auto& topic : m.topics) write(topic);
    room(64);
    int32(m.cluster_authorized_operations);
    octet(0);
    buffer_.commit(at_);
  }

 private:
  void write(const MetadataResponse::MetadataResponseTopic& topic) {
    room(32 + topic.name.value_or("").size());
    int16(static_cast<std::int16_t>(topic.error_code));
    text(topic.name);
    octet(topic.is_internal);
    length(topic.partitions.size());
    for (const auto& partition : topic.partitions) {
      room(48 + 4 * (partition.replica_nodes.size() + partition.isr_nodes.size() + partition.offline_replicas.size()));
      int16(static_cast<std::int16_t>(partition.error_code));
      int32(partition.partition_index);
      int32(partition.leader_id);
      int32(partition.leader_epoch);
      numbers(partition.replica_nodes);
      numbers(partition.isr_nodes);
      numbers(partition.offline_replicas);
      octet(0);
    }
    room(16);
    int32(topic.topic_authorized_operations);
    octet(0);
  }

  void room(std::size_t octets) {
    if (octets <= static_cast<std::size_t>(buffer_.limit() - at_)) return;
    buffer_.commit(at_);
    at_ = buffer_.room(octets);
  }
  void octet(std::uint8_t value) { *at_++ = value; }
  void int16(std::int16_t value) {
    store_big_endian(at_, value);
    at_ += 2;
  }
  void int32(std::int32_t value) {
    store_big_endian(at_, value);
    at_ += 4;
  }
  void length(std::size_t size) { at_ = base::write_uvarint(at_, static_cast<std::uint32_t>(size + 1)); }
  void text(std::string_view value) {
    length(value.size());
    std::memcpy(at_, value.data(), value.size());
    at_ += value.size();
  }
  void text(const Nullable<std::string_view>& value) { value ? text(*value) : octet(0); }
  void numbers(std::span<const std::int32_t> values) {
    length(values.size());
    for (std::int32_t value : values) int32(value);
  }

  Buffer& buffer_;
  std::uint8_t* at_;
};

template <class Encode>
void encode_metadata(benchmark::State& state, Encode encode_into) {
  base::Arena arena;
  const MetadataResponse response = metadata_response(arena);
  Buffer by_hand;
  HandWriter(by_hand).write(response);
  Buffer buffer;
  encode_into(response, buffer);
  if (!(buffer.bytes() == by_hand.bytes())) return state.SkipWithError("the encoders disagree");
  for (auto _ : state) {
    buffer.clear();
    encode_into(response, buffer);
    benchmark::DoNotOptimize(buffer.bytes().data);
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(buffer.size()));
}

void encode_metadata_by_hand(benchmark::State& state) {
  encode_metadata(state, [](const MetadataResponse& m, Buffer& buffer) { HandWriter(buffer).write(m); });
}
void encode_metadata_described(benchmark::State& state) {
  encode_metadata(state, [](const MetadataResponse& m, Buffer& buffer) { static_cast<void>(encode(m, 9, buffer).ok()); });
}
void encode_metadata_by_table(benchmark::State& state) {
  encode_metadata(state, [](const MetadataResponse& m, Buffer& buffer) {
    static_cast<void>(TableWriter(description<MetadataResponse>(), 9, buffer).write(&m).ok());
  });
}
BENCHMARK(encode_metadata_by_hand);
BENCHMARK(encode_metadata_described);
BENCHMARK(encode_metadata_by_table);

// Decodes again and again; the counter "heap" is allocations in an iteration, after the first.
template <class M>
void decode_again(benchmark::State& state, const M& message, int version, bool by_table = false) {
  Buffer buffer;
  if (!encode(message, version, buffer).ok()) return state.SkipWithError("not encoded");
  base::Arena arena;
  const auto once = [&] {
    arena.reset();
    M decoded;
    const Status status = by_table ? TableReader(description<M>(), buffer.bytes(), version, arena).read(&decoded)
                                   : decode(buffer.bytes(), version, arena, decoded);
    benchmark::DoNotOptimize(decoded);
    return status.ok();
  };
  if (!once() || !once()) return state.SkipWithError("not decoded");
  const std::size_t before = allocations;
  for (auto _ : state) once();
  state.counters["heap"] = benchmark::Counter(static_cast<double>(allocations - before), benchmark::Counter::kAvgIterations);
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(buffer.size()));
}

void decode_metadata(benchmark::State& state) {
  base::Arena arena;
  decode_again(state, metadata_response(arena), 9, state.range(0) != 0);
}
BENCHMARK(decode_metadata)->ArgName("table")->Arg(0)->Arg(1);

// Four topics with eight partitions each, a small batch in every one.
void decode_produce(benchmark::State& state) {
  base::Arena arena;
  static const std::string batch(500, 'b');
  ProduceRequest request;
  request.acks = -1;
  request.timeout_ms = 30'000;
  request.topic_data = arena.array<ProduceRequest::TopicProduceData>(4);
  for (std::size_t t = 0; t < 4; ++t) {
    request.topic_data[t].name = kTopicNames[t];
    request.topic_data[t].partition_data = arena.array<ProduceRequest::PartitionProduceData>(8);
    for (std::int32_t p = 0; p < 8; ++p)
      request.topic_data[t].partition_data[static_cast<std::size_t>(p)] = {.index = p, .records = Records(Bytes(batch))};
  }
  decode_again(state, request, 9, state.range(0) != 0);
}
BENCHMARK(decode_produce)->ArgName("table")->Arg(0)->Arg(1);

void decode_fetch(benchmark::State& state) {
  base::Arena arena;
  FetchRequest request;
  request.max_wait_ms = 500;
  request.topics = arena.array<FetchRequest::FetchTopic>(5);
  for (std::size_t t = 0; t < 5; ++t) {
    request.topics[t].topic = kTopicNames[t];
    request.topics[t].partitions = arena.array<FetchRequest::FetchPartition>(12);
    for (std::int32_t p = 0; p < 12; ++p) {
      auto& partition = request.topics[t].partitions[static_cast<std::size_t>(p)];
      partition.partition = p;
      partition.fetch_offset = 123'456'789 + p;
      partition.partition_max_bytes = 1 << 20;
    }
  }
  decode_again(state, request, 12, state.range(0) != 0);
}
BENCHMARK(decode_fetch)->ArgName("table")->Arg(0)->Arg(1);

}  // namespace
}  // namespace barnabas::wire

BENCHMARK_MAIN();
