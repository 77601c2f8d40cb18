#include "metadata_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "kernel/record/checkpoint_file.h"

namespace barnabas::kraft {
namespace {

constexpr std::string_view kLogSuffix = ".log";
constexpr std::size_t kOffsetDigits = 20;

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

Status MetadataLog::scan(std::int64_t base_offset, bool last, const std::function<Status(const record::BatchView&)>& each) {
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
  if (!last)
    return Status::corrupt(
        fmt::format("{} is damaged at octet {} (offset {}): it was finished long ago, so this is no torn write. Restore it, or the whole "
                    "directory, from a copy",
                    file, good, end_offset_));
  cut_bytes_ += content->size() - good;
  return {};
}

Status MetadataLog::read(const std::function<Status(const record::BatchView&)>& each) {
  const auto bases = find_segments();
  if (!bases) return bases.status().copy();
  for (std::size_t i = 0; i < bases->size(); ++i) BARNABAS_TRY(scan((*bases)[i], i + 1 == bases->size(), each));
  return {};
}

Status MetadataLog::open() {
  BARNABAS_TRY(make_durable_directory(disk_, directory_));
  if (segments_.empty()) return restart(0);
  BARNABAS_TRY(open_active(false));
  BARNABAS_TRY(active_->truncate(segments_.back().size));
  // A process that was killed leaves octets which the device has not seen yet: what is told must not vanish later.
  return sync();
}

Status MetadataLog::open_active(bool make) {
  const std::string base = path(segments_.back().base_offset);
  // Indexes of a segment that grows are not kept up to date on disk; wrong ones would be worse than none.
  for (const char* suffix : {".index", ".timeindex"})
    if (Status status = disk_.remove(base + suffix); !status && status.code() != sdk::Code::kNotFound) return status;
  BARNABAS_TRY(active_.open(disk_, base + std::string(kLogSuffix), sdk::OpenMode::kWrite));
  if (!make) return {};
  BARNABAS_TRY(active_->truncate(0));
  BARNABAS_TRY(active_->sync(false));
  return disk_.sync_directory(directory_);
}

Status MetadataLog::restart(std::int64_t offset) {
  active_.close();
  // Last segment first: what is left after a crash in between is still a log without gaps.
  while (!segments_.empty()) {
    BARNABAS_TRY(delete_segment(segments_.back().base_offset));
    segments_.pop_back();
  }
  segments_.push_back({offset, 0});
  indexes_ = std::make_unique<SegmentIndexes>(offset);
  end_offset_ = offset;
  return open_active(true);
}

Status MetadataLog::delete_segment(std::int64_t base_offset) {
  for (const char* suffix : {".log", ".index", ".timeindex"})
    if (Status status = disk_.remove(path(base_offset) + suffix); !status && status.code() != sdk::Code::kNotFound) return status;
  return {};
}

Status MetadataLog::append(const record::BatchView& batch) {
  if (segments_.back().size != 0 && segments_.back().size + batch.size() > segment_bytes_) BARNABAS_TRY(roll());
  const sdk::Bytes octets = batch.octets();
  BARNABAS_TRY(active_->write_at(segments_.back().size, &octets, 1));
  note(batch, segments_.back().size);
  segments_.back().size += batch.size();
  return {};
}

Status MetadataLog::roll() {
  BARNABAS_TRY(sync());
  BARNABAS_TRY(indexes_->write(disk_, path(segments_.back().base_offset)));
  segments_.push_back({end_offset_, 0});
  indexes_ = std::make_unique<SegmentIndexes>(end_offset_);
  return open_active(true);
}

Status MetadataLog::sync() {
  BARNABAS_TRY(active_->sync(true));
  return write_epochs();
}

Status MetadataLog::write_epochs() {
  if (!std::exchange(epochs_changed_, false)) return {};
  std::vector<std::string> lines;
  for (const auto& [epoch, offset] : epochs_) lines.push_back(fmt::format("{} {}", epoch, offset));
  return replace_file(disk_, directory_, "leader-epoch-checkpoint", sdk::Bytes(record::print_checkpoint_lines(lines)));
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
  return write_epochs();
}

Status MetadataLog::close() {
  if (!active_.is_open()) return {};
  BARNABAS_TRY(sync());
  BARNABAS_TRY(indexes_->write(disk_, path(segments_.back().base_offset)));
  active_.close();
  return {};
}

}  // namespace barnabas::kraft
