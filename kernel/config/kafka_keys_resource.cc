// Keys of groups and of client-metrics subscriptions.
#include "kernel/config/kafka_key_tables.h"

namespace barnabas::config {

// clang-format off
constexpr KafkaKey kGroupKeys[] = {
    {"consumer.assignment.interval.ms", KafkaType::kInt, "1000", "[0,...]", Importance::kMedium, UpdateMode::kTopic, Lifetime::kCurrent, "Least time between target assignments."},
    {"consumer.heartbeat.interval.ms", KafkaType::kInt, "5000", "[1,...]", Importance::kMedium, UpdateMode::kTopic, Lifetime::kCurrent, "Heartbeat interval told to members."},
    {"consumer.session.timeout.ms", KafkaType::kInt, "45000", "[1,...]", Importance::kMedium, UpdateMode::kTopic, Lifetime::kCurrent, "Member removed after this silence."},
    {"share.assignment.interval.ms", KafkaType::kInt, "1000", "[0,...]", Importance::kMedium, UpdateMode::kTopic, Lifetime::kCurrent, "Least time between target assignments."},
    {"share.auto.offset.reset", KafkaType::kString, "latest", "[latest, earliest, by_duration:PnDTnHnMn.nS]", Importance::kMedium, UpdateMode::kTopic, Lifetime::kCurrent, "Start of a share partition without state."},
    {"share.delivery.count.limit", KafkaType::kInt, "5", "[2,...]", Importance::kMedium, UpdateMode::kTopic, Lifetime::kCurrent, "Deliveries before a record is archived."},
    {"share.heartbeat.interval.ms", KafkaType::kInt, "5000", "[1,...]", Importance::kMedium, UpdateMode::kTopic, Lifetime::kCurrent, "Heartbeat interval told to members."},
    {"share.isolation.level", KafkaType::kString, "read_uncommitted", "[read_committed, read_uncommitted]", Importance::kMedium, UpdateMode::kTopic, Lifetime::kCurrent, "Read_committed hides aborted and open transactions."},
    {"share.partition.max.record.locks", KafkaType::kInt, "2000", "[100,...]", Importance::kMedium, UpdateMode::kTopic, Lifetime::kCurrent, "Records in flight per share partition."},
    {"share.record.lock.duration.ms", KafkaType::kInt, "30000", "[1000,...]", Importance::kMedium, UpdateMode::kTopic, Lifetime::kCurrent, "Acquisition lock."},
    {"share.renew.acknowledge.enable", KafkaType::kBoolean, "true", "", Importance::kMedium, UpdateMode::kTopic, Lifetime::kCurrent, "Accept acknowledge type 4 (renew)."},
    {"share.session.timeout.ms", KafkaType::kInt, "45000", "[1,...]", Importance::kMedium, UpdateMode::kTopic, Lifetime::kCurrent, "Member removed after this silence."},
    {"streams.assignment.interval.ms", KafkaType::kInt, "1000", "[0,...]", Importance::kMedium, UpdateMode::kTopic, Lifetime::kCurrent, "Least time between target assignments."},
    {"streams.heartbeat.interval.ms", KafkaType::kInt, "5000", "[1,...]", Importance::kMedium, UpdateMode::kTopic, Lifetime::kCurrent, "Heartbeat interval told to members."},
    {"streams.initial.rebalance.delay.ms", KafkaType::kInt, "3000", "[0,...]", Importance::kMedium, UpdateMode::kTopic, Lifetime::kCurrent, "Wait before the first assignment."},
    {"streams.num.standby.replicas", KafkaType::kInt, "0", "[0,...]", Importance::kMedium, UpdateMode::kTopic, Lifetime::kCurrent, "Standby tasks per stateful task."},
    {"streams.session.timeout.ms", KafkaType::kInt, "45000", "[1,...]", Importance::kMedium, UpdateMode::kTopic, Lifetime::kCurrent, "Member removed after this silence."},
};
constexpr KafkaKey kClientMetricsKeys[] = {
    {"interval.ms", KafkaType::kInt, "300000", "[100,...,3600000]", Importance::kMedium, UpdateMode::kTopic, Lifetime::kCurrent, "Push interval of matching clients."},
    {"match", KafkaType::kList, "", "", Importance::kMedium, UpdateMode::kTopic, Lifetime::kCurrent, "List of key=regex: client_instance_id, client_id, client_software_name, client_software_version, client_source_address, client_source_port; all must match."},
    {"metrics", KafkaType::kList, "", "", Importance::kMedium, UpdateMode::kTopic, Lifetime::kCurrent, "Metric name prefixes; \"*\" all, empty none."},
};
// clang-format on

std::span<const KafkaKey> group_keys() { return kGroupKeys; }
std::span<const KafkaKey> client_metrics_keys() { return kClientMetricsKeys; }

}  // namespace barnabas::config
