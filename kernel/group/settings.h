// What a deployment says about groups, by Kafka's keys. Plain values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "kernel/config/kafka_configs.h"

namespace barnabas::group {

struct GroupSettings {
  static GroupSettings from(const config::KafkaConfigs& configs);

  std::int32_t node_id = -1;     // what is set for this broker while it runs
  std::int32_t home_count = 50;  // partitions of __consumer_offsets, as they are

  // Classic groups.
  std::int32_t min_session_timeout_ms = 6'000;
  std::int32_t max_session_timeout_ms = 1'800'000;
  std::int32_t initial_rebalance_delay_ms = 3'000;
  std::int32_t max_size = 2'147'483'647;
  std::int32_t new_member_join_timeout_ms = 300'000;
  // Names, metadata and assignments of one group's members, in octets. Kafka has no such limit; it is far above what a store would take as
  // one record, and keeps a client from filling the memory by joining.
  std::size_t max_group_bytes = std::size_t{64} << 20;

  // Offsets.
  std::int32_t max_offset_metadata_bytes = 4'096;
  std::int64_t offsets_retention_ms = std::int64_t{10'080} * 60'000;
  std::int64_t offsets_retention_check_interval_ms = 600'000;

  // Consumer groups (KIP-848).
  std::int32_t consumer_session_timeout_ms = 45'000;
  std::int32_t consumer_heartbeat_interval_ms = 5'000;
  std::int32_t consumer_assignment_interval_ms = 1'000;
  std::int32_t consumer_regex_refresh_interval_ms = 600'000;
  std::int32_t consumer_max_size = 2'147'483'647;
  std::vector<std::string> consumer_assignors = {"uniform", "range"};
  std::string consumer_migration_policy = "bidirectional";
};

}  // namespace barnabas::group
