#include "kernel/record/batch_header.h"

#include "kernel/base/crc32c.h"

namespace barnabas::record {

void MutableBatchHeader::set_max_timestamp(TimestampType type, std::int64_t timestamp_ms) {
  if (timestamp_type() == type && max_timestamp_ms() == timestamp_ms) return;
  const std::int16_t cleared = static_cast<std::int16_t>(attributes() & ~kLogAppendTimeBit);
  store(to_ + kAttributesAt, static_cast<std::int16_t>(type == TimestampType::kLogAppendTime ? cleared | kLogAppendTimeBit : cleared));
  store(to_ + kMaxTimestampAt, timestamp_ms);
  seal();
}

void MutableBatchHeader::seal() { store(to_ + kCrcAt, base::crc32c(sdk::Bytes(at_ + kAttributesAt, size() - kAttributesAt))); }

}  // namespace barnabas::record
