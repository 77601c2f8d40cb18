#include "kernel/group/settings.h"

namespace barnabas::group {

GroupSettings GroupSettings::from(const config::KafkaConfigs& configs) {
  const auto number = [&](std::string_view key) { return static_cast<std::int32_t>(configs.integer(key)); };
  GroupSettings s;
  s.home_count = number("offsets.topic.num.partitions");
  s.min_session_timeout_ms = number("group.min.session.timeout.ms");
  s.max_session_timeout_ms = number("group.max.session.timeout.ms");
  s.initial_rebalance_delay_ms = number("group.initial.rebalance.delay.ms");
  s.max_size = number("group.max.size");
  s.max_offset_metadata_bytes = number("offset.metadata.max.bytes");
  s.offsets_retention_ms = configs.integer("offsets.retention.minutes") * 60'000;
  s.offsets_retention_check_interval_ms = configs.integer("offsets.retention.check.interval.ms");
  s.consumer_session_timeout_ms = number("group.consumer.session.timeout.ms");
  s.consumer_heartbeat_interval_ms = number("group.consumer.heartbeat.interval.ms");
  s.consumer_assignment_interval_ms = number("group.consumer.assignment.interval.ms");
  s.consumer_regex_refresh_interval_ms = number("group.consumer.regex.refresh.interval.ms");
  s.consumer_max_size = number("group.consumer.max.size");
  s.consumer_assignors = configs.list("group.consumer.assignors");
  s.consumer_migration_policy = configs.text("group.consumer.migration.policy");
  return s;
}

}  // namespace barnabas::group
