#include "tools/barnabas/metadata/metadata_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <vector>

#include "kernel/catalog/framed.h"
#include "kernel/catalog/image_builder.h"
#include "kernel/record/batch_view.h"
#include "kernel/record/record_reader.h"
#include "kernel/wire/messages/record_log.h"
#include "tools/barnabas/whole_file.h"

namespace barnabas::tools {
namespace {

namespace fs = std::filesystem;

std::int64_t number_of(const fs::path& path) { return std::atoll(path.filename().c_str()); }

// The files to read, in order: the newest snapshot, and the segments that may hold what is behind it.
Result<std::vector<fs::path>> files_of(fs::path path) {
  std::error_code error;
  if (!fs::is_directory(path, error)) return std::vector<fs::path>{path};
  if (fs::is_directory(path / "__cluster_metadata-0", error)) path /= "__cluster_metadata-0";
  std::vector<fs::path> snapshots, segments;
  for (const auto& entry : fs::directory_iterator(path, error)) {
    if (entry.path().extension() == ".checkpoint" && entry.path().filename() != "bootstrap.checkpoint") snapshots.push_back(entry.path());
    if (entry.path().extension() == ".log") segments.push_back(entry.path());
  }
  std::sort(snapshots.begin(), snapshots.end());
  std::sort(segments.begin(), segments.end());
  std::vector<fs::path> files;
  if (!snapshots.empty()) {
    files.push_back(snapshots.back());
    // The segment before the first that begins behind the snapshot may reach over its end.
    while (segments.size() > 1 && number_of(segments[1]) <= number_of(snapshots.back())) segments.erase(segments.begin());
  }
  files.insert(files.end(), segments.begin(), segments.end());
  if (files.empty()) return Status::not_found(fmt::format("{}: has no snapshot (.checkpoint) and no .log of metadata", path.string()));
  return files;
}

class Reading {
 public:
  explicit Reading(const record::Codecs& codecs) : records_(codecs) {}

  Status read(const fs::path& path) {
    auto content = read_whole(path.string());
    if (!content) return Status::error(content.status().code(), fmt::format("{}: {}", path.string(), message_of(content.status())));
    record::BatchReader batches{sdk::Bytes(*content)};
    for (record::BatchView batch; batches.next(batch);)
      if (Status status = take(batch); !status.ok())
        return Status::error(status.code(),
                             fmt::format("{}: the batch at offset {}: {}", path.string(), batch.base_offset(), message_of(status)));
    done_.unread_bytes = content->size() - batches.position();
    const bool is_whole = content->empty() || batches.position() > 0;
    if (!batches.status().ok() || !is_whole)
      return Status::corrupt(
          fmt::format("{}: no batch of records at position {}; a metadata log or snapshot is wanted", path.string(), batches.position()));
    // What the log has is behind the snapshot that was read before, however long ago that was written.
    if (path.extension() == ".checkpoint" && path.stem() != "bootstrap") {
      const std::string name = path.stem().string();
      done_.offset = number_of(path) - 1;
      done_.epoch = std::atoi(name.c_str() + std::min(name.find('-') + 1, name.size()));
    }
    return {};
  }

  MetadataFile finish() {
    done_.image = builder_.build();
    return std::move(done_);
  }

 private:
  Status take(const record::BatchView& batch) {
    if (batch.magic() != 2) return Status::corrupt("metadata is in batches of format 2 only");
    if (batch.last_offset() <= done_.offset) return {};
    if (!batch.crc_valid()) return Status::corrupt("its checksum is wrong");
    done_.timestamp_ms = batch.max_timestamp_ms();
    const std::int64_t from = std::exchange(done_.offset, batch.last_offset());
    done_.epoch = batch.leader_epoch();
    if (batch.control()) return {};
    BARNABAS_TRY(records_.open(batch));
    for (record::RecordView record; records_.next(record);)
      if (record.offset > from && record.value) BARNABAS_TRY(take(*record.value));
    return records_.take_status();
  }

  // What a metadata transaction says counts when it ends.
  Status take(sdk::Bytes record) {
    const auto frame = catalog::parse_frame(record);
    if (!frame) return frame.status().copy();
    switch (static_cast<std::int16_t>(frame->type)) {
      case wire::BeginTransactionRecord::kSchema.key:
        in_transaction_ = true;
        return {};
      case wire::AbortTransactionRecord::kSchema.key:
        in_transaction_ = false;
        held_.clear();
        return {};
      case wire::EndTransactionRecord::kSchema.key:
        in_transaction_ = false;
        for (const std::string& held : held_) BARNABAS_TRY(builder_.apply(sdk::Bytes(held)));
        held_.clear();
        return {};
      default:
        if (!in_transaction_) return builder_.apply(record);
        held_.emplace_back(record.begin(), record.end());
        return {};
    }
  }

  record::RecordReader records_;
  catalog::ImageBuilder builder_;
  MetadataFile done_;
  std::vector<std::string> held_;
  bool in_transaction_ = false;
};

}  // namespace

Result<MetadataFile> read_metadata(const std::string& path, const record::Codecs& codecs) {
  auto files = files_of(path);
  if (!files) return std::move(files).status();
  Reading reading(codecs);
  for (const fs::path& file : *files) BARNABAS_TRY(reading.read(file));
  return reading.finish();
}

}  // namespace barnabas::tools
