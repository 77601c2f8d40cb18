// A log for retentions, made of what a test says. One thread.
#pragma once

#include <barnabas/sdk/retention.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace barnabas::testing {

struct MadeSegment {
  std::int64_t records = 0;
  std::uint64_t size = 0;
  std::int64_t max_timestamp_ms = 0;
};

// Offsets from `log_start` on; the last segment is the one that is written to. Acts as the broker's does.
class MadeLog final : public sdk::RetainedLog {
 public:
  explicit MadeLog(std::vector<MadeSegment> segments, std::int64_t log_start = 0) : start_(log_start) {
    std::int64_t offset = log_start;
    for (const MadeSegment& made : segments) {
      segments_.push_back({offset, offset + made.records, made.size, made.max_timestamp_ms, false});
      offset += made.records;
    }
    if (segments_.empty()) segments_.push_back({log_start, log_start, 0, -1, false});
    segments_.back().active = true;
    high_watermark_ = offset;
  }

  void set_high_watermark(std::int64_t offset) { high_watermark_ = offset; }
  void fail_with(sdk::Code code) { failure_ = code; }

  std::int64_t start() const { return start_; }
  std::int64_t end() const { return segments_.back().end_offset; }
  std::int64_t high_watermark() const { return high_watermark_; }
  std::uint64_t size() const {
    std::uint64_t size = 0;
    for (const sdk::SegmentInfo& segment : segments_) size += segment.size;
    return size;
  }
  const std::vector<sdk::SegmentInfo>& kept() const { return segments_; }
  std::size_t deletions() const { return deletions_; }    // calls that changed something
  std::size_t wrong_deletions() const { return wrong_; }  // those above the high watermark

  sdk::Status state(sdk::RetainedState& state) noexcept override {
    state = {start_, high_watermark_, end(), size()};
    return {};
  }
  sdk::Status segments(sdk::Visitor<sdk::SegmentInfo>& visitor) noexcept override {
    for (const sdk::SegmentInfo& segment : segments_)
      if (!visitor.visit(segment)) break;
    return {};
  }
  sdk::Status delete_before(std::int64_t offset) noexcept override {
    if (failure_ != sdk::Code::kOk) return sdk::Status::error(failure_, "the log cannot be changed");
    if (offset > high_watermark_) {
      ++wrong_;
      return sdk::Status::invalid("above the high watermark");
    }
    const std::size_t before = segments_.size();
    const std::int64_t start_before = start_;
    const bool rolls = offset == end() && segments_.back().size != 0;
    if (rolls) {
      segments_.back().active = false;
      segments_.push_back({offset, offset, 0, -1, true});
    }
    start_ = std::max(start_, offset);
    std::size_t gone = 0;
    while (gone + 1 < segments_.size() && segments_[gone + 1].base_offset <= start_) ++gone;
    segments_.erase(segments_.begin(), segments_.begin() + static_cast<std::ptrdiff_t>(gone));
    if (rolls || segments_.size() != before || start_ != start_before) ++deletions_;
    return {};
  }

 private:
  std::int64_t start_;
  std::int64_t high_watermark_ = 0;
  std::vector<sdk::SegmentInfo> segments_;
  sdk::Code failure_ = sdk::Code::kOk;
  std::size_t deletions_ = 0;
  std::size_t wrong_ = 0;
};

inline sdk::RetentionVisit visit_at(std::int64_t now_ms, sdk::RetentionBounds bounds) { return {"t", 0, bounds, now_ms}; }

}  // namespace barnabas::testing
