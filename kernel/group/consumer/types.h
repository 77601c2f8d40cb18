// What can be asked about consumer groups (KIP-848), and the answers. Plain values that own what they hold, so that they travel between
// loops.
//
// A request is about one group. `version` is that of the request, where the answer depends on it.
#pragma once

#include <barnabas/sdk/bytes.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kernel/base/uuid.h"
#include "kernel/group/types.h"

namespace barnabas::group {

struct TopicPartitions {
  Uuid topic_id;
  std::vector<std::int32_t> partitions;

  friend bool operator==(const TopicPartitions&, const TopicPartitions&) = default;
};

// What is not there was not said: it is as before.
struct ConsumerHeartbeatRequest {
  std::string group;
  std::string member_id;
  std::int32_t member_epoch = 0;  // 0: joins; -1: leaves; -2: a static member that will come back
  std::optional<std::string> instance_id;
  std::optional<std::string> rack_id;
  std::int32_t rebalance_timeout_ms = -1;  // -1: not said
  std::optional<std::vector<std::string>> topic_names;
  std::optional<std::string> topic_regex;  // version 1 on; empty: none any more
  std::optional<std::string> assignor;
  std::optional<std::vector<TopicPartitions>> owned;
  Client client;
  std::int16_t version = 1;
};
struct ConsumerHeartbeatReply {
  ErrorCode error = ErrorCode::kNone;
  std::optional<std::string> message;
  std::optional<std::string> member_id;
  std::int32_t member_epoch = 0;
  std::int32_t heartbeat_interval_ms = 0;
  std::optional<std::vector<TopicPartitions>> assignment;  // not there: as before
};

struct ConsumerDescribeRequest {
  std::string group;
};
struct ConsumerDescribeReply {
  struct Topic {
    Uuid id;
    std::string name;
    std::vector<std::int32_t> partitions;
  };
  struct Member {
    std::string id;
    std::optional<std::string> instance_id;
    std::optional<std::string> rack_id;
    std::int32_t epoch = 0;
    Client client;
    std::vector<std::string> topic_names;
    std::optional<std::string> topic_regex;
    std::vector<Topic> assignment;
    std::vector<Topic> target;
    std::int8_t type = 1;  // 0: it speaks the classic protocol, 1: the consumer protocol
  };

  ErrorCode error = ErrorCode::kNone;
  std::optional<std::string> message;
  std::string group;
  std::string state;  // "Stable"
  std::int32_t group_epoch = 0;
  std::int32_t assignment_epoch = 0;
  std::string assignor;
  std::vector<Member> members;  // by id
};

}  // namespace barnabas::group
