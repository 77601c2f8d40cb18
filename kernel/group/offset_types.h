// What can be asked about committed offsets, and the answers. Plain values that own what they hold, so that they travel between loops.
//
// A request is about one group. Topics are named: whoever asks by id has resolved it, and gives both, so that an offset of a topic that was
// deleted and made again is not taken for the new topic's. Replies have the topics and partitions that were asked for, in that order.
#pragma once

#include <barnabas/sdk/bytes.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kernel/base/uuid.h"
#include "kernel/wire/errors.h"

namespace barnabas::group {

using wire::ErrorCode;

struct OffsetCommitRequest {
  struct Partition {
    std::int32_t partition = 0;
    std::int64_t offset = -1;
    std::int32_t leader_epoch = -1;
    std::string metadata;
    std::int64_t commit_ms = -1;  // version 1 may say it; -1: now
  };
  struct Topic {
    std::string name;
    Uuid id;  // zero: not known
    std::vector<Partition> partitions;
  };

  std::string group;
  std::int32_t generation_or_epoch = -1;
  std::string member_id;
  std::optional<std::string> instance_id;
  std::int64_t retention_ms = -1;  // versions 2 to 4; -1: the broker's
  std::vector<Topic> topics;
  std::int16_t version = 10;
};
// The partitions are those of the request, counted through its topics from 0.
struct OffsetCommitReply {
  struct Refused {
    std::size_t place = 0;
    ErrorCode error = ErrorCode::kNone;
  };

  ErrorCode error = ErrorCode::kNone;  // of all partitions but these
  std::vector<Refused> refused;        // by their places

  ErrorCode error_of(std::size_t place) const {
    const auto found = std::find_if(refused.begin(), refused.end(), [&](const Refused& one) { return one.place == place; });
    return found == refused.end() ? error : found->error;
  }
};

struct OffsetFetchRequest {
  struct Topic {
    std::string name;
    Uuid id;
    std::vector<std::int32_t> partitions;
  };

  std::string group;
  std::string member_id;  // version 9 on; empty: not said
  std::int32_t member_epoch = -1;
  std::optional<std::vector<Topic>> topics;  // not there: all that there are
  bool require_stable = false;
};
struct OffsetFetchReply {
  struct Partition {
    std::int32_t partition = 0;
    std::int64_t offset = -1;  // -1: nothing committed
    std::int32_t leader_epoch = -1;
    std::string metadata;
    ErrorCode error = ErrorCode::kNone;
  };
  struct Topic {
    std::string name;
    Uuid id;
    std::vector<Partition> partitions;
  };

  ErrorCode error = ErrorCode::kNone;  // then there are no topics
  std::vector<Topic> topics;
};

struct OffsetDeleteRequest {
  struct Topic {
    std::string name;
    std::vector<std::int32_t> partitions;
  };

  std::string group;
  std::vector<Topic> topics;
};
struct OffsetDeleteReply {
  struct Partition {
    std::int32_t partition = 0;
    ErrorCode error = ErrorCode::kNone;
  };
  struct Topic {
    std::string name;
    std::vector<Partition> partitions;
  };

  ErrorCode error = ErrorCode::kNone;
  std::vector<Topic> topics;
};

}  // namespace barnabas::group
