// The transactions of one partition that readers of committed data must still wait for.
//
// A transaction is open from its first batch to its marker, and stays undecided for readers until the marker is below the high watermark.
// Pure; the partition log's mutex guards it. Allocates nothing as long as there are no transactions.
#pragma once

#include <cstdint>
#include <map>

namespace barnabas::log {

class Transactions {
 public:
  void begin(std::int64_t producer_id, std::int64_t first_offset) { open_[first_offset] = producer_id; }
  // The marker stands at `last_offset`. Returns the last stable offset as of then: where the earliest other open transaction begins, else
  // after the marker.
  std::int64_t complete(std::int64_t first_offset, std::int64_t last_offset);

  // Markers below are readable.
  void on_high_watermark(std::int64_t high_watermark);
  void clear();

  static constexpr std::int64_t kNone = INT64_MAX;
  // Where the first one begins that has no marker; kNone when all have.
  std::int64_t first_open() const { return open_.empty() ? kNone : open_.begin()->first; }
  // The first offset that is not decided; kNone when all is.
  std::int64_t first_undecided() const;

 private:
  std::map<std::int64_t, std::int64_t> open_;       // first offset -> producer id
  std::map<std::int64_t, std::int64_t> completed_;  // first offset -> offset of its marker
};

}  // namespace barnabas::log
