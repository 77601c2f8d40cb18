#include "folder_scan.h"

#include "whole_file.h"

#include <algorithm>
#include <set>
#include <vector>

namespace barnabas::segment {
namespace {

struct Found {
  std::string name;
  std::uint64_t size = 0;
  std::int64_t modified_ms = 0;
  std::optional<SegmentFileName> segment;
};

class Scan final : private sdk::DirectoryVisitor {
 public:
  Scan(sdk::Disk& disk, const std::string& folder) : disk_(disk), folder_(folder) {}

  Result<FolderContent> run() {
    BARNABAS_TRY(disk_.list(folder_, *this));
    BARNABAS_TRY(drop_leftovers());
    BARNABAS_TRY(finish_swaps());
    BARNABAS_TRY(drop_orphans());
    return std::move(content_);
  }

 private:
  void visit(const sdk::FileInfo& info) noexcept override {
    if (info.is_directory) return;
    std::string name(info.name.data, info.name.size);
    const auto segment = parse_segment_file(name);
    files_.push_back({std::move(name), info.size, info.modified_ms, segment});
  }

  Status remove(const Found& file) {
    content_.changed = true;
    return remove_file(disk_, folder_ + "/" + file.name);
  }

  static bool has(const Found& file, Suffix suffix) { return file.segment && file.segment->suffix == suffix; }

  // Removes the files that `goes` holds for.
  template <class Goes>
  Status drop(const Goes& goes) {
    for (const Found& file : files_)
      if (goes(file)) BARNABAS_TRY(remove(file));
    std::erase_if(files_, goes);
    return {};
  }

  Status drop_leftovers() {
    std::int64_t first_cleaned = INT64_MAX;
    for (const Found& file : files_)
      if (has(file, Suffix::kCleaned)) first_cleaned = std::min(first_cleaned, file.segment->base_offset);
    return drop([&](const Found& file) {
      return file.name.ends_with(kDeletedSuffix) || file.name.ends_with(kTemporarySuffix) || has(file, Suffix::kCleaned) ||
             (has(file, Suffix::kSwap) && file.segment->base_offset >= first_cleaned);
    });
  }

  // Complete replacements take the place of what they replace.
  Status finish_swaps() {
    std::int64_t first = INT64_MAX;
    std::int64_t end = INT64_MIN;
    for (const Found& file : files_) {
      if (!has(file, Suffix::kSwap) || file.segment->part != Part::kLog) continue;
      std::int64_t file_end = 0;
      BARNABAS_TRY(read_end(file, file_end));
      first = std::min(first, file.segment->base_offset);
      end = std::max(end, file_end);
    }
    BARNABAS_TRY(drop([&](const Found& file) {
      return has(file, Suffix::kNone) && file.segment->base_offset >= first && file.segment->base_offset < end;
    }));
    for (Found& file : files_) {
      if (!has(file, Suffix::kSwap)) continue;
      file.segment->suffix = Suffix::kNone;
      const std::string name = to_string(*file.segment);
      BARNABAS_TRY(disk_.rename(folder_ + "/" + file.name, folder_ + "/" + name));
      file.name = name;
      content_.changed = true;
    }
    return {};
  }

  Status read_end(const Found& file, std::int64_t& end) {
    end = file.segment->base_offset + 1;
    sdk::File* opened = nullptr;
    BARNABAS_TRY(disk_.open(folder_ + "/" + file.name, sdk::OpenMode::kRead, opened));
    BatchReader reader(*opened, file.size);
    std::optional<PlacedBatch> none;
    const Status status = reader.find(
        0, [&](const PlacedBatch& seen) { return end = seen.info.last_offset + 1, false; }, none);
    disk_.close(opened);
    return status.code() == Code::kCorrupt ? Status() : status.copy();
  }

  // Index files without a log belong to nothing.
  Status drop_orphans() {
    for (const Found& file : files_) {
      if (!has(file, Suffix::kNone) || file.segment->part != Part::kLog) continue;
      StoredSegment& segment = content_.segments[file.segment->base_offset];
      segment = {file.segment->base_offset, file.size, file.modified_ms, false, false};
    }
    std::set<std::int64_t> indexes[4];
    for (const Found& file : files_)
      if (has(file, Suffix::kNone)) indexes[static_cast<int>(file.segment->part)].insert(file.segment->base_offset);
    for (auto& [base_offset, segment] : content_.segments) {
      segment.has_indexes = indexes[static_cast<int>(Part::kIndex)].contains(base_offset) &&
                            indexes[static_cast<int>(Part::kTimeIndex)].contains(base_offset);
      segment.has_transactions = indexes[static_cast<int>(Part::kTransactionIndex)].contains(base_offset);
    }
    return drop([&](const Found& file) { return has(file, Suffix::kNone) && !content_.segments.contains(file.segment->base_offset); });
  }

  sdk::Disk& disk_;
  const std::string& folder_;
  std::vector<Found> files_;
  FolderContent content_;
};

}  // namespace

Result<FolderContent> scan_folder(sdk::Disk& disk, const std::string& folder) { return Scan(disk, folder).run(); }

}  // namespace barnabas::segment
