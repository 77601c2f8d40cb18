// How far each replica of a partition is, as its leader knows it, and what follows for the high watermark. Pure; the partition log's mutex
// guards it.
//
// The high watermark is the smallest log end of the replicas that may be in sync, and of others that are caught up and about to join; with
// no other replica it is this one's own position.
#pragma once

#include "kernel/log/log_types.h"

#include <optional>
#include <vector>

namespace barnabas::log {

class ReplicaPositions {
 public:
  // A new epoch (`fresh`): nothing is known of the others until they fetch.
  void assign(const LeaderRole& role, bool fresh);
  // Says whether anything changed.
  bool set_in_sync(std::span<const std::int32_t> in_sync, std::int32_t min_in_sync);
  void clear();

  // False: no replica of this partition.
  bool note(const FollowerFetch& fetch, std::int64_t leader_end);

  // Nothing while too few replicas are in sync (KIP-966).
  std::optional<std::int64_t> high_watermark(std::int64_t own_end, std::int64_t lag_time_max_ms) const;
  std::int64_t low_watermark(std::int64_t own_start) const;
  bool enough_in_sync() const;
  const std::vector<FollowerPosition>& followers() const { return followers_; }

 private:
  bool caught_up(const FollowerPosition& follower, std::int64_t own_end, std::int64_t lag_time_max_ms) const;

  std::vector<FollowerPosition> followers_;  // without this broker
  std::int32_t replica_id_ = -1;
  std::int32_t min_in_sync_ = 1;
  bool self_in_sync_ = true;
  std::int64_t now_ms_ = 0;  // of the last fetch seen
};

}  // namespace barnabas::log
