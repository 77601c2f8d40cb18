#include "kernel/node/directory_report.h"

#include <algorithm>

namespace barnabas::node {
namespace {

constexpr std::int64_t kRetryNs = 1'000'000'000;
constexpr std::size_t kMostAtOnce = 2000;

bool is_left_open(const catalog::Partition& partition, std::int32_t node) {
  for (std::size_t i = 0; i < partition.replicas.size() && i < partition.directories.size(); ++i)
    if (partition.replicas[i] == node) return partition.directories[i] == catalog::kUnassignedDirectory;
  return false;
}

}  // namespace

DirectoryReport::DirectoryReport(broker::Broker& broker, std::vector<Uuid> directories, std::function<std::int64_t()> broker_epoch)
    : broker_(broker),
      directories_(std::move(directories)),
      broker_epoch_(std::move(broker_epoch)),
      retry_(broker.controller_loop(), [this] { tell(); }) {}

void DirectoryReport::look() {
  const std::shared_ptr<const catalog::Image> image = broker_.controller.image();
  image->each_changed_topic(
      *seen_,
      [&](const catalog::Topic& topic) {
        for (std::int32_t i = 0; i < topic.partition_count(); ++i) {
          if (is_left_open(*topic.partition(i), broker_.settings.node_id)) {
            open_.emplace(topic.id, i);
          } else {
            open_.erase({topic.id, i});
          }
        }
      },
      [&](const catalog::Topic& gone) { std::erase_if(open_, [&](const auto& one) { return one.first == gone.id; }); });
  seen_ = image;
  if (open_.empty() || is_telling_ || retry_.armed()) return;
  // When the logs are open.
  broker_.when_published([this, alive = std::weak_ptr(alive_)] {
    if (!alive.expired()) tell();
  });
}

void DirectoryReport::tell() {
  if (is_telling_ || open_.empty()) return;
  controller::AssignReplicasToDirsRequest request{broker_.settings.node_id, broker_epoch_(), {}};
  const broker::LocalTopics& topics = *broker_.shard(broker_.controller_loop().index()).view.topics;
  for (const auto& [topic, partition] : open_) {
    const broker::LocalTopic* local = topics.find(topic);
    broker::Partition* replica = local == nullptr ? nullptr : local->partition(partition);
    sdk::PartitionState state;
    if (replica == nullptr || !replica->log().storage_state(state) || state.directory >= directories_.size()) continue;
    request.replicas.push_back({directories_[state.directory], topic, partition});
    if (request.replicas.size() == kMostAtOnce) break;
  }
  if (request.broker_epoch < 0 || request.replicas.empty()) return retry_.start(kRetryNs);
  is_telling_ = true;
  broker_.channel.assign_replicas_to_dirs(std::move(request),
                                          [this, alive = std::weak_ptr(alive_)](const controller::AssignReplicasToDirsReply& reply) {
                                            if (!alive.expired()) told(reply);
                                          });
}

// What was noted comes back in an image, and look() takes it off the list.
void DirectoryReport::told(const controller::AssignReplicasToDirsReply& reply) {
  is_telling_ = false;
  if (!reply.ok() || !open_.empty()) retry_.start(kRetryNs);
}

}  // namespace barnabas::node
