// OffsetForLeaderEpoch: Asks where a leader epoch ended, to find out how far two logs agree.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct OffsetForLeaderEpochRequest {
  static constexpr Schema kSchema = request(23).versions(0, 4).flexible(4);

  struct OffsetForLeaderPartition {
    std::int32_t partition = 0;
    std::int32_t current_leader_epoch = -1;
    std::int32_t leader_epoch = 0;

    WIRE_FIELDS(OffsetForLeaderPartition) {
      WIRE(partition, since(0));
      WIRE(current_leader_epoch, since(2).ignorable());
      WIRE(leader_epoch, since(0));
    }
  };

  struct OffsetForLeaderTopic {
    std::string_view topic;
    std::span<OffsetForLeaderPartition> partitions;

    WIRE_FIELDS(OffsetForLeaderTopic) {
      WIRE(topic, since(0));
      WIRE(partitions, since(0));
    }
  };

  std::int32_t replica_id = -2;
  std::span<OffsetForLeaderTopic> topics;

  WIRE_FIELDS(OffsetForLeaderEpochRequest) {
    WIRE(replica_id, since(3).ignorable());
    WIRE(topics, since(0));
  }
};

// Gives the end offset of each epoch.
struct OffsetForLeaderEpochResponse {
  static constexpr Schema kSchema = response(23).versions(0, 4).flexible(4);

  struct EpochEndOffset {
    ErrorCode error_code = ErrorCode::kNone;
    std::int32_t partition = 0;
    std::int32_t leader_epoch = -1;
    std::int64_t end_offset = -1;

    WIRE_FIELDS(EpochEndOffset) {
      WIRE(error_code, since(0));
      WIRE(partition, since(0));
      WIRE(leader_epoch, since(1).ignorable());
      WIRE(end_offset, since(0));
    }
  };

  struct OffsetForLeaderTopicResult {
    std::string_view topic;
    std::span<EpochEndOffset> partitions;

    WIRE_FIELDS(OffsetForLeaderTopicResult) {
      WIRE(topic, since(0));
      WIRE(partitions, since(0));
    }
  };

  std::int32_t throttle_time_ms = 0;
  std::span<OffsetForLeaderTopicResult> topics;

  WIRE_FIELDS(OffsetForLeaderEpochResponse) {
    WIRE(throttle_time_ms, since(2).ignorable());
    WIRE(topics, since(0));
  }
};

}  // namespace barnabas::wire
