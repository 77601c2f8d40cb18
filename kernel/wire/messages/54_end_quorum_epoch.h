// EndQuorumEpoch: The leader of the metadata quorum resigns, naming its preferred successors.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct EndQuorumEpochRequest {
  static constexpr Schema kSchema = request(54).versions(0, 1).flexible(1);

  struct ReplicaInfo {
    std::int32_t candidate_id = 0;
    Uuid candidate_directory_id;

    WIRE_FIELDS(ReplicaInfo) {
      WIRE(candidate_id, since(1));
      WIRE(candidate_directory_id, since(1));
    }
  };

  struct PartitionData {
    std::int32_t partition_index = 0;
    std::int32_t leader_id = 0;
    std::int32_t leader_epoch = 0;
    std::span<const std::int32_t> preferred_successors;
    std::span<ReplicaInfo> preferred_candidates;

    WIRE_FIELDS(PartitionData) {
      WIRE(partition_index, since(0));
      WIRE(leader_id, since(0));
      WIRE(leader_epoch, since(0));
      WIRE(preferred_successors, since(0).until(0).ignorable());
      WIRE(preferred_candidates, since(1).ignorable());
    }
  };

  struct TopicData {
    std::string_view topic_name;
    std::span<PartitionData> partitions;

    WIRE_FIELDS(TopicData) {
      WIRE(topic_name, since(0));
      WIRE(partitions, since(0));
    }
  };

  struct LeaderEndpoint {
    std::string_view name;
    std::string_view host;
    std::uint16_t port = 0;

    WIRE_FIELDS(LeaderEndpoint) {
      WIRE(name, since(1));
      WIRE(host, since(1));
      WIRE(port, since(1));
    }
  };

  Nullable<std::string_view> cluster_id;
  std::span<TopicData> topics;
  std::span<LeaderEndpoint> leader_endpoints;

  WIRE_FIELDS(EndQuorumEpochRequest) {
    WIRE(cluster_id, since(0).nullable());
    WIRE(topics, since(0));
    WIRE(leader_endpoints, since(1).ignorable());
  }
};

// Says which epoch the voter knows.
struct EndQuorumEpochResponse {
  static constexpr Schema kSchema = response(54).versions(0, 1).flexible(1);

  struct PartitionData {
    std::int32_t partition_index = 0;
    ErrorCode error_code = ErrorCode::kNone;
    std::int32_t leader_id = 0;
    std::int32_t leader_epoch = 0;

    WIRE_FIELDS(PartitionData) {
      WIRE(partition_index, since(0));
      WIRE(error_code, since(0));
      WIRE(leader_id, since(0));
      WIRE(leader_epoch, since(0));
    }
  };

  struct TopicData {
    std::string_view topic_name;
    std::span<PartitionData> partitions;

    WIRE_FIELDS(TopicData) {
      WIRE(topic_name, since(0));
      WIRE(partitions, since(0));
    }
  };

  struct NodeEndpoint {
    std::int32_t node_id = 0;
    std::string_view host;
    std::uint16_t port = 0;

    WIRE_FIELDS(NodeEndpoint) {
      WIRE(node_id, since(1));
      WIRE(host, since(1));
      WIRE(port, since(1));
    }
  };

  ErrorCode error_code = ErrorCode::kNone;
  std::span<TopicData> topics;
  std::span<NodeEndpoint> node_endpoints;

  WIRE_FIELDS(EndQuorumEpochResponse) {
    WIRE(error_code, since(0));
    WIRE(topics, since(0));
    WIRE_TAG(0, node_endpoints, since(1));
  }
};

}  // namespace barnabas::wire
