#include "kernel/record/batch_builder.h"

#include "kernel/base/give_back.h"
#include "kernel/base/varint.h"

#include <fmt/format.h>

#include <cstring>

namespace barnabas::record {
namespace {

std::size_t field_size(const std::optional<sdk::Bytes>& field) {
  return field ? base::varint_size(static_cast<std::int32_t>(field->size)) + field->size : 1;
}

std::uint8_t* write_field(std::uint8_t* to, sdk::Bytes field) {
  to = base::write_varint(to, static_cast<std::int32_t>(field.size));
  if (!field.empty()) std::memcpy(to, field.data, field.size);
  return to + field.size;
}

std::uint8_t* write_field(std::uint8_t* to, const std::optional<sdk::Bytes>& field) {
  return field ? write_field(to, *field) : base::write_varint(to, -1);
}

std::size_t headers_size(std::span<const Header> headers) {
  std::size_t size = 0;
  for (const Header& header : headers)
    size += base::varint_size(static_cast<std::int32_t>(header.key.size())) + header.key.size() + field_size(header.value);
  return size;
}

std::size_t body_size(std::int64_t timestamp_delta, std::int32_t offset_delta, const std::optional<sdk::Bytes>& key,
                      const std::optional<sdk::Bytes>& value, std::int32_t header_count, std::size_t header_bytes) {
  return 1 + base::varlong_size(timestamp_delta) + base::varint_size(offset_delta) + field_size(key) + field_size(value) +
         base::varint_size(header_count) + header_bytes;
}

// A buffer that one large batch grew beyond this is not kept.
constexpr std::size_t kKeptBytes = 4 << 20;

void begin_anew(std::vector<std::uint8_t>& buffer) {
  if (buffer.capacity() > kKeptBytes) base::give_back(buffer);
}

Status too_large(std::size_t max_bytes) { return Status::exhausted(fmt::format("the batch takes more than {} bytes", max_bytes)); }

class VectorSink final : public sdk::Sink {
 public:
  VectorSink(std::vector<std::uint8_t>& to, std::size_t max_bytes) : to_(to), max_bytes_(max_bytes) {}
  Status append(sdk::Bytes octets) noexcept override {
    if (octets.size > max_bytes_ || to_.size() > max_bytes_ - octets.size) return too_large(max_bytes_);
    to_.insert(to_.end(), octets.begin(), octets.end());
    return {};
  }

