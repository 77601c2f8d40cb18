// Topics that are deleted or get more partitions.
#include <fmt/format.h>

#include <map>

#include "kernel/controller/decide.h"
#include "kernel/controller/new_partitions.h"
#include "kernel/wire/errors.h"
#include "kernel/wire/messages/record_topics.h"

namespace barnabas::controller {
namespace {

Outcome grow(const PartitionsSpec& spec, Draft& draft) {
  const catalog::Topic* topic = draft.image().topic(spec.topic);
  if (topic == nullptr) return {ErrorCode::kUnknownTopicOrPartition, fmt::format("The topic '{}' does not exist.", spec.topic)};
  const std::int32_t now = topic->partition_count();
  if (spec.count == now) return {ErrorCode::kInvalidPartitions, fmt::format("Topic already has {} partition(s).", now)};
  if (spec.count < now)
    return {ErrorCode::kInvalidPartitions,
            fmt::format("The topic {} currently has {} partition(s); {} would not be an increase.", spec.topic, now, spec.count)};
  const std::int32_t added = spec.count - now;
  if (static_cast<std::size_t>(added) > draft.around.max_records) return too_large();
  const Uuid id = topic->id;
  const std::size_t replication = topic->partitions.front()->replicas.size();
  std::vector<NewPartition> partitions;
  Outcome outcome;
  if (spec.assignments && spec.assignments->size() != static_cast<std::size_t>(added)) {
    outcome = {ErrorCode::kInvalidReplicaAssignment,
               fmt::format("Attempted to add {} additional partition(s), but only {} assignment(s) were specified.", added,
                           spec.assignments->size())};
  } else if (spec.assignments) {
    outcome = take_partitions(draft, now, *spec.assignments, replication, partitions);
  } else {
    outcome = place_partitions(draft, added, static_cast<std::int16_t>(replication), partitions);
  }
  if (outcome.ok()) write_partitions(draft, id, now, partitions);
  return outcome;
}

TopicDeleted remove(const TopicReference& reference, Draft& draft) {
  TopicDeleted reply;
  reply.name = reference.name;
  reply.id = reference.id;
  if (reference.name.has_value() != reference.id.is_zero()) {
    reply.error = ErrorCode::kInvalidRequest;
    reply.message = reference.name ? "Cannot specify both name and id." : "Neither topic name nor id were specified.";
    return reply;
  }
  const catalog::Topic* topic = reference.name ? draft.image().topic(*reference.name) : draft.image().topic(reference.id);
  if (topic == nullptr) {
    reply.error = reference.name ? ErrorCode::kUnknownTopicOrPartition : ErrorCode::kUnknownTopicId;
    reply.message = reference.name ? "This server does not host this topic-partition." : "This server does not host this topic ID.";
    return reply;
  }
  reply.name = topic->name;
  reply.id = topic->id;
  wire::RemoveTopicRecord record;
  record.topic_id = topic->id;
  draft.add(record);
  return reply;
}

}  // namespace

DeleteTopicsReply decide(const DeleteTopicsRequest& request, Draft& draft) {
  if (!draft.around.configs.boolean("delete.topic.enable"))
    return refuse(request, {ErrorCode::kTopicDeletionDisabled, "Topic deletion is disabled."});
  const auto id_of = [&](const TopicReference& reference) {
    const catalog::Topic* topic = reference.name ? draft.image().topic(*reference.name) : nullptr;
    return topic == nullptr ? reference.id : topic->id;
  };
  std::map<std::pair<std::string, Uuid>, int> uses;
  const auto key_of = [&](const TopicReference& reference) {
    const Uuid id = id_of(reference);
    return std::pair(id.is_zero() ? reference.name.value_or("") : std::string(), id);
  };
  for (const TopicReference& reference : request.topics) ++uses[key_of(reference)];
  std::vector<bool> twice;
  for (const TopicReference& reference : request.topics) twice.push_back(uses[key_of(reference)] > 1);

  DeleteTopicsReply reply;
  for (std::size_t i = 0; i < request.topics.size(); ++i) {
    const TopicReference& reference = request.topics[i];
    if (!twice[i]) {
      reply.topics.push_back(remove(reference, draft));
      continue;
    }
    TopicDeleted& refused = reply.topics.emplace_back();
    refused.error = ErrorCode::kInvalidRequest;
    refused.message = reference.name ? "Duplicate topic name." : "Duplicate topic id.";
    refused.name = reference.name;
    refused.id = reference.id;
  }
  return reply;
}

CreatePartitionsReply decide(const CreatePartitionsRequest& request, Draft& draft) {
  CreatePartitionsReply reply;
  const Draft::Mark before = draft.mark();
  std::map<std::string_view, int> uses;
  for (const PartitionsSpec& spec : request.topics) ++uses[spec.topic];
  for (const PartitionsSpec& spec : request.topics) {
    TopicOutcome& outcome = reply.topics.emplace_back();
    outcome.topic = spec.topic;
    static_cast<Outcome&>(outcome) =
        uses[spec.topic] > 1 ? Outcome{ErrorCode::kInvalidRequest, "Duplicate topic name."} : grow(spec, draft);
  }
  if (draft.records().count() - before.count > draft.around.max_records) {
    draft.back_to(before);
    return refuse(request, too_large());
  }
  if (request.validate_only) draft.back_to(before);
  return reply;
}

}  // namespace barnabas::controller
