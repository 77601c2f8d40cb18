#include "metadata_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "kernel/record/checkpoint_file.h"
#include "log_damage.h"

namespace barnabas::kraft {
namespace {

constexpr std::string_view kLogSuffix = ".log";
constexpr std::size_t kOffsetDigits = 20;
// Held in advance, so that a topic can be deleted when there is no room left: that is what makes room.
constexpr std::uint64_t kWriteAgainBytes = 1 << 20;  // at a time
constexpr std::uint64_t kHeldBytes = 128 << 10;
constexpr std::uint64_t kLeastHeldBytes = 8 << 10;

}  // namespace

std::string MetadataLog::path(std::int64_t base_offset) const { return fmt::format("{}/{:020d}", directory_, base_offset); }

std::uint64_t MetadataLog::size_bytes() const {
  std::uint64_t size = 0;
  for (const Segment& segment : segments_) size += segment.size;
  return size;
}

Result<std::vector<std::int64_t>> MetadataLog::find_segments() {
  auto names = list_files(disk_, directory_);
  if (!names) return names.status().copy();
  std::vector<std::int64_t> bases;
  for (const std::string& name : *names) {
    if (name.size() != kOffsetDigits + kLogSuffix.size() || !name.ends_with(kLogSuffix)) continue;
    std::int64_t base = 0;
    const auto end = std::from_chars(name.data(), name.data() + kOffsetDigits, base);
    if (end.ec == std::errc() && end.ptr == name.data() + kOffsetDigits) bases.push_back(base);
  }
  std::sort(bases.begin(), bases.end());
  return bases;
}

void MetadataLog::note(const record::BatchView& batch, std::uint64_t position) {
  indexes_->add(batch, position);
  end_offset_ = batch.next_offset();
  if (epochs_.empty() || epochs_.back().first < batch.leader_epoch()) {
    epochs_.emplace_back(batch.leader_epoch(), batch.base_offset());
    epochs_changed_ = true;
  }
}

Status MetadataLog::scan(std::int64_t base_offset, bool last, const Each& each) {
  const std::string file = path(base_offset) + std::string(kLogSuffix);
  auto content = read_file(disk_, file);
  if (!content) return content.status().copy();
  if (!segments_.empty() && base_offset != end_offset_)
    return Status::corrupt(
        fmt::format("{} begins at offset {}, but the segment before it ends at {}: a file of the metadata log is missing or damaged", file,
                    base_offset, end_offset_));
  segments_.push_back({base_offset, 0});
  indexes_ = std::make_unique<SegmentIndexes>(base_offset);
  end_offset_ = base_offset;
  record::BatchReader batches{sdk::Bytes(*content)};
  std::uint64_t good = 0;
  for (record::BatchView batch; batches.next(batch); good = batches.position()) {
    const bool whole = batch.magic() == 2 && batch.base_offset() == end_offset_ && batch.last_offset() >= batch.base_offset() &&
                       batch.crc_valid() && batch.leader_epoch() >= last_epoch();
    if (!whole) break;
    note(batch, good);
    BARNABAS_TRY(each(batch));
  }
  segments_.back().size = good;
  if (good == content->size()) return {};
  if (last) BARNABAS_TRY(check_torn(sdk::Bytes(*content).slice(good), good));
  if (!last) return damaged(good, "it was finished long ago");
  cut_bytes_ += content->size() - good;
  return {};
}

Status MetadataLog::damaged(std::uint64_t good, std::string_view why) const {
  return Status::corrupt(
      fmt::format("{}{} is damaged at octet {} (offset {}): {}, so this is no torn write. Restore it, or the whole directory, from a copy",
                  path(segments_.back().base_offset), kLogSuffix, good, end_offset_, why));
}

// What is cut off must not have been acknowledged.
Status MetadataLog::check_torn(sdk::Bytes rest, std::uint64_t good) const {
  const auto closed = was_closed(disk_, path(segments_.back().base_offset));
  if (!closed) return closed.status().copy();
  if (*closed) return damaged(good, "the log was closed in good order");
  return has_synced_batch(rest, end_offset_, term_) ? damaged(good, "behind it lies what an earlier start had read") : Status();
}

Status MetadataLog::read(const Each& each, std::int32_t term) {
  term_ = term;
  const auto bases = find_segments();
  if (!bases) return bases.status().copy();
  for (std::size_t i = 0; i < bases->size(); ++i) BARNABAS_TRY(scan((*bases)[i], i + 1 == bases->size(), each));
  return {};
}

Status MetadataLog::open() {
  if (segments_.empty()) {
    BARNABAS_TRY(make_durable_directory(disk_, directory_));
    return restart(0);
  }
  bool was_closed = false;
  BARNABAS_TRY(remove_indexes(&was_closed));
  BARNABAS_TRY(active_.open(disk_, path(segments_.back().base_offset) + std::string(kLogSuffix), sdk::OpenMode::kWrite));
  if (cut_bytes_ != 0) BARNABAS_TRY(active_->truncate(segments_.back().size));
  hold_room();
  if (!was_closed) BARNABAS_TRY(write_again());
  // A process that was killed leaves octets which the device has not seen yet: what is told must not vanish later.
  return active_->sync(true);
}

// Indexes of a segment that grows are not kept up to date on disk; wrong ones would be worse than none, and their being there says that
// nothing can be torn. The directory is synced before anything is appended: recovery writes quorum-state first.
Status MetadataLog::remove_indexes(bool* were_there) {
  for (const char* suffix : {".index", ".timeindex"}) {
    Status status = disk_.remove(path(segments_.back().base_offset) + suffix);
    if (status && were_there != nullptr) *were_there = true;
    if (!status && status.code() != sdk::Code::kNotFound) return status;
  }
  return {};
}

// What a sync failed to write the system takes for written, also in the next process: only octets that are written once more are sure to
// reach the device with the next sync.
Status MetadataLog::write_again() {
  const std::uint64_t size = segments_.back().size;
  std::vector<std::uint8_t> buffer(static_cast<std::size_t>(std::min<std::uint64_t>(size, kWriteAgainBytes)));
  for (std::uint64_t at = 0; at < size;) {
    std::size_t count = 0;
    BARNABAS_TRY(active_->read_at(at, {buffer.data(), static_cast<std::size_t>(std::min<std::uint64_t>(size - at, buffer.size()))}, count));
    if (count == 0) return Status::corrupt(fmt::format("{} became shorter while it was read", path(segments_.back().base_offset)));
    const sdk::Bytes piece(buffer.data(), count);
    BARNABAS_TRY(active_->write_at(at, &piece, 1));
    at += count;
  }
  return {};
}

// An empty segment that begins at `offset`, on the device. What failed leaves nothing that another try would not replace.
Result<OpenFile> MetadataLog::make_segment(std::int64_t offset) {
  OpenFile file;
  BARNABAS_TRY(file.open(disk_, path(offset) + std::string(kLogSuffix), sdk::OpenMode::kWrite));
  BARNABAS_TRY(file->truncate(0));
  BARNABAS_TRY(file->sync(false));
  BARNABAS_TRY(disk_.sync_directory(directory_));
  return file;
}

void MetadataLog::begin(OpenFile file, std::int64_t offset) {
  active_ = std::move(file);
  segments_.push_back({offset, 0});
  indexes_ = std::make_unique<SegmentIndexes>(offset);
  end_offset_ = offset;
  hold_room();
}

// As much as there is. What cannot be held may still be there when it is needed.
void MetadataLog::hold_room() {
  held_end_ = segments_.back().size;
  for (std::uint64_t bytes = kHeldBytes; bytes >= kLeastHeldBytes; bytes /= 2) {
    if (!active_->reserve(segments_.back().size, bytes)) continue;
    held_end_ += bytes;
    return;
  }
}

Status MetadataLog::restart(std::int64_t offset) {
  active_.close();
  // Last segment first: what is left after a crash in between is still a log without gaps.
  while (!segments_.empty()) {
    BARNABAS_TRY(delete_segment(segments_.back().base_offset));
    segments_.pop_back();
  }
  auto file = make_segment(offset);
  if (!file) return std::move(file).status();
  begin(*std::move(file), offset);
  return {};
}

Status MetadataLog::delete_segment(std::int64_t base_offset) {
  for (const char* suffix : {".log", ".index", ".timeindex"})
    if (Status status = disk_.remove(path(base_offset) + suffix); !status && status.code() != sdk::Code::kNotFound) return status;
  return {};
}

Status MetadataLog::append(const record::BatchView& batch) {
  if (segments_.back().size != 0 && segments_.back().size + batch.size() > segment_bytes_) BARNABAS_TRY(roll());
  const std::uint64_t size = segments_.back().size;
  const sdk::Bytes octets = batch.octets();
  if (Status status = active_->write_at(size, &octets, 1); !status) {
    if (Status cut = active_->truncate(size); !cut)
      return Status::io(fmt::format("a record failed and its remains cannot be cut off: {}", message_of(cut)));
    hold_room();  // the cut gave back what was held, too
    return status;
  }
  note(batch, size);
  segments_.back().size += batch.size();
  if (segments_.back().size + kHeldBytes / 2 > held_end_) hold_room();
  return {};
}

// Without room for another file the present segment goes on.
Status MetadataLog::roll() {
  BARNABAS_TRY(sync());
  Status status = indexes_->write(disk_, path(segments_.back().base_offset));
  if (status) {
    auto file = make_segment(end_offset_);
    if (file) {
      BARNABAS_TRY(active_->truncate(segments_.back().size));  // gives back what was held
      begin(*std::move(file), end_offset_);
      return {};
    }
    status = std::move(file).status();
  }
  if (status.code() != sdk::Code::kExhausted) return status;
  BARNABAS_TRY(remove_indexes());
  // An empty file that stayed would stand in the middle of the segment that goes on.
  Status gone = disk_.remove(path(end_offset_) + std::string(kLogSuffix));
  if (!gone && gone.code() != sdk::Code::kNotFound) return gone;
  return disk_.sync_directory(directory_);
}

Status MetadataLog::sync(Durable epochs) {
  BARNABAS_TRY(active_->sync(true));
  // The file says again what the batches say: without room it is written with a later sync, and only a clean end needs it on the device.
  Status status = write_epochs(epochs);
  return status.code() == sdk::Code::kExhausted ? Status() : std::move(status);
}

Status MetadataLog::write_epochs(Durable durable) {
  if (!epochs_changed_ && durable == Durable::kNo) return {};
  std::vector<std::string> lines;
  for (const auto& [epoch, offset] : epochs_) lines.push_back(fmt::format("{} {}", epoch, offset));
  BARNABAS_TRY(replace_file(disk_, directory_, "leader-epoch-checkpoint", sdk::Bytes(record::print_checkpoint_lines(lines)), durable));
  epochs_changed_ = false;
  return {};
}

Status MetadataLog::trim(std::int64_t offset) {
  if (segments_.back().size != 0) BARNABAS_TRY(roll());
  const std::int64_t start_before = start_offset();
  while (segments_.size() > 1 && segments_[1].base_offset <= offset) {
    BARNABAS_TRY(delete_segment(segments_.front().base_offset));
    segments_.erase(segments_.begin());
  }
  if (start_offset() == start_before) return {};
  // The epoch in which the log begins now keeps its entry, at the new beginning.
  while (epochs_.size() > 1 && epochs_[1].second <= start_offset()) epochs_.erase(epochs_.begin());
  if (!epochs_.empty()) epochs_.front().second = std::max(epochs_.front().second, start_offset());
  epochs_changed_ = true;
  return sync();
}

Status MetadataLog::close() {
  if (!active_.is_open()) return {};
  BARNABAS_TRY(active_->truncate(segments_.back().size));  // gives back what was held
  BARNABAS_TRY(sync(Durable::kYes));
  Status status = indexes_->write(disk_, path(segments_.back().base_offset));
  if (status.code() == sdk::Code::kExhausted) status = remove_indexes();
  active_.close();
  return status;
}

}  // namespace barnabas::kraft
