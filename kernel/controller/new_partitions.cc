#include "kernel/controller/new_partitions.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "kernel/controller/placement.h"
#include "kernel/wire/errors.h"
#include "kernel/wire/messages/record_topics.h"

namespace barnabas::controller {
namespace {

std::vector<std::int32_t> active_of(const catalog::Image& image, const std::vector<std::int32_t>& replicas) {
  std::vector<std::int32_t> active;
  for (const std::int32_t id : replicas)
    if (const catalog::Broker* broker = image.broker(id); broker != nullptr && broker->active()) active.push_back(id);
  return active;
}

Outcome check_replication(std::size_t replication, const Draft& draft) {
  const auto most = static_cast<std::size_t>(draft.around.max_replication);
  if (replication <= most) return {};
  return {ErrorCode::kInvalidReplicationFactor,
          fmt::format("Unable to replicate the partition {} time(s): brokers do not copy records to each other yet, so a partition has at "
                      "most {} replica(s).",
                      replication, most)};
}

}  // namespace

Outcome check_replicas(const catalog::Image& image, const std::vector<std::int32_t>& replicas, std::optional<std::size_t> replication) {
  const auto refuse = [](std::string message) { return Outcome{ErrorCode::kInvalidReplicaAssignment, std::move(message)}; };
  if (replicas.empty()) return refuse("The manual partition assignment includes an empty replica list.");
  std::set<std::int32_t> seen;
  for (const std::int32_t id : replicas) {
    if (image.broker(id) == nullptr)
      return refuse(fmt::format("The manual partition assignment includes broker {}, but no such broker is registered.", id));
    if (!seen.insert(id).second) return refuse(fmt::format("The manual partition assignment includes the broker {} more than once.", id));
  }
  if (replication && replicas.size() != *replication)
    return refuse(
        fmt::format("The manual partition assignment includes a partition with {} replica(s), but this is not consistent with previous "
                    "partitions, which have {} replica(s).",
                    replicas.size(), *replication));
  return {};
}

Outcome too_large() { return {ErrorCode::kPolicyViolation, "Unable to perform excessively large batch operation."}; }

Outcome place_partitions(Draft& draft, std::int32_t count, std::int16_t replication, std::vector<NewPartition>& partitions) {
  if (Outcome problem = check_replication(static_cast<std::size_t>(std::max<std::int16_t>(replication, 0)), draft); !problem.ok())
    return problem;
  auto placed = place(draft, count, replication);
  if (!placed && placed.status().code() == Code::kExhausted)
    return {ErrorCode::kInvalidReplicationFactor,
            fmt::format("Unable to replicate the partition {} time(s): {}", replication, message_of(placed.status()))};
  if (!placed) return {ErrorCode::kUnknownServerError, std::string(message_of(placed.status()))};
  const catalog::Image& image = draft.now();
  for (auto& replicas : *placed) {
    auto isr = active_of(image, replicas);
    partitions.push_back({std::move(replicas), std::move(isr)});
  }
  return {};
}

Outcome take_partitions(Draft& draft, std::int32_t first_index, const std::vector<std::vector<std::int32_t>>& assignments,
                        std::optional<std::size_t> replication, std::vector<NewPartition>& partitions) {
  const catalog::Image& image = draft.now();
  std::int32_t index = first_index;
  for (const auto& replicas : assignments) {
    if (Outcome problem = check_replicas(image, replicas, replication); !problem.ok()) return problem;
    if (Outcome problem = check_replication(replicas.size(), draft); !problem.ok()) return problem;
    replication = replicas.size();
    auto isr = active_of(image, replicas);
    if (isr.empty())
      return {ErrorCode::kInvalidReplicaAssignment,
              fmt::format("All brokers specified in the manual partition assignment for partition {} are fenced or in controlled shutdown.",
                          index)};
    partitions.push_back({replicas, std::move(isr)});
    ++index;
  }
  return {};
}

void write_partitions(Draft& draft, const Uuid& topic_id, std::int32_t first_index, const std::vector<NewPartition>& partitions) {
  const int version = catalog::partition_record_version(draft.level());
  std::int32_t index = first_index;
  for (const NewPartition& partition : partitions) {
    std::vector<Uuid> directories;
    for (const std::int32_t broker : partition.replicas) directories.push_back(directory_for(draft.now(), broker, draft.around.random));
    wire::PartitionRecord record;
    record.partition_id = index++;
    record.topic_id = topic_id;
    record.replicas = partition.replicas;
    record.isr = partition.isr;
    record.leader = partition.isr.front();
    record.leader_epoch = 0;
    record.partition_epoch = 0;
    if (version >= 1) record.directories = directories;
    draft.add(record, version);
  }
}

}  // namespace barnabas::controller
