// A member of a KIP-848 group: does what ConsumerMember says, and knows topics by their ids. [loop]
#pragma once

#include "kernel/base/task.h"
#include "kernel/client/consumer_member.h"
#include "kernel/client/group_session.h"

namespace barnabas::client {

class ConsumerSession final : public GroupSession {
 public:
  ConsumerSession(base::Loop& loop, SessionSettings settings, Owner& owner);
  ConsumerSession(const ConsumerSession&) = delete;
  ConsumerSession& operator=(const ConsumerSession&) = delete;

  void subscribe(std::vector<std::string> topics) override;
  void gave_up() override;
  void polled() override;
  void fetch_offsets(const TopicPartitions& partitions, std::function<void(Result<GroupOffsets>)> then) override;
  void commit(const GroupOffsets& offsets, std::function<void(CommitOutcome)> then) override;
  void leave(std::function<void()> then) override;

 private:
  std::int64_t now_ms() { return loop_.clock().mono_ns() / 1'000'000; }
  Target coordinator() const { return Target::node(coordinator_); }
  void drive();
  void perform(ConsumerStep step);
  void find_coordinator();
  void heartbeat();
  void send_leave();
  // Hands the owner what changed, once the names of all topics are known.
  void reconcile();
  void hand_over();
  bool names_are_known() const;
  TopicPartitions named(const IdPartitions& partitions) const;
  void end(const Status& why);

  base::Loop& loop_;
  const SessionSettings settings_;
  Owner& owner_;
  ConsumerMember member_;
  Client client_;
  base::Timer timer_;
  bool driving_ = false;
  bool drive_again_ = false;
  bool ended_ = false;
  bool is_giving_up_ = false;         // the owner was asked to
  bool is_losing_ = false;            // all of it
  std::uint64_t reconciliation_ = 0;  // the number of the last one that was begun
  std::int32_t coordinator_ = -1;
  std::string said_;  // the coordinator's sentence to its last refusal
  std::vector<std::string> topics_;
  std::map<sdk::Uuid, std::string> names_;
  std::function<void()> left_;
};

}  // namespace barnabas::client
