#include "kernel/record/record_reader.h"

#include <fmt/format.h>

#include <utility>

#include "kernel/base/crc32c.h"
#include "kernel/record/legacy.h"
#include "kernel/record/record_grammar.h"

namespace barnabas::record {
namespace {

// Key or value of a v0 or v1 message: int32 length, -1 for null.
const std::uint8_t* read_legacy_field(const std::uint8_t* at, const std::uint8_t* end, std::optional<sdk::Bytes>& field) {
  field.reset();
  if (end - at < 4) return nullptr;
  const auto length = load<std::int32_t>(at);
  at += 4;
  if (length == -1) return at;
  if (length < 0 || length > end - at) return nullptr;
  field.emplace(at, static_cast<std::size_t>(length));
  return at + length;
}

Status parse_legacy(const BatchView& entry, RecordView& record) {
  const sdk::Bytes octets = entry.octets();
  const std::uint8_t* at = octets.data + kLegacyKeyAt[entry.magic()];
  at = read_legacy_field(at, octets.end(), record.key);
  if (at != nullptr) at = read_legacy_field(at, octets.end(), record.value);
  if (at != octets.end())
    return Status::corrupt(fmt::format("the message at offset {} is not as long as its key and value say", entry.base_offset()));
  record.offset = entry.base_offset();
  record.timestamp_ms = entry.max_timestamp_ms();
  record.headers = {};
  return {};
}

std::string record_name(const BatchView& batch, std::int32_t left) {
  const std::int32_t count = batch.header().record_count();
  return fmt::format("record {} of {} in the batch at offset {}", count - left, count, batch.base_offset());
}

Status bad_record(const BatchView& batch, std::int32_t left, std::string_view fault) {
  return Status::corrupt(fmt::format("{} {}", record_name(batch, left), fault));
}

Status bad_wrapper(const BatchView& batch, std::string_view fault) {
  return Status::corrupt(fmt::format("the compressed message at offset {} {}", batch.base_offset(), fault));
}

}  // namespace

Status RecordReader::open(const BatchView& batch) {
  batch_ = batch;
  status_ = {};
  consume_ = 0;
  compressed_ = batch.codec() != kCodecNone;
  if (batch.magic() != 2) {
    left_ = 1;
    return compressed_ ? open_wrapper() : Status();
  }
  left_ = batch.header().record_count();
  if (left_ < 0) {
    const std::int32_t count = std::exchange(left_, 0);
    return Status::corrupt(fmt::format("the batch at offset {} says it has {} records", batch.base_offset(), count));
  }
  rest_ = batch.records();
  return compressed_ && left_ != 0 ? inflater_.start(batch.codec(), rest_, 2, max_inflated_bytes_) : Status();
}

bool RecordReader::next(RecordView& record) {
  if (!status_.ok()) return false;
  if (batch_.magic() == 2) return next_stored(record);
  return compressed_ ? next_wrapped(record) : next_single(record);
}

bool RecordReader::fail(Status status) {
  status_ = std::move(status);
  left_ = 0;
  return false;
}

bool RecordReader::next_stored(RecordView& record) {
  if (left_ == 0) {
    if (Status status = finish_stored(); !status) return fail(std::move(status));
    return false;
  }
  sdk::Bytes body;
  if (Status status = body_of_next(body); !status) return fail(std::move(status));
  StoredRecord stored;
  if (const char* fault = parse_record(body, stored)) return fail(bad_record(batch_, left_, fault));
  const BatchHeader header = batch_.header();
  record.offset = wrapping_add(header.base_offset(), stored.offset_delta);
  record.timestamp_ms = header.timestamp_type() == TimestampType::kLogAppendTime
                            ? header.max_timestamp_ms()
                            : wrapping_add(header.base_timestamp_ms(), stored.timestamp_delta);
  record.key = stored.key;
  record.value = stored.value;
  record.headers = stored.headers;
  --left_;
  return true;
}

Status RecordReader::body_of_next(sdk::Bytes& body) {
  if (compressed_) {
    inflater_.consume(consume_);
    BARNABAS_TRY(inflater_.fill(base::kMaxVarintBytes));
    rest_ = inflater_.available();
  }
  std::size_t prefix = 0;
  std::size_t length = 0;
  if (const char* fault = read_length(rest_, prefix, length)) return bad_record(batch_, left_, fault);
  const std::size_t needed = prefix + length;
  if (compressed_) {
    if (needed > rest_.size && needed - rest_.size > inflater_.left())
      return Status::exhausted(fmt::format("{} says {} octets, more than a batch may inflate to", record_name(batch_, left_), length));
    BARNABAS_TRY(inflater_.fill(needed));
    rest_ = inflater_.available();
    consume_ = needed;
  }
  if (needed > rest_.size)
    return Status::corrupt(fmt::format("{} says {} octets, but only {} are left", record_name(batch_, left_), length, rest_.size - prefix));
  body = rest_.slice(prefix, length);
  if (!compressed_) rest_ = rest_.slice(needed);
  return {};
}

Status RecordReader::finish_stored() {
  if (compressed_ && batch_.header().record_count() != 0) {
    inflater_.consume(consume_);
    consume_ = 0;
    BARNABAS_TRY(inflater_.fill(1));
    rest_ = inflater_.available();
  }
  if (!rest_.empty()) return Status::corrupt(fmt::format("the batch at offset {} has octets after its last record", batch_.base_offset()));
  return {};
}

bool RecordReader::next_single(RecordView& record) {
  if (left_ == 0) return false;
  left_ = 0;
  if (Status status = parse_legacy(batch_, record); !status) return fail(std::move(status));
  return true;
}

// Inner offsets of v1 are relative, and only the last one tells what to: the stream is run through once before it is read.
Status RecordReader::open_wrapper() {
  RecordView wrapper;
  BARNABAS_TRY(parse_legacy(batch_, wrapper));
  if (!wrapper.value) return bad_wrapper(batch_, "has no value");
  rest_ = *wrapper.value;
  base_offset_ = 0;
  BARNABAS_TRY(inflater_.start(batch_.codec(), rest_, batch_.magic(), max_inflated_bytes_));
  if (batch_.magic() == 0) return {};
  std::int64_t last = -1;
  for (sdk::Bytes entry;;) {
    BARNABAS_TRY(wrapped_entry(entry));
    if (entry.empty()) break;
    last = load<std::int64_t>(entry.data);
  }
  if (batch_.base_offset() != 0) {  // 0: some producers never set it
    if (last > batch_.base_offset()) return bad_wrapper(batch_, fmt::format("has an inner offset of {}, which is after its own", last));
    base_offset_ = wrapping_subtract(batch_.base_offset(), last);
  }
  consume_ = 0;
  return inflater_.start(batch_.codec(), rest_, batch_.magic(), max_inflated_bytes_);
}

Status RecordReader::wrapped_entry(sdk::Bytes& entry) {
  inflater_.consume(consume_);
  consume_ = 0;
  BARNABAS_TRY(inflater_.fill(kHeaderBytesUpToMagic));
  entry = inflater_.available();
  if (entry.empty()) return {};
  auto size = batch_size(entry);
  if (!size) return std::move(size).status();
  if (size->has_value() && **size <= max_inflated_bytes_) {
    BARNABAS_TRY(inflater_.fill(**size));
    entry = inflater_.available();
  }
  if (!size->has_value() || entry.size < **size) return bad_wrapper(batch_, "ends within an inner message");
  entry = entry.slice(0, **size);
  consume_ = entry.size;
  const BatchView inner(entry);
  if (inner.magic() != batch_.magic()) return bad_wrapper(batch_, fmt::format("of magic {} holds one of another", batch_.magic()));
  if (inner.codec() != kCodecNone) return bad_wrapper(batch_, "holds a message that is itself compressed");
  if (!inner.crc_valid()) return bad_wrapper(batch_, "holds a message with a wrong checksum");
  return {};
}

bool RecordReader::next_wrapped(RecordView& record) {
  if (left_ == 0) return false;
  sdk::Bytes entry;
  if (Status status = wrapped_entry(entry); !status) return fail(std::move(status));
  if (entry.empty()) {
    left_ = 0;
    return false;
  }
  if (Status status = parse_legacy(BatchView(entry), record); !status) return fail(std::move(status));
  record.offset = wrapping_add(record.offset, base_offset_);
  if (batch_.timestamp_type() == TimestampType::kLogAppendTime) record.timestamp_ms = batch_.max_timestamp_ms();
  return true;
}

}  // namespace barnabas::record
