// Metadata records in their frame: unsigned varint 1, record type, version, body. [any thread, each on its own object]
#pragma once

#include <cstdint>
#include <vector>

#include "kernel/base/result.h"
#include "kernel/wire/codec.h"
#include "kernel/wire/describe.h"

namespace barnabas::record {

struct Frame {
  std::uint32_t type = 0;
  std::uint32_t version = 0;
  sdk::Bytes body;
};
// kCorrupt when the octets are no frame, or one of a later frame version.
Result<Frame> parse_frame(sdk::Bytes record);

// A list of framed records in one buffer.
class FramedRecords {
 public:
  // REQUIRES: the version can carry what is set in the record; otherwise status() says what is wrong, and the list is not to be used.
  template <class M>
  void add(const M& record, int version = 0) {
    begin(static_cast<std::uint32_t>(M::kSchema.key), static_cast<std::uint32_t>(version));
    finish(wire::encode(record, version, buffer_));
  }
  void add_framed(sdk::Bytes record);

  std::size_t count() const { return ends_.size(); }
  std::size_t size_bytes() const { return buffer_.size(); }
  bool empty() const { return ends_.empty(); }
  const Status& status() const { return status_; }
  void clear();
  // Back to the first `count` records.
  void truncate(std::size_t count);
  // The same, when they were in order and one behind them is not: the list is of use again.
  void forget_failure(std::size_t count);
  sdk::Bytes operator[](std::size_t index) const;
  // Valid until the list changes.
  std::vector<sdk::Bytes> views() const;

 private:
  void begin(std::uint32_t type, std::uint32_t version);
  void finish(Status status);

  wire::Buffer buffer_;
  std::vector<std::size_t> ends_;
  Status status_;
};

}  // namespace barnabas::record
