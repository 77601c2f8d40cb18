// .txnindex: the aborted transactions whose markers lie in a segment, in the order of the markers. Few, so they are kept in memory once
// asked for.
//
// Not synchronised, but for sync(), which may run beside the others.
#pragma once

#include <barnabas/sdk/storage.h>

#include "file_cache.h"

#include <vector>

namespace barnabas::segment {

class TransactionIndex {
 public:
  static constexpr std::size_t kEntryBytes = 34;

  // `exists`: there is a file. It is made with the first entry.
  TransactionIndex(FileRef file, bool exists) : file_(std::move(file)), exists_(exists), loaded_(!exists) {}

  // What is written after an entry that cannot be right is cut off.
  sdk::Status load();
  sdk::Status append(const sdk::AbortedTransaction& transaction);
  sdk::Status truncate(std::int64_t offset);  // markers from `offset` on go
  sdk::Status sync();                         // only when something changed
  bool exists() const { return exists_; }
  // REQUIRES: loaded.
  const std::vector<sdk::AbortedTransaction>& transactions() const { return transactions_; }
  CachedFile& file() { return *file_; }

 private:
  FileRef file_;
  bool exists_;
  bool loaded_;
  std::atomic<bool> changed_{false};
  std::vector<sdk::AbortedTransaction> transactions_;
};

}  // namespace barnabas::segment