 private:
  std::vector<std::uint8_t>& to_;
  const std::size_t max_bytes_;
};

}  // namespace

std::size_t stored_size(const NewRecord& record, std::int64_t timestamp_delta, std::int32_t offset_delta) {
  const std::size_t body = body_size(timestamp_delta, offset_delta, record.key, record.value,
                                     static_cast<std::int32_t>(record.headers.size()), headers_size(record.headers));
  return base::varint_size(static_cast<std::int32_t>(body)) + body;
}

void BatchBuilder::start(const BatchSettings& settings) {
  settings_ = settings;
  begin_anew(plain_);
  begin_anew(packed_);
  plain_.resize(kHeaderBytes);
  count_ = 0;
  next_offset_ = settings.base_offset;
  base_timestamp_ms_ = settings.delete_horizon_ms.value_or(kNoTimestamp);
  max_timestamp_ms_ = kNoTimestamp;
}

void BatchBuilder::append(const NewRecord& record) { append_at(next_offset_, record); }

void BatchBuilder::append_at(std::int64_t offset, const NewRecord& record) {
  std::uint8_t* to = begin_record(offset, record.timestamp_ms, record.key, record.value, static_cast<std::int32_t>(record.headers.size()),
                                  headers_size(record.headers));
  for (const Header& header : record.headers) to = write_field(write_field(to, sdk::Bytes(header.key)), header.value);
}

void BatchBuilder::copy_at(std::int64_t offset, const RecordView& record) {
  const sdk::Bytes headers = record.headers.encoded();
  std::uint8_t* to = begin_record(offset, record.timestamp_ms, record.key, record.value, record.headers.size(), headers.size);
  if (!headers.empty()) std::memcpy(to, headers.data, headers.size);
}

// Writes all but the headers, for which it leaves room where it returns.
std::uint8_t* BatchBuilder::begin_record(std::int64_t offset, std::int64_t timestamp_ms, const std::optional<sdk::Bytes>& key,
                                         const std::optional<sdk::Bytes>& value, std::int32_t header_count, std::size_t header_bytes) {
  if (count_ == 0 && !settings_.delete_horizon_ms) base_timestamp_ms_ = timestamp_ms;
  if (timestamp_ms > max_timestamp_ms_) max_timestamp_ms_ = timestamp_ms;
  const std::int64_t timestamp_delta = wrapping_subtract(timestamp_ms, base_timestamp_ms_);
  const auto offset_delta = static_cast<std::int32_t>(wrapping_subtract(offset, settings_.base_offset));
  const std::size_t body = body_size(timestamp_delta, offset_delta, key, value, header_count, header_bytes);
  const std::size_t begin = plain_.size();
  plain_.resize(begin + base::varint_size(static_cast<std::int32_t>(body)) + body);

  std::uint8_t* to = base::write_varint(plain_.data() + begin, static_cast<std::int32_t>(body));
  *to++ = 0;  // attributes
  to = base::write_varlong(to, timestamp_delta);
  to = base::write_varint(to, offset_delta);
  to = write_field(to, key);
  to = write_field(to, value);
  ++count_;
  next_offset_ = wrapping_add(offset, 1);
  return base::write_varint(to, header_count);
}

std::size_t BatchBuilder::size_of(const NewRecord& record) const {
  const std::int64_t base = count_ == 0 && !settings_.delete_horizon_ms ? record.timestamp_ms : base_timestamp_ms_;
  return stored_size(record, wrapping_subtract(record.timestamp_ms, base), static_cast<std::int32_t>(next_offset_ - settings_.base_offset));
}

Result<sdk::MutableBytes> BatchBuilder::finish(std::optional<std::int64_t> last_offset, std::size_t max_bytes) {
  std::vector<std::uint8_t>* batch = &plain_;
  if (settings_.codec != nullptr && count_ != 0) {
    packed_.resize(kHeaderBytes);
    VectorSink sink(packed_, max_bytes);
    const sdk::Bytes records = sdk::Bytes(plain_).slice(kHeaderBytes);
    Status status = settings_.codec->compress(&records, 1, settings_.level, 2, sink);
    begin_anew(plain_);  // nobody looks at it any more, and the next batch may be long in coming
    BARNABAS_TRY(std::move(status));
    batch = &packed_;
  } else if (plain_.size() > max_bytes) {
    begin_anew(plain_);
    return too_large(max_bytes);
  }
  write_header(*batch, last_offset.value_or(count_ == 0 ? settings_.base_offset : next_offset_ - 1));
  return sdk::MutableBytes{batch->data(), batch->size()};
}

void BatchBuilder::write_header(std::vector<std::uint8_t>& batch, std::int64_t last_offset) {
  int attributes = settings_.codec == nullptr ? kCodecNone : settings_.codec->attribute();
  if (settings_.log_append_time_ms) attributes |= kLogAppendTimeBit;
  if (settings_.transactional) attributes |= kTransactionalBit;
  if (settings_.control) attributes |= kControlBit;
  if (settings_.delete_horizon_ms) attributes |= kDeleteHorizonBit;
  std::uint8_t* at = batch.data();
  store(at + kBaseOffsetAt, settings_.base_offset);
  store(at + kLengthAt, static_cast<std::int32_t>(batch.size() - kEntryHeaderBytes));
  store(at + kLeaderEpochAt, settings_.leader_epoch);
  store(at + kMagicAt, std::int8_t{2});
  store(at + kAttributesAt, static_cast<std::int16_t>(attributes));
  store(at + kLastOffsetDeltaAt, static_cast<std::int32_t>(last_offset - settings_.base_offset));
  store(at + kBaseTimestampAt, base_timestamp_ms_);
  store(at + kMaxTimestampAt, settings_.log_append_time_ms.value_or(max_timestamp_ms_));
  store(at + kProducerIdAt, settings_.producer_id);
  store(at + kProducerEpochAt, settings_.producer_epoch);
  store(at + kBaseSequenceAt, settings_.base_sequence);
  store(at + kRecordCountAt, count_);
  MutableBatchHeader(at).seal();
}

}  // namespace barnabas::record
