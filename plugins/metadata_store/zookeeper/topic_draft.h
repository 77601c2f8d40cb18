// A topic that a proposal makes, changes or removes, on its way from records to znodes. One thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "kernel/wire/messages/record_topics.h"
#include "shared/zookeeper/operation.h"
#include "tree.h"

namespace barnabas::metadata_zookeeper {

using zookeeper::Operation;
using zookeeper::Operations;

class TopicDraft {
 public:
  static TopicDraft make(std::string name, const Uuid& id, std::int32_t controller_epoch);
  static TopicDraft of(std::string name, const Tree::Topic& topic, std::int32_t controller_epoch);

  const std::string& name() const { return name_; }
  bool is_new() const { return before_ == nullptr; }
  // An earlier topic of this name goes before this one comes.
  void set_cleared() { is_cleared_ = true; }
  bool is_removed() const { return is_removed_; }
  void set_config(const ConfigNode& config) { config_ = config; }
  Status add(const wire::PartitionRecord& record);
  Status change(const wire::PartitionChangeRecord& record);
  void remove() { is_removed_ = true; }
  void add_operations(const Tree& tree, Operations& operations) const;

 private:
  // A partition's states, one behind another: each change is a write of its own, because it counts in the version.
  struct States {
    std::int32_t version = -1;  // of the node; -1: it is not there yet
    std::vector<StateNode> written;
  };

  TopicDraft(std::string name, const Tree::Topic* before, std::int32_t controller_epoch)
      : name_(std::move(name)), before_(before), controller_epoch_(controller_epoch) {}
  // The states of the partition, and what the last one says so far; kCorrupt: there is no such partition.
  Status find(std::int32_t partition, States*& states, StateNode& now);
  void add_states(Operations& operations) const;

  std::string name_;
  const Tree::Topic* before_;
  std::int32_t controller_epoch_;
  TopicNode node_;
  bool is_node_changed_ = false;
  bool is_removed_ = false;
  bool is_cleared_ = false;
  std::optional<ConfigNode> config_;
  std::map<std::int32_t, States> states_;
};

// Everything of the topic, leaves first.
void add_deletion(const std::string& topic, const Tree& tree, Operations& operations);

}  // namespace barnabas::metadata_zookeeper
