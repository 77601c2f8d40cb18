#include "directory.h"

#include "kernel/record/checkpoint_file.h"
#include "whole_file.h"

#include <charconv>

namespace barnabas::segment {
namespace {

constexpr std::string_view kLockFile = "/.lock";
constexpr std::string_view kCleanFile = ".kafka_cleanshutdown";
constexpr std::string_view kMetaFile = "meta.properties";
constexpr std::size_t kSmallFileBytes = 64 << 10;
constexpr std::size_t kCheckpointBytes = 256 << 20;

// {"version":0,"brokerEpoch":42}; older brokers leave the file empty.
std::int64_t parse_epoch(std::string_view text) {
  constexpr std::string_view kKey = "\"brokerEpoch\":";
  const std::size_t at = text.find(kKey);
  std::int64_t epoch = -1;
  if (at == std::string_view::npos) return epoch;
  text.remove_prefix(at + kKey.size());
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  if (std::from_chars(text.data(), text.data() + text.size(), epoch).ec != std::errc()) return -1;
  return epoch;
}

}  // namespace

Status Directory::check(Status status) {
  if (status.code() != Code::kIo) return status;
  std::lock_guard lock(mutex_);
  if (!fenced_.exchange(true, std::memory_order_acq_rel)) {
    failure_ = path_ + " is offline since an I/O error: " + std::string(message_of(status));
    host_.log(sdk::LogLevel::kError, failure_);
  }
  return status;
}

Status Directory::offline() const {
  std::lock_guard lock(mutex_);
  return Status::io(failure_);
}

Status Directory::read_identity(std::optional<record::MetaProperties>& identity) {
  identity.reset();
  std::string text;
  Status status = read_file(host_.disk(), path_ + "/" + std::string(kMetaFile), kSmallFileBytes, text);
  if (status.code() == Code::kNotFound) return check_empty();
  if (!status) return check(std::move(status));
  auto parsed = record::parse_meta_properties(text);
  if (!parsed) return Status::corrupt(path_ + ": " + std::string(message_of(parsed.status())));
  identity = std::move(*parsed);
  id_ = identity->directory_id.value_or(sdk::Uuid{});
  return {};
}

// Without its meta.properties a directory is a new one. One with partitions is not: they would get another owner, and lose their leaders.
Status Directory::check_empty() {
  struct Partitions final : sdk::DirectoryVisitor {
    void visit(const sdk::FileInfo& info) noexcept override {
      const std::string_view name(info.name.data, info.name.size);
      if (info.is_directory && name != kClusterMetadata && parse_folder(name)) found = true;
    }
    bool found = false;
  } partitions;
  Status status = host_.disk().list(path_, partitions);
  if (status.code() == Code::kNotFound) return {};
  BARNABAS_TRY(check(std::move(status)));
  return !partitions.found ? Status()
                           : Status::corrupt(path_ + " holds partitions and has no meta.properties, which says whose they are: restore " +
                                             path_ + "/meta.properties from a copy");
}

Status Directory::write_identity(const record::MetaProperties& identity) {
  BARNABAS_TRY(check(make_folder(host_.disk(), path_)));
  const std::string text = record::print_meta_properties(identity, host_.clock().wall_ms());
  BARNABAS_TRY(check(replace_file(host_.disk(), path_, kMetaFile, text, true)));
  id_ = identity.directory_id.value_or(sdk::Uuid{});
  return {};
}

Status Directory::start(bool& clean, std::int64_t& broker_epoch) {
  sdk::Disk& disk = host_.disk();
  Status locked = disk.lock(path_ + std::string(kLockFile));
  if (locked.code() == Code::kExists)
    return Status::error(Code::kExists, "another process runs on " + path_ + ": stop it, or give this one a directory of its own");
  BARNABAS_TRY(check(std::move(locked)));
  locked_ = true;

  std::string text;
  Status found = read_file(disk, path_ + "/" + std::string(kCleanFile), kSmallFileBytes, text);
  clean = found.ok();
  if (!found && found.code() != Code::kNotFound) return check(std::move(found));
  broker_epoch = clean ? parse_epoch(text) : -1;
  for (Checkpoint& checkpoint : checkpoints_) BARNABAS_TRY(read_checkpoint(checkpoint));
  if (clean) {
    // Gone for good before anything changes: if this process dies, its stop was not clean.
    BARNABAS_TRY(check(remove_file(disk, path_ + "/" + std::string(kCleanFile))));
    BARNABAS_TRY(check(disk.sync_directory(path_)));
  }
  return {};
}

Status Directory::stop(std::int64_t broker_epoch) {
  BARNABAS_TRY(write_checkpoints());
  if (online() && may_stop_cleanly_) {
    const std::string text = "{\"version\":0,\"brokerEpoch\":" + std::to_string(broker_epoch) + "}";
    BARNABAS_TRY(check(replace_file(host_.disk(), path_, kCleanFile, text, true)));
  }
  release();
  return {};
}

void Directory::release() {
  if (locked_) host_.disk().unlock(path_ + std::string(kLockFile));
  locked_ = false;
}

Status Directory::read_checkpoint(Checkpoint& checkpoint) {
  std::string text;
  Status status = read_file(host_.disk(), path_ + "/" + std::string(checkpoint.file), kCheckpointBytes, text);
  if (status.code() == Code::kNotFound) return {};
  if (!status) return check(std::move(status));
  auto entries = record::parse_partition_offsets(text);
  if (!entries) {
    // Nothing is lost by not believing it: recovery reads more, and high watermarks are learned again.
    host_.log(sdk::LogLevel::kWarn,
              path_ + "/" + std::string(checkpoint.file) + " is ignored: " + std::string(message_of(entries.status())));
    return {};
  }
  std::lock_guard lock(mutex_);
  for (const record::PartitionOffset& entry : *entries) marks_[{entry.topic, entry.partition}].*checkpoint.mark = entry.offset;
  checkpoint.written = std::move(text);
  return {};
}

Marks Directory::marks(const FolderName& name) const {
  std::lock_guard lock(mutex_);
  const auto found = marks_.find(name);
  return found == marks_.end() ? Marks() : found->second;
}

void Directory::set_marks(const FolderName& name, const Marks& marks) {
  std::lock_guard lock(mutex_);
  Marks& known = marks_[name];
  const std::int64_t cleaned = known.cleaned;
  known = marks;
  known.cleaned = cleaned;
}

Status Directory::lower(const FolderName& name, std::int64_t recovery_point, std::optional<std::int64_t> log_start) {
  std::lock_guard writing(write_mutex_);
  {
    std::lock_guard lock(mutex_);
    Marks& marks = marks_[name];
    const bool lowers = marks.recovery_point > recovery_point;
    if (!lowers && !log_start) return {};
    if (lowers) marks.recovery_point = recovery_point;
    if (log_start) marks.log_start = *log_start;
  }
  return write_changed();
}

void Directory::note_gone(const FolderName& name) {
  std::lock_guard lock(mutex_);
  if (const auto found = marks_.find(name); found != marks_.end()) found->second.gone = true;
}

Status Directory::forget(const FolderName& name) {
  {
    std::lock_guard lock(mutex_);
    if (!marks_.contains(name)) return {};
  }
  std::lock_guard writing(write_mutex_);
  {
    std::lock_guard lock(mutex_);
    marks_.erase(name);
  }
  return write_changed();
}

Status Directory::write_checkpoints() {
  std::lock_guard writing(write_mutex_);
  return write_changed();
}

std::string Directory::text_of(const Checkpoint& checkpoint) const {
  std::lock_guard lock(mutex_);
  std::vector<record::PartitionOffset> entries;
  for (const auto& [name, marks] : marks_)
    if (!marks.gone && marks.*checkpoint.mark >= 0) entries.push_back({name.topic, name.partition, marks.*checkpoint.mark});
  return record::print_partition_offsets(entries);
}

std::vector<FolderName> Directory::gone() const {
  std::lock_guard lock(mutex_);
  std::vector<FolderName> names;
  for (const auto& [name, marks] : marks_)
    if (marks.gone) names.push_back(name);
  return names;
}

Status Directory::write_changed() {
  const std::vector<FolderName> left_out = gone();
  for (Checkpoint& checkpoint : checkpoints_) {
    std::string text = text_of(checkpoint);
    if (text == checkpoint.written) continue;
    BARNABAS_TRY(check(replace_file(host_.disk(), path_, checkpoint.file, text, true)));
    checkpoint.written = std::move(text);
  }
  std::lock_guard lock(mutex_);
  for (const FolderName& name : left_out)
    if (const auto found = marks_.find(name); found != marks_.end() && found->second.gone) marks_.erase(found);
  return {};
}

}  // namespace barnabas::segment
