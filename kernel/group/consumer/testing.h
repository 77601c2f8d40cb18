// Members of consumer groups and the topics that they read: for tests. Work in the background and writes end at once, unless a test holds
// them.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kernel/catalog/framed.h"
#include "kernel/catalog/image_builder.h"
#include "kernel/group/testing.h"
#include "kernel/wire/messages/record_topics.h"

namespace barnabas::group {

class ConsumerTest : public GroupTest {
 protected:
  using Beat = std::optional<ConsumerHeartbeatReply>;
  using Told = std::map<std::string, std::vector<std::int32_t>>;  // by topic name

  void SetUp() override {
    image = catalog::ImageBuilder().build();
    topic("t", 4);
    GroupTest::SetUp();
  }

  template <class M>
  void apply(const M& message, int version) {
    catalog::FramedRecords records;
    records.add(message, version);
    catalog::ImageBuilder builder(*image);
    ASSERT_TRUE(builder.apply(records[0]).ok());
    image = builder.build();
  }
  Uuid id_of(std::string_view name) const { return image->topic(name)->id; }
  // Also: it has more partitions now.
  void topic(std::string_view name, std::int32_t partitions) {
    if (image->topic(name) == nullptr) {
      wire::TopicRecord record;
      record.name = name;
      record.topic_id = base::make_uuid(1, ++last_topic_);
      apply(record, 0);
    }
    for (std::int32_t i = image->topic(name)->partition_count(); i < partitions; ++i) {
      static constexpr std::int32_t kReplicas[] = {1};
      wire::PartitionRecord partition;
      partition.partition_id = i;
      partition.topic_id = id_of(name);
      partition.replicas = partition.isr = kReplicas;
      partition.leader = 1;
      apply(partition, 0);
    }
    if (coordinator != nullptr) coordinator->on_image(image);
  }
  void remove_topic(std::string_view name) {
    wire::RemoveTopicRecord record;
    record.topic_id = id_of(name);
    apply(record, 0);
    coordinator->on_image(image);
  }

  void settle() {
    while (true) {
      if (!held_jobs && background.run_one()) continue;
      if (held_writes || journal.under_way.empty()) return;
      journal.settle(write_error);
    }
  }
  std::shared_ptr<Beat> send(ConsumerHeartbeatRequest request) {
    request.group = "g";
    if (request.client.id.empty()) request.client = {"client", "/127.0.0.1"};
    auto answer = std::make_shared<Beat>();
    coordinator->consumer_heartbeat(std::move(request), [answer](ConsumerHeartbeatReply reply) { *answer = std::move(reply); });
    settle();
    return answer;
  }
  static ConsumerHeartbeatRequest joining(std::string id, std::vector<std::string> topics = {"t"}) {
    ConsumerHeartbeatRequest request;
    request.member_id = std::move(id);
    request.rebalance_timeout_ms = 60'000;
    request.topic_names = std::move(topics);
    request.owned.emplace();
    return request;
  }
  static ConsumerHeartbeatRequest beating(std::string id, std::int32_t epoch) {
    ConsumerHeartbeatRequest request;
    request.member_id = std::move(id);
    request.member_epoch = epoch;
    return request;
  }
  static ConsumerHeartbeatRequest as_static(ConsumerHeartbeatRequest request, std::string instance) {
    request.instance_id = std::move(instance);
    return request;
  }
  ConsumerHeartbeatReply join_consumer(std::string id, std::vector<std::string> topics = {"t"}) {
    return send(joining(std::move(id), std::move(topics)))->value();
  }
  ConsumerHeartbeatReply beat(std::string id, std::int32_t epoch) { return send(beating(std::move(id), epoch))->value(); }
  ConsumerHeartbeatReply beat_owning(std::string id, std::int32_t epoch, std::vector<std::int32_t> partitions,
                                     std::string_view name = "t") {
    ConsumerHeartbeatRequest request = beating(std::move(id), epoch);
    request.owned.emplace();
    if (!partitions.empty()) request.owned->push_back({id_of(name), std::move(partitions)});
    return send(std::move(request))->value();
  }
  Told told(const ConsumerHeartbeatReply& reply) const {
    Told all;
    if (!reply.assignment) return {{"nothing new", {}}};
    for (const TopicPartitions& each : *reply.assignment) all[image->topic(each.topic_id)->name] = each.partitions;
    return all;
  }
  static Told same() { return {{"nothing new", {}}}; }
  ConsumerDescribeReply describe_consumer(std::string group = "g") {
    std::optional<ConsumerDescribeReply> told;
    coordinator->consumer_describe({std::move(group)}, [&](ConsumerDescribeReply reply) { told = std::move(reply); });
    settle();
    return told.value();
  }
  // "Stable 2/2", group epoch and assignment epoch; as ConsumerGroupDescribe says it.
  std::string state() {
    const ConsumerDescribeReply described = describe_consumer();
    if (described.error != ErrorCode::kNone) return std::string(wire::error_name(described.error));
    return described.state + " " + std::to_string(described.group_epoch) + "/" + std::to_string(described.assignment_epoch);
  }
  WhyReply why() {
    WhyReply told;
    coordinator->why({"g"}, [&](WhyReply reply) { told = std::move(reply); });
    return told;
  }
  // Time passes, with what is due.
  void wait(std::int64_t ms) {
    pass(ms);
    settle();
  }

  bool held_jobs = false;
  bool held_writes = false;
  ErrorCode write_error = ErrorCode::kNone;

 private:
  std::uint64_t last_topic_ = 0;
};

}  // namespace barnabas::group
