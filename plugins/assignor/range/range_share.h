// How many partitions of one topic each of its readers gets: equal counts, and the first readers that are served one more where they do not
// come out even. One thread.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace barnabas::assignor {

class RangeShare {
 public:
  // REQUIRES: readers > 0
  RangeShare(std::int32_t partitions, std::size_t readers)
      : share_(partitions / static_cast<std::int32_t>(readers)),
        larger_left_(partitions % static_cast<std::int32_t>(readers)),
        got_(readers) {}

  std::int32_t room(std::size_t reader) const { return std::max(share_ + (larger_left_ > 0 ? 1 : 0) - got_[reader], 0); }
  // REQUIRES: room(reader) > 0
  void take(std::size_t reader) {
    if (++got_[reader] > share_) --larger_left_;
  }

 private:
  std::int32_t share_;
  std::int32_t larger_left_;
  std::vector<std::int32_t> got_;
};

}  // namespace barnabas::assignor
