// Shapes that handlers share: element types of response arrays, and finding the partition that a request names.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <type_traits>

#include "kernel/broker/call.h"
#include "kernel/broker/named_partitions.h"
#include "kernel/broker/shard.h"
#include "kernel/wire/decode_limit.h"
#include "kernel/wire/errors.h"

namespace barnabas::broker {

// The element type of an array field: ElementOf<&Response::topics>.
template <auto Member>
struct ElementOfMember;
template <class Message, class Element, Element Message::*Member>
struct ElementOfMember<Member> {
  using type = std::remove_const_t<typename Element::element_type>;
};
template <auto Member>
using ElementOf = typename ElementOfMember<Member>::type;

// The name that authorization knows the cluster by.
inline constexpr std::string_view kClusterName = "kafka-cluster";

// The values of a list that does not live as long as the answer.
template <class T>
std::span<T> copy_of(base::Arena& arena, const std::vector<T>& values) {
  const auto copy = arena.array<T>(values.size());
  std::copy(values.begin(), values.end(), copy.begin());
  return copy;
}

// Whether what was made for the answer takes more memory than a request may: a few octets that are sent again and again can ask for as
// many times all that is known of something. Then there is no answer.
inline bool outgrows_its_memory(Call& call) {
  if (call.arena.reserved_bytes() <= wire::kMostDecodedBytes) return false;
  call.close("the answer would take more memory than one request may");
  return true;
}

// Whether what a request names costs more than it may (named_partitions.h). Then there is no answer.
inline bool names_too_many(Call& call, std::size_t cost) {
  if (cost <= kMostNamedPartitions) return false;
  call.close("a request names " + std::to_string(cost) + " partitions, more than " + std::to_string(kMostNamedPartitions) +
             "; one counts again for every 128 octets of its topic's name");
  return true;
}

// The partition of this broker that a request names, or why there is none here.
struct Found {
  Partition* partition = nullptr;
  wire::ErrorCode error{};
};
inline Found find_partition(const Shard& shard, std::string_view name, std::int32_t index) {
  const NamedTopic topic(shard, name);
  Partition* partition = topic.partition(index);
  return {partition, partition != nullptr ? wire::ErrorCode::kNone : topic.absence(index)};
}

// Up to where who asks sees. `level`: 0 is read_uncommitted, 1 read_committed.
inline log::Isolation isolation_of(bool is_replica, std::int8_t level) {
  if (is_replica) return log::Isolation::kLogEnd;
  return level == 1 ? log::Isolation::kLastStable : log::Isolation::kHighWatermark;
}

}  // namespace barnabas::broker
