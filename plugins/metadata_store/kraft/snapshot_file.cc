#include "snapshot_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "kernel/record/metadata_batch.h"

namespace barnabas::kraft {
namespace {

constexpr std::string_view kSuffix = ".checkpoint";
constexpr std::string_view kPartSuffix = ".checkpoint.part";
constexpr std::size_t kOffsetDigits = 20;
constexpr std::size_t kEpochDigits = 10;
constexpr std::size_t kStemLength = kOffsetDigits + 1 + kEpochDigits;
constexpr std::size_t kBatchBytes = 1 << 20;

std::optional<sdk::MetadataPosition> parse_name(std::string_view name) {
  if (name.size() != kStemLength + kSuffix.size() || !name.ends_with(kSuffix) || name[kOffsetDigits] != '-') return std::nullopt;
  sdk::MetadataPosition end;
  const auto offset = std::from_chars(name.data(), name.data() + kOffsetDigits, end.offset);
  const auto epoch = std::from_chars(name.data() + kOffsetDigits + 1, name.data() + kStemLength, end.term);
  if (offset.ptr != name.data() + kOffsetDigits || epoch.ptr != name.data() + kStemLength) return std::nullopt;
  return end;
}

// Gathers records into batches of some size.
class Body {
 public:
  Body(OpenFile& file, const SnapshotWriter& writer) : file_(file), writer_(writer) {}

  Status put(const Octets& batch, std::int64_t records) {
    const sdk::Bytes view(batch);
    BARNABAS_TRY(file_->write_at(position_, &view, 1));
    position_ += batch.size();
    offset_ += records;
    return {};
  }
  Status add(sdk::Bytes record) {
    pending_.emplace_back(record.begin(), record.end());
    pending_bytes_ += record.size;
    return pending_bytes_ < kBatchBytes ? Status() : flush();
  }
  Status flush() {
    if (pending_.empty()) return {};
    const std::vector<sdk::Bytes> views(pending_.begin(), pending_.end());
    BARNABAS_TRY(put(record::metadata_batch(offset_, writer_.end.term, writer_.now_ms, views), static_cast<std::int64_t>(views.size())));
    pending_.clear();
    pending_bytes_ = 0;
    return {};
  }
  std::int64_t offset() const { return offset_; }

 private:
  OpenFile& file_;
  const SnapshotWriter& writer_;
  std::uint64_t position_ = 0;
  std::int64_t offset_ = 0;
  std::vector<std::string> pending_;
  std::size_t pending_bytes_ = 0;
};

Status write_part(sdk::Disk& disk, const std::string& part, const SnapshotWriter& writer, const QuorumFacts& facts,
                  sdk::MetadataRecords& records) {
  OpenFile file;
  BARNABAS_TRY(file.open(disk, part, sdk::OpenMode::kWrite));
  BARNABAS_TRY(file->truncate(0));
  Body body(file, writer);
  const bool has_voters = !facts.voters_record.empty();
  BARNABAS_TRY(body.put(snapshot_header_batch(writer.end.term, writer.now_ms, writer.last_timestamp_ms, facts), has_voters ? 3 : 1));
  for (sdk::Bytes record; records.next(record);) BARNABAS_TRY(body.add(record));
  BARNABAS_TRY(body.flush());
  BARNABAS_TRY(body.put(record::snapshot_footer(body.offset(), writer.end.term, writer.now_ms), 1));
  return file->sync(false);
}

bool is_unfinished(std::string_view name) { return name.ends_with(kPartSuffix) || name.ends_with(".checkpoint.deleted"); }

}  // namespace

std::string snapshot_name(sdk::MetadataPosition end) { return fmt::format("{:020d}-{:010d}{}", end.offset, end.term, kSuffix); }

Result<std::vector<sdk::MetadataPosition>> find_snapshots(sdk::Disk& disk, const std::string& directory) {
  const auto names = list_files(disk, directory);
  if (!names) return names.status().copy();
  std::vector<sdk::MetadataPosition> found;
  for (const std::string& name : *names)
    if (const auto end = parse_name(name)) found.push_back(*end);
  std::sort(found.begin(), found.end(),
            [](const auto& a, const auto& b) { return a.offset != b.offset ? a.offset > b.offset : a.term > b.term; });
  return found;
}

Status write_snapshot(sdk::Disk& disk, const std::string& directory, const std::string& name, const SnapshotWriter& writer,
                      const QuorumFacts& facts, sdk::MetadataRecords& records) {
  const std::string path = directory + "/" + name;
  const std::string part = path + ".part";
  Status status = write_part(disk, part, writer, facts, records);
  if (status) status = disk.rename(part, path);
  if (status) return disk.sync_directory(directory);
  static_cast<void>(disk.remove(part));  // what stays is removed by the next start
  return status;
}

Status read_snapshot(sdk::Disk& disk, const std::string& path, QuorumFacts& facts, const std::function<void(sdk::Bytes record)>& each) {
  const auto content = read_file(disk, path);
  if (!content) return content.status().copy();
  record::BatchReader batches{sdk::Bytes(*content)};
  bool ended = false;
  for (record::BatchView batch; !ended && batches.next(batch);) {
    if (batch.magic() != 2 || !batch.crc_valid())
      return Status::corrupt(fmt::format("{}: the batch before octet {} has a wrong checksum", path, batches.position()));
    if (batch.control()) {
      const auto footer = record::is_snapshot_footer(batch);
      if (!footer) return footer.status().copy();
      ended = *footer;
      BARNABAS_TRY(read_control(batch, facts));
      continue;
    }
    const auto records = record::metadata_records(batch);
    if (!records) return records.status().copy();
    for (const sdk::Bytes record : *records) each(record);
  }
  if (!ended) return Status::corrupt(fmt::format("{} ends without its footer", path));
  return {};
}

Status delete_older_snapshots(sdk::Disk& disk, const std::string& directory, sdk::MetadataPosition end) {
  const auto names = list_files(disk, directory);
  if (!names) return names.status().copy();
  for (const std::string& name : *names) {
    const auto found = parse_name(name);
    const bool older = found && found->offset < end.offset;
    if (older || is_unfinished(name)) BARNABAS_TRY(disk.remove(directory + "/" + name));
  }
  return {};
}

Status delete_unfinished_snapshots(sdk::Disk& disk, const std::string& directory) {
  return delete_older_snapshots(disk, directory, {-1, -1});
}

}  // namespace barnabas::kraft
