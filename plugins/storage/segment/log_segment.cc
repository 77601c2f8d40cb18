#include "log_segment.h"

#include "whole_file.h"

#include <algorithm>

namespace barnabas::segment {
namespace {

// Room is held in advance only for segments that have shown that they grow: an idle partition stays as small as what it holds.
constexpr std::uint64_t kReserveFromBytes = 4 << 20;
constexpr std::uint64_t kReserveStepBytes = 16 << 20;

FileRef file_of(SegmentContext& context, std::int64_t base_offset, Part part) {
  return FileRef::make(context.files, context.path(base_offset, part));
}

}  // namespace

LogSegment::LogSegment(SegmentContext& context, const StoredSegment& stored, std::int64_t jitter_ms)
    : context_(context),
      base_offset_(stored.base_offset),
      jitter_ms_(jitter_ms),
      created_ms_(stored.modified_ms),
      written_ms_(stored.modified_ms),
      size_(stored.size),
      end_offset_(stored.base_offset),
      youngest_{-1, stored.base_offset},
      indexes_missing_(!stored.has_indexes),
      log_(file_of(context, stored.base_offset, Part::kLog)),
      offsets_(file_of(context, stored.base_offset, Part::kIndex), stored.base_offset),
      times_(file_of(context, stored.base_offset, Part::kTimeIndex), stored.base_offset),
      transactions_(file_of(context, stored.base_offset, Part::kTransactionIndex), stored.has_transactions) {}

std::shared_ptr<LogSegment> LogSegment::first(SegmentContext& context) {
  StoredSegment fresh;
  fresh.modified_ms = context.host.clock().wall_ms();
  auto made = std::make_shared<LogSegment>(context, fresh, 0);
  made->first_timestamp_ms_ = -1;
  return made;
}

Result<std::shared_ptr<LogSegment>> LogSegment::create(SegmentContext& context, std::int64_t base_offset, std::int64_t jitter_ms) {
  StoredSegment fresh;
  fresh.base_offset = base_offset;
  fresh.modified_ms = context.host.clock().wall_ms();
  auto made = std::make_shared<LogSegment>(context, fresh, jitter_ms);
  if (Status status = made->begin_log(); !status) {
    // The log may go on in the segment before. A file that lay in its way would then tell a start that what is behind it was lost.
    made->log_->retire();
    if (Status removed = remove_file(context.host.disk(), made->log_->path()); !removed)
      return Status::io("a segment cannot be begun and its file cannot be removed: " + std::string(message_of(removed)));
    return status;
  }
  made->first_timestamp_ms_ = -1;
  return made;
}

Status LogSegment::begin_log() {
  Pin pin;
  BARNABAS_TRY(pin.open(*log_));
  // A crash may have left something under this name.
  BARNABAS_TRY(pin->truncate(0));
  return context_.settings.preallocate ? reserve_for(static_cast<std::uint64_t>(context_.settings.segment_bytes)) : Status();
}

Status LogSegment::need_indexes() {
  if (indexes_ready_) return {};
  if (!indexes_missing_ && size_ != 0) {
    Status status = offsets_.load(size_);
    if (status) status = times_.load();
    const bool held = status && offsets_.entries().count() == 0 && times_.entries().count() == 0;
    if (status && !held) {
      youngest_ = times_.last();
      indexes_ready_ = true;
      return {};
    }
    if (status) return rebuild_indexes();  // there was no room for them, or there is little to read
    if (status.code() != Code::kCorrupt) return status;
    context_.host.log(sdk::LogLevel::kWarn, std::string(message_of(status)) + ": it is made anew");
  }
  return rebuild_indexes();
}

// Where there is no room for an index, it grows in memory.
Status LogSegment::make_index_room() {
  Status status = offsets_.entries().make_room();
  if (status) status = times_.entries().make_room();
  return status.code() == Code::kExhausted ? Status() : std::move(status);
}

// Where there is no room for both they stay in memory, and their files are empty rather than half of what they should be: a later start
// makes them anew. A full device takes no records, but those that it has can be read, and given up.
Status LogSegment::save_indexes() {
  Status status = offsets_.entries().save();
  if (status) status = times_.entries().save();
  if (status.code() != Code::kExhausted) return status;
  BARNABAS_TRY(offsets_.entries().hold());
  return times_.entries().hold();
}

Status LogSegment::rebuild_indexes() {
  BARNABAS_TRY(offsets_.entries().reset());
  BARNABAS_TRY(times_.reset());
  youngest_ = {-1, base_offset_};
  since_index_bytes_ = 0;
  if (size_ != 0) {
    Pin pin;
    BARNABAS_TRY(pin.open(*log_));
    BatchReader reader(*pin, size_);
    std::uint64_t position = 0;
    std::optional<PlacedBatch> batch;
    while (position < size_) {
      BARNABAS_TRY(reader.at(position, batch));
      if (!batch) break;
      BARNABAS_TRY(make_index_room());
      index_batch(*batch);
      position = batch->end();
    }
    times_.maybe_append(youngest_);
    BARNABAS_TRY(save_indexes());
  }
  indexes_missing_ = false;
  indexes_ready_ = true;
  return {};
}

// Kafka's rule: an entry for the batch with which more than the interval lies behind the last entry; it does not count itself.
void LogSegment::index_batch(const PlacedBatch& batch) {
  if (batch.info.max_timestamp_ms > youngest_.timestamp_ms) youngest_ = {batch.info.max_timestamp_ms, batch.info.last_offset};
  if (since_index_bytes_ > static_cast<std::uint64_t>(context_.settings.index_interval_bytes)) {
    offsets_.append(batch.info.last_offset, batch.position);
    times_.maybe_append(youngest_);
    since_index_bytes_ = 0;
  }
  since_index_bytes_ += batch.info.size;
}

Status LogSegment::read_end() {
  end_offset_ = base_offset_;
  if (size_ == 0) return {};
  BARNABAS_TRY(need_indexes());
  std::uint64_t position = 0;
  BARNABAS_TRY(offsets_.last_position(position));
  Pin pin;
  BARNABAS_TRY(pin.open(*log_));
  BatchReader reader(*pin, size_);
  std::optional<PlacedBatch> batch;
  const auto keep = [&](const PlacedBatch& seen) {
    end_offset_ = seen.info.last_offset + 1;
    if (seen.info.max_timestamp_ms > youngest_.timestamp_ms) youngest_ = {seen.info.max_timestamp_ms, seen.info.last_offset};
    return false;
  };
  return reader.find(position, keep, batch);
}

Result<sdk::RollingSegment> LogSegment::rolling() {
  if (first_timestamp_ms_ == kUnknown) {
    first_timestamp_ms_ = -1;
    if (size_ != 0) {
      Pin pin;
      BARNABAS_TRY(pin.open(*log_));
      BatchReader reader(*pin, size_);
      std::optional<PlacedBatch> first;
      BARNABAS_TRY(reader.at(0, first));
      if (first) first_timestamp_ms_ = first->info.max_timestamp_ms;
    }
  }
  const auto limit = static_cast<std::size_t>(context_.settings.segment_index_bytes);
  sdk::RollingSegment state;
  state.base_offset = base_offset_;
  state.size = size_;
  state.first_timestamp_ms = first_timestamp_ms_;
  state.created_ms = created_ms_;
  state.jitter_ms = jitter_ms_;
  // The time index keeps one place free for the entry that seal() writes.
  state.index_full =
      offsets_.entries().count() >= limit / OffsetIndex::kEntryBytes || times_.entries().count() + 1 >= limit / TimeIndex::kEntryBytes;
  return state;
}

Status LogSegment::append(const sdk::AppendRequest& request, std::uint64_t request_size) {
  if (size_ != 0) BARNABAS_TRY(need_indexes());
  // What can fail comes before the octets.
  BARNABAS_TRY(offsets_.entries().make_room());
  BARNABAS_TRY(times_.entries().make_room());
  Pin pin;
  BARNABAS_TRY(pin.open(*log_));
  BARNABAS_TRY(reserve_for(size_ + request_size));
  if (Status status = pin->write_at(size_, request.pieces, request.piece_count); !status) {
    if (Status cut = pin->truncate(size_); !cut)
      return Status::io("an append failed and its remains cannot be cut off: " + std::string(message_of(cut)));
    return status;
  }
  if (size_ == 0) first_timestamp_ms_ = request.batches[0].max_timestamp_ms;
  PlacedBatch batch;
  batch.position = size_;
  for (std::size_t i = 0; i < request.batch_count; ++i) {
    batch.info = request.batches[i];
    index_batch(batch);
    batch.position = batch.end();
  }
  if (batch.info.max_timestamp_ms < 0) written_ms_ = context_.host.clock().wall_ms();
  size_ += request_size;
  end_offset_ = batch.info.last_offset + 1;
  indexes_ready_ = true;
  indexes_missing_ = false;
  return {};
}

Status LogSegment::reserve_for(std::uint64_t size) {
  if (size <= reserved_end_ || (size < kReserveFromBytes && !context_.settings.preallocate)) return {};
  const auto limit = static_cast<std::uint64_t>(context_.settings.segment_bytes);
  const std::uint64_t end = std::max(size, std::min(context_.settings.preallocate ? limit : size + kReserveStepBytes, limit));
  Pin pin;
  BARNABAS_TRY(pin.open(*log_));
  Status status = pin->reserve(size_, end - size_);
  if (status.code() == Code::kIo) return status;
  // No room to hold in advance is no reason to refuse what may still fit.
  reserved_end_ = end;
  return {};
}

Status LogSegment::seal() {
  if (size_ != 0) BARNABAS_TRY(need_indexes());
  if (indexes_ready_ || indexes_missing_) {
    times_.maybe_append(youngest_);
    BARNABAS_TRY(save_indexes());
    indexes_missing_ = false;
    indexes_ready_ = true;
  }
  BARNABAS_TRY(transactions_.sync());
  if (reserved_end_ > size_) {
    BARNABAS_TRY(cut_file(size_));
    reserved_end_ = 0;
  }
  sealed_.store(true, std::memory_order_release);
  return {};
}

// An index that is damaged in its middle passes load(). Believed, it would send readers past batches that are there.
Status LogSegment::begin_search(std::int64_t offset, BatchReader& reader, std::uint64_t& position) {
  BARNABAS_TRY(offsets_.lookup(offset, position));
  if (position == 0) return {};
  std::optional<PlacedBatch> batch;
  BARNABAS_TRY(reader.at(position, batch));
  if (batch && batch->info.base_offset <= offset) return {};
  context_.host.log(sdk::LogLevel::kWarn, "the index " + offsets_.entries().file().path() + " says that offset " + std::to_string(offset) +
                                              " is behind position " + std::to_string(position) + ", which is not so: it is made anew");
  BARNABAS_TRY(rebuild_indexes());
  return offsets_.lookup(offset, position);
}

// The octets of another segment, or what damage made of an offset that no checksum covers.
Status LogSegment::check_place(const PlacedBatch& batch) const {
  if (batch.info.base_offset >= base_offset_ && batch.info.last_offset < end_offset_) return {};
  return Status::corrupt(context_.path(base_offset_, Part::kLog) + " has the offsets " + std::to_string(batch.info.base_offset) + " to " +
                         std::to_string(batch.info.last_offset) + " where only " + std::to_string(base_offset_) + " to " +
                         std::to_string(end_offset_ - 1) + " can be");
}

Status LogSegment::find(std::int64_t offset, std::optional<PlacedBatch>& batch) {
  batch.reset();
  if (size_ == 0) return {};
  BARNABAS_TRY(need_indexes());
  Pin pin;
  BARNABAS_TRY(pin.open(*log_));
  BatchReader reader(*pin, size_);
  std::uint64_t position = 0;
  BARNABAS_TRY(begin_search(offset, reader, position));
  BARNABAS_TRY(reader.find(
      position, [&](const PlacedBatch& seen) { return seen.info.last_offset >= offset; }, batch));
  return batch ? check_place(*batch) : Status();
}

Status LogSegment::find_by_time(std::int64_t timestamp_ms, std::int64_t from, std::optional<PlacedBatch>& batch) {
  batch.reset();
  if (size_ == 0) return {};
  BARNABAS_TRY(need_indexes());
  TimeEntry before;
  BARNABAS_TRY(times_.lookup(timestamp_ms, before));
  std::uint64_t position = 0;
  BARNABAS_TRY(offsets_.lookup(std::max(before.offset, from), position));
  Pin pin;
  BARNABAS_TRY(pin.open(*log_));
  BatchReader reader(*pin, size_);
  const auto wanted = [&](const PlacedBatch& seen) { return seen.info.max_timestamp_ms >= timestamp_ms && seen.info.last_offset >= from; };
  return reader.find(position, wanted, batch);
}

Status LogSegment::find_youngest(std::int64_t from, std::int64_t above_ms, std::optional<PlacedBatch>& batch) {
  std::optional<PlacedBatch> first;
  BARNABAS_TRY(find(from, first));
  batch.reset();
  if (!first) return {};
  Pin pin;
  BARNABAS_TRY(pin.open(*log_));
  BatchReader reader(*pin, size_);
  std::optional<PlacedBatch> none;
  const auto keep = [&](const PlacedBatch& seen) {
    if (seen.info.max_timestamp_ms > (batch ? batch->info.max_timestamp_ms : above_ms)) batch = seen;
    return false;
  };
  return reader.find(first->position, keep, none);
}

Result<std::int64_t> LogSegment::max_timestamp_ms() {
  if (size_ == 0) return std::int64_t{-1};
  BARNABAS_TRY(need_indexes());
  return youngest_.timestamp_ms;
}

Status LogSegment::sync_log() {
  FileRef log;
  {
    std::lock_guard lock(log_mutex_);
    log = log_;
  }
  Pin pin;
  BARNABAS_TRY(pin.open(*log));
  return pin->sync(false);
}

Status LogSegment::sync() {
  BARNABAS_TRY(sync_log());
  BARNABAS_TRY(offsets_.entries().sync());
  BARNABAS_TRY(times_.entries().sync());
  return transactions_.sync();
}

Status LogSegment::remove() {
  removed_.store(true, std::memory_order_release);
  sdk::Disk& disk = context_.host.disk();
  const auto bury = [&](Part part, CachedFile& file) -> Status {
    const std::string path = context_.path(base_offset_, part);
    const std::string buried = path + std::string(kDeletedSuffix);
    file.retire();
    Status status = disk.rename(path, buried);
    if (status.code() == Code::kNotFound) return {};
    if (!status) return status;
    context_.reaper->bury(buried, context_.settings.file_delete_delay_ms);
    return {};
  };
  BARNABAS_TRY(bury(Part::kLog, *log_));
  BARNABAS_TRY(bury(Part::kIndex, offsets_.entries().file()));
  BARNABAS_TRY(bury(Part::kTimeIndex, times_.entries().file()));
  return transactions_.exists() ? bury(Part::kTransactionIndex, transactions_.file()) : Status();
}

}  // namespace barnabas::segment
