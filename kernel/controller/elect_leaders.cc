// Elections of leaders that somebody asked for.
#include <fmt/format.h>

#include "kernel/controller/decide.h"
#include "kernel/controller/leaders.h"
#include "kernel/wire/errors.h"

namespace barnabas::controller {
namespace {

PartitionOutcome elect(const std::string& topic, std::int32_t index, ElectionType type, Draft& draft) {
  PartitionOutcome outcome;
  outcome.topic = topic;
  outcome.partition = index;
  const auto refuse = [&](ErrorCode error, std::string message) {
    outcome.error = error;
    outcome.message = std::move(message);
    return outcome;
  };
  const std::shared_ptr<const catalog::Image> image = draft.mark().image;
  const catalog::Topic* found = image->topic(topic);
  if (found == nullptr) return refuse(ErrorCode::kUnknownTopicOrPartition, fmt::format("No such topic as {}", topic));
  const catalog::Partition* partition = found->partition(index);
  if (partition == nullptr) return refuse(ErrorCode::kUnknownTopicOrPartition, fmt::format("No such partition as {}-{}", topic, index));
  const bool preferred = type == ElectionType::kPreferred;
  if (preferred ? partition->leader == partition->replicas.front() : partition->leader != catalog::kNoLeader)
    return refuse(ErrorCode::kElectionNotNeeded, "Leader election not needed for topic partition.");
  PartitionChange change = prepare_change(draft, topic, *partition);
  change.election = preferred ? Election::kPreferred : Election::kUnclean;
  const PartitionUpdate update = change_partition(*partition, change);
  if (!update.leader || *update.leader == catalog::kNoLeader)
    return preferred ? refuse(ErrorCode::kPreferredLeaderNotAvailable, "The preferred leader was not available.")
                     : refuse(ErrorCode::kEligibleLeadersNotAvailable, "Eligible topic partition leaders are not available.");
  add_change(draft, found->id, index, update);
  return outcome;
}

}  // namespace

ElectLeadersReply decide(const ElectLeadersRequest& request, Draft& draft) {
  if (request.type != ElectionType::kPreferred && request.type != ElectionType::kUnclean)
    return refuse(request, {ErrorCode::kInvalidRequest, fmt::format("Unknown election type {}", static_cast<int>(request.type))});
  ElectLeadersReply reply;
  const Draft::Mark before = draft.mark();
  if (request.partitions) {
    for (const auto& [topic, partitions] : *request.partitions)
      for (const std::int32_t index : partitions) reply.partitions.push_back(elect(topic, index, request.type, draft));
  } else {
    before.image->each_topic([&](const catalog::Topic& topic) {
      for (std::int32_t i = 0; i < topic.partition_count(); ++i) {
        PartitionOutcome outcome = elect(topic.name, i, request.type, draft);
        if (outcome.error != ErrorCode::kElectionNotNeeded) reply.partitions.push_back(std::move(outcome));
      }
    });
  }
  if (draft.records().count() - before.count > draft.around.max_records) {
    draft.back_to(before);
    return refuse(request, {ErrorCode::kPolicyViolation, "Unable to perform excessively large batch operation."});
  }
  return reply;
}

}  // namespace barnabas::controller
