// The delivery state of share partitions (__share_group_state): snapshots, and updates on top of them.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct ShareSnapshotKey {
  static constexpr Schema kSchema = schema(Family::kShareStateKey, 0).versions(0, 0);

  std::string_view group_id;
  Uuid topic_id;
  std::int32_t partition = 0;

  WIRE_FIELDS(ShareSnapshotKey) {
    WIRE(group_id, since(0).until(0));
    WIRE(topic_id, since(0).until(0));
    WIRE(partition, since(0).until(0));
  }
};

struct ShareSnapshotValue {
  static constexpr Schema kSchema = schema(Family::kShareStateValue, 0).versions(0, 0).flexible(0);

  struct StateBatch {
    std::int64_t first_offset = 0;
    std::int64_t last_offset = 0;
    std::int8_t delivery_state = 0;
    std::int16_t delivery_count = 0;
    UnknownTags unknown_tags;

    WIRE_FIELDS(StateBatch) {
      WIRE(first_offset, since(0));
      WIRE(last_offset, since(0));
      WIRE(delivery_state, since(0));
      WIRE(delivery_count, since(0));
      WIRE_UNKNOWN_TAGS(unknown_tags);
    }
  };

  std::int32_t snapshot_epoch = 0;
  std::int32_t state_epoch = 0;
  std::int32_t leader_epoch = 0;
  std::int64_t start_offset = 0;
  std::int32_t delivery_complete_count = -1;
  std::int64_t create_timestamp = 0;
  std::int64_t write_timestamp = 0;
  std::span<StateBatch> state_batches;
  UnknownTags unknown_tags;

  WIRE_FIELDS(ShareSnapshotValue) {
    WIRE(snapshot_epoch, since(0));
    WIRE(state_epoch, since(0));
    WIRE(leader_epoch, since(0));
    WIRE(start_offset, since(0));
    WIRE_TAG(0, delivery_complete_count, since(0));
    WIRE(create_timestamp, since(0));
    WIRE(write_timestamp, since(0));
    WIRE(state_batches, since(0));
    WIRE_UNKNOWN_TAGS(unknown_tags);
  }
};

struct ShareUpdateKey {
  static constexpr Schema kSchema = schema(Family::kShareStateKey, 1).versions(0, 0);

  std::string_view group_id;
  Uuid topic_id;
  std::int32_t partition = 0;

  WIRE_FIELDS(ShareUpdateKey) {
    WIRE(group_id, since(0).until(0));
    WIRE(topic_id, since(0).until(0));
    WIRE(partition, since(0).until(0));
  }
};

struct ShareUpdateValue {
  static constexpr Schema kSchema = schema(Family::kShareStateValue, 1).versions(0, 0).flexible(0);

  struct StateBatch {
    std::int64_t first_offset = 0;
    std::int64_t last_offset = 0;
    std::int8_t delivery_state = 0;
    std::int16_t delivery_count = 0;
    UnknownTags unknown_tags;

    WIRE_FIELDS(StateBatch) {
      WIRE(first_offset, since(0));
      WIRE(last_offset, since(0));
      WIRE(delivery_state, since(0));
      WIRE(delivery_count, since(0));
      WIRE_UNKNOWN_TAGS(unknown_tags);
    }
  };

  std::int32_t snapshot_epoch = 0;
  std::int32_t leader_epoch = 0;
  std::int64_t start_offset = 0;
  std::int32_t delivery_complete_count = -1;
  std::span<StateBatch> state_batches;
  UnknownTags unknown_tags;

  WIRE_FIELDS(ShareUpdateValue) {
    WIRE(snapshot_epoch, since(0));
    WIRE(leader_epoch, since(0));
    WIRE(start_offset, since(0));
    WIRE_TAG(0, delivery_complete_count, since(0));
    WIRE(state_batches, since(0));
    WIRE_UNKNOWN_TAGS(unknown_tags);
  }
};

}  // namespace barnabas::wire
