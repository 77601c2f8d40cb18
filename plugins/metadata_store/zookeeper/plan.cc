#include "plan.h"

#include <algorithm>
#include <set>
#include <unordered_map>

#include "kernel/base/arena.h"
#include "kernel/record/framed.h"
#include "kernel/wire/messages/record_log.h"
#include "kernel/wire/messages/record_settings.h"
#include "kernel/wire/messages/record_topics.h"
#include "topic_draft.h"

namespace barnabas::metadata_zookeeper {
namespace {

template <class M>
constexpr std::uint32_t type_of() {
  return static_cast<std::uint32_t>(M::kSchema.key);
}

Status no_place(const std::string& what) { return Status::unsupported(what + " has no place in ZooKeeper"); }

class Planner {
 public:
  Planner(const Tree& tree, std::int32_t controller_epoch) : tree_(tree), controller_epoch_(controller_epoch) {}

  Status add(sdk::Bytes record) {
    const auto frame = record::parse_frame(record);
    if (!frame) return frame.status().copy();
    arena_.reset();
    frame_ = *frame;
    switch (frame_.type) {
      case type_of<wire::TopicRecord>():
        return read<wire::TopicRecord>();
      case type_of<wire::PartitionRecord>():
        return read<wire::PartitionRecord>();
      case type_of<wire::PartitionChangeRecord>():
        return read<wire::PartitionChangeRecord>();
      case type_of<wire::RemoveTopicRecord>():
        return read<wire::RemoveTopicRecord>();
      case type_of<wire::ConfigRecord>():
        return read<wire::ConfigRecord>();
      case type_of<wire::ProducerIdsRecord>():
        return read<wire::ProducerIdsRecord>();
      case type_of<wire::NoOpRecord>():
        return {};
      default:
        return no_place("a metadata record of type " + std::to_string(frame_.type));
    }
  }

  Result<std::vector<Operations>> requests() {
    for (TopicDraft& draft : drafts_) {
      draft.add_operations(tree_, operations_);
      if (draft.is_new()) configs_.erase({Resource::kTopic, draft.name()});  // made with its topic
    }
    for (const auto& [resource, config] : configs_) add_config(resource, config);
    if (next_producer_id_) add_producer_block();
    return in_requests(operations_);
  }

  static Result<std::vector<Operations>> in_requests(Operations& operations) {
    std::vector<Operations> requests;
    std::size_t bytes = kMostRequestBytes;
    for (Operation& operation : operations) {
      const std::size_t size = zookeeper::size_of(operation);
      if (size > kMostRequestBytes)
        return Status::exhausted("znode " + operation.path + " would have " + std::to_string(operation.data.size()) +
                                 " octets, more than a server of ZooKeeper takes");
      if (bytes + size > kMostRequestBytes) {
        requests.emplace_back();
        bytes = 0;
      }
      bytes += size;
      requests.back().push_back(std::move(operation));
    }
    return requests;
  }

 private:
  template <class M>
  Status read() {
    M message;
    BARNABAS_TRY(wire::decode(frame_.body, static_cast<int>(frame_.version), arena_, message));
    return take(message);
  }

  Status take(const wire::TopicRecord& record) {
    if (by_id_.contains(record.topic_id)) return {};
    const bool is_cleared = std::any_of(drafts_.begin(), drafts_.end(),
                                        [&](const TopicDraft& draft) { return draft.is_removed() && draft.name() == record.name; });
    by_id_.emplace(record.topic_id, drafts_.size());
    drafts_.push_back(TopicDraft::make(std::string(record.name), record.topic_id, controller_epoch_));
    if (is_cleared) drafts_.back().set_cleared();
    if (const auto config = configs_.find({Resource::kTopic, std::string(record.name)}); config != configs_.end())
      drafts_.back().set_config(config->second);
    return {};
  }
  Status take(const wire::PartitionRecord& record) {
    if (!record.directories.empty()) return no_place("the directory of a replica");
    TopicDraft* draft = draft_of(record.topic_id);
    return draft == nullptr ? unknown(record.topic_id) : draft->add(record);
  }
  Status take(const wire::PartitionChangeRecord& record) {
    if (record.directories) return no_place("the directory of a replica");
    TopicDraft* draft = draft_of(record.topic_id);
    return draft == nullptr ? unknown(record.topic_id) : draft->change(record);
  }
  Status take(const wire::RemoveTopicRecord& record) {
    TopicDraft* draft = draft_of(record.topic_id);
    if (draft == nullptr) return unknown(record.topic_id);
    draft->remove();
    configs_.erase({Resource::kTopic, draft->name()});
    return {};
  }

