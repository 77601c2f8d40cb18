#include "log_damage.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "kernel/record/batch_view.h"
#include "kernel/record/checkpoint_file.h"
#include "kernel/record/octets.h"

namespace barnabas::kraft {
namespace {

constexpr std::size_t kEntryBytes = 8;  // of an offset index
constexpr std::string_view kEpochsName = "leader-epoch-checkpoint";

}  // namespace

Result<bool> was_closed(sdk::Disk& disk, const std::string& path_without_suffix) {
  const auto times = file_exists(disk, path_without_suffix + ".timeindex");
  if (!times) return times.status().copy();
  const auto places = read_file(disk, path_without_suffix + ".index");
  if (!places && places.status().code() != sdk::Code::kNotFound) return places.status().copy();
  if (!*times || !places) return false;
  // Kafka keeps one beside a segment that grows, with zeros behind its entries.
  const auto last = places->end() - static_cast<std::ptrdiff_t>(std::min(places->size(), kEntryBytes));
  return places->size() % kEntryBytes == 0 &&
         (places->empty() || std::any_of(last, places->end(), [](std::uint8_t octet) { return octet != 0; }));
}

bool has_synced_batch(sdk::Bytes rest, std::int64_t offset, std::int32_t term) {
  for (std::size_t at = 1; at + record::kHeaderBytes <= rest.size; ++at) {
    const sdk::Bytes octets = rest.slice(at);
    if (octets[record::kMagicAt] != 2) continue;
    const auto base = record::load<std::int64_t>(octets.data + record::kBaseOffsetAt);
    const auto length = record::load<std::int32_t>(octets.data + record::kLengthAt);
    if (base < offset || length < 0) continue;
    const std::size_t size = static_cast<std::size_t>(length) + record::kEntryHeaderBytes;
    if (size < record::kHeaderBytes || size > octets.size) continue;
    const record::BatchView batch{octets.slice(0, size)};
    if (batch.leader_epoch() < term && batch.crc_valid()) return true;
  }
  return false;
}

Status check_epochs(sdk::Disk& disk, const std::string& directory, std::int64_t end, bool is_empty) {
  const auto text = read_file(disk, directory + "/" + std::string(kEpochsName));
  if (!text && text.status().code() == sdk::Code::kNotFound) return {};
  if (!text) return text.status().copy();
  // It is made again from the batches, so what cannot be read in it says nothing.
  const auto lines = record::parse_checkpoint_lines({reinterpret_cast<const char*>(text->data()), text->size()});
  if (!lines || lines->empty()) return {};
  const std::string_view last = lines->back();
  const std::size_t space = last.find(' ');
  std::int64_t start = -1;
  if (space == std::string_view::npos || std::from_chars(last.data() + space + 1, last.data() + last.size(), start).ec != std::errc())
    return {};
  if (start < end || (start == end && !is_empty)) return {};
  return Status::corrupt(fmt::format(
      "{}/{} says that epoch {} began at offset {}, but the log ends at {}: a file of the metadata log is missing, cut short, or "
      "an old copy. Restore it, or the whole directory, from a copy; where it is this file that is wrong, remove it",
      directory, kEpochsName, last.substr(0, space), start, end));
}

}  // namespace barnabas::kraft
