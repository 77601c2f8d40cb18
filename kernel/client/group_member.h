// A member of a classic group, as a pure state machine: time and answers go in, what is to be done comes out.
//
//   while ((step = member.next(now)) != Step::kNothing) …      // send it, or do it; its answer comes back by the function of its name
//   a timer at member.wake_ms()
//
// It gives up all partitions before it joins again (Kafka's eager protocol). One request is out at a time, a heartbeat aside. What no
// answer came to is answered with kNetworkException. Abandoned answers are ignored. One thread, no clock.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "kernel/client/backoff.h"
#include "kernel/wire/errors.h"

namespace barnabas::client {

struct MemberSettings {
  std::string group_id;
  std::optional<std::string> instance_id;  // a static member: it does not leave, and has its old place when it comes back
  std::int32_t session_timeout_ms = 45'000;
  std::int32_t rebalance_timeout_ms = 300'000;  // Kafka's max.poll.interval.ms: also how long the owner may be silent
  std::int32_t heartbeat_interval_ms = 3'000;
  std::int32_t retry_backoff_ms = 100;
  std::int32_t retry_backoff_max_ms = 1'000;
};

enum class Step {
  kNothing,
  kFindCoordinator,
  kGiveUp,  // the owner stops reading and, unless lost(), commits
  kJoin,
  kAssign,  // it leads: share the partitions among the members that the join named
  kSync,
  kHeartbeat,
  kLeave,
};

// What of JoinGroup's answer decides.
struct JoinAnswer {
  wire::ErrorCode error = wire::ErrorCode::kNone;
  std::int32_t generation = -1;
  std::string member_id;
  std::string leader;
  bool skip_assignment = false;  // the group goes on with the assignment that it has
};

class GroupMember {
 public:
  explicit GroupMember(MemberSettings settings) : settings_(std::move(settings)) {}

  void join(std::int64_t now_ms);
  // What it reads has changed, or the partitions of that have: the group must be asked again.
  void join_again();
  // The owner has given up what it had, and commits no more.
  void leave();
  // The owner is alive.
  void polled(std::int64_t now_ms);

  Step next(std::int64_t now_ms);
  std::int64_t wake_ms() const;  // INT64_MAX: only an answer or the owner changes something

  void found(std::int64_t now_ms, wire::ErrorCode error);
  void joined(std::int64_t now_ms, JoinAnswer answer);
  void assigned();
  void not_assigned(std::int64_t now_ms);  // what is needed for it is not known yet
  void synced(std::int64_t now_ms, wire::ErrorCode error);
  void beaten(wire::ErrorCode error);
  void gave_up();
  void left();
  // Of a commit or a look at committed offsets, which the owner makes: it may tell that the membership is over, or the coordinator
  // elsewhere.
  void committed(std::int32_t generation, wire::ErrorCode error);

  const MemberSettings& settings() const { return settings_; }
  const std::string& member_id() const { return member_id_; }
  std::int32_t generation() const { return generation_; }
  bool is_leader() const { return is_leader_; }
  bool is_stable() const { return phase_ == Phase::kStable; }
  bool is_away() const { return phase_ == Phase::kAway; }
  bool knows_coordinator() const { return knows_coordinator_; }
  // Somebody else may have the partitions by now.
  bool lost() const { return lost_; }
  // Why it has ended; nothing: it has not.
  std::optional<wire::ErrorCode> failure() const { return failure_; }

 private:
  enum class Phase { kAway, kJoining, kAssigning, kSyncing, kStable, kGivingUp, kLeaving, kOverslept };

  Step begin(Step step);
  bool take(Step step);  // its answer is being waited for
  Step next_of_phase();
  bool heartbeats() const { return phase_ == Phase::kStable || phase_ == Phase::kGivingUp; }
  void fail(wire::ErrorCode error);
  void oversleep();
  // Joins anew, after it gave up what it has.
  void start_over(bool lost);
  // What an error means for the membership wherever it comes from. False: nothing.
  bool told(wire::ErrorCode error);

  const MemberSettings settings_;
  Phase phase_ = Phase::kAway;
  Step out_ = Step::kNothing;  // begun, and not answered
  bool beat_is_out_ = false;
  std::int32_t beat_generation_ = -1;
  bool knows_coordinator_ = false;
  bool holds_ = false;  // the owner was given partitions
  bool lost_ = false;
  bool again_ = false;  // join_again() while it joined
  bool is_leader_ = false;
  std::string member_id_;
  std::int32_t generation_ = -1;
  std::int64_t beat_at_ms_ = 0;
  std::int64_t polled_ms_ = 0;
  Backoff backoff_{settings_.retry_backoff_ms, settings_.retry_backoff_max_ms};
  std::optional<wire::ErrorCode> failure_;
};

}  // namespace barnabas::client
