// A member of a KIP-848 group, as a pure state machine: time and answers go in, what is to be done comes out. Heartbeats are all that it
// says; the coordinator assigns.
//
// It is used like GroupMember. A heartbeat that is to be sent is beat(). One thread, no clock.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <barnabas/sdk/bytes.h>

#include "kernel/client/backoff.h"
#include "kernel/client/group_member.h"

namespace barnabas::client {

// Partitions by topic id, ascending.
using IdPartitions = std::map<sdk::Uuid, std::vector<std::int32_t>>;

enum class ConsumerStep {
  kNothing,
  kFindCoordinator,
  kHeartbeat,
  kReconcile,  // the owner gives up what is not in target(), takes what is new; then reconciled()
  kLose,       // others may have all of it by now: the owner stops reading and commits nothing
  kLeave,      // a heartbeat with leave_epoch()
};

struct ConsumerAnswer {
  wire::ErrorCode error = wire::ErrorCode::kNone;
  std::int32_t epoch = -1;
  std::int32_t heartbeat_interval_ms = 0;
  std::optional<IdPartitions> assignment;  // where it changed
};

class ConsumerMember {
 public:
  // What the next heartbeat says. What it does not say is as it was.
  struct Beat {
    std::int32_t epoch = 0;
    bool says_all = true;
    bool says_topics = true;
    bool says_owned = true;
  };

  ConsumerMember(MemberSettings settings, std::string member_id) : settings_(std::move(settings)), member_id_(std::move(member_id)) {}

  void join(std::int64_t now_ms);
  void subscription_changed();
  // The owner has given up what it had, and commits no more.
  void leave();
  void polled(std::int64_t now_ms);

  ConsumerStep next(std::int64_t now_ms);
  std::int64_t wake_ms() const;

  void found(std::int64_t now_ms, wire::ErrorCode error);
  void beaten(std::int64_t now_ms, ConsumerAnswer answer);
  void reconciled();
  void not_reconciled(std::int64_t now_ms);  // the names of topics are not known yet
  void lost();
  void left();
  void committed(wire::ErrorCode error);

  const Beat& beat() const { return beat_; }
  const IdPartitions& owned() const { return owned_; }
  const IdPartitions& target() const { return reconciling_to_; }
  const std::string& member_id() const { return member_id_; }
  std::int32_t epoch() const { return epoch_; }
  std::int32_t leave_epoch() const { return settings_.instance_id ? -2 : -1; }
  bool knows_coordinator() const { return knows_coordinator_; }
  // What is being handed over is this member's still.
  bool is_reconciling() const { return is_reconciling_ && phase_ == Phase::kMember; }
  bool is_away() const { return phase_ == Phase::kAway; }
  std::optional<wire::ErrorCode> failure() const { return failure_; }

 private:
  enum class Phase { kAway, kJoining, kMember, kLosing, kLeaving, kOverslept };

  bool lives() const { return phase_ == Phase::kJoining || phase_ == Phase::kMember; }
  bool may_reconcile() const { return phase_ == Phase::kMember && !is_reconciling_ && target_ != owned_; }
  bool take(ConsumerStep step);
  ConsumerStep begin(ConsumerStep step);
  ConsumerStep heartbeat(std::int64_t now_ms);
  void take_answer(std::int64_t now_ms, ConsumerAnswer answer);
  void fail(wire::ErrorCode error);
  // Whether it meant something for the membership.
  bool told(wire::ErrorCode error);

  const MemberSettings settings_;
  const std::string member_id_;
  Phase phase_ = Phase::kAway;
  ConsumerStep out_ = ConsumerStep::kNothing;  // begun, and not answered: all but heartbeats and reconciling
  bool beat_is_out_ = false;
  bool is_reconciling_ = false;
  bool knows_coordinator_ = false;
  bool say_all_ = true;
  bool say_topics_ = false;
  bool say_owned_ = false;
  Beat beat_;
  std::int32_t epoch_ = 0;
  IdPartitions owned_;
  IdPartitions target_;
  IdPartitions reconciling_to_;
  std::int64_t interval_ms_ = 0;
  std::int64_t beat_at_ms_ = 0;
  std::int64_t polled_ms_ = 0;
  Backoff backoff_{settings_.retry_backoff_ms, settings_.retry_backoff_max_ms};
  std::optional<wire::ErrorCode> failure_;
};

}  // namespace barnabas::client
