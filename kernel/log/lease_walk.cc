#include "kernel/log/lease_walk.h"

#include "kernel/record/batch_header.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace barnabas::log {

namespace {

constexpr std::size_t kNeeded = record::kLastOffsetDeltaAt + sizeof(std::int32_t);

}  // namespace

Status read_lease(const sdk::Lease& lease, std::uint64_t at, sdk::MutableBytes to) {
  std::size_t filled = 0;
  for (std::size_t i = 0; i < lease.region_count && filled < to.size; ++i) {
    const sdk::Region& region = lease.regions[i];
    if (at >= region.size) {
      at -= region.size;
      continue;
    }
    const std::size_t part = std::min<std::size_t>(to.size - filled, static_cast<std::size_t>(region.size - at));
    std::size_t count = part;
    if (region.file == nullptr)
      std::memcpy(to.data + filled, region.memory.data + at, part);
    else
      BARNABAS_TRY(region.file->read_at(region.position + at, {to.data + filled, part}, count));
    if (count != part) return Status::corrupt("a segment file is shorter than its storage says");
    filled += part;
    at = 0;
  }
  return {};
}

Result<std::int64_t> end_of_lease(const sdk::Lease& lease) {
  std::int64_t end = 0;
  std::uint8_t header[kNeeded];
  for (std::uint64_t at = 0; at + kNeeded <= lease.size;) {
    BARNABAS_TRY(read_lease(lease, at, {header, kNeeded}));
    const auto base = record::load<std::int64_t>(header + record::kBaseOffsetAt);
    const auto length = record::load<std::int32_t>(header + record::kLengthAt);
    if (length <= 0) return Status::corrupt(fmt::format("the batch at offset {} says that it has {} octets", base, length));
    const bool has_delta = record::load<std::int8_t>(header + record::kMagicAt) >= 2;
    const std::int32_t delta = has_delta ? record::load<std::int32_t>(header + record::kLastOffsetDeltaAt) : 0;
    end = record::wrapping_add(base, std::int64_t{delta} + 1);  // of octets that nobody has checked
    at += record::kEntryHeaderBytes + static_cast<std::uint64_t>(length);
  }
  return end;
}

Result<bool> begins_with_whole_batch(const sdk::Lease& lease) {
  if (lease.size < record::kEntryHeaderBytes) return false;
  std::uint8_t header[kNeeded];
  BARNABAS_TRY(read_lease(lease, 0, {header, kNeeded}));  // of a lease that is shorter: what there is
  const auto length = record::load<std::int32_t>(header + record::kLengthAt);
  return length >= 0 && record::kEntryHeaderBytes + static_cast<std::uint64_t>(length) <= lease.size;
}

void give_back(sdk::Lease& lease) {
  if (lease.release != nullptr) lease.release(lease.owner, lease.token);
  lease = {};
}

}  // namespace barnabas::log
