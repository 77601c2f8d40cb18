// TxnOffsetCommit: Stores offsets of a group as part of a transaction.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct TxnOffsetCommitRequest {
  static constexpr Schema kSchema = request(28).versions(0, 5).flexible(3);

  struct TxnOffsetCommitRequestPartition {
    std::int32_t partition_index = 0;
    std::int64_t committed_offset = 0;
    std::int32_t committed_leader_epoch = -1;
    Nullable<std::string_view> committed_metadata = kEmpty;

    WIRE_FIELDS(TxnOffsetCommitRequestPartition) {
      WIRE(partition_index, since(0));
      WIRE(committed_offset, since(0));
      WIRE(committed_leader_epoch, since(2).ignorable());
      WIRE(committed_metadata, since(0).nullable());
    }
  };

  struct TxnOffsetCommitRequestTopic {
    std::string_view name;
    std::span<TxnOffsetCommitRequestPartition> partitions;

    WIRE_FIELDS(TxnOffsetCommitRequestTopic) {
      WIRE(name, since(0));
      WIRE(partitions, since(0));
    }
  };

  std::string_view transactional_id;
  std::string_view group_id;
  std::int64_t producer_id = 0;
  std::int16_t producer_epoch = 0;
  std::int32_t generation_id = -1;
  std::string_view member_id;
  Nullable<std::string_view> group_instance_id;
  std::span<TxnOffsetCommitRequestTopic> topics;

  WIRE_FIELDS(TxnOffsetCommitRequest) {
    WIRE(transactional_id, since(0));
    WIRE(group_id, since(0));
    WIRE(producer_id, since(0));
    WIRE(producer_epoch, since(0));
    WIRE(generation_id, since(3));
    WIRE(member_id, since(3));
    WIRE(group_instance_id, since(3).nullable());
    WIRE(topics, since(0));
  }
};

// Says for each partition whether its offset was stored.
struct TxnOffsetCommitResponse {
  static constexpr Schema kSchema = response(28).versions(0, 5).flexible(3);

  struct TxnOffsetCommitResponsePartition {
    std::int32_t partition_index = 0;
    ErrorCode error_code = ErrorCode::kNone;

    WIRE_FIELDS(TxnOffsetCommitResponsePartition) {
      WIRE(partition_index, since(0));
      WIRE(error_code, since(0));
    }
  };

  struct TxnOffsetCommitResponseTopic {
    std::string_view name;
    std::span<TxnOffsetCommitResponsePartition> partitions;

    WIRE_FIELDS(TxnOffsetCommitResponseTopic) {
      WIRE(name, since(0));
      WIRE(partitions, since(0));
    }
  };

  std::int32_t throttle_time_ms = 0;
  std::span<TxnOffsetCommitResponseTopic> topics;

  WIRE_FIELDS(TxnOffsetCommitResponse) {
    WIRE(throttle_time_ms, since(0));
    WIRE(topics, since(0));
  }
};

}  // namespace barnabas::wire
