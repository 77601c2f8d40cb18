#include "kernel/controller/leaders.h"

#include <algorithm>

namespace barnabas::controller {
namespace {

// What counts for all partitions of a topic is looked up once.
struct TopicSettings {
  std::int32_t min_isr;
  bool unclean;
};
TopicSettings settings_of(Draft& draft, std::string_view topic) {
  return {static_cast<std::int32_t>(config::integer_of(draft.topic_value(topic, "min.insync.replicas")).value_or(1)),
          config::boolean_of(draft.topic_value(topic, "unclean.leader.election.enable")).value_or(false)};
}

PartitionChange make_change(Draft& draft, const TopicSettings& settings, const std::shared_ptr<const catalog::Image>& image) {
  PartitionChange change;
  change.elr_enabled = draft.elr_enabled();
  change.min_isr = settings.min_isr;
  change.metadata_version = image->metadata_version();
  change.election = settings.unclean ? Election::kUnclean : Election::kOnline;
  change.acceptable = [image](std::int32_t id, const Uuid& directory) {
    const catalog::Broker* broker = image->broker(id);
    return broker != nullptr && broker->active() && has_directory(*broker, directory);
  };
  return change;
}

}  // namespace

bool has_directory(const catalog::Broker& broker, const Uuid& directory) {
  if (directory == catalog::kUnassignedDirectory || directory == catalog::kMigratingDirectory) return true;
  if (directory == catalog::kLostDirectory) return false;
  // Registrations of brokers that know no directories name none.
  return broker.directories.empty() ||
         std::find(broker.directories.begin(), broker.directories.end(), directory) != broker.directories.end();
}

PartitionChange prepare_change(Draft& draft, std::string_view topic, const catalog::Partition& partition) {
  PartitionChange change = make_change(draft, settings_of(draft, topic), draft.mark().image);
  change.target_isr = partition.isr;
  return change;
}

bool update_leaders(Draft& draft, const BrokerEvent& event, const PartitionFilter& affected) {
  const std::shared_ptr<const catalog::Image> image = draft.mark().image;
  image->each_topic([&](const catalog::Topic& topic) {
    std::optional<PartitionChange> change;
    for (std::int32_t i = 0; i < topic.partition_count() && !draft.has_rest(); ++i) {
      const catalog::Partition* partition = topic.partition(i);
      if (partition == nullptr || !affected(*partition)) continue;
      if (!change) {
        change = make_change(draft, settings_of(draft, topic.name), image);
        change->unclean_replica = event.stopped_unclean;
        change->acceptable = [event, image, active = std::move(change->acceptable)](std::int32_t id, const Uuid& directory) {
          if (id == event.leaves || id == event.stopped_unclean) return false;
          return id == event.comes ? has_directory(*image->broker(id), directory) : active(id, directory);
        };
      }
      change->target_isr = partition->isr;
      std::erase_if(change->target_isr, [&](std::int32_t id) { return id == event.leaves || id == event.stopped_unclean; });
      const PartitionUpdate update = change_partition(*partition, *change);
      if (update.empty()) continue;
      if (draft.has_room(1)) {
        add_change(draft, topic.id, i, update);
      } else {
        draft.leave_rest();
      }
    }
  });
  return !draft.has_rest();
}

}  // namespace barnabas::controller
