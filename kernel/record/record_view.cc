#include "kernel/record/record_view.h"

#include "kernel/record/record_grammar.h"

namespace barnabas::record {
namespace {

// A length and that many octets; -1 stands for null. Null where they do not fit.
const std::uint8_t* read_nullable(const std::uint8_t* at, const std::uint8_t* end, std::optional<sdk::Bytes>& field) {
  std::int32_t length = 0;
  at = base::read_varint(at, end, length);
  if (at == nullptr || length < -1) return nullptr;
  if (length == -1) {
    field.reset();
    return at;
  }
  if (length > end - at) return nullptr;
  field.emplace(at, static_cast<std::size_t>(length));
  return at + length;
}

const char* check_headers(const std::uint8_t* at, const std::uint8_t* end, std::int32_t count) {
  for (; count != 0; --count) {
    std::optional<sdk::Bytes> field;
    at = read_nullable(at, end, field);
    if (at == nullptr) return faults::kHeaderKey;
    if (!field) return faults::kNullHeaderKey;
    at = read_nullable(at, end, field);
    if (at == nullptr) return faults::kHeaderValue;
  }
  return at == end ? nullptr : faults::kTooLong;
}

}  // namespace

const char* parse_record(sdk::Bytes body, StoredRecord& record) {
  const std::uint8_t* at = body.begin();
  const std::uint8_t* const end = body.end();
  if (body.size < static_cast<std::size_t>(kMinRecordBytes)) return "is shorter than any record";
  record.attributes = static_cast<std::int8_t>(*at++);
  at = base::read_varlong(at, end, record.timestamp_delta);
  if (at == nullptr) return "has no whole timestamp";
  at = base::read_varint(at, end, record.offset_delta);
  if (at == nullptr) return "has no whole offset";
  at = read_nullable(at, end, record.key);
  if (at == nullptr) return faults::kKey;
  at = read_nullable(at, end, record.value);
  if (at == nullptr) return faults::kValue;
  std::int32_t headers = 0;
  at = base::read_varint(at, end, headers);
  if (at == nullptr) return "has no whole header count";
  if (headers == 0) {
    record.headers = {};
    return at == end ? nullptr : faults::kTooLong;
  }
  if (headers < 0 || headers > (end - at) / kMinHeaderBytes) return faults::kHeaderCount;
  record.headers = HeaderList({at, static_cast<std::size_t>(end - at)}, headers);
  return check_headers(at, end, headers);
}

void HeaderList::Iterator::read() {
  if (left_ == 0) return;
  std::int32_t length = 0;
  at_ = base::read_varint(at_, end_, length);
  header_.key = {reinterpret_cast<const char*>(at_), static_cast<std::size_t>(length)};
  at_ = read_nullable(at_ + length, end_, header_.value);
}

}  // namespace barnabas::record
