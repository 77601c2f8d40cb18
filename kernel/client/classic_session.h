// A member of a classic group: does what GroupMember says, and leads with an assignor when it has to. [loop]
#pragma once

#include "kernel/base/task.h"
#include "kernel/client/consumer_protocol.h"
#include "kernel/client/group_session.h"
#include "kernel/client/leader_assignment.h"

namespace barnabas::client {

class ClassicSession final : public GroupSession {
 public:
  ClassicSession(base::Loop& loop, SessionSettings settings, Owner& owner);
  ClassicSession(const ClassicSession&) = delete;
  ClassicSession& operator=(const ClassicSession&) = delete;

  void subscribe(std::vector<std::string> topics) override;
  void gave_up() override;
  void polled() override;
  void fetch_offsets(const TopicPartitions& partitions, std::function<void(Result<GroupOffsets>)> then) override;
  void commit(const GroupOffsets& offsets, std::function<void(CommitOutcome)> then) override;
  void leave(std::function<void()> then) override;

 private:
  std::int64_t now_ms() { return loop_.clock().mono_ns() / 1'000'000; }
  Target coordinator() const { return Target::node(coordinator_); }
  // Does what there is to do and sets the timer for the rest.
  void drive();
  void perform(Step step);
  void find_coordinator();
  void join();
  void lead();
  void share(std::vector<GroupTopic> topics);
  void sync();
  void heartbeat();
  void send_leave();
  void take_assignment(sdk::Bytes octets);
  void end(const Status& why);
  // Of the whole group, when it leads.
  std::vector<std::string> names_of_all() const;
  void look_at_topics();
  Status failed(wire::ErrorCode error, std::string_view what) const;

  base::Loop& loop_;
  const SessionSettings settings_;
  Owner& owner_;
  GroupMember member_;
  Client patient_;  // for joins and syncs, which are answered when the group is ready
  Client client_;
  base::Timer timer_;
  base::Timer topics_timer_;
  bool driving_ = false;
  bool drive_again_ = false;
  bool ended_ = false;
  std::int32_t coordinator_ = -1;
  std::vector<std::string> topics_;
  std::string protocol_;                                     // that the group chose
  std::vector<GroupReader> readers_;                         // of the generation that it leads
  std::vector<GroupTopic> shared_;                           // as they were when it shared them
  std::vector<std::pair<std::string, std::string>> shares_;  // member id, assignment
  TopicPartitions owned_;
  std::int32_t owned_generation_ = -1;
  std::function<void()> left_;
};

}  // namespace barnabas::client
