// Other replicas for partitions that exist. Brokers do not copy records to each other yet, so the only place where a partition can go is
// where it is.
#include <fmt/format.h>

#include "kernel/controller/decide.h"
#include "kernel/controller/new_partitions.h"
#include "kernel/wire/errors.h"

namespace barnabas::controller {
namespace {

Outcome check(const Reassignment& wanted, bool allow_replication_change, const catalog::Image& image) {
  const catalog::Topic* topic = image.topic(wanted.topic);
  if (topic == nullptr) return {ErrorCode::kUnknownTopicOrPartition, fmt::format("Unable to find a topic named {}.", wanted.topic)};
  const catalog::Partition* partition = topic->partition(wanted.partition);
  if (partition == nullptr)
    return {ErrorCode::kUnknownTopicOrPartition, fmt::format("Unable to find partition {}:{}.", wanted.topic, wanted.partition)};
  const bool is_moving = !partition->adding.empty() || !partition->removing.empty();
  if (!wanted.replicas && !is_moving) return {ErrorCode::kNoReassignmentInProgress, {}};
  if (wanted.replicas) {
    if (Outcome problem = check_replicas(image, *wanted.replicas, {}); !problem.ok()) return problem;
    const std::size_t before = partition->replicas.size() - partition->adding.size();
    if (!allow_replication_change && wanted.replicas->size() != before)
      return {ErrorCode::kInvalidReplicationFactor,
              fmt::format("The replication factor is changed from {} to {}", before, wanted.replicas->size())};
    if (!is_moving && *wanted.replicas == partition->replicas) return {};
  }
  return {ErrorCode::kInvalidReplicaAssignment,
          fmt::format("Partition {}-{} stays where it is: brokers do not copy records to each other yet.", wanted.topic, wanted.partition)};
}

}  // namespace

AlterPartitionReassignmentsReply decide(const AlterPartitionReassignmentsRequest& request, Draft& draft) {
  AlterPartitionReassignmentsReply reply;
  for (const Reassignment& wanted : request.partitions) {
    PartitionOutcome& outcome = reply.partitions.emplace_back();
    static_cast<Outcome&>(outcome) = check(wanted, request.allow_replication_change, draft.image());
    outcome.topic = wanted.topic;
    outcome.partition = wanted.partition;
  }
  return reply;
}

}  // namespace barnabas::controller
