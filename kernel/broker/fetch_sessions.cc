#include "kernel/broker/fetch_sessions.h"

#include <algorithm>

namespace barnabas::broker {

void FetchSession::follow(FollowedPartition partition) {
  for (FollowedPartition& known : partitions) {
    if (!known.same_partition(partition)) continue;
    // A changed request does not make old news new.
    partition.told_high_watermark = known.told_high_watermark;
    partition.told_log_start = known.told_log_start;
    known = std::move(partition);
    return;
  }
  partitions.push_back(std::move(partition));
}

void FetchSession::forget(const FollowedPartition& partition) {
  std::erase_if(partitions, [&](const FollowedPartition& known) { return known.same_partition(partition); });
}

FetchSession* FetchSessions::find(std::int32_t id) {
  const auto found = sessions_.find(id);
  return found == sessions_.end() ? nullptr : found->second.get();
}

FetchSession* FetchSessions::create(std::vector<FollowedPartition> partitions, bool by_id, std::int64_t now_ns) {
  if (slots_ == 0 || (sessions_.size() >= slots_ && !make_room(partitions.size(), now_ns))) return nullptr;
  auto session = std::make_unique<FetchSession>();
  session->id = next_id_;
  // Wrapping keeps the remainder by which loops share the numbers, and leaves out 0, which means "none".
  next_id_ = next_id_ > INT32_MAX - step_ ? (next_id_ % step_ == 0 ? step_ : next_id_ % step_) : next_id_ + step_;
  session->by_id = by_id;
  session->created_ns = session->used_ns = now_ns;
  session->partitions = std::move(partitions);
  FetchSession* made = session.get();
  sessions_[made->id] = std::move(session);
  return made;
}

bool FetchSessions::make_room(std::size_t partition_count, std::int64_t now_ns) {
  // First one that nobody uses any more, else the smallest of the old ones, if it is not larger than the new one.
  auto unused = sessions_.end();
  auto smallest = sessions_.end();
  for (auto at = sessions_.begin(); at != sessions_.end(); ++at) {
    const FetchSession& session = *at->second;
    if (now_ns - session.used_ns > eviction_ns_ && (unused == sessions_.end() || session.used_ns < unused->second->used_ns)) unused = at;
    if (now_ns - session.created_ns > eviction_ns_ &&
        (smallest == sessions_.end() || session.partitions.size() < smallest->second->partitions.size()))
      smallest = at;
  }
  if (unused != sessions_.end()) return sessions_.erase(unused), true;
  if (smallest == sessions_.end() || smallest->second->partitions.size() > partition_count) return false;
  sessions_.erase(smallest);
  return true;
}

}  // namespace barnabas::broker
