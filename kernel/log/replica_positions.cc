#include "kernel/log/replica_positions.h"

#include <algorithm>

namespace barnabas::log {

void ReplicaPositions::assign(const LeaderRole& role, bool fresh) {
  replica_id_ = role.replica_id;
  std::vector<FollowerPosition> followers;
  for (const std::int32_t id : role.replicas) {
    if (id == replica_id_) continue;
    const auto known = std::find_if(followers_.begin(), followers_.end(), [&](const auto& follower) { return follower.replica_id == id; });
    followers.push_back(fresh || known == followers_.end() ? FollowerPosition{.replica_id = id} : *known);
  }
  followers_ = std::move(followers);
  if (fresh) now_ms_ = 0;
  set_in_sync(role.in_sync.empty() ? role.replicas : role.in_sync, role.min_in_sync);
}

bool ReplicaPositions::set_in_sync(std::span<const std::int32_t> in_sync, std::int32_t min_in_sync) {
  const auto holds = [&](std::int32_t id) { return std::find(in_sync.begin(), in_sync.end(), id) != in_sync.end(); };
  bool changed = min_in_sync_ != min_in_sync;
  min_in_sync_ = min_in_sync;
  self_in_sync_ = in_sync.empty() || holds(replica_id_);
  for (FollowerPosition& follower : followers_) {
    const bool now_in_sync = holds(follower.replica_id);
    changed |= now_in_sync != follower.in_sync;
    follower.in_sync = now_in_sync;
  }
  return changed;
}

void ReplicaPositions::clear() {
  followers_.clear();
  min_in_sync_ = 1;
  self_in_sync_ = true;
}

bool ReplicaPositions::note(const FollowerFetch& fetch, std::int64_t leader_end) {
  const auto at = std::find_if(followers_.begin(), followers_.end(), [&](const auto& f) { return f.replica_id == fetch.replica_id; });
  if (at == followers_.end()) return false;
  now_ms_ = std::max(now_ms_, fetch.now_ms);
  // Caught up now; or it was, when it fetched last, for it has by now all that the log held then.
  if (fetch.offset >= leader_end)
    at->last_caught_up_ms = std::max(at->last_caught_up_ms, fetch.now_ms);
  else if (at->last_fetch_ms >= 0 && fetch.offset >= at->leader_end_at_last_fetch)
    at->last_caught_up_ms = std::max(at->last_caught_up_ms, at->last_fetch_ms);
  at->log_end = fetch.offset;
  at->log_start = fetch.log_start;
  at->last_fetch_ms = fetch.now_ms;
  at->leader_end_at_last_fetch = leader_end;
  return true;
}

bool ReplicaPositions::caught_up(const FollowerPosition& follower, std::int64_t own_end, std::int64_t lag_time_max_ms) const {
  if (follower.log_end < 0) return false;
  return follower.log_end == own_end || (follower.last_caught_up_ms >= 0 && now_ms_ - follower.last_caught_up_ms <= lag_time_max_ms);
}

std::optional<std::int64_t> ReplicaPositions::high_watermark(std::int64_t own_end, std::int64_t lag_time_max_ms) const {
  if (!enough_in_sync()) return std::nullopt;
  std::int64_t smallest = own_end;
  for (const FollowerPosition& follower : followers_)
    if (follower.in_sync || caught_up(follower, own_end, lag_time_max_ms)) smallest = std::min(smallest, follower.log_end);
  if (smallest < 0) return std::nullopt;  // one that must be counted has not fetched yet
  return smallest;
}

std::int64_t ReplicaPositions::low_watermark(std::int64_t own_start) const {
  std::int64_t smallest = own_start;
  for (const FollowerPosition& follower : followers_)
    if (follower.in_sync || follower.log_end >= 0) smallest = std::min(smallest, follower.log_start);
  return smallest;
}

bool ReplicaPositions::enough_in_sync() const {
  const auto replicas = static_cast<std::int32_t>(followers_.size()) + 1;
  const auto in_sync =
      static_cast<std::int32_t>(std::count_if(followers_.begin(), followers_.end(), [](const auto& f) { return f.in_sync; })) +
      (self_in_sync_ ? 1 : 0);
  return in_sync >= std::min(min_in_sync_, replicas);
}

}  // namespace barnabas::log
