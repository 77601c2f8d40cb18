#include "kernel/record/transaction_joiner.h"

#include "kernel/base/varint.h"

namespace barnabas::record {
namespace {

constexpr std::uint32_t kBegin = 23;
constexpr std::uint32_t kEnd = 24;
constexpr std::uint32_t kAbort = 25;

// The record type in a frame; 0xffffffff where there is none, which whoever applies the record will say.
std::uint32_t type_of(sdk::Bytes record) {
  std::uint32_t version = 0;
  std::uint32_t type = 0;
  const std::uint8_t* at = base::read_uvarint(record.begin(), record.end(), version);
  if (at == nullptr || base::read_uvarint(at, record.end(), type) == nullptr) return 0xffffffff;
  return type;
}

}  // namespace

bool bounds_transaction(sdk::Bytes record) {
  const std::uint32_t type = type_of(record);
  return type == kBegin || type == kEnd || type == kAbort;
}

Status TransactionJoiner::add(const std::vector<sdk::Bytes>& records, sdk::MetadataPosition end, std::int64_t timestamp_ms,
                              const std::function<void(ToldBatch)>& told) {
  for (const sdk::Bytes record : records) {
    const std::uint32_t type = type_of(record);
    if (type == kBegin) {
      if (open_) return Status::corrupt("the metadata log begins a transaction inside another one");
      open_ = true;
    } else if (type == kEnd || type == kAbort) {
      if (!open_) return Status::corrupt("the metadata log ends a transaction that was not begun");
      open_ = false;
      if (type == kAbort) pending_.records.clear();
    } else {
      pending_.records.emplace_back(record.begin(), record.end());
    }
  }
  if (open_ || pending_.records.empty()) return {};
  pending_.end = end;
  pending_.timestamp_ms = timestamp_ms;
  told(std::exchange(pending_, {}));
  return {};
}

}  // namespace barnabas::record
