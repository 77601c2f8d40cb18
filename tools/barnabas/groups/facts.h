// What the group commands know of a group: who its members are, what it has committed, where the logs end. Owned values.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace barnabas::tools {

struct TopicPartition {
  std::string topic;
  std::int32_t partition = 0;

  friend auto operator<=>(const TopicPartition&, const TopicPartition&) = default;
  std::string text() const { return topic + "-" + std::to_string(partition); }
};

using Offsets = std::map<TopicPartition, std::int64_t>;

struct CommittedOffset {
  std::int64_t offset = -1;
  std::int32_t leader_epoch = -1;  // -1: the commit did not say
};
using CommittedOffsets = std::map<TopicPartition, CommittedOffset>;

struct GroupListing {
  std::string id;
  std::string protocol_type;
  std::string type;   // "Classic", "Consumer"; empty: an old broker does not say
  std::string state;  // likewise
};

struct GroupMember {
  std::string id;
  std::string instance_id;  // empty: not a static member
  std::string client_id;
  std::string host;
  std::vector<TopicPartition> assigned;
  // Of KIP-848's groups only.
  std::vector<TopicPartition> target;
  std::optional<std::int32_t> epoch;
  std::optional<bool> is_upgraded;  // it speaks the protocol of KIP-848 itself; nothing: the broker does not say
};

struct GroupDescription {
  std::string id;
  std::string state;
  std::string assignor;
  std::string coordinator;  // host:port
  std::int32_t coordinator_id = -1;
  std::optional<std::int32_t> epoch;  // KIP-848
  std::optional<std::int32_t> target_epoch;
  std::vector<GroupMember> members;

  bool is_inactive() const { return state == "Empty" || state == "Dead"; }
};

}  // namespace barnabas::tools
