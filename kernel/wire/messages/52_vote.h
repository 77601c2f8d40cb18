// Vote: A candidate of the metadata quorum asks for votes.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct VoteRequest {
  static constexpr Schema kSchema = request(52).versions(0, 2).flexible(0);

  struct PartitionData {
    std::int32_t partition_index = 0;
    std::int32_t replica_epoch = 0;
    std::int32_t replica_id = 0;
    Uuid replica_directory_id;
    Uuid voter_directory_id;
    std::int32_t last_offset_epoch = 0;
    std::int64_t last_offset = 0;
    bool pre_vote = false;

    WIRE_FIELDS(PartitionData) {
      WIRE(partition_index, since(0));
      WIRE(replica_epoch, since(0));
      WIRE(replica_id, since(0));
      WIRE(replica_directory_id, since(1).ignorable());
      WIRE(voter_directory_id, since(1).ignorable());
      WIRE(last_offset_epoch, since(0));
      WIRE(last_offset, since(0));
      WIRE(pre_vote, since(2));
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

  Nullable<std::string_view> cluster_id;
  std::int32_t voter_id = -1;
  std::span<TopicData> topics;

  WIRE_FIELDS(VoteRequest) {
    WIRE(cluster_id, since(0).nullable());
    WIRE(voter_id, since(1).ignorable());
    WIRE(topics, since(0));
  }
};

// Grants the vote or says who leads.
struct VoteResponse {
  static constexpr Schema kSchema = response(52).versions(0, 2).flexible(0);

  struct PartitionData {
    std::int32_t partition_index = 0;
    ErrorCode error_code = ErrorCode::kNone;
    std::int32_t leader_id = 0;
    std::int32_t leader_epoch = 0;
    bool vote_granted = false;

    WIRE_FIELDS(PartitionData) {
      WIRE(partition_index, since(0));
      WIRE(error_code, since(0));
      WIRE(leader_id, since(0));
      WIRE(leader_epoch, since(0));
      WIRE(vote_granted, since(0));
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

  WIRE_FIELDS(VoteResponse) {
    WIRE(error_code, since(0));
    WIRE(topics, since(0));
    WIRE_TAG(0, node_endpoints, since(1));
  }
};

}  // namespace barnabas::wire
