#include "kernel/broker/internal_topic_reading.h"

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

#include "kernel/base/task.h"
#include "kernel/log/lease_walk.h"
#include "kernel/record/batch_view.h"

namespace barnabas::broker {
namespace {

using sdk::Status;
using wire::ErrorCode;

constexpr std::uint32_t kPieceBytes = 1 << 20;

Status copy_octets(const sdk::Lease& lease, std::vector<std::uint8_t>& to) {
  to.resize(lease.size);
  std::size_t filled = 0;
  for (std::size_t i = 0; i < lease.region_count; ++i) {
    const sdk::Region& region = lease.regions[i];
    std::size_t count = region.size;
    if (region.file == nullptr) {
      std::memcpy(to.data() + filled, region.memory.data, count);
    } else {
      BARNABAS_TRY(region.file->read_at(region.position, {to.data() + filled, region.size}, count));
    }
    if (count != region.size) return Status::corrupt("a segment file is shorter than its storage says");
    filled += count;
  }
  return {};
}

// Deletes itself when it is done.
class Reading {
 public:
  Reading(base::Loop& loop, std::shared_ptr<const LocalTopic> owner, Partition& partition, std::int32_t leader_epoch, sdk::BatchSink& sink,
          sdk::Completion& completion)
      : loop_(loop),
        owner_(std::move(owner)),
        log_(partition.log()),
        leader_epoch_(leader_epoch),
        next_(log_.log_start()),
        end_(log_.log_end()),
        sink_(sink),
        completion_(completion) {}

  void go_on() {
    base::offload(
        loop_, [this] { status_ = next_ < end_ ? read_piece() : Status(); }, [this] { deliver(); });
  }

 private:
  // [helper thread]
  Status read_piece() {
    octets_.clear();
    std::vector<log::AbortedProducer> aborted;
    log::LogReadOutcome outcome = log_.read({.offset = next_,
                                             .max_bytes = kPieceBytes,
                                             .isolation = log::Isolation::kLogEnd,
                                             .check = {.current_epoch = leader_epoch_, .leader_only = true}},
                                            aborted);
    if (!outcome.status) return outcome.status.copy();
    if (outcome.error == ErrorCode::kOffsetOutOfRange) return restart();
    if (outcome.error != ErrorCode::kNone) return Status::error(sdk::Code::kFenced, "the partition is led in another epoch");
    Status copied = copy_octets(outcome.lease, octets_);
    log::give_back(outcome.lease);
    return copied;
  }

  // The start of the log moved behind what was still to be read.
  Status restart() {
    const std::int64_t start = log_.log_start();
    if (start <= next_) return Status::corrupt("a part of the partition is missing");
    next_ = start;
    return {};
  }

  void deliver() {
    if (status_.ok() && !octets_.empty()) status_ = tell();
    if (status_.ok() && next_ < end_) return go_on();
    completion_.done(std::move(status_));
    delete this;
  }

  Status tell() {
    const sdk::Bytes whole = sdk::Bytes(octets_).slice(0, record::whole_batches_size(octets_));
    record::BatchReader batches(whole);
    const std::int64_t before = next_;
    for (record::BatchView batch; batches.next(batch);) next_ = std::max(next_, batch.next_offset());
    if (next_ == before) return Status::corrupt("what is stored at the offset is no batch");
    return sink_.on_batches(whole);
  }

  base::Loop& loop_;
  std::shared_ptr<const LocalTopic> owner_;
  log::PartitionLog& log_;
  const std::int32_t leader_epoch_;
  std::int64_t next_;
  const std::int64_t end_;
  sdk::BatchSink& sink_;
  sdk::Completion& completion_;
  std::vector<std::uint8_t> octets_;
  Status status_;
};

}  // namespace

void read_internal_topic(base::Loop& loop, std::shared_ptr<const LocalTopic> owner, Partition& partition, std::int32_t leader_epoch,
                         sdk::BatchSink& sink, sdk::Completion& completion) {
  (new Reading(loop, std::move(owner), partition, leader_epoch, sink, completion))->go_on();
}

}  // namespace barnabas::broker
