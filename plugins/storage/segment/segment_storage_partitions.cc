// What concerns single partitions: finding, opening, making, removing.
#include "segment_storage.h"

#include "loader.h"
#include "partition_metadata.h"
#include "whole_file.h"

namespace barnabas::segment {
namespace {

constexpr std::string_view kRemoteIndexes = "remote-log-index-cache";
constexpr std::size_t kMetadataBytes = 4096;

FolderName name_of(const sdk::PartitionName& name) { return {std::string(name.topic.data, name.topic.size), name.partition}; }

struct Folders final : sdk::DirectoryVisitor {
  void visit(const sdk::FileInfo& info) noexcept override {
    if (info.is_directory) names.emplace_back(info.name.data, info.name.size);
  }
  std::vector<std::string> names;
};

}  // namespace

Status SegmentStorage::find_partitions(std::uint32_t index, bool clean) {
  Directory& directory = *directories_[index];
  Folders folders;
  BARNABAS_TRY(directory.check(host_.disk().list(directory.path(), folders)));
  for (const std::string& folder : folders.names) {
    if (folder == kClusterMetadata || folder == kRemoteIndexes || is_aside_folder(folder, kStray) || is_aside_folder(folder, kFuture))
      continue;
    if (is_aside_folder(folder, kDelete)) {
      reaper_->bury(directory.path() + "/" + folder, 0);
      continue;
    }
    const auto name = parse_folder(folder);
    if (!name) {
      host_.log(sdk::LogLevel::kWarn, directory.path() + "/" + folder + " is left alone: it is not named TOPIC-PARTITION");
      continue;
    }
    Entry entry;
    entry.directory = index;
    entry.unclean = !clean;
    const auto [place, is_new] = entries_.emplace(*name, std::move(entry));
    if (!is_new)
      return Status::corrupt(folder + " lies in " + directories_[place->second.directory]->path() + " and in " + directory.path() +
                             ": move the older one away");
    ++held_[index];
  }
  return {};
}

Status SegmentStorage::partitions(sdk::Visitor<sdk::StoredPartition>& visitor) {
  for (auto& [name, entry] : entries_) {
    if (directories_[entry.directory]->online()) BARNABAS_TRY(read_topic_id(name, entry));
    const sdk::StoredPartition stored{{name.topic, name.partition, entry.topic_id.value_or(sdk::Uuid{})}, entry.directory};
    if (!visitor.visit(stored)) break;
  }
  return {};
}

Status SegmentStorage::read_topic_id(const FolderName& name, Entry& entry) {
  if (entry.topic_id) return {};
  std::string text;
  Status status = read_file(host_.disk(), folder(name, entry) + "/" + std::string(kMetadataFile), kMetadataBytes, text);
  if (status.code() != Code::kNotFound) BARNABAS_TRY(directories_[entry.directory]->check(std::move(status)));
  // Nothing of it, or its beginning: a crash came before the first batch, and with it the sync of this file.
  if (is_torn(text)) {
    entry.topic_id = sdk::Uuid{};
    return {};
  }
  auto id = parse_partition_metadata(text);
  if (!id) return Status::corrupt(folder(name, entry) + ": " + std::string(message_of(id.status())));
  entry.topic_id = *id;
  return {};
}

Status SegmentStorage::write_topic_id(const FolderName& name, Entry& entry, const sdk::Uuid& topic_id) {
  entry.topic_id = topic_id;
  if (topic_id.is_zero() || !entry.stored) return {};
  const std::string text = print_partition_metadata(topic_id);
  return directories_[entry.directory]->check(replace_file(host_.disk(), folder(name, entry), kMetadataFile, text, false));
}

Status SegmentStorage::choose_directory(const sdk::Uuid& wanted, std::uint32_t& index) {
  bool found = false;
  for (std::uint32_t i = 0; i < directories_.size(); ++i) {
    if (!wanted.is_zero()) {
      if (directories_[i]->id() != wanted) continue;
      index = i;
      return directories_[i]->online() ? Status() : directories_[i]->offline();
    }
    if (directories_[i]->online() && (!found || held_[i] < held_[index])) {
      found = true;
      index = i;
    }
  }
  if (!wanted.is_zero()) return Status::not_found("no log directory has the id that was asked for");
  return found ? Status() : Status::io("all log directories are offline");
}

// What a checkpoint has seen was there once. Only after a crash may it name a partition that was removed in the minute before.
void SegmentStorage::tell_of_gone_folder(const FolderName& name) {
  for (const auto& directory : directories_) {
    const Marks marks = directory->marks(name);
    const std::int64_t known = marks.seen_end();
    if (marks.gone || known <= 0) continue;
    host_.log(sdk::LogLevel::kWarn, directory->path() + "/" + to_string(name) + " is not there, and went on to offset " +
                                        std::to_string(known) +
                                        " before: unless its topic was deleted, records are missing; it begins anew");
  }
}

Status SegmentStorage::open(const sdk::PartitionName& wanted, const sdk::Uuid& directory, bool create,
                            const sdk::PartitionSettings& settings, sdk::PartitionStorage*& made) {
  made = nullptr;
  const FolderName name = name_of(wanted);
  auto found = entries_.find(name);
  const bool is_new = found == entries_.end();
  bool new_metadata = false;
  if (is_new) {
    if (!started_) return Status::invalid("the storage is not started");
    if (!create) return Status::not_found(to_string(name) + " is not stored here");
    Entry entry;
    BARNABAS_TRY(choose_directory(directory, entry.directory));
    tell_of_gone_folder(name);
    // Marks of an earlier partition of that name would be taken for this one's.
    BARNABAS_TRY(directories_[entry.directory]->forget(name));
    entry.stored = false;
    entry.topic_id = wanted.topic_id;
    ++held_[entry.directory];
    std::lock_guard lock(entries_mutex_);
    found = entries_.emplace(name, std::move(entry)).first;
  }
  Entry& entry = found->second;
  Directory& place = *directories_[entry.directory];
  if (!place.online()) return place.offline();
  if (entry.open != nullptr) return Status::invalid(to_string(name) + " is open already");
  BARNABAS_TRY(read_topic_id(name, entry));
  if (!wanted.topic_id.is_zero() && *entry.topic_id != wanted.topic_id) {
    if (!entry.topic_id->is_zero())
      return Status::corrupt(folder(name, entry) + " belongs to another topic id: the topic was deleted and made again");
    BARNABAS_TRY(write_topic_id(name, entry, wanted.topic_id));
    new_metadata = entry.stored;
  }
  BARNABAS_TRY(load(name, entry, new_metadata, settings));
  made = entry.open.get();
  return {};
}

Status SegmentStorage::load(const FolderName& name, Entry& entry, bool new_metadata, const sdk::PartitionSettings& settings) {
  Directory& directory = *directories_[entry.directory];
  auto context = std::make_unique<SegmentContext>(SegmentContext{host_, files_, reaper_, folder(name, entry), settings, counts_synced_});
  if (!entry.stored) {
    Partition::Opened fresh = new_partition(*context, *entry.topic_id);
    auto made = std::make_unique<Partition>(std::move(context), name, directory, entry.directory, std::move(fresh));
    std::lock_guard lock(entries_mutex_);
    entry.open = std::move(made);
    entry.unclean = false;
    return {};
  }
  LoadRequest request;
  request.marks = directory.marks(name);
  request.unclean = entry.unclean;
  request.new_metadata = new_metadata;
  auto opened = load_partition(*context, request);
  if (!opened) return directory.check(std::move(opened).status());
  auto made = std::make_unique<Partition>(std::move(context), name, directory, entry.directory, std::move(*opened));
  std::lock_guard lock(entries_mutex_);
  entry.open = std::move(made);
  entry.unclean = false;
  return {};
}

void SegmentStorage::close(sdk::PartitionStorage* partition) noexcept {
  auto* closing = static_cast<Partition*>(partition);
  const auto found = entries_.find(closing->name());
  if (Status status = closing->close_cleanly(); !status) {
    // The next open looks at every batch that may be missing.
    found->second.unclean = true;
    host_.log(sdk::LogLevel::kWarn, to_string(closing->name()) + " could not be closed cleanly: " + std::string(message_of(status)));
  }
  found->second.stored = closing->stored();
  std::lock_guard lock(entries_mutex_);
  found->second.open.reset();
}

Status SegmentStorage::move_aside(const FolderName& name, const Entry& entry, std::string_view kind, std::string& path) {
  Directory& directory = *directories_[entry.directory];
  if (!directory.online()) return directory.offline();
  path = directory.path() + "/" + aside_folder(name, host_.random().next(), host_.random().next(), kind);
  BARNABAS_TRY(directory.check(host_.disk().rename(folder(name, entry), path)));
  return directory.check(host_.disk().sync_directory(directory.path()));
}

void SegmentStorage::forget(Entries::iterator found) {
  --held_[found->second.directory];
  std::lock_guard lock(entries_mutex_);
  entries_.erase(found);
}

// In this order: a checkpoint that came in between would take the marks of the open partition for known again.
void SegmentStorage::forget_for_good(Entries::iterator found) {
  Directory& directory = *directories_[found->second.directory];
  const FolderName name = found->first;
  forget(found);
  directory.note_gone(name);
}

Status SegmentStorage::remove(sdk::PartitionStorage* partition) {
  auto* gone = static_cast<Partition*>(partition);
  const auto found = entries_.find(gone->name());
  if (!gone->stored()) {
    forget(found);
    return {};
  }
  std::string path;
  const std::int64_t delay_ms = gone->file_delete_delay_ms();
  Status status = move_aside(found->first, found->second, kDelete, path);
  if (!status) {  // what lies there still has its name
    std::lock_guard lock(entries_mutex_);
    found->second.open.reset();
    found->second.unclean = true;
    return status;
  }
  reaper_->bury(std::move(path), delay_ms);
  forget_for_good(found);
  return {};
}

Status SegmentStorage::set_aside(const sdk::StoredPartition& partition) {
  const FolderName name = name_of(partition.name);
  const auto found = entries_.find(name);
  if (found == entries_.end()) return Status::not_found(to_string(name) + " is not stored here");
  if (found->second.open != nullptr) return Status::invalid(to_string(name) + " is open: close it before it is set aside");
  if (!found->second.stored) {
    forget(found);
    return {};
  }
  std::string path;
  BARNABAS_TRY(move_aside(name, found->second, kStray, path));
  host_.log(sdk::LogLevel::kWarn, folder(name, found->second) + " is not placed here by the metadata and is kept as " + path);
  forget_for_good(found);
  return {};
}

}  // namespace barnabas::segment
