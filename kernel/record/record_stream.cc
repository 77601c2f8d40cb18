#include "kernel/record/record_stream.h"

#include <fmt/format.h>

#include "kernel/record/record_grammar.h"

namespace barnabas::record {
namespace {
constexpr const char* kUndecompressed = "can not be decompressed";
constexpr std::uint64_t kOctetsBetweenLooks = 64 << 10;
constexpr std::uint32_t kStepsBetweenLooks = 512;  // in 64 KiB there may be nine thousand records, each with a fault to be told of
}  // namespace

// Between the parts of a record its fields are passed over, which is what takes long.
RecordStream::Step RecordStream::Large::go_on(RecordStream& stream, StoredRecord& record, const base::Piece& piece) {
  while (stream.pass(passing_, piece)) {
    if (part_ == Part::kEnd) return left_ == 0 ? Step::kRecord : stream.failed(faults::kTooLong);
    if (const char* fault = read_part(stream, record)) return stream.failed(fault);
  }
  return Step::kPaused;
}

const char* RecordStream::Large::read_part(RecordStream& stream, StoredRecord& record) {
  bool present = false;
  switch (part_) {
    case Part::kFront:
      if (!read_front(stream, record)) return "is shorter than its fields";
      part_ = Part::kKey;
      break;
    case Part::kKey:
      if (!field(stream, present)) return faults::kKey;
      record.key = present ? std::optional<sdk::Bytes>(sdk::Bytes()) : std::nullopt;
      part_ = Part::kValue;
      break;
    case Part::kValue:
      if (!field(stream, present)) return faults::kValue;
      record.value = present ? std::optional<sdk::Bytes>(sdk::Bytes()) : std::nullopt;
      part_ = Part::kHeaderCount;
      break;
    case Part::kHeaderCount:
      record.headers = {};
      if (!number(stream, headers_) || headers_ < 0 || static_cast<std::uint64_t>(headers_) > left_ / kMinHeaderBytes)
        return faults::kHeaderCount;
      part_ = headers_ == 0 ? Part::kEnd : Part::kHeaderKey;
      break;
    case Part::kHeaderKey:
      if (!field(stream, present)) return faults::kHeaderKey;
      if (!present) return faults::kNullHeaderKey;
      part_ = Part::kHeaderValue;
      break;
    case Part::kHeaderValue:
      if (!field(stream, present)) return faults::kHeaderValue;
      part_ = --headers_ == 0 ? Part::kEnd : Part::kHeaderKey;
      break;
    case Part::kEnd:
      break;
  }
  return nullptr;
}

bool RecordStream::Large::read_front(RecordStream& stream, StoredRecord& record) {
  if (!stream.want(1) || stream.rest_.empty()) return false;
  record.attributes = static_cast<std::int8_t>(stream.rest_[0]);
  take(stream, 1);
  return long_number(stream, record.timestamp_delta) && number(stream, record.offset_delta);
}

// Five octets at most, as in a record that is in memory as a whole: nobody who reads it later takes more.
bool RecordStream::Large::number(RecordStream& stream, std::int32_t& value) {
  return stream.want(base::kMaxVarintBytes) && take_through(stream, base::read_varint(stream.rest_.begin(), stream.rest_.end(), value));
}

bool RecordStream::Large::long_number(RecordStream& stream, std::int64_t& value) {
  return stream.want(base::kMaxVarlongBytes) && take_through(stream, base::read_varlong(stream.rest_.begin(), stream.rest_.end(), value));
}

// `end` of a number that was read; null where there was none.
bool RecordStream::Large::take_through(RecordStream& stream, const std::uint8_t* end) {
  if (end == nullptr || static_cast<std::uint64_t>(end - stream.rest_.begin()) > left_) return false;
  take(stream, static_cast<std::size_t>(end - stream.rest_.begin()));
  return true;
}

bool RecordStream::Large::field(RecordStream& stream, bool& present) {
  std::int32_t length = 0;
  if (!number(stream, length) || length < -1) return false;
  present = length != -1;
  if (!present) return true;
  if (static_cast<std::uint64_t>(length) > left_) return false;
  passing_ = static_cast<std::uint64_t>(length);
  left_ -= passing_;
  return true;
}

void RecordStream::Large::take(RecordStream& stream, std::size_t count) {
  stream.take(count);
  left_ -= count;
}

// Looks at the clock whenever so much was inflated or read: a look for each record would cost as much as the record.
bool RecordStream::is_over(const base::Piece& piece) {
  if (inflater_ == nullptr) return false;
  if (++unlooked_ < kStepsBetweenLooks && inflater_->produced() - looked_at_ < kOctetsBetweenLooks) return false;
  unlooked_ = 0;
  looked_at_ = inflater_->produced();
  return piece.is_over();
}

// Afterwards `rest_` has `count` octets, or all that are left.
bool RecordStream::want(std::size_t count) {
  if (rest_.size >= count || inflater_ == nullptr) return true;
  inflater_->consume(inflater_->available().size - rest_.size);
  status_ = inflater_->fill(count);
  rest_ = inflater_->available();
  return status_.ok();
}

// False: something of `count` is left, because the piece is over or the codec failed.
bool RecordStream::pass(std::uint64_t& count, const base::Piece& piece) {
  if (is_over(piece)) return false;
  inflater_->consume(inflater_->available().size - rest_.size);
  while (status_.ok() && count != 0 && !is_over(piece)) status_ = inflater_->skip_some(count);
  rest_ = inflater_->available();
  return status_.ok() && count == 0;
}

RecordStream::Step RecordStream::failed(const char* fault) {
  fault_ = fault;
  return Step::kFault;
}

RecordStream::Step RecordStream::next(StoredRecord& record, const base::Piece& piece) {
  if (large_) return go_on_with_large(record, piece);
  return is_over(piece) ? Step::kPaused : begin(record, piece);
}

RecordStream::Step RecordStream::go_on_with_large(StoredRecord& record, const base::Piece& piece) {
  const Step step = large_->go_on(*this, record, piece);
  if (!status_.ok()) return failed(kUndecompressed);
  if (step != Step::kPaused) large_.reset();
  return step;
}

RecordStream::Step RecordStream::begin(StoredRecord& record, const base::Piece& piece) {
  if (!want(base::kMaxVarintBytes)) return failed(kUndecompressed);
  std::size_t prefix = 0;
  std::size_t size = 0;
  if (const char* fault = read_length(rest_, prefix, size)) return failed(fault);
  take(prefix);
  if (size > rest_.size && inflater_ != nullptr) {
    if (size - rest_.size > inflater_->left()) {
      status_ = Status::exhausted(fmt::format("it says a length of {} octets, more than a batch may inflate to", size));
      return failed("is too large");
    }
    if (size > Inflater::kWindowBytes) {
      large_.emplace(size);
      return go_on_with_large(record, piece);
    }
    if (!want(size)) return failed(kUndecompressed);
  }
  if (size > rest_.size) return failed("says a length that is more than what is left");
  const sdk::Bytes body = rest_.slice(0, size);
  take(size);
  const char* fault = parse_record(body, record);
  return fault == nullptr ? Step::kRecord : failed(fault);
}

bool RecordStream::finish() {
  if (!want(1))
    fault_ = "is followed by what can not be decompressed";
  else if (!rest_.empty())
    fault_ = "is the last one, but octets follow it";
  return fault_ == nullptr;
}

}  // namespace barnabas::record
