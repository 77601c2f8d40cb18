// Metadata: Asks for topics, their partitions and leaders, and the brokers of the cluster.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct MetadataRequest {
  static constexpr Schema kSchema = request(3).versions(0, 13).flexible(9);

  struct MetadataRequestTopic {
    Uuid topic_id;
    Nullable<std::string_view> name = kEmpty;

    WIRE_FIELDS(MetadataRequestTopic) {
      WIRE(topic_id, since(10).ignorable());
      WIRE(name, since(0).null_since(10));
    }
  };

  Nullable<std::span<MetadataRequestTopic>> topics = kEmpty;
  bool allow_auto_topic_creation = true;
  bool include_cluster_authorized_operations = false;
  bool include_topic_authorized_operations = false;

  WIRE_FIELDS(MetadataRequest) {
    WIRE(topics, since(0).null_since(1));
    WIRE(allow_auto_topic_creation, since(4));
    WIRE(include_cluster_authorized_operations, since(8).until(10));
    WIRE(include_topic_authorized_operations, since(8));
  }
};

// Lists the brokers, and the partitions of the topics with leaders and replicas.
struct MetadataResponse {
  static constexpr Schema kSchema = response(3).versions(0, 13).flexible(9);

  struct MetadataResponseBroker {
    std::int32_t node_id = 0;
    std::string_view host;
    std::int32_t port = 0;
    Nullable<std::string_view> rack;

    WIRE_FIELDS(MetadataResponseBroker) {
      WIRE(node_id, since(0));
      WIRE(host, since(0));
      WIRE(port, since(0));
      WIRE(rack, since(1).nullable().ignorable());
    }
  };

  struct MetadataResponsePartition {
    ErrorCode error_code = ErrorCode::kNone;
    std::int32_t partition_index = 0;
    std::int32_t leader_id = 0;
    std::int32_t leader_epoch = -1;
    std::span<const std::int32_t> replica_nodes;
    std::span<const std::int32_t> isr_nodes;
    std::span<const std::int32_t> offline_replicas;

    WIRE_FIELDS(MetadataResponsePartition) {
      WIRE(error_code, since(0));
      WIRE(partition_index, since(0));
      WIRE(leader_id, since(0));
      WIRE(leader_epoch, since(7).ignorable());
      WIRE(replica_nodes, since(0));
      WIRE(isr_nodes, since(0));
      WIRE(offline_replicas, since(5).ignorable());
    }
  };

  struct MetadataResponseTopic {
    ErrorCode error_code = ErrorCode::kNone;
    Nullable<std::string_view> name = kEmpty;
    Uuid topic_id;
    bool is_internal = false;
    std::span<MetadataResponsePartition> partitions;
    std::int32_t topic_authorized_operations = -2147483648;

    WIRE_FIELDS(MetadataResponseTopic) {
      WIRE(error_code, since(0));
      WIRE(name, since(0).null_since(12));
      WIRE(topic_id, since(10).ignorable());
      WIRE(is_internal, since(1).ignorable());
      WIRE(partitions, since(0));
      WIRE(topic_authorized_operations, since(8));
    }
  };

  std::int32_t throttle_time_ms = 0;
  std::span<MetadataResponseBroker> brokers;
  Nullable<std::string_view> cluster_id;
  std::int32_t controller_id = -1;
  std::span<MetadataResponseTopic> topics;
  std::int32_t cluster_authorized_operations = -2147483648;
  ErrorCode error_code = ErrorCode::kNone;

  WIRE_FIELDS(MetadataResponse) {
    WIRE(throttle_time_ms, since(3).ignorable());
    WIRE(brokers, since(0));
    WIRE(cluster_id, since(2).nullable().ignorable());
    WIRE(controller_id, since(1).ignorable());
    WIRE(topics, since(0));
    WIRE(cluster_authorized_operations, since(8).until(10));
    WIRE(error_code, since(13).ignorable());
  }
};

}  // namespace barnabas::wire
