// What members of classic consumer groups tell each other inside JoinGroup and SyncGroup, behind an int16 version.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct ConsumerProtocolSubscription {
  static constexpr Schema kSchema = data().versions(0, 3);

  struct TopicPartition {
    std::string_view topic;
    std::span<const std::int32_t> partitions;

    WIRE_FIELDS(TopicPartition) {
      WIRE(topic, since(1));
      WIRE(partitions, since(1));
    }
  };

  std::span<const std::string_view> topics;
  Nullable<Bytes> user_data;
  std::span<TopicPartition> owned_partitions;
  std::int32_t generation_id = -1;
  Nullable<std::string_view> rack_id;

  WIRE_FIELDS(ConsumerProtocolSubscription) {
    WIRE(topics, since(0));
    WIRE(user_data, since(0).nullable());
    WIRE(owned_partitions, since(1).ignorable());
    WIRE(generation_id, since(2).ignorable());
    WIRE(rack_id, since(3).nullable().ignorable());
  }
};

struct ConsumerProtocolAssignment {
  static constexpr Schema kSchema = data().versions(0, 3);

  struct TopicPartition {
    std::string_view topic;
    std::span<const std::int32_t> partitions;

    WIRE_FIELDS(TopicPartition) {
      WIRE(topic, since(0));
      WIRE(partitions, since(0));
    }
  };

  std::span<TopicPartition> assigned_partitions;
  Nullable<Bytes> user_data;

  WIRE_FIELDS(ConsumerProtocolAssignment) {
    WIRE(assigned_partitions, since(0));
    WIRE(user_data, since(0).nullable());
  }
};

}  // namespace barnabas::wire
