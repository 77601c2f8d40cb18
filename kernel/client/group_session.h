// A consumer's membership of a group over the network: does what GroupMember says, leads with an assignor when it has to, and commits.
//
// It talks to the coordinator on connections of its own, so a fetch that waits never holds up a heartbeat, nor a join a commit. Everything
// on the loop; calls back only from there, and may be ended from a callback's posted task, not from inside one.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "kernel/base/task.h"
#include "kernel/client/client.h"
#include "kernel/client/consumer_protocol.h"
#include "kernel/client/group_member.h"
#include "kernel/client/leader_assignment.h"

namespace barnabas::client {

struct NamedAssignor {
  std::string name;
  sdk::Assignor* assignor = nullptr;
};

struct SessionSettings {
  ClientSettings client;
  MemberSettings member;
  std::vector<NamedAssignor> assignors;  // the first is the one that it would like best; one at least
  std::optional<std::string> rack;
  bool require_stable = false;  // offsets of transactions that are still open are waited for: read_committed
  std::int64_t metadata_max_age_ms = 300'000;
};

struct CommittedOffset {
  std::int64_t offset = -1;  // -1: none
  std::int32_t leader_epoch = -1;
};
using GroupOffsets = std::map<std::string, std::map<std::int32_t, CommittedOffset>>;

class GroupSession {
 public:
  class Owner {
   public:
    // Stop reading; unless `lost`, commit. Then gave_up().
    virtual void on_give_up(bool lost) = 0;
    virtual void on_assigned(const TopicPartitions& partitions) = 0;
    // It is over, and nothing brings it back.
    virtual void on_ended(const Status& why) = 0;

   protected:
    ~Owner() = default;
  };

  // Owner, loop, clock and assignors outlive it.
  GroupSession(base::Loop& loop, sdk::Clock& clock, SessionSettings settings, Owner& owner);
  GroupSession(const GroupSession&) = delete;
  GroupSession& operator=(const GroupSession&) = delete;

  // Joins; or, when the topics are others than before, again.
  void subscribe(std::vector<std::string> topics);
  void gave_up();
  void polled();
  // kUnavailable: the same may succeed later.
  void fetch_offsets(const TopicPartitions& partitions, std::function<void(Result<GroupOffsets>)> then);
  void commit(const GroupOffsets& offsets, std::function<void(Status)> then);
  // `then`: when the coordinator knows, or cannot be told.
  void leave(std::function<void()> then);

 private:
  std::int64_t now_ms() { return clock_.mono_ns() / 1'000'000; }
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
  // The topics of the whole group when it leads, with the partitions that they have.
  void read_topics(std::vector<std::string> names, std::function<void(Result<std::vector<GroupTopic>>)> then);
  void look_at_topics();
  Status failed(wire::ErrorCode error, std::string_view what) const;

  sdk::Clock& clock_;
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
