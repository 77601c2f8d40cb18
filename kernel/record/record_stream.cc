#include "kernel/record/record_stream.h"

#include "kernel/base/varint.h"

#include <string>

namespace barnabas::record {
namespace {
constexpr const char* kUndecompressed = "can not be decompressed";
}

// A record that is not in memory as a whole.
class RecordStream::Large {
 public:
  Large(RecordStream& stream, std::uint64_t length) : stream_(stream), left_(length) {}

  const char* parse(StoredRecord& record) {
    std::int64_t offset_delta = 0;
    bool has_key = false;
    bool has_value = false;
    if (!attributes(record.attributes) || !number(record.timestamp_delta) || !number(offset_delta)) return "is shorter than its fields";
    record.offset_delta = static_cast<std::int32_t>(offset_delta);
    if (!field(has_key)) return "has a key that does not fit into it";
    if (!field(has_value)) return "has a value that does not fit into it";
    record.key = has_key ? std::optional<sdk::Bytes>(sdk::Bytes()) : std::nullopt;
    record.value = has_value ? std::optional<sdk::Bytes>(sdk::Bytes()) : std::nullopt;
    record.headers = {};
    return headers();
  }

 private:
  const char* headers() {
    std::int64_t count = 0;
    if (!number(count) || count < 0 || static_cast<std::uint64_t>(count) > left_ / 2) return "has a header count that does not fit into it";
    for (; count != 0; --count) {
      bool has_key = false;
      bool has_value = false;
      if (!field(has_key)) return "has a header key that does not fit into it";
      if (!has_key) return "has a header whose key is null";
      if (!field(has_value)) return "has a header value that does not fit into it";
    }
    return left_ == 0 ? nullptr : "is longer than its fields";
  }
  bool attributes(std::int8_t& value) {
    if (!stream_.want(1) || stream_.rest_.empty()) return false;
    value = static_cast<std::int8_t>(stream_.rest_[0]);
    take(1);
    return true;
  }
  bool number(std::int64_t& value) {
    if (!stream_.want(base::kMaxVarlongBytes)) return false;
    const std::uint8_t* begin = stream_.rest_.begin();
    const std::uint8_t* at = base::read_varlong(begin, stream_.rest_.end(), value);
    if (at == nullptr || static_cast<std::uint64_t>(at - begin) > left_) return false;
    take(static_cast<std::size_t>(at - begin));
    return true;
  }
  bool field(bool& present) {
    std::int64_t length = 0;
    if (!number(length) || length < -1) return false;
    present = length != -1;
    if (!present) return true;
    if (static_cast<std::uint64_t>(length) > left_) return false;
    left_ -= static_cast<std::uint64_t>(length);
    return stream_.pass(static_cast<std::uint64_t>(length));
  }
  void take(std::size_t count) {
    stream_.take(count);
    left_ -= count;
  }

  RecordStream& stream_;
  std::uint64_t left_;
};

// Afterwards `rest_` has `count` octets, or all that are left.
bool RecordStream::want(std::size_t count) {
  if (rest_.size >= count || inflater_ == nullptr) return true;
  inflater_->consume(inflater_->available().size - rest_.size);
  status_ = inflater_->fill(count);
  rest_ = inflater_->available();
  return status_.ok();
}

bool RecordStream::pass(std::uint64_t count) {
  inflater_->consume(inflater_->available().size - rest_.size);
  status_ = inflater_->skip(count);
  rest_ = inflater_->available();
  return status_.ok();
}

const char* RecordStream::next(StoredRecord& record) {
  if (!want(base::kMaxVarintBytes)) return kUndecompressed;
  std::int32_t length = 0;
  const std::uint8_t* at = base::read_varint(rest_.begin(), rest_.end(), length);
  if (at == nullptr) return rest_.empty() ? "is missing" : "has no whole length";
  if (length < 0) return "has a negative length";
  const std::size_t size = static_cast<std::size_t>(length);
  take(static_cast<std::size_t>(at - rest_.begin()));
  if (size > rest_.size && inflater_ != nullptr) {
    if (size - rest_.size > inflater_->left()) {
      status_ = Status::exhausted("it says a length of " + std::to_string(size) + " octets, more than a batch may inflate to");
      return "is too large";
    }
    if (size > Inflater::kWindowBytes) {
      const char* fault = Large(*this, size).parse(record);
      return status_.ok() ? fault : kUndecompressed;
    }
    if (!want(size)) return kUndecompressed;
  }
  if (size > rest_.size) return "says a length that is more than what is left";
  const sdk::Bytes body = rest_.slice(0, size);
  take(size);
  return parse_record(body, record);
}

const char* RecordStream::finish() {
  if (!want(1)) return "is followed by what can not be decompressed";
  return rest_.empty() ? nullptr : "is the last one, but octets follow it";
}

}  // namespace barnabas::record
