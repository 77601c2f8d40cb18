// A consumer's membership of a group over the network, by one of Kafka's two protocols.
//
// It talks to the coordinator on connections of its own, so a fetch that waits never holds up a heartbeat. Everything on the loop; calls
// back only from there, and may be ended from a callback's posted task, not from inside one.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "kernel/client/client.h"
#include "kernel/client/group_member.h"
#include "kernel/client/group_offsets.h"

namespace barnabas::sdk {
class Assignor;
}

namespace barnabas::client {

struct NamedAssignor {
  std::string name;
  sdk::Assignor* assignor = nullptr;
};

enum class GroupProtocol { kClassic, kConsumer };

struct SessionSettings {
  ClientSettings client;
  MemberSettings member;
  GroupProtocol protocol = GroupProtocol::kClassic;
  std::vector<NamedAssignor> assignors;        // classic: the first is the one that it would like best; one at least
  std::optional<std::string> remote_assignor;  // consumer: of the coordinator; nothing: its default
  std::optional<std::string> rack;
  bool require_stable = false;  // offsets of transactions that are still open are waited for: read_committed
  std::int64_t metadata_max_age_ms = 300'000;
};

class GroupSession {
 public:
  class Owner {
   public:
    // Stop reading all but `keep`; unless `lost`, commit. Then gave_up().
    virtual void on_give_up(const TopicPartitions& keep, bool lost) = 0;
    // All that this member reads now; what it had among it goes on where it is.
    virtual void on_assigned(const TopicPartitions& partitions) = 0;
    // It is over, and nothing brings it back.
    virtual void on_ended(const Status& why) = 0;

   protected:
    ~Owner() = default;
  };

  virtual ~GroupSession() = default;

  // Joins; or, when the topics are others than before, says so.
  virtual void subscribe(std::vector<std::string> topics) = 0;
  virtual void gave_up() = 0;
  // The owner is alive.
  virtual void polled() = 0;
  // kUnavailable: the same may succeed later.
  virtual void fetch_offsets(const TopicPartitions& partitions, std::function<void(Result<GroupOffsets>)> then) = 0;
  virtual void commit(const GroupOffsets& offsets, std::function<void(CommitOutcome)> then) = 0;
  // `then`: when the coordinator knows, or cannot be told.
  virtual void leave(std::function<void()> then) = 0;
};

// Owner, loop and assignors outlive it.
std::unique_ptr<GroupSession> make_group_session(base::Loop& loop, SessionSettings settings, GroupSession::Owner& owner);

}  // namespace barnabas::client
