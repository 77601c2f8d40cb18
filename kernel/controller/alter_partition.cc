// In-sync replicas as the leader of a partition wants them. Only the leader may say so, and only about the state that it has seen last.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "kernel/controller/broker_epoch.h"
#include "kernel/controller/decide.h"
#include "kernel/controller/leaders.h"
#include "kernel/wire/errors.h"

namespace barnabas::controller {
namespace {

constexpr std::int8_t kRecovered = 0;
constexpr std::int8_t kRecovering = 1;

// The epochs and the leader, in Kafka's order: the first thing that is wrong says what the leader has to do.
Outcome check_epochs(std::int32_t broker, const IsrChange& wanted, const catalog::Partition& partition) {
  // Who knows more than this controller has heard it from a newer one.
  if (wanted.leader_epoch > partition.leader_epoch)
    return {ErrorCode::kNotController, fmt::format("The leader epoch is {} here", partition.leader_epoch)};
  if (wanted.partition_epoch > partition.partition_epoch)
    return {ErrorCode::kNotController, fmt::format("The partition epoch is {} here", partition.partition_epoch)};
  if (wanted.leader_epoch < partition.leader_epoch)
    return {ErrorCode::kFencedLeaderEpoch, fmt::format("The leader epoch is {} by now", partition.leader_epoch)};
  if (broker != partition.leader) return {ErrorCode::kInvalidRequest, fmt::format("The leader is broker {}", partition.leader)};
  if (wanted.partition_epoch < partition.partition_epoch)
    return {ErrorCode::kInvalidUpdateVersion, fmt::format("The partition epoch is {} by now", partition.partition_epoch)};
  return {};
}

Outcome check_members(const IsrChange& wanted, const catalog::Partition& partition) {
  const auto refuse = [](std::string message) { return Outcome{ErrorCode::kInvalidRequest, std::move(message)}; };
  std::set<std::int32_t> ids;
  for (const InSyncReplica& member : wanted.isr) {
    if (std::find(partition.replicas.begin(), partition.replicas.end(), member.id) == partition.replicas.end())
      return refuse(fmt::format("Broker {} has no replica", member.id));
    if (!ids.insert(member.id).second) return refuse(fmt::format("Broker {} is named twice", member.id));
  }
  if (!ids.contains(partition.leader)) return refuse("The leader itself is always in sync");
  if (wanted.recovery_state != kRecovered && wanted.recovery_state != kRecovering) return refuse("There is no such recovery state");
  if (wanted.recovery_state == kRecovering && ids.size() > 1) return refuse("While the leader recovers nobody else is in sync");
  if (wanted.recovery_state == kRecovering && partition.recovery_state == kRecovered)
    return refuse("A leader that has recovered does not recover again");
  return {};
}

Outcome check_brokers(const IsrChange& wanted, const catalog::Image& image) {
  for (const InSyncReplica& member : wanted.isr) {
    const catalog::Broker* broker = image.broker(member.id);
    const char* problem = broker == nullptr                                     ? "is not registered"
                          : broker->in_controlled_shutdown                      ? "is shutting down"
                          : broker->fenced                                      ? "is fenced"
                          : member.epoch != -1 && member.epoch != broker->epoch ? "has registered anew"
                                                                                : nullptr;
    if (problem != nullptr) return {ErrorCode::kIneligibleReplica, fmt::format("Broker {} {}", member.id, problem)};
  }
  return {};
}

Outcome check(std::int32_t broker, const IsrChange& wanted, const catalog::Image& image) {
  const catalog::Topic* topic = image.topic(wanted.topic_id);
  if (topic == nullptr) return {ErrorCode::kUnknownTopicId, "This server does not host this topic ID."};
  const catalog::Partition* partition = topic->partition(wanted.partition);
  if (partition == nullptr)
    return {ErrorCode::kUnknownTopicOrPartition, fmt::format("No such partition as {}-{}", topic->name, wanted.partition)};
  if (Outcome problem = check_epochs(broker, wanted, *partition); !problem.ok()) return problem;
  if (Outcome problem = check_members(wanted, *partition); !problem.ok()) return problem;
  return check_brokers(wanted, image);
}

PartitionAltered alter(std::int32_t broker, const IsrChange& wanted, Draft& draft) {
  PartitionAltered reply;
  const std::shared_ptr<const catalog::Image> image = draft.mark().image;
  static_cast<Outcome&>(reply) = check(broker, wanted, *image);
  if (!reply.ok()) return reply;
  const catalog::Topic& topic = *image->topic(wanted.topic_id);
  const catalog::Partition& before = *topic.partition(wanted.partition);
  PartitionChange change = prepare_change(draft, topic.name, before);
  change.target_isr.clear();
  for (const InSyncReplica& member : wanted.isr) change.target_isr.push_back(member.id);
  PartitionUpdate update = change_partition(before, change);
  if (!update.recovery_state && wanted.recovery_state != before.recovery_state) update.recovery_state = wanted.recovery_state;
  if (!update.empty()) add_change(draft, topic.id, wanted.partition, update);
  // Its directory may have failed since it was elected.
  if (update.leader && *update.leader != broker) {
    static_cast<Outcome&>(reply) = {ErrorCode::kNewLeaderElected, fmt::format("The leader is broker {} from now on", *update.leader)};
    return reply;
  }
  const catalog::Partition& now = *draft.image().topic(wanted.topic_id)->partition(wanted.partition);
  reply.leader = now.leader;
  reply.leader_epoch = now.leader_epoch;
  reply.partition_epoch = now.partition_epoch;
  reply.isr = now.isr;
  reply.recovery_state = now.recovery_state;
  return reply;
}

}  // namespace

AlterPartitionReply decide(const AlterPartitionRequest& request, Draft& draft) {
  if (Outcome problem = check_broker_epoch(draft.image(), request.broker_id, request.broker_epoch); !problem.ok())
    return refuse(request, problem);
  AlterPartitionReply reply;
  for (const IsrChange& wanted : request.partitions) reply.partitions.push_back(alter(request.broker_id, wanted, draft));
  return reply;
}

}  // namespace barnabas::controller
