// A consumer group (KIP-848): members say what they want and have, the coordinator says what each shall have, and moves partitions between
// them without stopping anybody.
//
// Three epochs: the group's grows with each change of members, subscriptions or topics; the target assignment's is that of the group for
// which an assignor was last run, in the background and not too often; a member's is that of the target it came to. Members of the classic
// protocol take part: their generation is their epoch.
//
// Changes take effect in memory at once, nobody hears of them before they are stored, and what could not be stored is taken back. One
// thread, that of the coordinator.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/group/background.h"
#include "kernel/group/consumer/changes.h"
#include "kernel/group/consumer/check.h"
#include "kernel/group/consumer/state.h"
#include "kernel/group/consumer/types.h"
#include "kernel/group/slot.h"
#include "kernel/group/types.h"

namespace barnabas::group {

struct ConsumerSeed;
class ClassicGroup;

class ConsumerGroup final : public Group, private Alarm::Owner, private ConsumerAlarms {
 public:
  template <class T>
  using ReplyTo = std::function<void(T)>;

  // Waits until what is in memory is stored, or is told that it is not.
  using Waiter = std::function<void(ErrorCode)>;

  // The slot owns it.
  explicit ConsumerGroup(Slot& slot);

  // Before on_loaded().
  void load(const ConsumerGroupKey& key, std::string_view value);
  // What was a classic group.
  void adopt(const ConsumerSeed& seed);

  // Before it is replaced: nothing happens any more, what is stored of it is forgotten with the next write, and these wait for that.
  [[nodiscard]] std::vector<Waiter> retire();
  static void write_and_tell(Slot& slot, GroupChange change, std::vector<Waiter> told);

  // What a member that wants to join would hear, if it may not.
  std::optional<Refusal> refusal_of_join(ConsumerHeartbeatRequest request) const;
  // REQUIRES: what does not depend on the group was checked.
  void heartbeat(ConsumerHeartbeatRequest request, ReplyTo<ConsumerHeartbeatReply> reply);
  void describe(const ReplyTo<ConsumerDescribeReply>& reply);

  // Nothing is under way and nothing waits to be written.
  bool is_stored() const { return !changes_.any() && !changes_.under_way(); }
  void when_stored(Waiter waiter);

  // Members of the classic protocol. REQUIRES: as of ClassicGroup.
  void join(JoinRequest request, ReplyTo<JoinReply> reply);
  void sync(const SyncRequest& request, ReplyTo<SyncReply> reply);
  void heartbeat(const HeartbeatRequest& request, ReplyTo<HeartbeatReply> reply);
  void leave(const LeaveRequest& request, ReplyTo<LeaveReply> reply);

  const ConsumerState& state() const { return state_; }

  GroupKind kind() const override { return GroupKind::kConsumer; }
  std::string_view type_name() const override { return "consumer"; }
  std::string_view state_name() const override;
  std::string_view protocol_type() const override { return "consumer"; }
  bool is_empty() const override { return state_.members().empty(); }
  ErrorCode check_commit(const OffsetCommitRequest& request) const override;
  void on_commit(const OffsetCommitRequest&) override {}  // a sign of life is a heartbeat only
  ErrorCode check_fetch(const OffsetFetchRequest& request) const override;
  ErrorCode check_offset_delete() const override;
  bool is_subscribed(std::string_view topic) const override { return state_.subscribed().contains(topic); }
  std::optional<std::int64_t> retention_from(const StoredOffset& offset) const override;
  void on_loaded() override;
  void add_tombstones(std::vector<StoredRecord>& records) const override;
  void resign() override;

 private:
  using Member = ConsumerMember;
  using Metadata = ConsumerGroupMemberMetadata;
  struct Heartbeat;
  struct Join;
  struct Run;
  struct Configs {
    std::int32_t session_timeout_ms = 0;
    std::int32_t heartbeat_interval_ms = 0;
    std::int32_t assignment_interval_ms = 0;
  };

  Context& context() const { return slot_.context(); }
  std::int64_t steady_ms() const { return slot_.context().now.steady_ms; }
  const Configs& configs();
  Cause cause(CauseKind kind, const Member* member, std::string detail) const;

