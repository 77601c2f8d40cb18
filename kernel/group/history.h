// What caused each of the last rebalances of a group, as its state machine saw it: the answer to "why does my group rebalance?".
//
// Plain values, bounded: the oldest rebalances are forgotten, and of a storm of causes the first are kept and the rest counted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace barnabas::group {

enum class CauseKind : std::uint8_t {
  kMemberJoined,
  kMemberLeft,
  kMemberExpired,      // its session ended without a heartbeat
  kMemberTookTooLong,  // it did not rejoin, or not sync, within the rebalance timeout
  kMetadataChanged,    // it rejoined with other protocols or another subscription
  kLeaderRejoined,     // the leader asked for a rebalance by joining again
  kStaticReplaced,     // a static member came back under a new id, and that matters
  kStoreFailed,        // the assignment could not be stored
  kTooLarge,           // more members were loaded than group.max.size allows
  kTopicsChanged,      // KIP-848: the partitions of subscribed topics are others
  kConverted,          // KIP-848: the group changed its kind
  kAssignorFailed,     // KIP-848: it gave no assignment
};
std::string_view cause_name(CauseKind kind);   // "member joined"
std::string silence(std::int64_t session_ms);  // "45 s without a heartbeat", the detail of kMemberExpired

struct Cause {
  CauseKind kind = CauseKind::kMemberJoined;
  std::int64_t wall_ms = 0;
  std::string member_id;  // empty: nobody in particular
  std::string instance_id;
  std::string client_id;
  std::string client_host;
  std::string detail;  // what the member said (KIP-800), or the error
};

struct Rebalance {
  std::int32_t generation = -1;    // that it led to; -1: not yet
  std::int64_t began_ms = -1;      // wall clock, as the rest; -1: not yet
  std::int64_t joined_ms = -1;     // everybody had joined
  std::int64_t ended_ms = -1;      // the assignment was stored, or the next one began
  bool stable = false;             // it ended with an assignment
  std::size_t members_before = 0;  // in the generation before
  std::size_t members_after = 0;
  std::string protocol;
  std::string leader;
  std::vector<Cause> causes;    // in the order in which they came; the first one began it
  std::size_t more_causes = 0;  // that were not kept
};

class History {
 public:
  static constexpr std::size_t kRebalances = 10;
  static constexpr std::size_t kCauses = 10;
  static constexpr std::size_t kDetailBytes = 255;

  // A cause of the rebalance that is under way, else of a new one; `members` are there now.
  void add(Cause cause, std::size_t members);
  void joined(std::int32_t generation, std::int64_t wall_ms, std::size_t members, std::string_view protocol, std::string_view leader);
  void ended(std::int64_t wall_ms, bool stable);

  const std::deque<Rebalance>& rebalances() const { return rebalances_; }  // newest last

 private:
  std::deque<Rebalance> rebalances_;
  bool open_ = false;
};

struct WhyRequest {
  std::string group;
};

}  // namespace barnabas::group
