#include "kernel/record/dump.h"

#include <fmt/format.h>

#include "kernel/record/control.h"

namespace barnabas::record {
namespace {

std::int64_t size_of(const std::optional<sdk::Bytes>& field) { return field ? static_cast<std::int64_t>(field->size) : -1; }

std::int32_t sequence_of(const BatchView& batch, const RecordView& record) {
  if (batch.base_sequence() < 0) return kNoSequence;
  return add_sequence(batch.base_sequence(), static_cast<std::int32_t>(wrapping_subtract(record.offset, batch.base_offset())));
}

std::string control_text(const RecordView& record, std::string_view text) {
  if (const auto marker = parse_marker(record))
    return fmt::format(" endTxnMarker: {} coordinatorEpoch: {}", marker->commit ? "COMMIT" : "ABORT", marker->coordinator_epoch);
  if (!text.empty()) return fmt::format(" {}", text);
  const auto type = control_type(record);
  return type ? fmt::format(" controlType: UNKNOWN({})", static_cast<std::int16_t>(*type)) : std::string();
}

std::string metadata_text(const BatchView& batch, const RecordView& record, std::string_view control) {
  std::string text = fmt::format("offset: {} {}: {} keySize: {} valueSize: {}", record.offset, to_string(batch.timestamp_type()),
                                 record.timestamp_ms, size_of(record.key), size_of(record.value));
  if (batch.magic() == 2) {
    text += fmt::format(" sequence: {} headerKeys: [", sequence_of(batch, record));
    std::string_view separator;
    for (const Header& header : record.headers) {
      text.append(separator).append(header.key);
      separator = ",";
    }
    text += "]";
  } else if (batch.codec() == kCodecNone) {
    text += fmt::format(" isValid: {} crc: {}}}", batch.crc_valid(), batch.stored_crc());  // the last brace is Kafka's
  }
  if (batch.control()) text += control_text(record, control);
  return text;
}

// What a batch v2 has and an entry of an older format has not.
std::string batch_text(const BatchView& batch) {
  const auto horizon = batch.delete_horizon_ms();
  return fmt::format(
      "baseOffset: {} lastOffset: {} count: {} baseSequence: {} lastSequence: {} producerId: {} producerEpoch: {} "
      "partitionLeaderEpoch: {} isTransactional: {} isControl: {} deleteHorizonMs: {}",
      batch.base_offset(), batch.last_offset(), batch.header().record_count(), batch.base_sequence(), batch.last_sequence(),
      batch.producer_id(), batch.producer_epoch(), batch.leader_epoch(), batch.transactional(), batch.control(),
      horizon ? fmt::format("OptionalLong[{}]", *horizon) : "OptionalLong.empty");
}

}  // namespace

std::string_view to_string(TimestampType type) {
  switch (type) {
    case TimestampType::kCreateTime:
      return "CreateTime";
    case TimestampType::kLogAppendTime:
      return "LogAppendTime";
    default:
      return "NoTimestampType";
  }
}

std::string batch_line(const BatchView& batch, std::uint64_t position) {
  return fmt::format("{} position: {} {}: {} size: {} magic: {} compresscodec: {} crc: {} isvalid: {}",
                     batch.magic() == 2 ? batch_text(batch) : fmt::format("offset: {}", batch.last_offset()), position,
                     to_string(batch.timestamp_type()), batch.max_timestamp_ms(), batch.size(), batch.magic(), codec_name(batch.codec()),
                     batch.stored_crc(), batch.crc_valid());
}

std::string record_line(const BatchView& batch, const RecordView& record, const RecordText& text) {
  std::string line = "| ";
  if (text.metadata) line += metadata_text(batch, record, text.control);
  if (batch.control()) return line;
  std::string_view separator = text.metadata ? " " : "";
  if (text.key) {
    line += fmt::format("{}key: {}", separator, *text.key);
    separator = " ";
  }
  if (text.payload) line += fmt::format("{}payload: {}", separator, *text.payload);
  return line;
}

}  // namespace barnabas::record
