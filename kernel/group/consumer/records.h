// The records of __consumer_offsets that hold consumer groups (KIP-848), as Kafka writes them. Plain values. [any thread]
//
// What is read may have been written by nobody sane: a value that contradicts itself (negative epochs or partitions, one named twice) is
// refused, and what is returned holds what each struct promises. Lists keep their order, so that what was read is written again octet for
// octet, tagged fields of later versions aside.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/base/uuid.h"
#include "kernel/group/consumer/types.h"
#include "kernel/group/journal.h"
#include "kernel/group/types.h"

namespace barnabas::group {

inline constexpr std::int16_t kConsumerGroupKey = 3;
inline constexpr std::int16_t kConsumerGroupPartitionMetadataKey = 4;  // until Kafka 4.0; only its tombstone is written
inline constexpr std::int16_t kConsumerGroupMemberKey = 5;
inline constexpr std::int16_t kConsumerGroupTargetKey = 6;
inline constexpr std::int16_t kConsumerGroupTargetMemberKey = 7;
inline constexpr std::int16_t kConsumerGroupCurrentMemberKey = 8;
inline constexpr std::int16_t kConsumerGroupRegexKey = 16;

// Type 3: the group.
struct ConsumerGroupMetadata {
  std::int32_t epoch = 0;          // not negative
  std::int64_t metadata_hash = 0;  // of the topics that are subscribed to: metadata_hash.h; 0: not known

  friend bool operator==(const ConsumerGroupMetadata&, const ConsumerGroupMetadata&) = default;
};

// Type 5: what a member said of itself.
struct ConsumerGroupMemberMetadata {
  struct Classic {
    std::int32_t session_timeout_ms = 0;  // not negative
    std::vector<JoinRequest::Protocol> supported_protocols;

    friend bool operator==(const Classic&, const Classic&) = default;
  };

  std::optional<std::string> instance_id;
  std::optional<std::string> rack_id;
  Client client;
  std::vector<std::string> subscribed_topic_names;
  std::optional<std::string> subscribed_topic_regex;  // never empty; Kafka writes an empty one when there is none
  std::int32_t rebalance_timeout_ms = -1;
  std::optional<std::string> server_assignor;
  std::optional<Classic> classic;  // it speaks the classic protocol

  friend bool operator==(const ConsumerGroupMemberMetadata&, const ConsumerGroupMemberMetadata&) = default;
};

// Type 6: the target assignment as a whole.
struct ConsumerGroupTarget {
  std::int32_t assignment_epoch = 0;      // not negative
  std::int64_t assignment_timestamp = 0;  // wall clock; 0: not known

  friend bool operator==(const ConsumerGroupTarget&, const ConsumerGroupTarget&) = default;
};

// Type 7: the target of a member. Each topic once, each partition once in a topic and not negative.
struct ConsumerGroupTargetMember {
  std::vector<TopicPartitions> topic_partitions;

  friend bool operator==(const ConsumerGroupTargetMember&, const ConsumerGroupTargetMember&) = default;
};

// The octets in which the states are stored.
enum class MemberState : std::int8_t {
  kStable = 0,
  kUnrevokedPartitions = 1,
  kUnreleasedPartitions = 2,
  kUnknown = 127,  // written by a later version
};

// Type 8: what a member has.
struct ConsumerGroupCurrentMember {
  struct Topic {
    Uuid topic_id;
    std::vector<std::int32_t> partitions;
    // From which member epoch on it has them, beside the partitions; empty: as long as it has its present epoch.
    std::vector<std::int32_t> assignment_epochs;

    friend bool operator==(const Topic&, const Topic&) = default;
  };

  std::int32_t member_epoch = 0;           // -2: a static member that left for now
  std::int32_t previous_member_epoch = 0;  // not below -2
  MemberState state = MemberState::kStable;
  std::vector<Topic> assigned;
  std::vector<Topic> pending_revocation;

  friend bool operator==(const ConsumerGroupCurrentMember&, const ConsumerGroupCurrentMember&) = default;
};

// Type 16: the topics that match a regular expression.
struct ConsumerGroupRegex {
  std::vector<std::string> topics;  // by name, ascending, as Kafka writes them
  std::int64_t version = 0;         // of the metadata that it was resolved in
  std::int64_t timestamp = 0;       // wall clock

  friend bool operator==(const ConsumerGroupRegex&, const ConsumerGroupRegex&) = default;
};

StoredRecord consumer_group_record(std::string_view group, const ConsumerGroupMetadata& value);
StoredRecord consumer_group_record(std::string_view group, const ConsumerGroupTarget& value);
StoredRecord consumer_group_record(std::string_view group, std::string_view member_id, const ConsumerGroupMemberMetadata& value);
StoredRecord consumer_group_record(std::string_view group, std::string_view member_id, const ConsumerGroupTargetMember& value);
StoredRecord consumer_group_record(std::string_view group, std::string_view member_id, const ConsumerGroupCurrentMember& value);
StoredRecord consumer_group_record(std::string_view group, std::string_view regex, const ConsumerGroupRegex& value);
// `name` is the member's id, or the regular expression; of the types that are of the group as a whole it is not looked at.
StoredRecord consumer_group_tombstone(std::int16_t type, std::string_view group, std::string_view name = {});

struct ConsumerGroupKey {
  std::int16_t type = 0;  // one of those above
  std::string group;
  std::string name;  // the member's id, or the regular expression

  friend bool operator==(const ConsumerGroupKey&, const ConsumerGroupKey&) = default;
};

// Nothing: the octets are no such key or value.
std::optional<ConsumerGroupKey> read_consumer_group_key(std::string_view key);
std::optional<ConsumerGroupMetadata> read_consumer_group(std::string_view value);                      // type 3
std::optional<ConsumerGroupMemberMetadata> read_consumer_group_member(std::string_view value);         // type 5
std::optional<ConsumerGroupTarget> read_consumer_group_target(std::string_view value);                 // type 6
std::optional<ConsumerGroupTargetMember> read_consumer_group_target_member(std::string_view value);    // type 7
std::optional<ConsumerGroupCurrentMember> read_consumer_group_current_member(std::string_view value);  // type 8
std::optional<ConsumerGroupRegex> read_consumer_group_regex(std::string_view value);                   // type 16

}  // namespace barnabas::group
