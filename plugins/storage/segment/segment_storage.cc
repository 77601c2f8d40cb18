// What concerns the directories as a whole: whose they are, starting, stopping, checkpoints.
#include "segment_storage.h"

#include "kernel/base/uuid.h"
#include "whole_file.h"

#include <algorithm>
#include <cstring>

namespace barnabas::segment {
namespace {

std::string string_of(sdk::Text text) { return {text.data, text.size}; }

// Of version 4, and never with a leading dash: it would look like an option on a command line.
sdk::Uuid draw_id(sdk::Random& random) {
  sdk::Uuid id;
  do {
    const std::uint64_t words[2] = {random.next(), random.next()};
    std::memcpy(id.octets, words, sizeof words);
    id.octets[6] = static_cast<std::uint8_t>((id.octets[6] & 0x0f) | 0x40);
    id.octets[8] = static_cast<std::uint8_t>((id.octets[8] & 0x3f) | 0x80);
  } while (base::to_string(id).front() == '-');
  return id;
}

}  // namespace

SegmentStorage::SegmentStorage(sdk::Host& host, const Options& options)
    : host_(host),
      files_(std::make_shared<FileCache>(host.disk(), static_cast<std::size_t>(options.max_open_files))),
      reaper_(std::make_shared<Reaper>(host)),
      counts_synced_(options.flush == "ack") {
  for (const sdk::Text dir : options.dirs) {
    std::string path = string_of(dir);
    while (path.size() > 1 && path.ends_with('/')) path.pop_back();
    directories_.push_back(std::make_unique<Directory>(host, std::move(path)));
  }
}

SegmentStorage::~SegmentStorage() {
  reaper_->stop();
  for (const auto& directory : directories_) directory->release();
}

Status SegmentStorage::read_identities() {
  identities_.assign(directories_.size(), std::nullopt);
  formatted_ = false;
  for (std::size_t i = 0; i < directories_.size(); ++i) {
    auto& identity = identities_[i];
    Status status = directories_[i]->read_identity(identity);
    if (status.code() == Code::kIo) continue;  // offline; the others may do
    BARNABAS_TRY(std::move(status));
    if (!identity) continue;
    if (!formatted_) {
      formatted_ = true;
      cluster_id_ = identity->cluster_id;
      node_id_ = identity->node_id;
      has_directory_ids_ = identity->version != 0;
    } else if (identity->cluster_id != cluster_id_ || identity->node_id != node_id_) {
      return Status::invalid(directories_[i]->path() + " belongs to node " + std::to_string(identity->node_id) + " of cluster " +
                             identity->cluster_id + ", other directories to node " + std::to_string(node_id_) + " of cluster " +
                             cluster_id_ + ": give this node its own ones only");
    } else if ((identity->version != 0) != has_directory_ids_) {
      return Status::invalid(directories_[i]->path() + " has a meta.properties of version " + std::to_string(identity->version) +
                             ", other directories have one of version " + std::to_string(has_directory_ids_ ? 1 : 0) +
                             ": give this node its own ones only");
    }
    for (std::size_t other = 0; other < i; ++other)
      if (!directories_[i]->id().is_zero() && directories_[other]->id() == directories_[i]->id())
        return Status::invalid(directories_[i]->path() + " and " + directories_[other]->path() +
                               " have the same directory.id: one is a copy of the other");
  }
  return {};
}

Status SegmentStorage::identity(sdk::StorageIdentity& identity) {
  BARNABAS_TRY(read_identities());
  identity = {formatted_, cluster_id_, node_id_, has_directory_ids_};
  return {};
}

Status SegmentStorage::format(const sdk::StorageFormat& format) {
  BARNABAS_TRY(read_identities());
  const std::string cluster = string_of(format.cluster_id);
  const bool is_same_cluster = cluster_id_.empty() || cluster == cluster_id_;  // version 0 may leave it out
  if (formatted_ && !(is_same_cluster && format.node_id == node_id_))
    return Status::invalid(directories_[0]->path() + " belongs to node " + std::to_string(node_id_) + " of cluster " + cluster_id_ +
                           ", not to node " + std::to_string(format.node_id) + " of cluster " + cluster);
  const int version = format.has_directory_ids ? 1 : 0;
  if (formatted_ && format.has_directory_ids != has_directory_ids_)
    return Status::invalid(directories_[0]->path() + " has a meta.properties of version " + std::to_string(1 - version) +
                           ", and this cluster's metadata needs version " + std::to_string(version) + ": give it another directory");
  for (std::size_t i = 0; i < directories_.size(); ++i) {
    if (!directories_[i]->online()) continue;
    record::MetaProperties meta = identities_[i].value_or(record::MetaProperties{});
    meta.version = version;
    meta.cluster_id = cluster;
    meta.node_id = format.node_id;
    if (format.has_directory_ids && !meta.directory_id) meta.directory_id = draw_id(host_.random());
    if (identities_[i] == meta) continue;
    BARNABAS_TRY(directories_[i]->write_identity(meta));
    identities_[i] = std::move(meta);
  }
  formatted_ = true;
  cluster_id_ = cluster;
  node_id_ = format.node_id;
  has_directory_ids_ = format.has_directory_ids;
  return {};
}

Status SegmentStorage::start(sdk::StartOutcome& outcome) {
  outcome = {};
  if (directories_.empty()) return Status::invalid("the storage has no directory: name at least one under dirs");
  BARNABAS_TRY(read_identities());
  if (!formatted_) return Status::invalid(directories_[0]->path() + " is not formatted: it does not say which cluster it belongs to");
  // Directories added since take the name of the others.
  const std::string cluster = cluster_id_;  // what follows sets it anew
  BARNABAS_TRY(format({cluster, node_id_, has_directory_ids_}));
  outcome.clean = true;
  outcome.previous_broker_epoch = INT64_MAX;
  entries_.clear();  // of a start that failed
  held_.assign(directories_.size(), 0);
  Status lost;
  for (std::uint32_t i = 0; i < directories_.size(); ++i) {
    Directory& directory = *directories_[i];
    Status status = directory.online() ? start_directory(i, outcome) : directory.offline();
    if (status) continue;
    if (directory.online()) {  // a refusal, and no failure of the device
      for (const auto& each : directories_) each->release();
      return status;
    }
    outcome.clean = false;
    lost = std::move(status);
  }
  const bool any = std::any_of(directories_.begin(), directories_.end(), [](const auto& directory) { return directory->online(); });
  if (!any) return lost;
  if (outcome.previous_broker_epoch == INT64_MAX || !outcome.clean) outcome.previous_broker_epoch = -1;
  started_ = true;
  return {};
}

Status SegmentStorage::start_directory(std::uint32_t index, sdk::StartOutcome& outcome) {
  bool clean = false;
  std::int64_t epoch = -1;
  BARNABAS_TRY(directories_[index]->start(clean, epoch));
  outcome.clean = outcome.clean && clean;
  outcome.previous_broker_epoch = std::min(outcome.previous_broker_epoch, epoch);
  return find_partitions(index, clean);
}

Status SegmentStorage::stop(std::int64_t broker_epoch) {
  Status first;
  const auto note = [&first](Status status) {
    if (first && !status) first = std::move(status);
  };
  for (auto& [name, entry] : entries_) {
    if (entry.open != nullptr) close(entry.open.get());
    // What nobody has checked must not pass for clean next time.
    if (entry.unclean) directories_[entry.directory]->forbid_clean_stop();
  }
  reaper_->stop();
  for (const auto& directory : directories_) {
    if (directory->online()) note(directory->stop(broker_epoch));
    directory->release();
  }
  entries_.clear();
  started_ = false;
  return first;
}

Status SegmentStorage::directories(sdk::Visitor<sdk::DirectoryInfo>& visitor) {
  for (const auto& directory : directories_) {
    sdk::DirectoryInfo info;
    info.path = directory->path();
    info.id = directory->id();
    if (directory->online()) {
      if (Status status = host_.disk().space(directory->path(), info.total_bytes, info.usable_bytes); status.code() == Code::kIo)
        (void)directory->check(std::move(status));
    }
    info.online = directory->online();
    if (!visitor.visit(info)) break;
  }
  return {};
}

Status SegmentStorage::checkpoint() {
  {
    std::lock_guard lock(entries_mutex_);
    for (auto& [name, entry] : entries_)
      if (entry.open != nullptr && directories_[entry.directory]->online()) entry.open->publish();
  }
  Status first;
  for (const auto& directory : directories_) {
    if (!directory->online()) continue;
    if (Status status = directory->write_checkpoints(); !status && first) first = std::move(status);
  }
  return first;
}

}  // namespace barnabas::segment
