// New topics: which may be made, and where their partitions go.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "kernel/catalog/metadata_topic.h"
#include "kernel/controller/config_rules.h"
#include "kernel/controller/decide.h"
#include "kernel/controller/new_partitions.h"
#include "kernel/controller/topic_names.h"
#include "kernel/wire/errors.h"
#include "kernel/wire/messages/record_topics.h"

namespace barnabas::controller {
namespace {

// One topic of the request.
class NewTopic {
 public:
  NewTopic(const TopicSpec& spec, Draft& draft) : spec_(spec), draft_(draft) {}

  TopicCreated create(const std::map<std::string, std::string>& collisions) {
    TopicCreated reply;
    reply.name = spec_.name;
    static_cast<Outcome&>(reply) = check_name(collisions);
    if (reply.ok()) static_cast<Outcome&>(reply) = check_configs();
    if (reply.ok()) static_cast<Outcome&>(reply) = spec_.assignments.empty() ? place() : take_assignments();
    if (!reply.ok()) return reply;
    reply.id = write();
    reply.partitions = static_cast<std::int32_t>(partitions_.size());
    reply.replication = static_cast<std::int16_t>(partitions_.front().replicas.size());
    return reply;
  }

 private:
  Outcome check_name(const std::map<std::string, std::string>& collisions) {
    if (std::string problem = topic_name_problem(spec_.name); !problem.empty())
      return {ErrorCode::kInvalidTopicException, std::move(problem)};
    // As Kafka's controllers: it is no topic like the others, and where both are kept a partition of it would lie in the log's own folder.
    if (spec_.name == catalog::kMetadataTopic)
      return {ErrorCode::kTopicAuthorizationFailed, fmt::format("The topic '{}' is the metadata log, and nobody's to make.", spec_.name)};
    if (draft_.now().topic(spec_.name) != nullptr)
      return {ErrorCode::kTopicAlreadyExists, fmt::format("Topic '{}' already exists.", spec_.name)};
    if (const auto other = collisions.find(collision_key(spec_.name)); other != collisions.end())
      return {ErrorCode::kInvalidTopicException, fmt::format("Topic '{}' collides with existing topic: {}", spec_.name, other->second)};
    return {};
  }

  Outcome check_configs() {
    ConfigAlteration alteration{ResourceType::kTopic, spec_.name, {}};
    for (const auto& [key, value] : spec_.configs) alteration.changes.push_back({key, ConfigOperation::kSet, value});
    return check_alteration(alteration, {}, {}, draft_.around.configs, configs_);
  }

  Outcome place() {
    if (spec_.replication == 0 || spec_.replication < -1)
      return {ErrorCode::kInvalidReplicationFactor, "Replication factor must be larger than 0, or -1 to use the default value."};
    if (spec_.partitions == 0 || spec_.partitions < -1)
      return {ErrorCode::kInvalidPartitions, "Number of partitions was set to an invalid non-positive value."};
    const auto& configs = draft_.around.configs;
    const auto count = spec_.partitions == -1 ? static_cast<std::int32_t>(configs.integer("num.partitions")) : spec_.partitions;
    const auto replication =
        spec_.replication == -1 ? static_cast<std::int16_t>(configs.integer("default.replication.factor")) : spec_.replication;
    if (static_cast<std::size_t>(count) > draft_.around.max_records) return too_large();
    return place_partitions(draft_, count, replication, partitions_);
  }

  Outcome take_assignments() {
    if (spec_.replication != -1)
      return {ErrorCode::kInvalidRequest, "A manual partition assignment was specified, but replication factor was not set to -1."};
    if (spec_.partitions != -1)
      return {ErrorCode::kInvalidRequest, "A manual partition assignment was specified, but numPartitions was not set to -1."};
    std::map<std::int32_t, std::vector<std::int32_t>> by_index;
    for (const Assignment& assignment : spec_.assignments)
      if (!by_index.emplace(assignment.partition, assignment.replicas).second)
        return {ErrorCode::kInvalidReplicaAssignment,
                fmt::format("Found multiple manual partition assignments for partition {}", assignment.partition)};
    std::vector<std::vector<std::int32_t>> assignments;
    for (auto& [index, replicas] : by_index) {
      if (index != static_cast<std::int32_t>(assignments.size()))
        return {ErrorCode::kInvalidReplicaAssignment, "partitions should be a consecutive 0-based integer sequence"};
      assignments.push_back(std::move(replicas));
    }
    return take_partitions(draft_, 0, assignments, std::nullopt, partitions_);
  }

  Uuid write() {
    wire::TopicRecord topic;
    topic.name = spec_.name;
    topic.topic_id = draft_.random_uuid();
    draft_.add(topic);
    write_configs(draft_, ResourceType::kTopic, spec_.name, configs_);
    write_partitions(draft_, topic.topic_id, 0, partitions_);
    return topic.topic_id;
  }

  const TopicSpec& spec_;
  Draft& draft_;
  ConfigWrites configs_;
  std::vector<NewPartition> partitions_;
};

// The existing topics that a new one may be mistaken for: only names with "." or "_" can be.
std::map<std::string, std::string> collisions_of(const CreateTopicsRequest& request, const catalog::Image& image) {
  std::map<std::string, std::string> existing;
  const auto is_special = [](std::string_view name) { return name.find_first_of("._") != std::string_view::npos; };
  if (std::none_of(request.topics.begin(), request.topics.end(), [&](const TopicSpec& topic) { return is_special(topic.name); }))
    return existing;
  image.each_topic([&](const catalog::Topic& topic) {
    if (is_special(topic.name)) existing.emplace(collision_key(topic.name), topic.name);
  });
  return existing;
}

bool asks_too_much(const CreateTopicsRequest& request, Draft& draft) {
  std::size_t partitions = 0;
  for (const TopicSpec& topic : request.topics)
    partitions += !topic.assignments.empty() ? topic.assignments.size()
                  : topic.partitions > 0     ? static_cast<std::size_t>(topic.partitions)
                                             : static_cast<std::size_t>(draft.around.configs.integer("num.partitions"));
  return partitions > draft.around.max_records;
}

}  // namespace

CreateTopicsReply decide(const CreateTopicsRequest& request, Draft& draft) {
  if (asks_too_much(request, draft))
    return refuse(request, {ErrorCode::kPolicyViolation, "Excessively large number of partitions per request."});
  CreateTopicsReply reply;
  const Draft::Mark before = draft.mark();
  auto collisions = collisions_of(request, *before.image);
  std::map<std::string_view, int> uses;
  for (const TopicSpec& topic : request.topics) ++uses[topic.name];
  for (const TopicSpec& topic : request.topics) {
    if (uses[topic.name] > 1) {
      TopicCreated& twice = reply.topics.emplace_back();
      twice.error = ErrorCode::kInvalidRequest;
      twice.message = "Duplicate topic name.";
      twice.name = topic.name;
      continue;
    }
    reply.topics.push_back(NewTopic(topic, draft).create(collisions));
    if (reply.topics.back().ok()) collisions.emplace(collision_key(topic.name), topic.name);
  }
  if (draft.records().count() - before.count > draft.around.max_records) {
    draft.back_to(before);
    return refuse(request, too_large());
  }
  if (request.validate_only) {
    draft.back_to(before);
    for (TopicCreated& topic : reply.topics) topic.id = {};
  }
  return reply;
}

}  // namespace barnabas::controller
