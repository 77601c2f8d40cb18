// Commits of a member, and its look at what was committed: the requests alone. [loop]
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "kernel/client/client.h"
#include "kernel/client/consumer_protocol.h"
#include "kernel/wire/errors.h"

namespace barnabas::client {

struct CommittedOffset {
  std::int64_t offset = -1;  // -1: none
  std::int32_t leader_epoch = -1;
};
using GroupOffsets = std::map<std::string, std::map<std::int32_t, CommittedOffset>>;

// What became of a commit, partition by partition.
struct CommitOutcome {
  Status status;                     // a refusal; one that lasts, where there is one. kUnavailable: none does
  GroupOffsets taken;                // by the coordinator
  GroupOffsets later;                // refused, and the same may succeed later
  std::set<wire::ErrorCode> errors;  // all that it said
};

struct Committer {
  std::string group_id;
  std::string member_id;
  std::int32_t generation = -1;  // or member epoch
  std::optional<std::string> instance_id;
};

// `then` gets the first error of a look; what no answer came to is kNetworkException. `require_stable`: offsets of open transactions are
// waited for.
void read_offsets(Client& client, Target coordinator, const std::string& group_id, const TopicPartitions& partitions, bool require_stable,
                  std::function<void(wire::ErrorCode, GroupOffsets)> then);
void commit_offsets(Client& client, Target coordinator, const Committer& committer, const GroupOffsets& offsets,
                    std::function<void(CommitOutcome)> then);

// kUnavailable where the same may succeed later.
Status offsets_status(wire::ErrorCode error, std::string_view what);

}  // namespace barnabas::client
