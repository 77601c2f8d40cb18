// Losing a part of the log: its end, its beginning, or all of it. And the side files.
#include "partition.h"
#include "whole_file.h"

#include <algorithm>

namespace barnabas::segment {
namespace {

constexpr std::size_t kLargestSideBytes = 256 << 20;

Status no_side(std::string_view name) {
  return Status::invalid("'" + std::string(name) + "' cannot be the name of a side file: it has a meaning of its own, or is no file name");
}

// Half a cut is nothing to go on with, whatever kept it from its end: the next start finds out what is left.
Status all_or_failed(Status status) { return status.code() == Code::kExhausted ? Status::io(status.message()) : std::move(status); }

}  // namespace

// While it lives, the log is being cut: a flush that began before its end says nothing of the log as it will be.
class Partition::Cut {
 public:
  explicit Cut(Partition& partition) : partition_(partition) {
    std::lock_guard lock(partition_.structure_mutex_);
    ++partition_.cuts_;
    partition_.cutting_ = true;
  }
  Cut(const Cut&) = delete;
  Cut& operator=(const Cut&) = delete;
  ~Cut() {
    std::lock_guard lock(partition_.structure_mutex_);
    partition_.cutting_ = false;
  }

 private:
  Partition& partition_;
};

Status Partition::truncate(std::int64_t offset) noexcept {
  if (!directory_.online()) return directory_.offline();
  if (offset >= log_end()) return {};
  if (offset < log_start_) return restart(offset);
  BARNABAS_TRY(check(cut_to(offset)));
  return log_end() < log_start_ ? restart(log_start_) : Status();
}

Status Partition::cut_to(std::int64_t offset) {
  changed_ = true;
  recent_.clear();
  const Cut cut(*this);
  {
    std::lock_guard lock(structure_mutex_);
    recovery_point_ = std::min(recovery_point_, offset);
    BARNABAS_TRY(directory_.lower(name_, recovery_point_, std::nullopt));
  }
  BARNABAS_TRY(all_or_failed(cut_segments(offset)));
  log_end_.store(active().end_offset(), std::memory_order_release);
  std::lock_guard lock(structure_mutex_);
  settled_base_ = std::min(settled_base_, active().base_offset());
  recovery_point_ = std::min(recovery_point_, log_end());
  return {};
}

Status Partition::cut_segments(std::int64_t offset) {
  BARNABAS_TRY(drop_from(segment_of(offset) + 1));
  BARNABAS_TRY(active().truncate(offset));
  return active().sync_log();
}

Status Partition::drop_from(std::size_t first) {
  if (first >= segments_.size()) return {};
  Segments gone;
  {
    std::lock_guard lock(structure_mutex_);
    gone.assign(segments_.begin() + static_cast<std::ptrdiff_t>(first), segments_.end());
    segments_.resize(first);
  }
  for (auto segment = gone.rbegin(); segment != gone.rend(); ++segment) BARNABAS_TRY((*segment)->remove());
  return context_->host.disk().sync_directory(context_->folder);
}

Status Partition::restart(std::int64_t offset) noexcept {
  if (!directory_.online()) return directory_.offline();
  return check(all_or_failed(start_over(offset)));
}

Status Partition::start_over(std::int64_t offset) {
  BARNABAS_TRY(make_folder());
  changed_ = true;
  recent_.clear();
  const Cut cut(*this);
  {
    std::lock_guard lock(structure_mutex_);
    recovery_point_ = std::min(recovery_point_, offset);
    // From here on a crash ends in an empty log at `offset`, or in the old one.
    BARNABAS_TRY(directory_.lower(name_, recovery_point_, offset));
  }
  BARNABAS_TRY(drop_from(0));
  auto made = LogSegment::create(*context_, offset, sdk::draw_jitter(context_->settings, random_));
  if (!made) return std::move(made).status();
  BARNABAS_TRY(context_->host.disk().sync_directory(context_->folder));
  std::lock_guard lock(structure_mutex_);
  segments_.push_back(std::move(*made));
  recovery_point_ = settled_base_ = offset;
  log_start_ = offset;
  log_end_.store(offset, std::memory_order_release);
  high_watermark_ = std::min(high_watermark_.load(), offset);
  return {};
}

Status Partition::advance_start(std::int64_t offset) noexcept {
  if (!directory_.online()) return directory_.offline();
  if (offset > log_end()) return Status::invalid("the log cannot start behind its end: use restart");
  log_start_ = std::max(log_start_.load(), offset);
  std::size_t count = 0;
  while (count + 1 < segments_.size() && segments_[count + 1]->base_offset() <= log_start_) ++count;
  if (count == 0) return {};
  changed_ = true;
  Segments gone;
  {
    std::lock_guard lock(structure_mutex_);
    const auto end = segments_.begin() + static_cast<std::ptrdiff_t>(count);
    gone.assign(segments_.begin(), end);
    segments_.erase(segments_.begin(), end);
  }
  names_changed_.store(true, std::memory_order_release);
  for (const auto& segment : gone) BARNABAS_TRY(check(segment->remove()));
  return {};
}

Status Partition::add_aborted(const sdk::AbortedTransaction& transaction) noexcept {
  if (!directory_.online()) return directory_.offline();
  BARNABAS_TRY(make_folder());
  changed_ = true;
  LogSegment& segment = *segments_[segment_of(transaction.last_offset)];
  names_changed_.store(true, std::memory_order_release);
  BARNABAS_TRY(check(segment.transactions().append(transaction)));
  return segment.sealed() ? check(segment.transactions().sync()) : Status();
}

Status Partition::write_side(sdk::Text name, sdk::Bytes content, bool sync) noexcept {
  if (!directory_.online()) return directory_.offline();
  const std::string_view file(name.data, name.size);
  if (!is_side_file(file)) return no_side(file);
  // A producer snapshot says that what lies before it need not be read again: then its aborted transactions must be known as surely as the
  // snapshot.
  BARNABAS_TRY(check(active().transactions().sync()));
  if (!sync && !stored()) {
    waiting_sides_.insert_or_assign(std::string(file), std::string(reinterpret_cast<const char*>(content.data), content.size));
    return {};
  }
  BARNABAS_TRY(make_folder());
  BARNABAS_TRY(check(replace_file(context_->host.disk(), context_->folder, file, content, sync)));
  if (!sync) unsynced_sides_.emplace(file);
  changed_ = true;
  return {};
}

Status Partition::sync_sides() {
  for (const std::string& name : unsynced_sides_) BARNABAS_TRY(sync_side(name));
  unsynced_sides_.clear();
  if (new_metadata_) BARNABAS_TRY(sync_side(std::string(kMetadataFile)));
  new_metadata_ = false;
  return {};
}

Status Partition::sync_side(const std::string& name) {
  sdk::File* file = nullptr;
  BARNABAS_TRY(context_->host.disk().open(context_->folder + "/" + name, sdk::OpenMode::kWrite, file));
  Status status = file->sync(false);
  context_->host.disk().close(file);
  return status;
}

Status Partition::read_side(sdk::Text name, sdk::Sink& to) noexcept {
  if (!directory_.online()) return directory_.offline();
  const std::string_view file(name.data, name.size);
  if (!is_side_file(file)) return no_side(file);
  if (!stored()) {
    const auto waiting = waiting_sides_.find(file);
    return waiting != waiting_sides_.end() ? to.append(waiting->second) : Status::not_found("no such side file");
  }
  std::string content;
  Status status = read_file(context_->host.disk(), context_->folder + "/" + std::string(file), kLargestSideBytes, content);
  if (status.code() == Code::kNotFound) return status;
  BARNABAS_TRY(check(std::move(status)));
  return to.append(content);
}

Status Partition::remove_side(sdk::Text name) noexcept {
  if (!directory_.online()) return directory_.offline();
  const std::string_view file(name.data, name.size);
  if (!is_side_file(file)) return no_side(file);
  if (!stored()) {
    if (const auto waiting = waiting_sides_.find(file); waiting != waiting_sides_.end()) waiting_sides_.erase(waiting);
    return {};
  }
  if (const auto unsynced = unsynced_sides_.find(file); unsynced != unsynced_sides_.end()) unsynced_sides_.erase(unsynced);
  changed_ = true;
  return check(remove_file(context_->host.disk(), context_->folder + "/" + std::string(file)));
}

Status Partition::list_sides(sdk::Visitor<sdk::Text>& visitor) noexcept {
  if (!directory_.online()) return directory_.offline();
  struct Names final : sdk::DirectoryVisitor {
    void visit(const sdk::FileInfo& info) noexcept override {
      const std::string_view name(info.name.data, info.name.size);
      if (!info.is_directory && is_side_file(name)) names.emplace_back(name);
    }
    std::vector<std::string> names;
  } found;
  for (const auto& [name, content] : waiting_sides_) found.names.push_back(name);
  if (stored()) BARNABAS_TRY(check(context_->host.disk().list(context_->folder, found)));
  std::sort(found.names.begin(), found.names.end());
  for (const std::string& name : found.names)
    if (!visitor.visit(name)) break;
  return {};
}

}  // namespace barnabas::segment
