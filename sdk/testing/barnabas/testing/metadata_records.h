// Metadata records for tests of metadata stores, framed and ready to propose.
//
// Every store has a place for these, whatever form it keeps them in: partitions without directories or eligible leaders, configurations of
// topics and brokers, producer ids in blocks of a thousand. The target of the test says FORMATS, or links Barnabas::formats. [any thread]
#pragma once

#include <barnabas/sdk/metadata_store.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/base/uuid.h"
#include "kernel/record/framed.h"
#include "kernel/wire/messages/record_brokers.h"
#include "kernel/wire/messages/record_settings.h"
#include "kernel/wire/messages/record_topics.h"

namespace barnabas::testing {

template <class M>
std::string framed(const M& message, int version = 0) {
  record::FramedRecords records;
  records.add(message, version);
  if (!records.status()) std::abort();  // the test asked for what no record can carry
  const sdk::Bytes octets = records[0];
  return {octets.begin(), octets.end()};
}

using RecordTexts = std::vector<std::string>;
using BrokerIds = std::vector<std::int32_t>;

inline constexpr std::int8_t kTopicResource = 2;
inline constexpr std::int8_t kBrokerResource = 4;

inline sdk::Uuid topic_id(std::uint64_t number) { return base::make_uuid(0x1122334455664788, number | std::uint64_t{1} << 63); }

inline std::string topic_record(std::string_view name, std::uint64_t number) {
  wire::TopicRecord record;
  record.name = name;
  record.topic_id = topic_id(number);
  return framed(record);
}
inline std::string partition_record(std::uint64_t topic, std::int32_t partition, const BrokerIds& replicas = {1}) {
  wire::PartitionRecord record;
  record.partition_id = partition;
  record.topic_id = topic_id(topic);
  record.replicas = record.isr = replicas;
  record.leader = replicas.front();
  record.leader_epoch = 0;
  record.partition_epoch = 0;
  return framed(record);
}
// A new leader, an epoch further, or new replicas that are in sync; -2 and {} leave things as they are.
inline std::string partition_change(std::uint64_t topic, std::int32_t partition, std::int32_t leader, const BrokerIds& isr = {}) {
  wire::PartitionChangeRecord record;
  record.partition_id = partition;
  record.topic_id = topic_id(topic);
  record.leader = leader;
  if (!isr.empty()) record.isr = std::span<const std::int32_t>(isr);
  return framed(record);
}
inline std::string remove_topic(std::uint64_t number) {
  wire::RemoveTopicRecord record;
  record.topic_id = topic_id(number);
  return framed(record);
}
inline std::string config_record(std::int8_t type, std::string_view name, std::string_view key, std::string_view value) {
  wire::ConfigRecord record;
  record.resource_type = type;
  record.resource_name = name;
  record.name = key;
  record.value = value;
  return framed(record);
}
inline std::string no_config(std::int8_t type, std::string_view name, std::string_view key) {
  wire::ConfigRecord record;
  record.resource_type = type;
  record.resource_name = name;
  record.name = key;
  record.value.reset();
  return framed(record);
}
inline std::string producer_ids(std::int64_t next) {
  wire::ProducerIdsRecord record;
  record.broker_id = 1;
  record.broker_epoch = 1;
  record.next_producer_id = next;
  return framed(record);
}
inline std::string feature_level(std::string_view name, std::int16_t level) {
  wire::FeatureLevelRecord record;
  record.name = name;
  record.feature_level = level;
  return framed(record);
}
inline std::string broker_registration(std::int32_t id, std::string_view host) {
  wire::RegisterBrokerRecord::BrokerEndpoint endpoint;
  endpoint.name = "PLAINTEXT";
  endpoint.host = host;
  endpoint.port = 9092;
  wire::RegisterBrokerRecord record;
  record.broker_id = id;
  record.incarnation_id = topic_id(1000 + static_cast<std::uint64_t>(id));
  record.broker_epoch = -1;
  record.end_points = {&endpoint, 1};
  record.rack.reset();
  record.fenced = false;
  return framed(record);
}

}  // namespace barnabas::testing
