#include "kernel/client/leader_assignment.h"

#include <algorithm>

#include "kernel/host/checked_assignor.h"

namespace barnabas::client {
namespace {

// The views that an assignor is shown, over topics and readers that stay where they are.
class GroupView {
 public:
  GroupView(const std::vector<GroupTopic>& topics, const std::vector<GroupReader>& readers) {
    for (const GroupTopic& topic : topics) show(topic);
    for (const GroupReader& reader : readers) show(topics, reader);
    group_ = {topics_.data(), topics_.size(), members_.data(), members_.size()};
  }
  GroupView(const GroupView&) = delete;
  GroupView& operator=(const GroupView&) = delete;

  const sdk::AssignorGroup& group() const { return group_; }

 private:
  void show(const GroupTopic& topic) {
    std::vector<sdk::AssignorRacks>& racks = racks_.emplace_back();
    bool any = false;
    for (const std::vector<std::string>& of_partition : topic.racks) {
      any |= !of_partition.empty();
      const std::vector<sdk::Text>& texts = texts_.emplace_back(of_partition.begin(), of_partition.end());
      racks.push_back({texts.data(), texts.size()});
    }
    sdk::AssignorTopic& view = topics_.emplace_back();
    view.name = topic.name;
    view.id = topic.id;
    view.partition_count = static_cast<std::int32_t>(topic.racks.size());
    if (any) view.racks = racks.data();
  }

  void show(const std::vector<GroupTopic>& topics, const GroupReader& reader) {
    const auto index_of = [&](const std::string& name) -> std::int32_t {
      const auto found =
          std::lower_bound(topics.begin(), topics.end(), name, [](const GroupTopic& a, const std::string& b) { return a.name < b; });
      return found == topics.end() || found->name != name ? -1 : static_cast<std::int32_t>(found - topics.begin());
    };
    std::vector<std::int32_t>& reads = reads_.emplace_back();
    for (const std::string& topic : reader.subscription.topics)
      if (const std::int32_t index = index_of(topic); index >= 0) reads.push_back(index);
    std::vector<sdk::AssignorPartition>& owned = owned_.emplace_back();
    for (const auto& [topic, partitions] : reader.subscription.owned)
      if (const std::int32_t index = index_of(topic); index >= 0)
        for (const std::int32_t partition : partitions) owned.push_back({index, partition});
    sdk::AssignorMember& view = members_.emplace_back();
    view.id = reader.member_id;
    if (reader.instance_id) view.instance_id = *reader.instance_id;
    view.is_static = reader.instance_id.has_value();
    if (reader.subscription.rack) view.rack = *reader.subscription.rack;
    view.topics = reads.data();
    view.topic_count = reads.size();
    view.owned = owned.data();
    view.owned_count = owned.size();
    view.generation = reader.subscription.generation;
  }

  std::vector<sdk::AssignorTopic> topics_;
  std::vector<sdk::AssignorMember> members_;
  // What the views point into; a vector that moves keeps its elements where they are.
  std::vector<std::vector<sdk::AssignorRacks>> racks_;
  std::vector<std::vector<sdk::Text>> texts_;
  std::vector<std::vector<std::int32_t>> reads_;
  std::vector<std::vector<sdk::AssignorPartition>> owned_;
  sdk::AssignorGroup group_;
};

}  // namespace

Result<std::map<std::string, TopicPartitions>> assign_as_leader(sdk::Assignor& assignor, std::string_view name,
                                                                std::vector<GroupTopic> topics, std::vector<GroupReader> readers) {
  std::sort(topics.begin(), topics.end(), [](const GroupTopic& a, const GroupTopic& b) { return a.name < b.name; });
  std::sort(readers.begin(), readers.end(), [](const GroupReader& a, const GroupReader& b) { return a.member_id < b.member_id; });
  const GroupView view(topics, readers);
  auto shares = host::assign_checked(assignor, name, view.group());
  if (!shares) return std::move(shares).status();
  std::map<std::string, TopicPartitions> assignment;
  for (std::size_t i = 0; i < readers.size(); ++i) {
    TopicPartitions& gets = assignment[readers[i].member_id];
    for (const sdk::AssignorPartition& at : (*shares)[i]) gets[topics[static_cast<std::size_t>(at.topic)].name].push_back(at.partition);
  }
  return assignment;
}

}  // namespace barnabas::client
