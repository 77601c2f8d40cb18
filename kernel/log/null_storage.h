// For tests and benches of what stands above a storage: takes every append and keeps nothing of it.
#pragma once

#include <barnabas/sdk/storage.h>

namespace barnabas::log {

class NullPartition : public sdk::PartitionStorage {
 public:
  sdk::PartitionState state() noexcept override { return {.log_end = log_end_}; }
  void configure(const sdk::PartitionSettings&) noexcept override {}
  sdk::Status append(const sdk::AppendRequest& request, sdk::AppendOutcome&) noexcept override {
    log_end_ = request.batches[request.batch_count - 1].last_offset + 1;
    return {};
  }
  sdk::Status flush() noexcept override { return {}; }
  sdk::Status roll() noexcept override { return {}; }
  // A kilobyte of its own, whatever is asked for.
  sdk::Status read(const sdk::ReadRequest&, sdk::Lease& lease) noexcept override {
    lease.regions[0].memory = {octets_, sizeof octets_};
    lease.regions[0].size = lease.size = sizeof octets_;
    lease.region_count = 1;
    return {};
  }
  sdk::Status copy(std::int64_t, sdk::MutableBytes, std::size_t& count) noexcept override {
    count = 0;
    return {};
  }
  sdk::Status find_by_time(std::int64_t, sdk::BatchInfo&) noexcept override { return none(); }
  sdk::Status find_latest_time(sdk::BatchInfo&) noexcept override { return none(); }
  sdk::Status add_aborted(const sdk::AbortedTransaction&) noexcept override { return {}; }
  sdk::Status aborted(std::int64_t, std::int64_t, sdk::Visitor<sdk::AbortedTransaction>&) noexcept override { return {}; }
  sdk::Status truncate(std::int64_t offset) noexcept override {
    log_end_ = offset;
    return {};
  }
  sdk::Status restart(std::int64_t offset) noexcept override {
    log_end_ = offset;
    return {};
  }
  sdk::Status advance_start(std::int64_t) noexcept override { return {}; }
  sdk::Status segments(sdk::Visitor<sdk::SegmentInfo>&) noexcept override { return {}; }
  void note_high_watermark(std::int64_t) noexcept override {}
  sdk::Status write_side(sdk::Text, sdk::Bytes, bool) noexcept override { return {}; }
  sdk::Status read_side(sdk::Text, sdk::Sink&) noexcept override { return none(); }
  sdk::Status remove_side(sdk::Text) noexcept override { return {}; }
  sdk::Status list_sides(sdk::Visitor<sdk::Text>&) noexcept override { return {}; }

 private:
  static sdk::Status none() { return sdk::Status::not_found("nothing is kept here"); }

  std::int64_t log_end_ = 0;
  std::uint8_t octets_[1024] = {};
};

}  // namespace barnabas::log
