// Appending, flushing, closing.
#include "partition.h"

#include "partition_metadata.h"
#include "whole_file.h"

#include <algorithm>

namespace barnabas::segment {

Partition::Partition(std::unique_ptr<SegmentContext> context, FolderName name, Directory& directory, std::uint32_t directory_index,
                     Opened&& opened)
    : context_(std::move(context)),
      name_(std::move(name)),
      directory_(directory),
      directory_index_(directory_index),
      random_(context_->host.random().next()),
      recovered_(opened.recovered),
      changed_(opened.recovered || opened.new_names),
      new_metadata_(opened.new_metadata || (opened.recovered && opened.topic_id != sdk::Uuid{})),
      topic_id_(opened.topic_id),
      stored_(opened.stored),
      segments_(std::move(opened.segments)),
      recovery_point_(opened.recovery_point),
      names_changed_(opened.new_names || opened.recovered),
      folder_new_(opened.recovered),  // a process that was killed may not have synced the names that it made
      log_end_(segments_.back()->end_offset()),
      log_start_(opened.log_start),
      high_watermark_(opened.high_watermark) {
  settled_base_ = segments_[segment_of(recovery_point_)]->base_offset();
}

Status Partition::check(Status status) {
  switch (status.code()) {
    case Code::kOk:
    case Code::kExhausted:
    case Code::kCorrupt:
      return status;
    case Code::kIo:
      return directory_.check(std::move(status));
    default:
      return directory_.check(Status::io(status.message()));
  }
}

sdk::PartitionState Partition::state() noexcept {
  sdk::PartitionState state;
  state.log_start = log_start_;
  state.log_end = log_end();
  state.high_watermark = std::min(high_watermark_.load(), state.log_end);
  for (const auto& segment : segments_) state.size += segment->size();
  state.directory = directory_index_;
  state.recovered = recovered_;
  return state;
}

Status Partition::append(const sdk::AppendRequest& request, sdk::AppendOutcome& outcome) noexcept {
  outcome.rolled_at = -1;
  if (!directory_.online()) return directory_.offline();
  std::uint64_t size = 0;
  BARNABAS_TRY(sdk::check_append(request, log_end(), context_->settings, size));
  BARNABAS_TRY(make_folder());
  auto rolling = active().rolling();
  if (!rolling) return check(std::move(rolling).status());
  changed_ = true;
  if (new_metadata_) {
    // No crash leaves batches of which nobody knows whether their topic is the one of that name now.
    BARNABAS_TRY(check(sync_side(std::string(kMetadataFile))));
    new_metadata_ = false;
  }
  if (sdk::must_roll(*rolling, context_->settings, request, size, context_->host.clock().wall_ms())) {
    // Always where the log ends, so that a gap between segments tells recovery that something was lost; but for a gap that no segment
    // spans.
    const bool spans = request.batches[request.batch_count - 1].last_offset - log_end() <= INT32_MAX;
    const std::int64_t base_offset = spans ? log_end() : request.batches[0].base_offset;
    BARNABAS_TRY(roll_at(base_offset));
    outcome.rolled_at = base_offset;
  }
  PlacedBatch placed;
  placed.position = active().size();
  BARNABAS_TRY(check(active().append(request, size)));
  for (std::size_t i = 0; i < request.batch_count; ++i) {
    placed.info = request.batches[i];
    recent_.add(active().base_offset(), placed);
    placed.position = placed.end();
  }
  log_end_.store(active().end_offset(), std::memory_order_release);
  return {};
}

Status Partition::make_folder() {
  if (stored()) return {};
  sdk::Disk& disk = context_->host.disk();
  BARNABAS_TRY(check(disk.make_directory(context_->folder)));
  if (!topic_id_.is_zero()) {
    const std::string text = print_partition_metadata(topic_id_);
    BARNABAS_TRY(check(replace_file(disk, context_->folder, kMetadataFile, text, false)));
    new_metadata_ = true;
  }
  for (const auto& [name, content] : waiting_sides_) {
    BARNABAS_TRY(check(replace_file(disk, context_->folder, name, sdk::Bytes(content), false)));
    unsynced_sides_.insert(name);
  }
  waiting_sides_.clear();
  changed_ = true;
  names_changed_.store(true, std::memory_order_release);
  folder_new_.store(true, std::memory_order_release);
  stored_.store(true, std::memory_order_release);
  return {};
}

Status Partition::roll() noexcept {
  if (!directory_.online()) return directory_.offline();
  return active().size() == 0 ? Status() : roll_at(log_end());
}

Status Partition::roll_at(std::int64_t base_offset) {
  // Its files would be those of the active one.
  if (base_offset <= active().base_offset()) return Status::internal("a segment can not be begun where the one before it begins");
  BARNABAS_TRY(check(active().seal()));
  changed_ = true;
  auto made = LogSegment::create(*context_, base_offset, sdk::draw_jitter(context_->settings, random_));
  names_changed_.store(true, std::memory_order_release);  // also when it failed: its file was there for a moment
  if (!made) return check(std::move(made).status());
  std::lock_guard lock(structure_mutex_);
  segments_.push_back(std::move(*made));
  return {};
}

Status Partition::flush() noexcept {
  if (!directory_.online()) return directory_.offline();
  if (!stored()) return {};
  Segments unsettled;
  std::int64_t target = 0;
  std::uint64_t cuts = 0;
  bool is_cutting = false;
  {
    std::lock_guard lock(structure_mutex_);
    if (segments_.empty()) return {};  // a restart is under way
    target = log_end();
    const bool settled = recovery_point_ >= target && settled_base_ >= segments_.back()->base_offset();
    if (settled && !names_changed_.load(std::memory_order_acquire) && !folder_new_.load(std::memory_order_acquire)) return {};
    for (const auto& segment : segments_)
      if (segment->base_offset() >= settled_base_) unsettled.push_back(segment);
    cuts = cuts_;
    is_cutting = cutting_;
  }
  for (const auto& segment : unsettled) {
    // The indexes of the last one are made anew if it comes to that.
    Status status = segment->sealed() && segment != unsettled.back() ? segment->sync() : segment->sync_log();
    if (status) status = segment->transactions().sync();
    if (!segment->removed()) BARNABAS_TRY(check(std::move(status)));
  }
  BARNABAS_TRY(check(flush_names()));
  std::lock_guard lock(structure_mutex_);
  if (!is_cutting && cuts == cuts_) {
    recovery_point_ = std::max(recovery_point_, target);
    if (!unsettled.empty()) settled_base_ = std::max(settled_base_, unsettled.back()->base_offset());
  }
  return {};
}

Status Partition::flush_names() {
  if (names_changed_.exchange(false, std::memory_order_acq_rel)) BARNABAS_TRY(context_->host.disk().sync_directory(context_->folder));
  if (folder_new_.exchange(false, std::memory_order_acq_rel)) BARNABAS_TRY(context_->host.disk().sync_directory(directory_.path()));
  return {};
}

void Partition::publish() {
  if (!stored()) return;
  std::lock_guard lock(structure_mutex_);
  if (segments_.empty()) return;
  Marks marks;
  marks.recovery_point = recovery_point_;
  // Recovery begins with the segment that holds the recovery point: not behind one whose indexes are not on the device.
  for (const auto& segment : segments_) {
    if (segment->base_offset() <= settled_base_) continue;
    marks.recovery_point = std::min(marks.recovery_point, segment->base_offset() - 1);
    break;
  }
  const std::int64_t log_start = log_start_.load(std::memory_order_relaxed);
  if (log_start > segments_.front()->base_offset()) marks.log_start = log_start;
  marks.high_watermark = std::min(high_watermark_.load(std::memory_order_relaxed), log_end());
  directory_.set_marks(name_, marks);
}

Status Partition::close_cleanly() {
  if (!directory_.online()) return directory_.offline();
  if (!stored()) return {};
  BARNABAS_TRY(check(active().seal()));
  // Of one that never had a record nothing is lost, whatever a crash of the machine leaves of its files.
  if (changed_ && log_end() > 0) {
    for (const auto& segment : segments_)
      if (segment->base_offset() >= settled_base_) BARNABAS_TRY(check(segment->sync()));
    BARNABAS_TRY(check(sync_sides()));
    names_changed_.store(true, std::memory_order_release);
    BARNABAS_TRY(check(flush_names()));
  }
  changed_ = false;
  {
    std::lock_guard lock(structure_mutex_);
    recovery_point_ = log_end();
    settled_base_ = segments_.back()->base_offset();
  }
  publish();
  return {};
}

}  // namespace barnabas::segment
