// DescribeCluster: Asks for the brokers or controllers of the cluster.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct DescribeClusterRequest {
  static constexpr Schema kSchema = request(60).versions(0, 2).flexible(0);

  bool include_cluster_authorized_operations = false;
  std::int8_t endpoint_type = 1;
  bool include_fenced_brokers = false;

  WIRE_FIELDS(DescribeClusterRequest) {
    WIRE(include_cluster_authorized_operations, since(0));
    WIRE(endpoint_type, since(1));
    WIRE(include_fenced_brokers, since(2));
  }
};

// Lists them, with the cluster id.
struct DescribeClusterResponse {
  static constexpr Schema kSchema = response(60).versions(0, 2).flexible(0);

  struct DescribeClusterBroker {
    std::int32_t broker_id = 0;
    std::string_view host;
    std::int32_t port = 0;
    Nullable<std::string_view> rack;
    bool is_fenced = false;

    WIRE_FIELDS(DescribeClusterBroker) {
      WIRE(broker_id, since(0));
      WIRE(host, since(0));
      WIRE(port, since(0));
      WIRE(rack, since(0).nullable());
      WIRE(is_fenced, since(2));
    }
  };

  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::kNone;
  Nullable<std::string_view> error_message;
  std::int8_t endpoint_type = 1;
  std::string_view cluster_id;
  std::int32_t controller_id = -1;
  std::span<DescribeClusterBroker> brokers;
  std::int32_t cluster_authorized_operations = -2147483648;

  WIRE_FIELDS(DescribeClusterResponse) {
    WIRE(throttle_time_ms, since(0));
    WIRE(error_code, since(0));
    WIRE(error_message, since(0).nullable());
    WIRE(endpoint_type, since(1));
    WIRE(cluster_id, since(0));
    WIRE(controller_id, since(0));
    WIRE(brokers, since(0));
    WIRE(cluster_authorized_operations, since(0));
  }
};

}  // namespace barnabas::wire
