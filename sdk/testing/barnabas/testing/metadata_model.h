// The state that metadata records make, as far as tests of metadata stores compare it.
//
// A second opinion on purpose, beside the kernel's own image. Records that it does not know change nothing. One thread.
#pragma once

#include <barnabas/testing/metadata_records.h>

#include <functional>
#include <map>
#include <utility>

#include "kernel/base/arena.h"

namespace barnabas::testing {

// Two are equal when nobody who reads the metadata could tell them apart; features and registrations are not compared, for a
// store may have those of its own.
class MetadataModel {
 public:
  struct Partition {
    BrokerIds replicas;
    BrokerIds isr;
    std::int32_t leader = -1;
    std::int32_t leader_epoch = 0;
    std::int32_t partition_epoch = 0;
  };
  struct Broker {
    std::int64_t epoch = -1;
    std::string host;
    bool fenced = true;
  };
  using Lines = std::map<std::string, std::string>;

  // What is wrong with the record; empty: nothing.
  std::string apply(sdk::Bytes record) {
    const auto frame = record::parse_frame(record);
    if (!frame) return std::string(frame.status().message());
    std::string problem;
    const bool known = try_one<wire::TopicRecord>(*frame, problem) || try_one<wire::PartitionRecord>(*frame, problem) ||
                       try_one<wire::PartitionChangeRecord>(*frame, problem) || try_one<wire::RemoveTopicRecord>(*frame, problem) ||
                       try_one<wire::ConfigRecord>(*frame, problem) || try_one<wire::ProducerIdsRecord>(*frame, problem) ||
                       try_one<wire::RegisterBrokerRecord>(*frame, problem) || try_one<wire::UnregisterBrokerRecord>(*frame, problem);
    return known ? problem : std::string();
  }
  void apply_all(const RecordTexts& records) {
    for (const std::string& record : records) static_cast<void>(apply(sdk::Bytes(record)));
  }

  // Everything that is compared, a line each: easy to compare, easy to read when it differs.
  Lines lines() const {
    Lines lines;
    for (const auto& [id, topic] : topics_) {
      lines["topic " + topic.name] = base::to_string(id);
      for (const auto& [index, partition] : topic.partitions)
        lines["topic " + topic.name + " " + std::to_string(index)] =
            "replicas" + text(partition.replicas) + ", in sync" + text(partition.isr) + ", leader " + std::to_string(partition.leader) +
            ", epochs " + std::to_string(partition.leader_epoch) + " " + std::to_string(partition.partition_epoch);
    }
    for (const auto& [resource, configs] : configs_)
      for (const auto& [key, value] : configs)
        lines["config " + std::to_string(resource.first) + " " + resource.second + " " + key] =
            value.size() < 100 ? value : std::to_string(value.size()) + " octets, hash " + std::to_string(std::hash<std::string>()(value));
    if (next_producer_id_ != 0) lines["next producer id"] = std::to_string(next_producer_id_);
    return lines;
  }
  // The configurations alone.
  Lines config_lines() const {
    Lines all = lines();
    std::erase_if(all, [](const auto& line) { return !line.first.starts_with("config "); });
    return all;
  }
  // Null where it was not set.
  const std::string* config(std::int8_t type, const std::string& name, const std::string& key) const {
    const auto resource = configs_.find({type, name});
    if (resource == configs_.end()) return nullptr;
    const auto found = resource->second.find(key);
    return found == resource->second.end() ? nullptr : &found->second;
  }
  std::vector<std::int32_t> without_leader(const sdk::Uuid& topic) const {
    std::vector<std::int32_t> found;
    const auto at = topics_.find(topic);
    if (at == topics_.end()) return found;
    for (const auto& [index, partition] : at->second.partitions)
      if (partition.leader < 0) found.push_back(index);
    return found;
  }
  const std::map<std::int32_t, Broker>& brokers() const { return brokers_; }
  friend bool operator==(const MetadataModel& a, const MetadataModel& b) { return a.lines() == b.lines(); }

 private:
  struct Topic {
    std::string name;
    std::map<std::int32_t, Partition> partitions;
  };

  template <class M>
  bool try_one(const record::Frame& frame, std::string& problem) {
    if (frame.type != static_cast<std::uint32_t>(M::kSchema.key)) return false;
    base::Arena arena;
    M message;
    const sdk::Status status = wire::decode(frame.body, static_cast<int>(frame.version), arena, message);
    problem = status ? put(message) : "a record of type " + std::to_string(frame.type) + ": " + std::string(status.message());
    return true;
  }
  std::string put(const wire::TopicRecord& record) {
    for (const auto& [id, topic] : topics_)
      if (topic.name == record.name && id != record.topic_id) return "a topic that exists with another id: " + topic.name;
    topics_[record.topic_id] = {std::string(record.name), {}};
    return {};
  }
  std::string put(const wire::PartitionRecord& record) {
    const auto topic = topics_.find(record.topic_id);
    if (topic == topics_.end()) return "a partition of a topic that is not there";
    topic->second.partitions[record.partition_id] = {{record.replicas.begin(), record.replicas.end()},
                                                     {record.isr.begin(), record.isr.end()},
                                                     record.leader,
                                                     record.leader_epoch,
                                                     record.partition_epoch};
    return {};
  }
  std::string put(const wire::PartitionChangeRecord& record) {
    const auto topic = topics_.find(record.topic_id);
    if (topic == topics_.end()) return "a change of a partition of a topic that is not there";
    const auto found = topic->second.partitions.find(record.partition_id);
    if (found == topic->second.partitions.end()) return "a change of a partition that is not there";
    Partition& partition = found->second;
    if (record.isr) partition.isr = {record.isr->begin(), record.isr->end()};
    if (record.replicas) partition.replicas = {record.replicas->begin(), record.replicas->end()};
    if (record.leader != -2) partition.leader = record.leader, ++partition.leader_epoch;
    ++partition.partition_epoch;
    return {};
  }
  std::string put(const wire::RemoveTopicRecord& record) {
    const auto topic = topics_.find(record.topic_id);
    if (topic == topics_.end()) return "the end of a topic that is not there";
    configs_.erase({kTopicResource, topic->second.name});
    topics_.erase(topic);
    return {};
  }
  std::string put(const wire::ConfigRecord& record) {
    auto& configs = configs_[{record.resource_type, std::string(record.resource_name)}];
    if (record.value) configs[std::string(record.name)] = std::string(*record.value);
    if (!record.value) configs.erase(std::string(record.name));
    return {};
  }
  std::string put(const wire::ProducerIdsRecord& record) {
    next_producer_id_ = record.next_producer_id;
    return {};
  }
  std::string put(const wire::RegisterBrokerRecord& record) {
    const std::string host = record.end_points.empty() ? std::string() : std::string(record.end_points[0].host);
    brokers_[record.broker_id] = {record.broker_epoch, host, record.fenced};
    return {};
  }
  std::string put(const wire::UnregisterBrokerRecord& record) {
    const auto broker = brokers_.find(record.broker_id);
    if (broker == brokers_.end() || broker->second.epoch != record.broker_epoch) return "the end of a broker that is not there";
    brokers_.erase(broker);
    return {};
  }
  static std::string text(const BrokerIds& ids) {
    std::string text;
    for (const std::int32_t id : ids) text += " " + std::to_string(id);
    return text;
  }

  std::map<sdk::Uuid, Topic> topics_;
  std::map<std::pair<std::int8_t, std::string>, std::map<std::string, std::string>> configs_;
  std::map<std::int32_t, Broker> brokers_;
  std::int64_t next_producer_id_ = 0;
};

}  // namespace barnabas::testing
