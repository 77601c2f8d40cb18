#include "kernel/record/metadata_batch.h"

#include <fmt/format.h>

#include "kernel/record/record_reader.h"
#include "kernel/wire/codec.h"
#include "kernel/wire/messages/control_records.h"

namespace barnabas::record {
namespace {

using Octets = std::vector<std::uint8_t>;

Octets copy(sdk::Bytes octets) { return {octets.begin(), octets.end()}; }

template <class M>
Octets encoded(const M& message) {
  wire::Buffer buffer;
  // Version 0 of each can carry whatever is set here.
  [[maybe_unused]] const Status status = wire::encode(message, 0, buffer);
  return copy(buffer.bytes());
}

Octets control_batch(std::span<const ControlRecord> records, std::int64_t timestamp_ms, std::int64_t offset, std::int32_t epoch) {
  BatchBuilder builder;
  return copy(build_control(builder, records, timestamp_ms, offset, epoch));
}

}  // namespace

Octets metadata_batch(std::int64_t offset, std::int32_t epoch, std::int64_t timestamp_ms, std::span<const sdk::Bytes> records) {
  BatchBuilder builder;
  builder.start({.base_offset = offset, .leader_epoch = epoch});
  for (const sdk::Bytes record : records) builder.append({.timestamp_ms = timestamp_ms, .value = record});
  return copy(*builder.finish());  // not compressed: cannot fail
}

Result<std::vector<sdk::Bytes>> metadata_records(const BatchView& batch) {
  if (batch.codec() != kCodecNone)
    return Status::unsupported(fmt::format("the metadata batch at offset {} is compressed, which no Kafka writes", batch.base_offset()));
  static const Codecs none{};
  RecordReader reader(none);
  BARNABAS_TRY(reader.open(batch));
  std::vector<sdk::Bytes> records;
  for (RecordView record; reader.next(record);) {
    if (!record.value) return Status::corrupt(fmt::format("the metadata record at offset {} has no value", record.offset));
    records.push_back(*record.value);
  }
  BARNABAS_TRY(reader.take_status());
  return records;
}

Octets snapshot_header(std::int32_t epoch, std::int64_t timestamp_ms, std::int64_t last_contained_timestamp_ms,
                       std::span<const ControlRecord> more) {
  wire::SnapshotHeaderRecord message;
  message.last_contained_log_timestamp = last_contained_timestamp_ms;
  const Octets value = encoded(message);
  std::vector<ControlRecord> records{{ControlType::kSnapshotHeader, sdk::Bytes(value)}};
  records.insert(records.end(), more.begin(), more.end());
  return control_batch(records, timestamp_ms, 0, epoch);
}

Octets snapshot_footer(std::int64_t offset, std::int32_t epoch, std::int64_t timestamp_ms) {
  const Octets value = encoded(wire::SnapshotFooterRecord());
  const ControlRecord footer{ControlType::kSnapshotFooter, sdk::Bytes(value)};
  return control_batch({&footer, 1}, timestamp_ms, offset, epoch);
}

Result<bool> is_snapshot_footer(const BatchView& batch) {
  static const Codecs none{};
  RecordReader reader(none);
  BARNABAS_TRY(reader.open(batch));
  RecordView record;
  return reader.next(record) && control_type(record) == ControlType::kSnapshotFooter;
}

}  // namespace barnabas::record
