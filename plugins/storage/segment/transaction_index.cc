#include "transaction_index.h"

#include "kernel/record/octets.h"

#include <algorithm>

namespace barnabas::segment {

using sdk::Status;

namespace {
constexpr std::size_t kLargestFileBytes = std::size_t{1} << 30;
}

Status TransactionIndex::load() {
  if (loaded_) return {};
  Pin pin;
  if (Status status = pin.open(*file_); !status) return status;
  std::uint64_t size = 0;
  if (Status status = pin->size(size); !status) return status;
  if (size > kLargestFileBytes) return Status::corrupt("the transaction index " + file_->path() + " is impossibly large");
  std::vector<std::uint8_t> octets(static_cast<std::size_t>(size));
  std::size_t count = 0;
  if (Status status = pin->read_at(0, {octets.data(), octets.size()}, count); !status) return status;
  transactions_.clear();
  for (const std::uint8_t* at = octets.data(); count - static_cast<std::size_t>(at - octets.data()) >= kEntryBytes; at += kEntryBytes) {
    sdk::AbortedTransaction transaction;
    transaction.producer_id = record::load<std::int64_t>(at + 2);
    transaction.first_offset = record::load<std::int64_t>(at + 10);
    transaction.last_offset = record::load<std::int64_t>(at + 18);
    transaction.last_stable_offset = record::load<std::int64_t>(at + 26);
    const bool ascends = transactions_.empty() || transaction.last_offset > transactions_.back().last_offset;
    if (record::load<std::int16_t>(at) != 0 || transaction.first_offset > transaction.last_offset || !ascends) break;
    transactions_.push_back(transaction);
  }
  if (transactions_.size() * kEntryBytes != size) {
    if (Status status = pin->truncate(transactions_.size() * kEntryBytes); !status) return status;
    changed_ = true;
  }
  loaded_ = true;
  return {};
}

Status TransactionIndex::append(const sdk::AbortedTransaction& transaction) {
  if (Status status = load(); !status) return status;
  std::uint8_t entry[kEntryBytes];
  record::store(entry, std::int16_t{0});
  record::store(entry + 2, transaction.producer_id);
  record::store(entry + 10, transaction.first_offset);
  record::store(entry + 18, transaction.last_offset);
  record::store(entry + 26, transaction.last_stable_offset);
  Pin pin;
  if (Status status = pin.open(*file_); !status) return status;
  exists_ = true;
  const sdk::Bytes piece(entry, sizeof entry);
  Status status = pin->write_at(transactions_.size() * kEntryBytes, &piece, 1);
  changed_ = true;  // behind the write, which a sync that is under way does not wait for
  if (!status) return status;
  transactions_.push_back(transaction);
  return {};
}

Status TransactionIndex::truncate(std::int64_t offset) {
  if (!exists_) return {};
  if (Status status = load(); !status) return status;
  const auto first =
      std::find_if(transactions_.begin(), transactions_.end(), [&](const auto& transaction) { return transaction.last_offset >= offset; });
  if (first == transactions_.end()) return {};
  transactions_.erase(first, transactions_.end());
  Pin pin;
  if (Status status = pin.open(*file_); !status) return status;
  changed_ = true;
  return pin->truncate(transactions_.size() * kEntryBytes);
}

Status TransactionIndex::sync() {
  if (!changed_.exchange(false)) return {};
  Pin pin;
  if (Status status = pin.open(*file_); !status) return status;
  return pin->sync(false);
}

}  // namespace barnabas::segment
