#include "kernel/broker/produce_wait.h"

#include <algorithm>
#include <utility>

#include "kernel/base/times.h"

namespace barnabas::broker {

using wire::ErrorCode;

bool ProduceWait::is_there(const Pending& pending, std::int16_t acks) {
  const log::PartitionLog& log = pending.partition->log();
  return acks == -1 ? log.high_watermark() > pending.last_offset : log.flushed_end() > pending.last_offset;
}

void ProduceWait::expect(Partition& partition, std::int64_t last_offset, PartitionAnswer& answer) {
  if (acks_ == 0) return;
  Pending pending{&partition, nullptr, last_offset, &answer};
  if (is_there(pending, acks_)) return;
  pending.owner = call_.shard.view.topics->share(partition.log().topic_id());
  pending_.push_back(std::move(pending));
}

// Deletes itself when the request is answered or abandoned.
class ProduceWait::Parked final : public Waiter {
 public:
  Parked(Call& call, wire::ProduceResponse& response, std::int16_t acks, std::vector<Pending> pending)
      : call_(call), response_(response), acks_(acks), pending_(std::move(pending)), deadline_(call.shard.loop, [this] { expire(); }) {}

  void start(std::int64_t timeout_ms) {
    call_.on_abandoned = [this] { leave(); };
    for (const Pending& pending : pending_) call_.shard.parking.add(*this, *pending.partition);
    deadline_.start(base::ns_of_ms(timeout_ms));
    // What changed between the append and the parking told nobody.
    on_change();
  }

  void on_change() override {
    for (Pending& pending : pending_) {
      if (pending.partition == nullptr) continue;
      log::PartitionLog& log = pending.partition->log();
      if (!log.in_service()) {
        finish(pending, ErrorCode::kKafkaStorageError);
      } else if (!log.is_leader()) {
        finish(pending, ErrorCode::kNotLeaderOrFollower);
      } else if (is_there(pending, acks_)) {
        finish(pending, ErrorCode::kNone);
      }
    }
    if (left() == 0) answer();
  }

 private:
  std::size_t left() const {
    std::size_t count = 0;
    for (const Pending& pending : pending_) count += pending.partition != nullptr;
    return count;
  }

  void finish(Pending& pending, ErrorCode error) {
    if (error != ErrorCode::kNone) {
      pending.answer->error_code = error;
      pending.answer->base_offset = -1;
    }
    Partition* const partition = std::exchange(pending.partition, nullptr);
    // A request may name a partition twice; the waiter stays there until the last of them is done.
    const auto still_waits = [partition](const Pending& other) { return other.partition == partition; };
    if (std::none_of(pending_.begin(), pending_.end(), still_waits)) call_.shard.parking.remove(*this, *partition);
  }

  void expire() {
    // The records stay: the client may ask again, and with idempotence is told that they are there.
    for (Pending& pending : pending_)
      if (pending.partition != nullptr) finish(pending, ErrorCode::kRequestTimedOut);
    answer();
  }

  void answer() {
    Call& call = call_;
    const wire::ProduceResponse& response = response_;  // in the call's arena
    leave();
    call.answer(response);
  }

  void leave() {
    call_.on_abandoned = nullptr;
    for (Pending& pending : pending_)
      if (pending.partition != nullptr) call_.shard.parking.remove(*this, *pending.partition);
    delete this;
  }

  Call& call_;
  wire::ProduceResponse& response_;
  std::int16_t acks_;
  std::vector<Pending> pending_;
  base::Timer deadline_;
};

void ProduceWait::park(std::int32_t timeout_ms) {
  (new Parked(call_, response_, acks_, std::move(pending_)))->start(std::max(timeout_ms, 0));
}

}  // namespace barnabas::broker
