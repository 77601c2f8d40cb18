#include "memory_storage.h"

#include <cstring>

namespace barnabas::memory {
namespace {

using sdk::Status;

std::string string_of(sdk::Text text) { return {text.data, text.size}; }

}  // namespace

MemoryStorage::MemoryStorage(sdk::Host& host, const Options& options)
    : host_(host), budget_(std::make_shared<Budget>(static_cast<std::uint64_t>(options.max_bytes.bytes))) {
  const std::uint64_t id[2] = {host.random().next(), host.random().next()};
  std::memcpy(directory_id_.octets, id, sizeof id);
}

Status MemoryStorage::identity(sdk::StorageIdentity& identity) {
  identity = {formatted_, cluster_id_, node_id_, has_directory_ids_};
  return {};
}

Status MemoryStorage::format(const sdk::StorageFormat& format) {
  const bool is_same = string_of(format.cluster_id) == cluster_id_ && format.node_id == node_id_;
  if (formatted_ && !(is_same && format.has_directory_ids == has_directory_ids_))
    return Status::invalid("the memory storage already belongs to cluster " + cluster_id_ + ", node " + std::to_string(node_id_));
  if (!format.has_directory_ids) directory_id_ = {};
  formatted_ = true;
  cluster_id_ = string_of(format.cluster_id);
  node_id_ = format.node_id;
  has_directory_ids_ = format.has_directory_ids;
  return {};
}

Status MemoryStorage::start(sdk::StartOutcome& outcome) {
  outcome = {};
  outcome.clean = true;
  return {};
}

// What closed partitions hold stays for the next open(): only the end of the process forgets.
Status MemoryStorage::stop(std::int64_t) { return {}; }

Status MemoryStorage::directories(sdk::Visitor<sdk::DirectoryInfo>& visitor) {
  sdk::DirectoryInfo info;
  info.path = "memory";
  info.id = directory_id_;
  info.total_bytes = budget_->limit_bytes();
  info.usable_bytes = budget_->limit_bytes() - budget_->used_bytes();
  visitor.visit(info);
  return {};
}

Status MemoryStorage::partitions(sdk::Visitor<sdk::StoredPartition>& visitor) {
  for (const auto& [key, partition] : partitions_) {
    const sdk::StoredPartition stored{{partition->topic(), partition->number(), partition->topic_id()}, 0};
    if (!visitor.visit(stored)) break;
  }
  return {};
}

Status MemoryStorage::open(const sdk::PartitionName& name, const sdk::Uuid& directory, bool create, const sdk::PartitionSettings& settings,
                           sdk::PartitionStorage*& made) {
  const Key key{string_of(name.topic), name.partition};
  const auto found = partitions_.find(key);
  if (found != partitions_.end()) {
    MemoryPartition& partition = *found->second;
    if (partition.topic_id().is_zero()) partition.set_topic_id(name.topic_id);
    if (!name.topic_id.is_zero() && partition.topic_id() != name.topic_id)
      return Status::corrupt(key.first + "-" + std::to_string(key.second) +
                             " is stored under another topic id: the topic was deleted and made again");
    partition.configure(settings);
    made = &partition;
    return {};
  }
  if (!create) return Status::not_found(key.first + "-" + std::to_string(key.second) + " is not stored here");
  if (!directory.is_zero() && directory != directory_id_)
    return Status::not_found("the memory storage has one directory, and not the one asked for");
  auto& slot = partitions_[key];
  slot = std::make_unique<MemoryPartition>(host_, budget_, name, settings);
  made = slot.get();
  return {};
}

void MemoryStorage::close(sdk::PartitionStorage*) noexcept {}

Status MemoryStorage::remove(sdk::PartitionStorage* partition) {
  const auto* gone = static_cast<MemoryPartition*>(partition);
  partitions_.erase(Key{gone->topic(), gone->number()});
  return {};
}

Status MemoryStorage::set_aside(const sdk::StoredPartition& partition) {
  auto node = partitions_.extract(Key{string_of(partition.name.topic), partition.name.partition});
  if (node.empty()) return Status::not_found("there is no such partition to set aside");
  set_aside_.push_back(std::move(node.mapped()));
  return {};
}

}  // namespace barnabas::memory
