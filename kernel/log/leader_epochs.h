// Where each leader epoch begins in a log: what truncation safety stands on (KIP-101, KIP-279).
//
// Kept in the side file leader-epoch-checkpoint, a text: a line "0" (version), the count, then "epoch start_offset" per line, both
// ascending. Plain data; the partition log's mutex guards it.
#pragma once

#include "kernel/log/log_types.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace barnabas::log {

class LeaderEpochs {
 public:
  static constexpr std::string_view kFileName = "leader-epoch-checkpoint";

  struct Entry {
    std::int32_t epoch = 0;
    std::int64_t start_offset = 0;

    friend bool operator==(const Entry&, const Entry&) = default;
  };

  static Result<LeaderEpochs> parse(std::string_view text);
  std::string to_text() const;

  // The functions that change something say whether they did; then the file is to be written.
  // The latest epoch begins at `start_offset`. Entries that contradict it, because they begin there or later or have an epoch as high, go.
  bool assign(std::int32_t epoch, std::int64_t start_offset);
  bool remove_from(std::int64_t offset);   // entries that begin at `offset` or later
  bool remove_below(std::int64_t offset);  // the epoch that holds `offset` begins there afterwards
  bool clear();

  bool empty() const { return entries_.empty(); }
  const std::vector<Entry>& entries() const { return entries_; }
  std::int32_t latest() const { return entries_.empty() ? -1 : entries_.back().epoch; }
  // The epoch that wrote `offset`.
  std::optional<std::int32_t> epoch_of(std::int64_t offset) const;
  // (-1, -1): unknown. The epoch asked for may never have been a leader here: then it is the one before it that ends, at the same offset.
  EpochEnd end_of(std::int32_t epoch, std::int64_t log_end) const;

 private:
  std::vector<Entry> entries_;
};

}  // namespace barnabas::log
