// Records of topics and partitions, applied to the image.
#include <limits>

#include <fmt/format.h>

#include "kernel/base/uuid.h"
#include "kernel/catalog/apply.h"
#include "kernel/wire/messages/record_topics.h"

namespace barnabas::catalog {
namespace {

// Far more than any cluster has; keeps a broken record from asking for all memory.
constexpr std::int32_t kMaxPartitions = 1 << 22;
constexpr std::int32_t kNoLeaderChange = -2;
constexpr std::int8_t kNoRecoveryChange = -1;

Status no_topic(const Frame& frame, const Uuid& id) {
  return Status::corrupt(
      fmt::format("metadata record of type {} about the topic with id {}, which does not exist", frame.type, base::to_string(id)));
}

// An epoch that no cluster comes to.
Status advance(std::int32_t& epoch, const Topic& topic) {
  if (epoch == std::numeric_limits<std::int32_t>::max())
    return Status::corrupt(fmt::format("a partition of topic '{}' changes, and has its last epoch ({}) already", topic.name, epoch));
  ++epoch;
  return {};
}

template <class T, class From>
void replace(std::vector<T>& to, const From& from) {
  if (from) to = copy_of(*from);
}

}  // namespace

Status Apply::topic() {
  wire::TopicRecord message;
  BARNABAS_TRY(read(message));
  auto topic = std::make_shared<Topic>();
  topic->name = message.name;
  topic->id = message.topic_id;
  topic->unknown_tags = copy_tags(message.unknown_tags);
  if (const Topic* same = image_.topic(message.name); same != nullptr && same->id != message.topic_id)
    return Status::corrupt(fmt::format("TopicRecord for '{}', which exists with another id ({})", message.name, base::to_string(same->id)));
  builder_.put_topic(topic);
  return {};
}

Status Apply::partition() {
  wire::PartitionRecord message;
  BARNABAS_TRY(read(message));
  Topic* topic = builder_.own_topic(message.topic_id);
  if (topic == nullptr) return no_topic(frame_, message.topic_id);
  if (message.partition_id < 0 || message.partition_id >= kMaxPartitions)
    return Status::corrupt(fmt::format("PartitionRecord of topic '{}' with partition {}: it is 0 to {}", topic->name, message.partition_id,
                                       kMaxPartitions - 1));
  auto partition = std::make_shared<Partition>();
  partition->leader = message.leader;
  partition->leader_epoch = message.leader_epoch;
  partition->partition_epoch = message.partition_epoch;
  partition->recovery_state = message.leader_recovery_state;
  partition->replicas = copy_of(message.replicas);
  partition->isr = copy_of(message.isr);
  partition->removing = copy_of(message.removing_replicas);
  partition->adding = copy_of(message.adding_replicas);
  replace(partition->elr, message.eligible_leader_replicas);
  replace(partition->last_known_elr, message.last_known_elr);
  partition->directories = copy_of(message.directories);
  partition->unknown_tags = copy_tags(message.unknown_tags);
  const auto index = static_cast<std::size_t>(message.partition_id);
  if (topic->partitions.size() <= index) topic->partitions.resize(index + 1);
  topic->partitions[index] = std::move(partition);
  return {};
}

Status Apply::partition_change() {
  wire::PartitionChangeRecord message;
  BARNABAS_TRY(read(message));
  Topic* topic = builder_.own_topic(message.topic_id);
  if (topic == nullptr) return no_topic(frame_, message.topic_id);
  const Partition* before = topic->partition(message.partition_id);
  if (before == nullptr)
    return Status::corrupt(
        fmt::format("PartitionChangeRecord of partition {} of topic '{}', which does not exist", message.partition_id, topic->name));
  auto partition = std::make_shared<Partition>(*before);
  replace(partition->isr, message.isr);
  replace(partition->replicas, message.replicas);
  replace(partition->removing, message.removing_replicas);
  replace(partition->adding, message.adding_replicas);
  replace(partition->elr, message.eligible_leader_replicas);
  replace(partition->last_known_elr, message.last_known_elr);
  replace(partition->directories, message.directories);
  if (message.leader_recovery_state != kNoRecoveryChange) partition->recovery_state = message.leader_recovery_state;
  if (message.leader != kNoLeaderChange) {
    partition->leader = message.leader;
    BARNABAS_TRY(advance(partition->leader_epoch, *topic));
  }
  BARNABAS_TRY(advance(partition->partition_epoch, *topic));
  topic->partitions[static_cast<std::size_t>(message.partition_id)] = std::move(partition);
  return {};
}

Status Apply::remove_topic() {
  wire::RemoveTopicRecord message;
  BARNABAS_TRY(read(message));
  const Topic* topic = image_.topic(message.topic_id);
  if (topic == nullptr) return no_topic(frame_, message.topic_id);
  const std::string name = topic->name;
  builder_.own_topics_.erase(message.topic_id);
  image_.topics_by_id_.erase(message.topic_id);
  image_.topics_.erase(name);
  builder_.erase_configs(std::string(1, static_cast<char>(ResourceType::kTopic)).append(name));
  return {};
}

Status Apply::clear_elr_of(const Uuid& id) {
  const Topic* topic = image_.topic(id);
  const auto has_elr = [](const Partition& p) { return !p.elr.empty() || !p.last_known_elr.empty(); };
  for (std::size_t i = 0; i < topic->partitions.size(); ++i) {
    if (topic->partitions[i] == nullptr || !has_elr(*topic->partitions[i])) continue;
    auto partition = std::make_shared<Partition>(*topic->partitions[i]);
    partition->elr.clear();
    partition->last_known_elr.clear();
    BARNABAS_TRY(advance(partition->partition_epoch, *topic));
    Topic* own = builder_.own_topic(id);
    own->partitions[i] = std::move(partition);
    topic = own;
  }
  return {};
}

Status Apply::clear_elr() {
  wire::ClearElrRecord message;
  BARNABAS_TRY(read(message));
  if (!message.topic_name.empty()) {
    const Topic* topic = image_.topic(message.topic_name);
    if (topic == nullptr) return Status::corrupt(fmt::format("ClearElrRecord for topic '{}', which does not exist", message.topic_name));
    return clear_elr_of(topic->id);
  }
  std::vector<Uuid> ids;  // of all: their buckets must not change while they are walked
  image_.each_topic([&](const Topic& topic) { ids.push_back(topic.id); });
  for (const Uuid& id : ids) BARNABAS_TRY(clear_elr_of(id));
  return {};
}

}  // namespace barnabas::catalog
