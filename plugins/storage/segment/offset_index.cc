#include "offset_index.h"

#include "kernel/record/octets.h"

namespace barnabas::segment {

using sdk::Status;

Status OffsetIndex::load(std::uint64_t log_size) {
  if (Status status = entries_.load(); !status) return status;
  if (entries_.count() == 0) return {};
  std::uint8_t entry[kEntryBytes];
  if (Status status = entries_.get(entries_.count() - 1, entry); !status) return status;
  const auto relative = record::load<std::int32_t>(entry);
  const auto position = record::load<std::int32_t>(entry + 4);
  if (relative < 0 || position < 0 || static_cast<std::uint64_t>(position) >= log_size)
    return Status::corrupt("the index " + entries_.file().path() + " ends with offset " + std::to_string(base_offset_ + relative) + " at " +
                           std::to_string(position) + ", outside of its segment");
  return {};
}

void OffsetIndex::append(std::int64_t last_offset, std::uint64_t position) {
  std::uint8_t entry[kEntryBytes];
  record::store(entry, static_cast<std::int32_t>(last_offset - base_offset_));
  record::store(entry + 4, static_cast<std::int32_t>(position));
  entries_.push(entry);
}

Status OffsetIndex::lookup(std::int64_t offset, std::uint64_t& position) {
  position = 0;
  std::size_t count = 0;
  const auto reached = [&](const std::uint8_t* entry) { return base_offset_ + record::load<std::int32_t>(entry) <= offset; };
  if (Status status = entries_.count_before(reached, count); !status || count == 0) return status;
  std::uint8_t entry[kEntryBytes];
  if (Status status = entries_.get(count - 1, entry); !status) return status;
  position = static_cast<std::uint64_t>(record::load<std::int32_t>(entry + 4));
  return {};
}

Status OffsetIndex::last_position(std::uint64_t& position) {
  position = 0;
  if (entries_.count() == 0) return {};
  std::uint8_t entry[kEntryBytes];
  if (Status status = entries_.get(entries_.count() - 1, entry); !status) return status;
  position = static_cast<std::uint64_t>(record::load<std::int32_t>(entry + 4));
  return {};
}

Status OffsetIndex::truncate(std::int64_t offset) {
  std::size_t count = 0;
  const auto stays = [&](const std::uint8_t* entry) { return base_offset_ + record::load<std::int32_t>(entry) < offset; };
  if (Status status = entries_.count_before(stays, count); !status) return status;
  return entries_.cut(count);
}

}  // namespace barnabas::segment
