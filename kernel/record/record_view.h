// One record, wherever it was stored: views into the octets it was read from. [any thread]
#pragma once

#include <barnabas/sdk/bytes.h>

#include "kernel/record/batch_header.h"

#include <cstdint>
#include <iterator>
#include <optional>
#include <string_view>

namespace barnabas::record {

struct Header {
  std::string_view key;
  std::optional<sdk::Bytes> value;
};

// The headers of a record whose octets were already checked by parse_record.
class HeaderList {
 public:
  class Iterator {
   public:
    using value_type = Header;
    using difference_type = std::ptrdiff_t;
    using iterator_category = std::input_iterator_tag;

    Iterator() = default;
    Iterator(sdk::Bytes encoded, std::int32_t left) : at_(encoded.begin()), end_(encoded.end()), left_(left) { read(); }
    const Header& operator*() const { return header_; }
    const Header* operator->() const { return &header_; }
    Iterator& operator++() {
      --left_;
      read();
      return *this;
    }
    void operator++(int) { ++*this; }
    friend bool operator==(const Iterator& a, const Iterator& b) { return a.left_ == b.left_; }

   private:
    void read();

    const std::uint8_t* at_ = nullptr;
    const std::uint8_t* end_ = nullptr;
    std::int32_t left_ = 0;
    Header header_;
  };

  HeaderList() = default;
  HeaderList(sdk::Bytes encoded, std::int32_t count) : encoded_(encoded), count_(count) {}

  Iterator begin() const { return {encoded_, count_}; }
  Iterator end() const { return {}; }
  std::int32_t size() const { return count_; }
  bool empty() const { return count_ == 0; }
  sdk::Bytes encoded() const { return encoded_; }  // without the count

 private:
  sdk::Bytes encoded_;
  std::int32_t count_ = 0;
};

struct RecordView {
  std::int64_t offset = 0;
  std::int64_t timestamp_ms = kNoTimestamp;
  std::optional<sdk::Bytes> key;
  std::optional<sdk::Bytes> value;
  HeaderList headers;
};

// A v2 record as it is stored, without the length before it.
struct StoredRecord {
  std::int64_t timestamp_delta = 0;
  std::int32_t offset_delta = 0;
  std::int8_t attributes = 0;
  std::optional<sdk::Bytes> key;
  std::optional<sdk::Bytes> value;
  HeaderList headers;
};

// The smallest body: attributes, both deltas, null key, null value, no headers.
inline constexpr std::int32_t kMinRecordBytes = 6;

// Null when `body` is exactly one well-formed record; else what is wrong with it, as the end of a sentence.
const char* parse_record(sdk::Bytes body, StoredRecord& record);

}  // namespace barnabas::record
