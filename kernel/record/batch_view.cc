#include "kernel/record/batch_view.h"

#include <fmt/format.h>

#include "kernel/base/crc32c.h"
#include "kernel/record/legacy.h"

namespace barnabas::record {

std::int16_t BatchView::attributes() const {
  if (magic() == 2) return header().attributes();
  return octets_[kLegacyAttributesAt];
}

std::int64_t BatchView::max_timestamp_ms() const {
  if (magic() == 2) return header().max_timestamp_ms();
  return magic() == 1 ? load<std::int64_t>(octets_.data + kLegacyTimestampAt) : kNoTimestamp;
}

TimestampType BatchView::timestamp_type() const {
  if (magic() == 0) return TimestampType::kNone;
  return (attributes() & kLogAppendTimeBit) != 0 ? TimestampType::kLogAppendTime : TimestampType::kCreateTime;
}

std::optional<std::int32_t> BatchView::count() const {
  if (magic() == 2) return header().record_count();
  return codec() == kCodecNone ? std::optional<std::int32_t>(1) : std::nullopt;
}

std::optional<std::int64_t> BatchView::delete_horizon_ms() const {
  if (magic() != 2 || !header().has_delete_horizon()) return std::nullopt;
  return header().base_timestamp_ms();
}

std::uint32_t BatchView::computed_crc() const {
  return magic() == 2 ? base::crc32c(octets_.slice(kAttributesAt)) : base::crc32_ieee(octets_.slice(kMagicAt));
}

sdk::BatchInfo BatchView::info() const {
  sdk::BatchInfo info;
  info.base_offset = base_offset();
  info.last_offset = last_offset();
  info.max_timestamp_ms = max_timestamp_ms();
  info.leader_epoch = leader_epoch();
  info.size = static_cast<std::uint32_t>(size());
  info.magic = magic();
  return info;
}

Result<std::optional<std::size_t>> batch_size(sdk::Bytes beginning) {
  if (beginning.size < kEntryHeaderBytes) return std::optional<std::size_t>();
  const auto length = load<std::int32_t>(beginning.data + kLengthAt);
  if (length < static_cast<std::int32_t>(kLegacyMinLength[0]))
    return Status::corrupt(fmt::format("a batch at offset {} says a length of {}, but the smallest has {}",
                                       load<std::int64_t>(beginning.data), length, kLegacyMinLength[0]));
  if (beginning.size < kHeaderBytesUpToMagic) return std::optional<std::size_t>();
  const auto magic = load<std::int8_t>(beginning.data + kMagicAt);
  if (magic < 0 || magic > 2)
    return Status::corrupt(
        fmt::format("a batch at offset {} has magic {}, and only 0, 1 and 2 exist", load<std::int64_t>(beginning.data), magic));
  const std::size_t least = magic == 2 ? kHeaderBytes - kEntryHeaderBytes : kLegacyMinLength[magic];
  if (static_cast<std::size_t>(length) < least)
    return Status::corrupt(fmt::format("a batch of magic {} at offset {} says a length of {}, but its header alone has {}", magic,
                                       load<std::int64_t>(beginning.data), length, least));
  return std::optional<std::size_t>(kEntryHeaderBytes + static_cast<std::size_t>(length));
}

bool BatchReader::next(BatchView& batch) {
  if (!status_.ok() || cut_) return false;
  const sdk::Bytes rest = octets_.slice(position_);
  if (rest.empty()) return false;
  auto size = batch_size(rest);
  if (!size) {
    status_ = std::move(size).status();
    return false;
  }
  if (!size->has_value() || **size > rest.size) {
    cut_ = true;
    return false;
  }
  batch = BatchView(rest.slice(0, **size));
  position_ += **size;
  return true;
}

std::size_t whole_batches_size(sdk::Bytes octets) {
  BatchReader batches(octets);
  for (BatchView batch; batches.next(batch);) continue;
  return batches.position();
}

}  // namespace barnabas::record
