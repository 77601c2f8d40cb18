#include "sim/swarm/administrator.h"

#include "kernel/wire/messages/03_metadata.h"
#include "kernel/wire/messages/19_create_topics.h"
#include "kernel/wire/messages/20_delete_topics.h"
#include "kernel/wire/messages/21_delete_records.h"
#include "kernel/wire/messages/44_incremental_alter_configs.h"

namespace barnabas::sim {
namespace {

using wire::ErrorCode;

constexpr char kFleetingName[] = "fleeting";
constexpr std::int8_t kTopicResource = 2;
constexpr std::int32_t kTimeoutMs = 1'500;

struct Creation {
  std::string name;
  wire::CreateTopicsRequest::CreatableTopic topic;
};
struct Question {
  std::string name;
  wire::MetadataRequest::MetadataRequestTopic topic;
};
struct Deletion {
  wire::DeleteTopicsRequest::DeleteTopicState topic;
};
struct Cut {
  std::string name;
  wire::DeleteRecordsRequest::DeleteRecordsPartition partition;
  wire::DeleteRecordsRequest::DeleteRecordsTopic topic;
};
struct Setting {
  std::string name;
  wire::IncrementalAlterConfigsRequest::AlterableConfig config;
  wire::IncrementalAlterConfigsRequest::AlterConfigsResource resource;
};

// Of things that change nothing for the clients.
constexpr std::pair<std::string_view, std::string_view> kSettings[] = {{"segment.ms", "200"},           {"segment.ms", "604800000"},
                                                                       {"segment.index.bytes", "64"},   {"index.interval.bytes", "0"},
                                                                       {"index.interval.bytes", "500"}, {"max.message.bytes", "900000"}};

}  // namespace

Administrator::Administrator(Scene& scene, int number, bool changes_things)
    : Actor(scene, "administrator", number), changes_things_(changes_things) {}

void Administrator::act() {
  if (asks_) return;
  if (!is_ready()) {
    const std::string name = "t" + std::to_string(made_);
    return doubts_ ? look_for(name, scene_.swarm.partitions, true) : make(name, scene_.swarm.partitions, true);
  }
  if (fleeting_ == Fleeting::kUnknown) return look_for(kFleetingName, 1, false);
  if (fleeting_ == Fleeting::kGoing) return delete_fleeting();
  if (!changes_things_ || scene_.settling) return;
  switch (below(6)) {
    case 0:
    case 1:
      return fleeting_ == Fleeting::kAbsent ? make(kFleetingName, 1, false) : delete_fleeting();
    case 2:
      return look_for(scene_.topics.front().name, scene_.swarm.partitions, true);
    case 3:
      return fleeting_ == Fleeting::kPresent ? look_for(kFleetingName, 1, false) : delete_records();
    case 4:
      return delete_records();
    default:
      return change_setting();
  }
}

void Administrator::found(const std::string& name, const sdk::Uuid& id, std::uint32_t partitions, bool lasting) {
  for (SceneTopic& known : scene_.topics) {
    if (known.name != name || known.goes) continue;
    if (known.id == id) return;
    return scene_.history.wrong("I2", name + " is another topic than the one that was made, and nobody deleted that");
  }
  scene_.add_topic(name, id, partitions, lasting);
  if (lasting) {
    ++made_;
    doubts_ = false;
  } else {
    fleeting_ = Fleeting::kPresent;
    fleeting_topic_ = scene_.topics.size() - 1;
  }
}

void Administrator::make(const std::string& name, std::uint32_t partitions, bool lasting) {
  auto kept = std::make_shared<Creation>();
  kept->name = name;
  kept->topic.name = kept->name;
  kept->topic.num_partitions = static_cast<std::int32_t>(partitions);
  kept->topic.replication_factor = 1;
  wire::CreateTopicsRequest request;
  request.topics = std::span(&kept->topic, 1);
  request.timeout_ms = kTimeoutMs;
  asks_ = true;
  call<wire::CreateTopicsResponse>(request, kept,
                                   [this, name, partitions, lasting](Result<client::Reply<wire::CreateTopicsResponse>> reply) {
                                     asks_ = false;
                                     if (reply && reply->response.topics[0].error_code == ErrorCode::kNone)
                                       return found(name, reply->response.topics[0].topic_id, partitions, lasting);
                                     if (lasting) {
                                       doubts_ = true;
                                     } else {
                                       fleeting_ = Fleeting::kUnknown;
                                     }
                                   });
}

// What the metadata say is so: every answer is made of what was written before it.
void Administrator::look_for(const std::string& name, std::uint32_t partitions, bool lasting) {
  auto kept = std::make_shared<Question>();
  kept->name = name;
  kept->topic.name = std::string_view(kept->name);
  wire::MetadataRequest request;
  request.topics = std::span(&kept->topic, 1);
  request.allow_auto_topic_creation = false;
  asks_ = true;
  call<wire::MetadataResponse>(request, kept, [this, name, partitions, lasting](Result<client::Reply<wire::MetadataResponse>> reply) {
    asks_ = false;
    if (!reply || reply->response.topics.empty()) return;
    const auto& topic = reply->response.topics[0];
    if (topic.error_code == ErrorCode::kNone) return found(name, topic.topic_id, partitions, lasting);
    if (topic.error_code != ErrorCode::kUnknownTopicOrPartition) return;
    for (const SceneTopic& known : scene_.topics)
      if (known.name == name && !known.goes) return scene_.history.wrong("I1", name + " was made, and the metadata do not know it");
    if (lasting) {
      doubts_ = false;
    } else {
      fleeting_ = Fleeting::kAbsent;
    }
  });
}

void Administrator::delete_fleeting() {
  scene_.topics[fleeting_topic_].goes = true;
  fleeting_ = Fleeting::kGoing;
  auto kept = std::make_shared<Deletion>();
  kept->topic.name.reset();
  kept->topic.topic_id = scene_.topics[fleeting_topic_].id;
  wire::DeleteTopicsRequest request;
  request.topics = std::span(&kept->topic, 1);
  request.timeout_ms = kTimeoutMs;
  asks_ = true;
  // Whatever came of it: the old one is not used any more, and the next of the name has another id.
  call<wire::DeleteTopicsResponse>(request, kept, [this](Result<client::Reply<wire::DeleteTopicsResponse>> reply) {
    asks_ = false;
    const bool is_gone = reply && (reply->response.responses[0].error_code == ErrorCode::kNone ||
                                   reply->response.responses[0].error_code == ErrorCode::kUnknownTopicId);
    if (is_gone) fleeting_ = Fleeting::kAbsent;
  });
}

void Administrator::delete_records() {
  const SceneTopic& topic = scene_.topics[static_cast<std::size_t>(below(scene_.swarm.topics))];
  const auto partition = static_cast<std::size_t>(below(topic.places.size()));
  const std::size_t place = topic.places[partition];
  const std::int64_t end = scene_.history.end(place);
  if (end == 0) return;
  const std::int64_t below_offset = below(static_cast<std::uint64_t>(end)) / 2;
  auto kept = std::make_shared<Cut>();
  kept->name = topic.name;
  kept->partition.partition_index = static_cast<std::int32_t>(partition);
  kept->partition.offset = below_offset;
  kept->topic.name = kept->name;
  kept->topic.partitions = std::span(&kept->partition, 1);
  wire::DeleteRecordsRequest request;
  request.topics = std::span(&kept->topic, 1);
  request.timeout_ms = kTimeoutMs;
  scene_.history.will_delete_below(place, below_offset);
  asks_ = true;
  call<wire::DeleteRecordsResponse>(request, kept, [this](const Result<client::Reply<wire::DeleteRecordsResponse>>&) { asks_ = false; });
}

void Administrator::change_setting() {
  const auto& [name, value] = kSettings[below(std::size(kSettings))];
  auto kept = std::make_shared<Setting>();
  kept->name = scene_.topics[static_cast<std::size_t>(below(scene_.swarm.topics))].name;
  kept->config.name = name;
  kept->config.value = value;
  kept->resource.resource_type = kTopicResource;
  kept->resource.resource_name = kept->name;
  kept->resource.configs = std::span(&kept->config, 1);
  wire::IncrementalAlterConfigsRequest request;
  request.resources = std::span(&kept->resource, 1);
  asks_ = true;
  call<wire::IncrementalAlterConfigsResponse>(request, kept,
                                              [this, name = name](Result<client::Reply<wire::IncrementalAlterConfigsResponse>> reply) {
                                                asks_ = false;
                                                if (reply && reply->response.responses[0].error_code == ErrorCode::kInvalidConfig)
                                                  scene_.history.wrong("I1", std::string(name) + " can not be set");
                                              });
}

}  // namespace barnabas::sim
