#include "time_index.h"

#include "kernel/record/octets.h"

namespace barnabas::segment {

using sdk::Status;

Status TimeIndex::load() {
  last_ = {-1, base_offset_};
  if (Status status = entries_.load(); !status) return status;
  if (Status status = read_last(); !status) return status;
  if (last_.offset < base_offset_ || (entries_.count() != 0 && last_.timestamp_ms < 0))
    return Status::corrupt("the time index " + entries_.file().path() + " ends with offset " + std::to_string(last_.offset) + " at time " +
                           std::to_string(last_.timestamp_ms) + ", which its segment cannot hold");
  return {};
}

Status TimeIndex::reset() {
  last_ = {-1, base_offset_};
  return entries_.reset();
}

Status TimeIndex::get(std::size_t index, TimeEntry& entry) {
  std::uint8_t octets[kEntryBytes];
  if (Status status = entries_.get(index, octets); !status) return status;
  entry = {record::load<std::int64_t>(octets), base_offset_ + record::load<std::int32_t>(octets + 8)};
  return {};
}

Status TimeIndex::read_last() {
  last_ = {-1, base_offset_};
  return entries_.count() == 0 ? Status() : get(entries_.count() - 1, last_);
}

void TimeIndex::maybe_append(const TimeEntry& entry) {
  if (entry.timestamp_ms <= last_.timestamp_ms) return;
  std::uint8_t octets[kEntryBytes];
  record::store(octets, entry.timestamp_ms);
  record::store(octets + 8, static_cast<std::int32_t>(entry.offset - base_offset_));
  entries_.push(octets);
  last_ = entry;
}

Status TimeIndex::lookup(std::int64_t timestamp_ms, TimeEntry& entry) {
  entry = {-1, base_offset_};
  std::size_t count = 0;
  const auto at_most = [&](const std::uint8_t* octets) { return record::load<std::int64_t>(octets) <= timestamp_ms; };
  if (Status status = entries_.count_before(at_most, count); !status || count == 0) return status;
  return get(count - 1, entry);
}

Status TimeIndex::truncate(std::int64_t offset) {
  std::size_t count = 0;
  const auto stays = [&](const std::uint8_t* octets) { return base_offset_ + record::load<std::int32_t>(octets + 8) < offset; };
  if (Status status = entries_.count_before(stays, count); !status) return status;
  if (Status status = entries_.cut(count); !status) return status;
  return read_last();
}

}  // namespace barnabas::segment
