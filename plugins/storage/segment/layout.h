// Names on disk, as Kafka gives them: partition folders, segment files and the suffixes that say what is to become of them. Pure. [any
// thread]
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace barnabas::segment {

enum class Part : std::uint8_t { kLog, kIndex, kTimeIndex, kTransactionIndex };
inline constexpr Part kParts[] = {Part::kLog, Part::kIndex, Part::kTimeIndex, Part::kTransactionIndex};

// Behind the name of a segment file: to be deleted, half-written by compaction, complete and about to replace others.
enum class Suffix : std::uint8_t { kNone, kDeleted, kCleaned, kSwap };

struct SegmentFileName {
  std::int64_t base_offset = 0;
  Part part = Part::kLog;
  Suffix suffix = Suffix::kNone;
};

inline constexpr std::string_view kDeletedSuffix = ".deleted";
inline constexpr std::string_view kTemporarySuffix = ".tmp";
inline constexpr std::string_view kMetadataFile = "partition.metadata";

std::string to_string(const SegmentFileName& name);  // "00000000000000000042.log"
std::optional<SegmentFileName> parse_segment_file(std::string_view name);

// Whether a file of this name is the caller's own (a side file), and not one that the storage gives a meaning to.
bool is_side_file(std::string_view name);

struct FolderName {
  std::string topic;
  std::int32_t partition = 0;

  friend auto operator<=>(const FolderName&, const FolderName&) = default;
};

std::string to_string(const FolderName& name);  // "orders-0"
std::optional<FolderName> parse_folder(std::string_view name);

// "orders-0.<32 hex digits>-delete", with the topic cut so that the whole fits a file name.
std::string aside_folder(const FolderName& name, std::uint64_t high, std::uint64_t low, std::string_view kind);
bool is_aside_folder(std::string_view name, std::string_view kind);
inline constexpr std::string_view kDelete = "-delete";
inline constexpr std::string_view kClusterMetadata = "__cluster_metadata-0";  // belongs to the metadata store
inline constexpr std::string_view kStray = "-stray";
inline constexpr std::string_view kFuture = "-future";

}  // namespace barnabas::segment
