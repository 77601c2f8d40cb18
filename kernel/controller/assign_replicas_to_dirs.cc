// The directories in which a broker says that its replicas are.
#include <fmt/format.h>

#include <algorithm>

#include "kernel/controller/broker_epoch.h"
#include "kernel/controller/decide.h"
#include "kernel/controller/leaders.h"
#include "kernel/wire/errors.h"

namespace barnabas::controller {
namespace {

Outcome assign(const AssignReplicasToDirsRequest& request, const ReplicaDirectory& wanted, Draft& draft) {
  const std::shared_ptr<const catalog::Image> image = draft.mark().image;
  const catalog::Topic* topic = image->topic(wanted.topic_id);
  if (topic == nullptr) return {ErrorCode::kUnknownTopicId, "This server does not host this topic ID."};
  const catalog::Partition* partition = topic->partition(wanted.partition);
  if (partition == nullptr)
    return {ErrorCode::kUnknownTopicOrPartition, fmt::format("No such partition as {}-{}", topic->name, wanted.partition)};
  const auto replica = std::find(partition->replicas.begin(), partition->replicas.end(), request.broker_id);
  if (replica == partition->replicas.end())
    return {ErrorCode::kNotLeaderOrFollower,
            fmt::format("Broker {} has no replica of {}-{}", request.broker_id, topic->name, wanted.partition)};

  catalog::Partition moved = *partition;
  moved.directories.resize(moved.replicas.size(), catalog::kMigratingDirectory);
  moved.directories[static_cast<std::size_t>(replica - partition->replicas.begin())] = wanted.directory;
  PartitionChange change = prepare_change(draft, topic->name, moved);
  // In a directory that is not there any more it can neither lead nor be in sync.
  if (!has_directory(*image->broker(request.broker_id), wanted.directory)) std::erase(change.target_isr, request.broker_id);
  PartitionUpdate update = change_partition(moved, change);
  if (moved.directories != partition->directories) update.directories = moved.directories;
  if (!update.empty()) add_change(draft, topic->id, wanted.partition, update);
  return {};
}

}  // namespace

AssignReplicasToDirsReply decide(const AssignReplicasToDirsRequest& request, Draft& draft) {
  if (!catalog::allows_directories(draft.level()))
    return refuse(request, {ErrorCode::kUnsupportedVersion, "Directory assignment is not supported yet."});
  if (Outcome problem = check_broker_epoch(draft.image(), request.broker_id, request.broker_epoch); !problem.ok())
    return refuse(request, problem);
  AssignReplicasToDirsReply reply;
  for (const ReplicaDirectory& wanted : request.replicas) reply.replicas.push_back(assign(request, wanted, draft));
  return reply;
}

}  // namespace barnabas::controller
