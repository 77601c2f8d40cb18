// What can be asked about members of groups, and the answers. Plain values that own what they hold, so that they travel between loops.
//
// A request is about one group; requests of Kafka's protocol that name many are taken apart by their handlers. `version` is that of the
// request, where the answer depends on it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kernel/wire/errors.h"

namespace barnabas::group {

using wire::ErrorCode;

// Octets that nobody here looks into, unless it says so.
using Octets = std::string;

struct Client {
  std::string id;
  std::string host;  // as Kafka writes it: "/127.0.0.1"

  friend bool operator==(const Client&, const Client&) = default;
};

struct JoinRequest {
  struct Protocol {
    std::string name;
    Octets metadata;

    friend bool operator==(const Protocol&, const Protocol&) = default;
  };

  std::string group;
  std::string member_id;
  std::optional<std::string> instance_id;
  Client client;
  std::int32_t session_timeout_ms = 0;
  std::int32_t rebalance_timeout_ms = -1;  // -1: as the session's
  std::string protocol_type;
  std::vector<Protocol> protocols;
  std::string reason;
  std::int16_t version = 9;
};
struct JoinReply {
  struct Member {
    std::string id;
    std::optional<std::string> instance_id;
    Octets metadata;
  };

  ErrorCode error = ErrorCode::kNone;
  std::int32_t generation = -1;
  std::optional<std::string> protocol_type;
  std::optional<std::string> protocol;
  std::string leader;
  bool skip_assignment = false;
  std::string member_id;
  std::vector<Member> members;  // for the leader
};

struct SyncRequest {
  struct Assignment {
    std::string member_id;
    Octets assignment;
  };

  std::string group;
  std::int32_t generation = 0;
  std::string member_id;
  std::optional<std::string> instance_id;
  std::optional<std::string> protocol_type;  // not there: not checked
  std::optional<std::string> protocol;
  std::vector<Assignment> assignments;
};
struct SyncReply {
  ErrorCode error = ErrorCode::kNone;
  std::optional<std::string> protocol_type;
  std::optional<std::string> protocol;
  Octets assignment;
};

struct HeartbeatRequest {
  std::string group;
  std::int32_t generation = 0;
  std::string member_id;
  std::optional<std::string> instance_id;
};
struct HeartbeatReply {
  ErrorCode error = ErrorCode::kNone;
};

// Before version 3 there is one member, named by its id, and its error is the reply's (the handler puts it there).
struct LeaveRequest {
  struct Member {
    std::string id;  // empty: whoever holds the instance id now
    std::optional<std::string> instance_id;
    std::string reason;
  };

  std::string group;
  std::vector<Member> members;
};
struct LeaveReply {
  struct Member {
    std::string id;
    std::optional<std::string> instance_id;
    ErrorCode error = ErrorCode::kNone;
  };

  ErrorCode error = ErrorCode::kNone;
  std::vector<Member> members;  // as asked
};

struct DescribeRequest {
  std::string group;
  std::int16_t version = 6;
};
struct DescribeReply {
  struct Member {
    std::string id;
    std::optional<std::string> instance_id;
    Client client;
    Octets metadata;
    Octets assignment;
  };

  ErrorCode error = ErrorCode::kNone;
  std::optional<std::string> message;
  std::string group;
  std::string state;  // "Stable"
  std::string protocol_type;
  std::string protocol;
  std::vector<Member> members;
};

// Empty filters let everything through; they are compared without regard to case.
struct ListRequest {
  std::vector<std::string> states;
  std::vector<std::string> types;
};
struct ListReply {
  struct Group {
    std::string id;
    std::string protocol_type;
    std::string state;
    std::string type;  // "classic"
  };

  ErrorCode error = ErrorCode::kNone;  // COORDINATOR_LOAD_IN_PROGRESS: the list lacks what is being loaded
  std::vector<Group> groups;
};

struct DeleteRequest {
  std::string group;
};
struct DeleteReply {
  ErrorCode error = ErrorCode::kNone;
};

}  // namespace barnabas::group
