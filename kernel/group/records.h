// The records of __consumer_offsets that hold classic groups and committed offsets, as Kafka writes them. [any thread]
//
// What is read may have been written by Kafka in any of its versions, or by nobody sane: it is checked.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/group/journal.h"
#include "kernel/group/types.h"

namespace barnabas::group {

inline constexpr std::int16_t kLegacyOffsetKey = 0;
inline constexpr std::int16_t kOffsetKey = 1;
inline constexpr std::int16_t kGroupKey = 2;

// Nothing: the key is cut off.
std::optional<std::int16_t> key_type(std::string_view key);

// What a record of type 2 says.
struct StoredGroup {
  struct Member {
    std::string id;
    std::optional<std::string> instance_id;
    Client client;
    std::int32_t rebalance_timeout_ms = -1;
    std::int32_t session_timeout_ms = 0;
    Octets subscription;
    Octets assignment;

    friend bool operator==(const Member& a, const Member& b) {
      return a.id == b.id && a.instance_id == b.instance_id && a.subscription == b.subscription && a.assignment == b.assignment;
    }
  };

  std::string protocol_type;
  std::int32_t generation = 0;
  std::optional<std::string> protocol;
  std::optional<std::string> leader;
  std::int64_t state_ms = -1;  // when it came into its state
  std::vector<Member> members;
};

// The same with views, so that writing a large group copies its members once, into the record.
struct GroupView {
  struct Member {
    std::string_view id;
    const std::optional<std::string>* instance_id = nullptr;
    const Client* client = nullptr;
    std::int32_t rebalance_timeout_ms = -1;
    std::int32_t session_timeout_ms = 0;
    std::string_view subscription;
    std::string_view assignment;
  };

  std::string_view protocol_type;
  std::int32_t generation = 0;
  const std::optional<std::string>* protocol = nullptr;
  const std::optional<std::string>* leader = nullptr;
  std::int64_t state_ms = -1;
  std::vector<Member> members;
};

StoredRecord group_record(std::string_view group, const GroupView& view);
StoredRecord group_tombstone(std::string_view group);

// Nothing: the octets are no such key or value.
std::optional<std::string> group_of(std::string_view key);  // of any type that this program knows
std::optional<StoredGroup> read_group(std::string_view value);
std::optional<StoredOffset> read_offset(std::string_view key, std::string_view value);

// The topics of a consumer's subscription; nothing: it is none.
std::optional<std::vector<std::string>> subscribed_topics(std::string_view metadata);

}  // namespace barnabas::group
