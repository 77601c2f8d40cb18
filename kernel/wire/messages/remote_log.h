// Where tiered storage keeps its segments (__remote_log_metadata).
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct RemoteLogSegmentMetadataRecord {
  static constexpr Schema kSchema = schema(Family::kRemoteLogRecord, 0).versions(0, 0).flexible(0);

  struct TopicIdPartitionEntry {
    std::string_view name;
    Uuid id;
    std::int32_t partition = 0;
    UnknownTags unknown_tags;

    WIRE_FIELDS(TopicIdPartitionEntry) {
      WIRE(name, since(0));
      WIRE(id, since(0));
      WIRE(partition, since(0));
      WIRE_UNKNOWN_TAGS(unknown_tags);
    }
  };

  struct RemoteLogSegmentIdEntry {
    TopicIdPartitionEntry topic_id_partition;
    Uuid id;
    UnknownTags unknown_tags;

    WIRE_FIELDS(RemoteLogSegmentIdEntry) {
      WIRE(topic_id_partition, since(0));
      WIRE(id, since(0));
      WIRE_UNKNOWN_TAGS(unknown_tags);
    }
  };

  struct SegmentLeaderEpochEntry {
    std::int32_t leader_epoch = 0;
    std::int64_t offset = 0;
    UnknownTags unknown_tags;

    WIRE_FIELDS(SegmentLeaderEpochEntry) {
      WIRE(leader_epoch, since(0));
      WIRE(offset, since(0));
      WIRE_UNKNOWN_TAGS(unknown_tags);
    }
  };

  RemoteLogSegmentIdEntry remote_log_segment_id;
  std::int64_t start_offset = 0;
  std::int64_t end_offset = 0;
  std::int32_t broker_id = 0;
  std::int64_t max_timestamp_ms = 0;
  std::int64_t event_timestamp_ms = 0;
  std::span<SegmentLeaderEpochEntry> segment_leader_epochs;
  std::int32_t segment_size_in_bytes = 0;
  Nullable<Bytes> custom_metadata;
  std::int8_t remote_log_segment_state = 0;
  bool txn_index_empty = false;
  UnknownTags unknown_tags;

  WIRE_FIELDS(RemoteLogSegmentMetadataRecord) {
    WIRE(remote_log_segment_id, since(0));
    WIRE(start_offset, since(0));
    WIRE(end_offset, since(0));
    WIRE(broker_id, since(0));
    WIRE(max_timestamp_ms, since(0));
    WIRE(event_timestamp_ms, since(0));
    WIRE(segment_leader_epochs, since(0));
    WIRE(segment_size_in_bytes, since(0));
    WIRE(custom_metadata, since(0).nullable());
    WIRE(remote_log_segment_state, since(0));
    WIRE_TAG(0, txn_index_empty, since(0));
    WIRE_UNKNOWN_TAGS(unknown_tags);
  }
};

struct RemoteLogSegmentMetadataUpdateRecord {
  static constexpr Schema kSchema = schema(Family::kRemoteLogRecord, 1).versions(0, 0).flexible(0);

  struct TopicIdPartitionEntry {
    std::string_view name;
    Uuid id;
    std::int32_t partition = 0;
    UnknownTags unknown_tags;

    WIRE_FIELDS(TopicIdPartitionEntry) {
      WIRE(name, since(0));
      WIRE(id, since(0));
      WIRE(partition, since(0));
      WIRE_UNKNOWN_TAGS(unknown_tags);
    }
  };

  struct RemoteLogSegmentIdEntry {
    TopicIdPartitionEntry topic_id_partition;
    Uuid id;
    UnknownTags unknown_tags;

    WIRE_FIELDS(RemoteLogSegmentIdEntry) {
      WIRE(topic_id_partition, since(0));
      WIRE(id, since(0));
      WIRE_UNKNOWN_TAGS(unknown_tags);
    }
  };

  RemoteLogSegmentIdEntry remote_log_segment_id;
  std::int32_t broker_id = 0;
  std::int64_t event_timestamp_ms = 0;
  Nullable<Bytes> custom_metadata;
  std::int8_t remote_log_segment_state = 0;
  UnknownTags unknown_tags;

  WIRE_FIELDS(RemoteLogSegmentMetadataUpdateRecord) {
    WIRE(remote_log_segment_id, since(0));
    WIRE(broker_id, since(0));
    WIRE(event_timestamp_ms, since(0));
    WIRE(custom_metadata, since(0).nullable());
    WIRE(remote_log_segment_state, since(0));
    WIRE_UNKNOWN_TAGS(unknown_tags);
  }
};

struct RemotePartitionDeleteMetadataRecord {
  static constexpr Schema kSchema = schema(Family::kRemoteLogRecord, 2).versions(0, 0).flexible(0);

  struct TopicIdPartitionEntry {
    std::string_view name;
    Uuid id;
    std::int32_t partition = 0;
    UnknownTags unknown_tags;

    WIRE_FIELDS(TopicIdPartitionEntry) {
      WIRE(name, since(0));
      WIRE(id, since(0));
      WIRE(partition, since(0));
      WIRE_UNKNOWN_TAGS(unknown_tags);
    }
  };

  TopicIdPartitionEntry topic_id_partition;
  std::int32_t broker_id = 0;
  std::int64_t event_timestamp_ms = 0;
  std::int8_t remote_partition_delete_state = 0;
  UnknownTags unknown_tags;

  WIRE_FIELDS(RemotePartitionDeleteMetadataRecord) {
    WIRE(topic_id_partition, since(0));
    WIRE(broker_id, since(0));
    WIRE(event_timestamp_ms, since(0));
    WIRE(remote_partition_delete_state, since(0));
    WIRE_UNKNOWN_TAGS(unknown_tags);
  }
};

struct RemoteLogSegmentMetadataSnapshotRecord {
  static constexpr Schema kSchema = schema(Family::kRemoteLogRecord, 3).versions(0, 0).flexible(0);

  struct SegmentLeaderEpochEntry {
    std::int32_t leader_epoch = 0;
    std::int64_t offset = 0;
    UnknownTags unknown_tags;

    WIRE_FIELDS(SegmentLeaderEpochEntry) {
      WIRE(leader_epoch, since(0));
      WIRE(offset, since(0));
      WIRE_UNKNOWN_TAGS(unknown_tags);
    }
  };

  Uuid segment_id;
  std::int64_t start_offset = 0;
  std::int64_t end_offset = 0;
  std::int32_t broker_id = 0;
  std::int64_t max_timestamp_ms = 0;
  std::int64_t event_timestamp_ms = 0;
  std::span<SegmentLeaderEpochEntry> segment_leader_epochs;
  std::int32_t segment_size_in_bytes = 0;
  Nullable<Bytes> custom_metadata;
  std::int8_t remote_log_segment_state = 0;
  bool txn_index_empty = false;
  UnknownTags unknown_tags;

  WIRE_FIELDS(RemoteLogSegmentMetadataSnapshotRecord) {
    WIRE(segment_id, since(0));
    WIRE(start_offset, since(0));
    WIRE(end_offset, since(0));
    WIRE(broker_id, since(0));
    WIRE(max_timestamp_ms, since(0));
    WIRE(event_timestamp_ms, since(0));
    WIRE(segment_leader_epochs, since(0));
    WIRE(segment_size_in_bytes, since(0));
    WIRE(custom_metadata, since(0).nullable());
    WIRE(remote_log_segment_state, since(0));
    WIRE_TAG(0, txn_index_empty, since(0));
    WIRE_UNKNOWN_TAGS(unknown_tags);
  }
};

}  // namespace barnabas::wire
