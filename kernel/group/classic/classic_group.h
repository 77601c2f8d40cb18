// A classic group: the members agree on a generation by joining, its leader hands out what each is assigned, everybody stays by heartbeats.
//
// States: Empty, PreparingRebalance (waiting for members to join), CompletingRebalance (waiting for the leader's assignment), Stable.
// An assignment is stored before anybody is told of it. One thread, that of the coordinator.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/group/classic/handover.h"
#include "kernel/group/classic/member.h"
#include "kernel/group/records.h"
#include "kernel/group/slot.h"
#include "kernel/group/types.h"

namespace barnabas::group {

class ClassicGroup final : public Group, private Alarm::Owner {
 public:
  enum class State : std::uint8_t { kEmpty, kPreparing, kCompleting, kStable };

  // The slot owns it.
  explicit ClassicGroup(Slot& slot);

  void load(StoredGroup stored);

  // REQUIRES: what does not depend on the group was checked.
  void join(JoinRequest request, std::function<void(JoinReply)> reply);
  void sync(SyncRequest request, std::function<void(SyncReply)> reply);
  ErrorCode heartbeat(const HeartbeatRequest& request);
  LeaveReply leave(const LeaveRequest& request);
  DescribeReply describe() const;

  // Conversion into a consumer group and back. What the group is; who waits is told to rejoin, and nothing happens any more; and, of a new
  // group: it is what a consumer group was, as its record says, and begins a rebalance.
  ClassicHandover handover() const;
  void retire();
  StoredRecord adopt(const ClassicHandover& from);

  State state() const { return state_; }
  std::int32_t generation() const { return generation_; }
  std::size_t size() const { return members_.size(); }
  std::size_t bytes() const { return bytes_; }

  GroupKind kind() const override { return GroupKind::kClassic; }
  std::string_view type_name() const override { return "classic"; }
  std::string_view state_name() const override;
  std::string_view protocol_type() const override { return protocol_type_; }
  bool is_empty() const override { return members_.empty() && pending_.empty() && state_ == State::kEmpty; }
  ErrorCode check_commit(const OffsetCommitRequest& request) const override;
  void on_commit(const OffsetCommitRequest& request) override;
  ErrorCode check_fetch(const OffsetFetchRequest&) const override { return ErrorCode::kNone; }
  ErrorCode check_offset_delete() const override;
  bool is_subscribed(std::string_view topic) const override;
  std::optional<std::int64_t> retention_from(const StoredOffset& offset) const override;
  void on_loaded() override;
  void add_tombstones(std::vector<StoredRecord>& records) const override;
  void resign() override;

  // Alarms.
  void session_ended(ClassicMember& member);
  void pending_ended(PendingMember& pending);

 private:
  using Member = ClassicMember;
  using JoinReplyTo = std::function<void(JoinReply)>;
  struct Restart;

  // Membership.
  Context& context() const { return slot_.context(); }
  std::int64_t steady_ms() const { return slot_.context().now.steady_ms; }
  Member* find(std::string_view id) const;
  ErrorCode check_member(std::string_view id, const std::optional<std::string>& instance_id) const;
  Member& add(const JoinRequest& request, std::string id);
  void update(Member& member, const JoinRequest& request);
  void remove(Member& member);  // who waits is answered with UNKNOWN_MEMBER_ID
  void erase_pending(std::string_view id);
  void count_protocols(const Member& member, int change);
  void recount_bytes(Member& member);
  bool has_room(std::size_t more) const;
  void touch(Member& member) const;
  std::int32_t rebalance_timeout_ms() const;
  bool uses_consumer_protocol() const { return protocol_type_ == "consumer"; }
  void read_subscriptions();
  std::string fresh_id(std::string_view prefix) const;

  // Joining.
  bool accepts(std::string_view member_id) const;
  bool supports(const JoinRequest& request) const;
  void refuse(const JoinReplyTo& reply, ErrorCode error, std::string member_id) const;
  void join_new(JoinRequest request, JoinReplyTo reply);
  void join_known(JoinRequest request, JoinReplyTo reply);
  void add_joining(const JoinRequest& request, std::string id, JoinReplyTo reply);
  void update_joining(Member& member, const JoinRequest& request, JoinReplyTo reply, CauseKind kind, std::string reason);
  void wait_for_join(Member& member, JoinReplyTo reply);
  JoinReply present(const Member& member, bool with_members) const;
  std::vector<JoinReply::Member> member_list() const;

  // Static members that come back.
  void join_static_again(Member& member, JoinRequest request, JoinReplyTo reply);
  void replace(Member& member, std::string id, ErrorCode old_waiter);
  void restarted(const Restart& restart, const JoinReplyTo& reply, ErrorCode error);

  // Rebalancing.
  void set_state(State state);
  Cause cause(CauseKind kind, const Member* member, std::string detail) const;
  void rebalance(Cause cause);
  void rebalance(std::vector<Cause> causes);  // one rebalance for all of them
  bool all_joined() const { return joining_ == members_.size() && pending_.empty(); }
  void complete_if_joined();
  void complete_join();
  bool elect_leader();
  std::string vote() const;
  void begin_empty();
  void begin_generation();
  void on_alarm(Alarm& alarm) override;
  void syncs_overdue();

  // Assignments.
  void store_assignment(const SyncRequest& request);
  void assigned(std::uint64_t round, std::map<std::string, Octets, std::less<>> assignments, ErrorCode error);
  void fail_syncs(ErrorCode error);
  void sync_asked(Member& member);
  void answer_sync(Member& member, ErrorCode error);
  StoredRecord record(const std::map<std::string, Octets, std::less<>>* assignments) const;
  void leave_one(LeaveReply::Member& answer, const std::string& reason, std::vector<Cause>& causes);

  Slot& slot_;
  State state_ = State::kEmpty;
  std::int64_t state_ms_ = -1;  // wall clock: since when
  std::int32_t generation_ = 0;
  std::string protocol_type_;  // empty: it never had a member
  std::optional<std::string> protocol_;
  std::optional<std::string> leader_;
  std::map<std::string, std::unique_ptr<Member>, std::less<>> members_;
  std::map<std::string, std::unique_ptr<PendingMember>, std::less<>> pending_;
  std::map<std::string, std::string, std::less<>> instances_;        // instance id to member id
  std::map<std::string, std::size_t, std::less<>> protocol_counts_;  // members that offer it
  std::optional<std::set<std::string, std::less<>>> subscribed_;     // nothing: it cannot be known
  std::size_t joining_ = 0;
  std::size_t pending_syncs_ = 0;
  std::size_t bytes_ = 0;
  std::uint64_t round_ = 0;        // counts rebalances: what belongs to an earlier one comes too late
  bool initial_ = false;           // this rebalance began in an empty group
  bool member_added_ = false;      // since the initial delay was last extended
  bool storing_ = false;           // the assignment of this round is on its way
  bool stored_ = false;            // the store may have a record of the group: one was written, whatever came of it
  std::int64_t remaining_ms_ = 0;  // by which the initial delay may still be extended
  Alarm join_alarm_;
  Alarm sync_alarm_;
  const std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace barnabas::group
