// How a segment loses its end: by truncation, and when recovery finds what is no batch.
#include "log_segment.h"

#include <algorithm>
#include <vector>

namespace barnabas::segment {
namespace {

constexpr std::size_t kCopyBytes = 1 << 20;

Status copy_octets(sdk::File& from, sdk::File& to, std::uint64_t begin, std::uint64_t size) {
  std::vector<std::uint8_t> buffer(static_cast<std::size_t>(std::min<std::uint64_t>(size, kCopyBytes)));
  for (std::uint64_t at = begin; at < size;) {
    std::size_t count = 0;
    BARNABAS_TRY(from.read_at(at, {buffer.data(), static_cast<std::size_t>(std::min<std::uint64_t>(size - at, buffer.size()))}, count));
    if (count == 0) return Status::corrupt("a segment is shorter than it was");
    const sdk::Bytes piece(buffer.data(), count);
    BARNABAS_TRY(to.write_at(at, &piece, 1));
    at += count;
  }
  return {};
}

}  // namespace

// Somebody outside may still read what is to be cut and then written over: then the rest moves to a file of its own, which takes over the
// name.
Status LogSegment::cut_file(std::uint64_t size) {
  const FileRef old = log_;  // outlives the pin, also when the last reader lets go of it meanwhile
  Pin pin;
  BARNABAS_TRY(pin.open(*log_));
  if (!log_->lent() || size == size_) return pin->truncate(size);
  const std::string path = context_.path(base_offset_, Part::kLog);
  const std::string fresh = context_.folder + "/" + to_string(SegmentFileName{base_offset_, Part::kLog, Suffix::kCleaned});
  FileRef copy = FileRef::make(context_.files, fresh);
  Pin to;
  BARNABAS_TRY(to.open(*copy));
  BARNABAS_TRY(to->truncate(0));
  BARNABAS_TRY(copy_octets(*pin, *to, 0, size));
  BARNABAS_TRY(to->sync(false));
  BARNABAS_TRY(context_.host.disk().rename(fresh, path));
  copy->set_path(path);
  {
    std::lock_guard lock(log_mutex_);
    log_ = std::move(copy);
  }
  return context_.host.disk().sync_directory(context_.folder);
}

Status LogSegment::truncate(std::int64_t offset) {
  std::optional<PlacedBatch> first_gone;
  BARNABAS_TRY(find(offset, first_gone));
  sealed_.store(false, std::memory_order_release);
  if (!first_gone) return read_end();
  BARNABAS_TRY(offsets_.truncate(offset));
  BARNABAS_TRY(times_.truncate(offset));
  BARNABAS_TRY(transactions_.truncate(offset));
  BARNABAS_TRY(cut_file(first_gone->position));
  size_ = first_gone->position;
  reserved_end_ = 0;
  since_index_bytes_ = 0;
  if (size_ == 0) {
    created_ms_ = written_ms_ = context_.host.clock().wall_ms();
    first_timestamp_ms_ = -1;
  }
  // Batches since the last time entry may be younger than it: they are looked at again.
  youngest_ = times_.last();
  const std::int64_t indexed_end = youngest_.offset;
  std::optional<PlacedBatch> none;
  end_offset_ = base_offset_;
  if (size_ == 0) return {};
  std::uint64_t position = 0;
  BARNABAS_TRY(offsets_.lookup(indexed_end, position));
  Pin pin;
  BARNABAS_TRY(pin.open(*log_));
  BatchReader reader(*pin, size_);
  const auto keep = [&](const PlacedBatch& seen) {
    end_offset_ = seen.info.last_offset + 1;
    if (seen.info.max_timestamp_ms > youngest_.timestamp_ms) youngest_ = {seen.info.max_timestamp_ms, seen.info.last_offset};
    return false;
  };
  return reader.find(position, keep, none);
}

Status LogSegment::recover(std::int64_t expected_offset, Recovered& seen) {
  seen = {};
  BARNABAS_TRY(offsets_.entries().reset());
  BARNABAS_TRY(times_.reset());
  indexes_missing_ = false;
  indexes_ready_ = true;
  youngest_ = {-1, base_offset_};
  since_index_bytes_ = 0;
  first_timestamp_ms_ = kUnknown;
  end_offset_ = base_offset_;

  std::uint64_t valid = 0;
  std::int64_t next = std::max(expected_offset, base_offset_);
  {
    Pin pin;
    BARNABAS_TRY(pin.open(*log_));
    BatchReader reader(*pin, size_);
    std::optional<PlacedBatch> batch;
    while (valid < size_) {
      BARNABAS_TRY(reader.at(valid, batch));
      if (!batch || batch->info.base_offset < next || batch->info.last_offset - base_offset_ > INT32_MAX) break;
      bool fits = false;
      BARNABAS_TRY(reader.checksum_fits(*batch, fits));
      if (!fits) break;
      BARNABAS_TRY(make_index_room());
      index_batch(*batch);
      seen.holes |= batch->info.base_offset > next;
      valid = batch->end();
      next = end_offset_ = batch->info.last_offset + 1;
    }
  }
  if (valid < size_) {
    seen.cut = true;
    BARNABAS_TRY(cut_file(valid));
    size_ = valid;
    BARNABAS_TRY(sync_log());
  }
  times_.maybe_append(youngest_);
  BARNABAS_TRY(save_indexes());
  return transactions_.truncate(end_offset_);
}

Status LogSegment::write_again(std::int64_t from_offset) {
  std::optional<PlacedBatch> first;
  if (from_offset < end_offset_) BARNABAS_TRY(find(from_offset, first));
  if (!first) return {};
  Pin pin;
  BARNABAS_TRY(pin.open(*log_));
  return copy_octets(*pin, *pin, first->position, size_);
}

}  // namespace barnabas::segment
