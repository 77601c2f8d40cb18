#include "kernel/broker/internal_topic.h"

#include <deque>
#include <utility>
#include <vector>

#include "kernel/broker/internal_topic_reading.h"

namespace barnabas::broker {
namespace {

using sdk::Status;
using wire::ErrorCode;

Status fenced() { return Status::error(sdk::Code::kFenced, "this broker does not lead the partition in that epoch"); }
Status lost() { return Status::error(sdk::Code::kUnknown, "the partition was lost before the write was known to be kept"); }

Status status_of(ErrorCode error, const Status& storage) {
  switch (error) {
    case ErrorCode::kNotLeaderOrFollower:
    case ErrorCode::kFencedLeaderEpoch:
    case ErrorCode::kUnknownLeaderEpoch:
      return fenced();
    case ErrorCode::kNotEnoughReplicas:
      return Status::unavailable("too few replicas of __consumer_offsets are in sync");
    default:
      return storage.ok() ? Status::unavailable(wire::error_name(error)) : Status::unavailable(storage.message());
  }
}

}  // namespace

// Appends of one partition whose end is not known yet, in their order. Most have ended when they are looked at first, in a later task than
// the append; only what has not is parked.
class InternalTopic::Waits final : public Waiter, private sdk::Task {
 public:
  Waits(base::Loop& loop, Parking& parking) : loop_(loop), parking_(parking) {}

  void add(Led led, std::int32_t epoch, std::int64_t last_offset, sdk::Completion& completion) {
    if (waiting_.empty()) led_ = std::move(led);
    waiting_.push_back({epoch, last_offset, &completion});
    if (!std::exchange(look_posted_, true)) loop_.post(*this);
  }

  void on_change() override {
    std::vector<Waiting> ended = take_ended();
    if (!waiting_.empty() && !std::exchange(parked_, true)) {
      parking_.add(*this, *led_.partition);
      // What changed before that told nobody: one more look.
      if (!std::exchange(look_posted_, true)) loop_.post(*this);
    }
    if (waiting_.empty()) {
      if (std::exchange(parked_, false)) parking_.remove(*this, *led_.partition);
      led_ = {};
    }
    for (const Waiting& one : ended) one.completion->done(one.lost ? lost() : Status());
    ended.clear();
    ended_ = std::move(ended);
  }

 private:
  struct Waiting {
    std::int32_t epoch;
    std::int64_t last_offset;
    sdk::Completion* completion;
    bool lost = false;
  };

  void run() noexcept override {
    look_posted_ = false;
    on_change();
  }

  // Out of the list before anybody is told: a completion may append again.
  std::vector<Waiting> take_ended() {
    std::vector<Waiting> ended = std::move(ended_);
    while (!waiting_.empty()) {
      Waiting& first = waiting_.front();
      log::PartitionLog& log = led_.partition->log();
      first.lost = !log.in_service() || !log.is_leader() || log.leader_epoch() != first.epoch;
      if (!first.lost && log.high_watermark() <= first.last_offset) break;
      ended.push_back(first);
      waiting_.pop_front();
    }
    return ended;
  }

  base::Loop& loop_;
  Parking& parking_;
  Led led_;
  std::deque<Waiting> waiting_;
  std::vector<Waiting> ended_;  // its memory is used again
  bool look_posted_ = false;
  bool parked_ = false;
};

InternalTopic::InternalTopic(base::Loop& loop, Parking& parking, const View& view, const record::Codecs& codecs, Settings settings)
    : loop_(loop), parking_(parking), view_(view), codecs_(codecs), settings_(settings) {}
InternalTopic::~InternalTopic() = default;

InternalTopic::Led InternalTopic::find(std::int32_t partition) const {
  Led led{view_.topics->share(kOffsetsTopic), nullptr};
  if (led.owner != nullptr) led.partition = led.owner->partition(partition);
  return led;
}

Status InternalTopic::append(std::int32_t partition, std::int32_t leader_epoch, sdk::MutableBytes batch,
                             sdk::Completion& completion) noexcept {
  Led led = find(partition);
  if (led.partition == nullptr) return fenced();
  if (batch.size > static_cast<std::size_t>(led.owner->rules.max_message_bytes))
    return Status::exhausted("the write is larger than max.message.bytes of __consumer_offsets");
  const log::AppendOutcome outcome = led.partition->log().append_as_leader(
      {.batches = batch, .origin = log::Origin::kCoordinator, .leader_epoch = leader_epoch, .require_min_in_sync = true});
  if (outcome.error != ErrorCode::kNone) return status_of(outcome.error, outcome.status);
  led.partition->ensure_flush(loop_);
  std::unique_ptr<Waits>& waits = waits_[partition];
  if (waits == nullptr) waits = std::make_unique<Waits>(loop_, parking_);
  waits->add(std::move(led), leader_epoch, outcome.last_offset, completion);
  return {};
}

Status InternalTopic::read(std::int32_t partition, std::int32_t leader_epoch, sdk::BatchSink& sink, sdk::Completion& completion) noexcept {
  Led led = find(partition);
  if (led.partition == nullptr) return fenced();
  const ErrorCode error = led.partition->log().check({.current_epoch = leader_epoch, .leader_only = true});
  if (error != ErrorCode::kNone) return status_of(error, {});
  read_internal_topic(loop_, std::move(led.owner), *led.partition, leader_epoch, sink, completion);
  return {};
}

std::uint64_t InternalTopic::max_batch_bytes() noexcept {
  if (const LocalTopic* topic = view_.topics->find(kOffsetsTopic)) return static_cast<std::uint64_t>(topic->rules.max_message_bytes);
  return settings_.max_batch_bytes;
}

sdk::Codec* InternalTopic::codec(std::int8_t attribute) noexcept { return codecs_.find(attribute); }

}  // namespace barnabas::broker