  Status take(const wire::ConfigRecord& record) {
    const auto type = static_cast<Resource>(record.resource_type);
    const std::string name(record.resource_name);
    if (entity_path(type, name).empty()) return no_place("a configuration of resource type " + std::to_string(record.resource_type));
    const Tree::ConfigKey key{type, name};
    auto found = configs_.find(key);
    if (found == configs_.end()) {
      const Tree::Config* now = tree_.config(type, name);
      found = configs_.emplace(key, now == nullptr ? ConfigNode() : now->node).first;
    }
    if (record.value) {
      found->second.insert_or_assign(std::string(record.name), std::string(*record.value));
    } else {
      found->second.erase(std::string(record.name));
    }
    // Made together with its topic.
    if (type == Resource::kTopic)
      for (TopicDraft& draft : drafts_)
        if (draft.name() == name && draft.is_new()) draft.set_config(found->second);
    return {};
  }

  Status take(const wire::ProducerIdsRecord& record) {
    next_producer_id_ = record.next_producer_id;
    producer_broker_ = record.broker_id;
    return {};
  }

  TopicDraft* draft_of(const Uuid& id) {
    if (const auto found = by_id_.find(id); found != by_id_.end()) return &drafts_[found->second];
    std::string name;
    const Tree::Topic* topic = tree_.topic(id, name);
    if (topic == nullptr) return nullptr;
    by_id_.emplace(id, drafts_.size());
    drafts_.push_back(TopicDraft::of(std::move(name), *topic, controller_epoch_));
    return &drafts_.back();
  }
  static Status unknown(const Uuid& id) {
    return Status::corrupt("a metadata record about the topic with id " + base::to_string(id) + ", which is not there");
  }

  void add_config(const Tree::ConfigKey& resource, const ConfigNode& node) {
    const auto& [type, name] = resource;
    const Tree::Config* now = tree_.config(type, name);
    const std::string path = config_path(type, name);
    if (now == nullptr) {
      operations_.push_back({.kind = Operation::Kind::kCreate, .path = path, .data = print(node)});
    } else {
      operations_.push_back({.kind = Operation::Kind::kSet, .path = path, .data = print(node), .version = now->version});
    }
    if (announces_changes(type))
      operations_.push_back({.kind = Operation::Kind::kCreate,
                             .path = kConfigChange,
                             .data = print_config_change(entity_path(type, name)),
                             .is_numbered = true});
  }

  void add_producer_block() {
    const std::int64_t first = tree_.producer_block() ? tree_.producer_block()->last + 1 : 0;
    operations_.push_back({.kind = Operation::Kind::kSet,
                           .path = kProducerBlock,
                           .data = print(ProducerBlock{producer_broker_, std::min(first, *next_producer_id_ - 1), *next_producer_id_ - 1}),
                           .version = tree_.producer_block_version()});
  }

  const Tree& tree_;
  const std::int32_t controller_epoch_;
  base::Arena arena_;
  record::Frame frame_;
  std::vector<TopicDraft> drafts_;  // in the order in which they were first named
  std::unordered_map<Uuid, std::size_t> by_id_;
  std::map<Tree::ConfigKey, ConfigNode> configs_;
  std::optional<std::int64_t> next_producer_id_;
  std::int32_t producer_broker_ = -1;
  Operations operations_;
};

}  // namespace

Result<std::vector<Operations>> plan(std::span<const sdk::Bytes> records, const Tree& tree, std::int32_t controller_epoch) {
  Planner planner(tree, controller_epoch);
  for (const sdk::Bytes record : records) BARNABAS_TRY(planner.add(record));
  return planner.requests();
}

std::vector<Operations> plan_deletion(const std::string& topic, const Tree& tree) {
  Operations operations;
  add_deletion(topic, tree, operations);
  operations.push_back({.kind = Operation::Kind::kDelete, .path = deletion_path(topic)});
  auto requests = Planner::in_requests(operations);
  return requests ? *std::move(requests) : std::vector<Operations>();  // paths alone are never too large
}

Status put_all(const std::vector<Operations>& requests, Tree& tree) {
  for (const Operations& operations : requests)
    for (const Operation& operation : operations) {
      if (operation.kind == Operation::Kind::kDelete) tree.erase(operation.path);
      if (operation.kind == Operation::Kind::kCreate && !operation.is_numbered) BARNABAS_TRY(tree.put(operation.path, operation.data, 0));
      if (operation.kind == Operation::Kind::kSet) BARNABAS_TRY(tree.put(operation.path, operation.data, operation.version + 1));
    }
  return {};
}

}  // namespace barnabas::metadata_zookeeper
