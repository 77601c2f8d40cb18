#include "kernel/record/dump.h"

#include "kernel/record/control.h"

namespace barnabas::record {
namespace {

class Line {
 public:
  Line& operator<<(std::string_view text) {
    text_ += text;
    return *this;
  }
  template <class Integer>
  requires std::is_integral_v<Integer> Line& operator<<(Integer number) {
    if constexpr (std::is_same_v<Integer, bool>) {
      text_ += number ? "true" : "false";
    } else {
      text_ += std::to_string(number);
    }
    return *this;
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

std::int64_t size_of(const std::optional<sdk::Bytes>& field) { return field ? static_cast<std::int64_t>(field->size) : -1; }

std::int32_t sequence_of(const BatchView& batch, const RecordView& record) {
  if (batch.base_sequence() < 0) return kNoSequence;
  return add_sequence(batch.base_sequence(), static_cast<std::int32_t>(wrapping_subtract(record.offset, batch.base_offset())));
}

void put_control(Line& line, const RecordView& record, std::string_view text) {
  if (const auto marker = parse_marker(record)) {
    line << " endTxnMarker: " << (marker->commit ? "COMMIT" : "ABORT") << " coordinatorEpoch: " << marker->coordinator_epoch;
  } else if (!text.empty()) {
    line << " " << text;
  } else if (const auto type = control_type(record)) {
    line << " controlType: UNKNOWN(" << static_cast<std::int16_t>(*type) << ")";
  }
}

void put_metadata(Line& line, const BatchView& batch, const RecordView& record, std::string_view control) {
  line << "offset: " << record.offset << " " << to_string(batch.timestamp_type()) << ": " << record.timestamp_ms
       << " keySize: " << size_of(record.key) << " valueSize: " << size_of(record.value);
  if (batch.magic() == 2) {
    line << " sequence: " << sequence_of(batch, record) << " headerKeys: [";
    std::string_view separator;
    for (const Header& header : record.headers) {
      line << separator << header.key;
      separator = ",";
    }
    line << "]";
  } else if (batch.codec() == kCodecNone) {
    line << " isValid: " << batch.crc_valid() << " crc: " << batch.stored_crc() << "}";  // the brace is Kafka's
  }
  if (batch.control()) put_control(line, record, control);
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
  Line line;
  if (batch.magic() == 2) {
    line << "baseOffset: " << batch.base_offset() << " lastOffset: " << batch.last_offset() << " count: " << batch.header().record_count()
         << " baseSequence: " << batch.base_sequence() << " lastSequence: " << batch.last_sequence()
         << " producerId: " << batch.producer_id() << " producerEpoch: " << batch.producer_epoch()
         << " partitionLeaderEpoch: " << batch.leader_epoch() << " isTransactional: " << batch.transactional()
         << " isControl: " << batch.control() << " deleteHorizonMs: ";
    if (const auto horizon = batch.delete_horizon_ms()) {
      line << "OptionalLong[" << *horizon << "]";
    } else {
      line << "OptionalLong.empty";
    }
  } else {
    line << "offset: " << batch.last_offset();
  }
  line << " position: " << position << " " << to_string(batch.timestamp_type()) << ": " << batch.max_timestamp_ms()
       << " size: " << batch.size() << " magic: " << batch.magic() << " compresscodec: " << codec_name(batch.codec())
       << " crc: " << batch.stored_crc() << " isvalid: " << batch.crc_valid();
  return line.take();
}

std::string record_line(const BatchView& batch, const RecordView& record, const RecordText& text) {
  Line line;
  line << "| ";
  if (text.metadata) put_metadata(line, batch, record, text.control);
  if (batch.control()) return line.take();
  std::string_view separator = text.metadata ? " " : "";
  if (text.key) {
    line << separator << "key: " << *text.key;
    separator = " ";
  }
  if (text.payload) line << separator << "payload: " << *text.payload;
  return line.take();
}

}  // namespace barnabas::record
