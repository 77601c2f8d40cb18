// Where the last few batches of a log lie, so that readers who follow the writer need no index. Not synchronised.
#pragma once

#include "batch_reader.h"

#include <array>
#include <memory>

namespace barnabas::segment {

class RecentBatches {
 public:
  struct Entry {
    std::int64_t segment_base = 0;
    PlacedBatch batch;
  };

  void add(std::int64_t segment_base, const PlacedBatch& batch) {
    if (entries_ == nullptr) entries_ = std::make_unique<std::array<Entry, kCount>>();
    (*entries_)[next_++ % kCount] = {segment_base, batch};
  }
  void clear() { next_ = 0; }

  // The first batch whose last offset is at least `offset`; null when it may be an older one than is remembered, or none at all.
  const Entry* find(std::int64_t offset) const {
    if (next_ == 0) return nullptr;
    const std::size_t count = next_ < kCount ? next_ : kCount;
    const Entry* found = nullptr;
    for (std::size_t i = 1; i <= count; ++i) {
      const Entry& entry = (*entries_)[(next_ - i) % kCount];
      if (entry.batch.info.last_offset < offset) return found;
      found = &entry;
    }
    return found->batch.info.base_offset <= offset ? found : nullptr;
  }

 private:
  static constexpr std::size_t kCount = 32;

  std::unique_ptr<std::array<Entry, kCount>> entries_;  // an idle partition has none
  std::size_t next_ = 0;
};

}  // namespace barnabas::segment
