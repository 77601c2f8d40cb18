#include "kernel/broker/fetch_plan.h"

#include "kernel/log/lease_walk.h"

#include <algorithm>

namespace barnabas::broker {

using wire::ErrorCode;

void FetchPlan::resolve() {
  for (FetchPart& part : parts) {
    const bool by_id = limits.by_id;
    part.owner = by_id ? shard_.view.topics->share(part.asked.topic_id) : shard_.view.topics->share(part.asked.topic);
    part.partition = part.owner == nullptr ? nullptr : part.owner->partition(part.asked.partition);
    if (part.partition != nullptr) continue;
    if (!shard_.knows_topic(part.asked.topic, part.asked.topic_id, by_id)) {
      part.unknown = by_id ? ErrorCode::kUnknownTopicId : ErrorCode::kUnknownTopicOrPartition;
    } else {
      part.unknown = shard_.placed_elsewhere(part.asked.topic, part.asked.topic_id, part.asked.partition)
                         ? ErrorCode::kNotLeaderOrFollower
                         : ErrorCode::kUnknownTopicOrPartition;
    }
  }
}

void FetchPlan::release() {
  if (owns_leases_)
    for (FetchPart& part : parts)
      if (sdk::Lease& lease = part.read.lease; lease.release != nullptr) lease.release(lease.owner, lease.token);
  for (FetchPart& part : parts) part.read.lease = {};
}

void FetchPlan::read() {
  release();
  owns_leases_ = true;
  bytes_ = 0;
  // Partitions that are not there are told of with the answer, but do not hurry it: a client that goes on asking for one would never wait.
  ready_ =
      limits.max_wait_ms <= 0 || std::none_of(parts.begin(), parts.end(), [](const FetchPart& part) { return part.partition != nullptr; });
  std::uint64_t left = static_cast<std::uint64_t>(std::max(limits.max_bytes, 0));
  for (FetchPart& part : parts) read_part(part, left);
}

void FetchPlan::drop_cut_batch(FetchPart& part) {
  sdk::Lease& lease = part.read.lease;
  const Result<bool> whole = log::begins_with_whole_batch(lease);
  if (whole && *whole) return;
  if (!whole) part.read.error = ErrorCode::kKafkaStorageError;
  if (lease.release != nullptr) lease.release(lease.owner, lease.token);
  lease = {};
}

void FetchPlan::read_part(FetchPart& part, std::uint64_t& left) {
  if (part.partition == nullptr) {
    part.read = {};
    part.read.error = part.unknown;
    if (part.unknown == ErrorCode::kNotLeaderOrFollower) ready_ = true;
    return;
  }
  const std::uint64_t allowed = std::min<std::uint64_t>(static_cast<std::uint64_t>(std::max(part.asked.max_bytes, 0)), left);
  part.read = part.partition->log().read({.offset = part.asked.fetch_offset,
                                          .max_bytes = static_cast<std::uint32_t>(allowed),
                                          .isolation = limits.isolation,
                                          .at_least_one_batch = limits.at_least_one_batch && bytes_ == 0,
                                          .check = {.current_epoch = part.asked.current_leader_epoch, .leader_only = true},
                                          .last_fetched_epoch = part.asked.last_fetched_epoch},
                                         part.aborted);
  // A batch that the limit cuts would be of no use, and yet look like data.
  if (limits.at_least_one_batch && part.read.lease.size == allowed && part.read.lease.size != 0) drop_cut_batch(part);
  if (part.read.error != ErrorCode::kNone || part.read.diverging) ready_ = true;
  bytes_ += part.read.lease.size;
  left -= std::min(left, part.read.lease.size);
}

}  // namespace barnabas::broker
