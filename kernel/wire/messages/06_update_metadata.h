// UpdateMetadata: Tells a broker what leads where, so that it can answer Metadata; sent by controllers that work with ZooKeeper.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct UpdateMetadataRequest {
  static constexpr Schema kSchema = request(6).versions(0, 8).flexible(6);

  struct UpdateMetadataPartitionState {
    std::string_view topic_name;
    std::int32_t partition_index = 0;
    std::int32_t controller_epoch = 0;
    std::int32_t leader = 0;
    std::int32_t leader_epoch = 0;
    std::span<const std::int32_t> isr;
    std::int32_t zk_version = 0;
    std::span<const std::int32_t> replicas;
    std::span<const std::int32_t> offline_replicas;

    WIRE_FIELDS(UpdateMetadataPartitionState) {
      WIRE(topic_name, since(0).until(4).ignorable());
      WIRE(partition_index, since(0));
      WIRE(controller_epoch, since(0));
      WIRE(leader, since(0));
      WIRE(leader_epoch, since(0));
      WIRE(isr, since(0));
      WIRE(zk_version, since(0));
      WIRE(replicas, since(0));
      WIRE(offline_replicas, since(4).ignorable());
    }
  };

  struct UpdateMetadataTopicState {
    std::string_view topic_name;
    Uuid topic_id;
    std::span<UpdateMetadataPartitionState> partition_states;

    WIRE_FIELDS(UpdateMetadataTopicState) {
      WIRE(topic_name, since(5));
      WIRE(topic_id, since(7).ignorable());
      WIRE(partition_states, since(5));
    }
  };

  struct UpdateMetadataEndpoint {
    std::int32_t port = 0;
    std::string_view host;
    std::string_view listener;
    std::int16_t security_protocol = 0;

    WIRE_FIELDS(UpdateMetadataEndpoint) {
      WIRE(port, since(1));
      WIRE(host, since(1));
      WIRE(listener, since(3).ignorable());
      WIRE(security_protocol, since(1));
    }
  };

  struct UpdateMetadataBroker {
    std::int32_t id = 0;
    std::string_view v0_host;
    std::int32_t v0_port = 0;
    std::span<UpdateMetadataEndpoint> endpoints;
    Nullable<std::string_view> rack = kEmpty;

    WIRE_FIELDS(UpdateMetadataBroker) {
      WIRE(id, since(0));
      WIRE(v0_host, since(0).until(0).ignorable());
      WIRE(v0_port, since(0).until(0).ignorable());
      WIRE(endpoints, since(1).ignorable());
      WIRE(rack, since(2).nullable().ignorable());
    }
  };

  std::int32_t controller_id = 0;
  bool is_kraft_controller = false;
  std::int8_t type = 0;
  std::int32_t controller_epoch = 0;
  std::int64_t broker_epoch = -1;
  std::span<UpdateMetadataPartitionState> ungrouped_partition_states;
  std::span<UpdateMetadataTopicState> topic_states;
  std::span<UpdateMetadataBroker> live_brokers;

  WIRE_FIELDS(UpdateMetadataRequest) {
    WIRE(controller_id, since(0));
    WIRE(is_kraft_controller, since(8));
    WIRE_TAG(0, type, since(8));
    WIRE(controller_epoch, since(0));
    WIRE(broker_epoch, since(5).ignorable());
    WIRE(ungrouped_partition_states, since(0).until(4));
    WIRE(topic_states, since(5));
    WIRE(live_brokers, since(0));
  }
};

// Acknowledges the update.
struct UpdateMetadataResponse {
  static constexpr Schema kSchema = response(6).versions(0, 8).flexible(6);

  ErrorCode error_code = ErrorCode::kNone;

  WIRE_FIELDS(UpdateMetadataResponse) { WIRE(error_code, since(0)); }
};

}  // namespace barnabas::wire