  // Storing.
  void flush();
  void written(ErrorCode error);
  void rearm();
  void recall_last_run();
  // Whether the store takes a record of that many partitions; it is made when that is not sure.
  template <class Make>
  bool keeps(std::string_view member_id, std::size_t partitions, Make&& make) const {
    constexpr std::size_t kPartitionBytes = 40;  // at most: alone in its topic, with an epoch
    return slot_.takes(partitions * kPartitionBytes + slot_.id().size() + member_id.size() + 256) || slot_.takes(make());
  }
  Refusal too_large(std::uint64_t bytes, std::string_view what) const;

  // Members.
  std::optional<Refusal> check(const ConsumerHeartbeatRequest& request) const;
  std::optional<Refusal> check_room(const Member* known, std::string_view id, const Metadata& metadata) const;
  void replace(Member& member, const std::string& id, bool keeps_epoch);
  void put_metadata(const std::string& id, std::shared_ptr<const Metadata> metadata);
  // The group's epoch grows when it must, or when the topics that it is subscribed to are others.
  void bump_if_changed(bool must, const std::function<Cause()>& why);
  void bump(Cause why);
  void raise_epoch();
  std::int64_t metadata_hash();
  // Whether the member's new metadata is a cause for it.
  bool resubscribe(const std::string& id, const std::shared_ptr<const Metadata>& metadata);
  // members_gone() follows.
  void remove(Member& member, Cause why);
  void touch(Member& member);
  void drop_unused(const std::optional<std::string>& regex);
  void begin_if_new();

  // Heartbeats.
  void leave(const ConsumerHeartbeatRequest& request, ReplyTo<ConsumerHeartbeatReply> reply);
  void finish(Heartbeat heartbeat, ReplyTo<ConsumerHeartbeatReply> reply);
  enum class Step : std::uint8_t { kSame, kChanged, kTooLarge };  // what it is assigned, or what the store does not take: all is as before
  Step reconcile_member(Member& member, const std::vector<TopicPartitions>* owned, bool resubscribed);
  void session_ended(Member& member) override;
  void took_too_long(Member& member) override;
  // After members went.
  void members_gone(Waiter waiter);

  // Target assignments.
  bool assign_if_due();  // true: a run began
  void begin_run();
  void run_ended(const Run& run, Result<AssignorOutput> output);
  // Or why it is of no use.
  std::optional<std::string> apply(const Run& run, const AssignorOutput& output);
  void on_alarm(Alarm& alarm) override;

  // Regular expressions.
  void match_if_due();
  void matched(const std::vector<std::string>& regexes, std::int64_t version, RegexMatches matches);

  // Members of the classic protocol.
  std::optional<ErrorCode> check(const JoinRequest& request, const std::string& id) const;
  void finish(const Join& join, ReplyTo<JoinReply> reply);
  ErrorCode check_classic(std::string_view id, const std::optional<std::string>& instance_id) const;
  bool must_rejoin(const Member& member) const;
  Octets encoded_assignment(const Member& member) const;
  bool all_are_classic() const;
  // The group is another object afterwards; this one is kept until the turn ends.
  ClassicGroup& become_classic(Waiter waiter);

  Slot& slot_;
  ConsumerState state_;
  ConsumerChanges changes_;
  std::vector<Waiter> waiting_for_this_;  // write, the one that is under way
  std::vector<Waiter> waiting_for_next_;
  bool has_legacy_metadata_ = false;  // a record of Kafka before 4.0, to be forgotten

  bool running_ = false;                     // an assignor
  bool stale_ = false;                       // its outcome will be of no use
  std::optional<std::int64_t> last_run_ms_;  // steady clock; nothing: never
  std::int64_t retry_ms_ = 0;                // not before, after a failure
  std::vector<Waiter> waiting_for_run_;      // heartbeats that began it
  Alarm run_alarm_;
  std::set<std::string, std::less<>> given_ids_;  // to members of the classic protocol who have not joined with them yet

  bool matching_ = false;
  std::optional<std::uint64_t> matched_topics_;  // the version of the topics when all expressions were last resolved
  std::int64_t matched_ms_ = 0;

  std::int64_t hash_ = 0;  // of the versions below
  std::optional<std::pair<std::uint64_t, std::uint64_t>> hash_of_;
  Configs configs_;
  std::optional<std::uint64_t> configs_of_;  // the version of the image
  const std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace barnabas::group
