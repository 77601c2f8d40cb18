#include "topic_draft.h"

#include <algorithm>
#include <limits>

namespace barnabas::metadata_zookeeper {
namespace {

constexpr std::int32_t kNoLeaderChange = -2;
constexpr std::int8_t kNoRecoveryChange = -1;

template <class From>
Ids ids_of(const From& from) {
  return Ids(from.begin(), from.end());
}

void create(const std::string& path, const std::string& data, Operations& operations) {
  operations.push_back({.kind = Operation::Kind::kCreate, .path = path, .data = data, .has_data = !data.empty()});
}

template <class From>
bool replace(std::map<std::int32_t, Ids>& all, std::int32_t partition, const From& from) {
  if (!from) return false;
  if (from->empty()) {
    all.erase(partition);
  } else {
    all[partition] = ids_of(*from);
  }
  return true;
}

}  // namespace

TopicDraft TopicDraft::make(std::string name, const Uuid& id, std::int32_t controller_epoch) {
  TopicDraft draft(std::move(name), nullptr, controller_epoch);
  draft.node_.id = id;
  draft.config_.emplace();
  return draft;
}

TopicDraft TopicDraft::of(std::string name, const Tree::Topic& topic, std::int32_t controller_epoch) {
  TopicDraft draft(std::move(name), &topic, controller_epoch);
  draft.node_ = topic.node;
  return draft;
}

Status TopicDraft::find(std::int32_t partition, States*& states, StateNode& now) {
  const auto replicas = node_.replicas.find(partition);
  if (replicas == node_.replicas.end())
    return Status::corrupt("a metadata record about partition " + std::to_string(partition) + " of topic '" + name_ +
                           "', which is not there");
  const auto [at, is_first] = states_.try_emplace(partition);
  states = &at->second;
  if (is_first && before_ != nullptr) {
    const auto found = before_->partitions.find(partition);
    if (found != before_->partitions.end() && found->second.state) {
      states->version = found->second.state->version;
      now = found->second.state->node;
      return {};
    }
  }
  if (!states->written.empty()) {
    now = states->written.back();
  } else if (states->version >= 0) {
    now = before_->partitions.at(partition).state->node;
  } else {
    now = {.leader = -1, .leader_epoch = -1, .isr = replicas->second};  // as it was told
  }
  return {};
}

Status TopicDraft::add(const wire::PartitionRecord& record) {
  node_.replicas[record.partition_id] = ids_of(record.replicas);
  if (!record.adding_replicas.empty()) node_.adding[record.partition_id] = ids_of(record.adding_replicas);
  if (!record.removing_replicas.empty()) node_.removing[record.partition_id] = ids_of(record.removing_replicas);
  is_node_changed_ = true;
  States* states = nullptr;
  StateNode now;
  BARNABAS_TRY(find(record.partition_id, states, now));
  states->written.push_back({.leader = record.leader,
                             .leader_epoch = record.leader_epoch,
                             .controller_epoch = controller_epoch_,
                             .isr = ids_of(record.isr),
                             .recovery = record.leader_recovery_state});
  return {};
}

Status TopicDraft::change(const wire::PartitionChangeRecord& record) {
  States* states = nullptr;
  StateNode now;
  BARNABAS_TRY(find(record.partition_id, states, now));
  if (record.leader != kNoLeaderChange) {
    now.leader = record.leader;
    if (now.leader_epoch == std::numeric_limits<std::int32_t>::max())
      return Status::corrupt("partition " + std::to_string(record.partition_id) + " of topic '" + name_ +
                             "' has its last leader epoch in ZooKeeper");
    ++now.leader_epoch;
  }
  now.leader_epoch = std::max(now.leader_epoch, 0);
  if (record.isr) now.isr = ids_of(*record.isr);
  if (record.leader_recovery_state != kNoRecoveryChange) now.recovery = record.leader_recovery_state;
  now.controller_epoch = controller_epoch_;
  states->written.push_back(std::move(now));
  const bool has_replicas = record.replicas && replace(node_.replicas, record.partition_id, record.replicas);
  const bool has_adding = replace(node_.adding, record.partition_id, record.adding_replicas);
  const bool has_removing = replace(node_.removing, record.partition_id, record.removing_replicas);
  is_node_changed_ = is_node_changed_ || has_replicas || has_adding || has_removing;
  return {};
}

void TopicDraft::add_states(Operations& operations) const {
  for (const auto& [partition, states] : states_) {
    const bool has_node = before_ != nullptr && before_->partitions.contains(partition);
    if (!has_node) create(partition_path(name_, partition), "", operations);
    std::int32_t version = states.version;
    for (const StateNode& state : states.written) {
      if (version < 0) {
        create(state_path(name_, partition), print(state), operations);
      } else {
        operations.push_back(
            {.kind = Operation::Kind::kSet, .path = state_path(name_, partition), .data = print(state), .version = version});
      }
      ++version;
    }
  }
}

void TopicDraft::add_operations(const Tree& tree, Operations& operations) const {
  if (is_removed_) {
    if (is_new()) return;  // it never was
    create(deletion_path(name_), "", operations);
    add_deletion(name_, tree, operations);
    operations.push_back({.kind = Operation::Kind::kDelete, .path = deletion_path(name_)});
    return;
  }
  if (config_) {
    const Tree::Config* left = is_cleared_ ? nullptr : tree.config(Resource::kTopic, name_);  // of an earlier topic of this name
    if (left == nullptr) create(config_path(Resource::kTopic, name_), print(*config_), operations);
    if (left != nullptr)
      operations.push_back(
          {.kind = Operation::Kind::kSet, .path = config_path(Resource::kTopic, name_), .data = print(*config_), .version = left->version});
  }
  if (is_new()) create(topic_path(name_), print(node_), operations);
  if (!is_new() && is_node_changed_)
    operations.push_back({.kind = Operation::Kind::kSet, .path = topic_path(name_), .data = print(node_), .version = before_->version});
  if (is_new() || !before_->has_folder) create(partitions_path(name_), "", operations);
  add_states(operations);
}

void add_deletion(const std::string& topic, const Tree& tree, Operations& operations) {
  const auto erase = [&](std::string path) { operations.push_back({.kind = Operation::Kind::kDelete, .path = std::move(path)}); };
  if (const Tree::Topic* found = tree.topic(topic); found != nullptr) {
    for (const auto& [number, partition] : found->partitions) {
      if (partition.state) erase(state_path(topic, number));
      if (partition.is_there) erase(partition_path(topic, number));
    }
    if (found->has_folder) erase(partitions_path(topic));
    erase(topic_path(topic));
  }
  if (tree.config(Resource::kTopic, topic) != nullptr) erase(config_path(Resource::kTopic, topic));
}

}  // namespace barnabas::metadata_zookeeper
