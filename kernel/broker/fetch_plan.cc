#include "kernel/broker/fetch_plan.h"

#include "kernel/broker/broker.h"
#include "kernel/log/lease_walk.h"

#include <algorithm>

namespace barnabas::broker {

using wire::ErrorCode;

void FetchPlan::begin(const Limits& request_limits, std::span<const FollowedPartition> asked) {
  limits = request_limits;
  owns_leases_ = true;
  parts.resize(asked.size());
  for (std::size_t i = 0; i < asked.size(); ++i) {
    parts[i].asked = asked[i];
    parts[i].read = {};
  }
}

void FetchPlan::end() {
  release();
  for (FetchPart& part : parts) {
    part.owner.reset();
    part.partition = nullptr;
  }
}

void FetchPlan::resolve() {
  for (FetchPart& part : parts) {
    const NamedTopic topic = limits.by_id ? NamedTopic(shard_, part.asked.topic_id) : NamedTopic(shard_, part.asked.topic);
    part.owner = topic.here();
    part.partition = topic.partition(part.asked.partition);
    if (part.partition == nullptr) part.refusal = topic.absence(part.asked.partition);
  }
}

std::uint64_t FetchPlan::memory_bytes() const {
  std::uint64_t bytes = parts.capacity() * sizeof(FetchPart);
  for (const FetchPart& part : parts) bytes += part.asked.topic.capacity();
  return bytes;
}

void FetchPlan::release() {
  for (FetchPart& part : parts) {
    if (owns_leases_) log::give_back(part.read.lease);
    part.read.lease = {};
  }
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
  if (!ready()) ready_ = std::any_of(parts.begin(), parts.end(), goes_on);
}

// What was read ends before what may be read does: at the border of a segment, or at a limit. No append would make it more.
bool FetchPlan::goes_on(const FetchPart& part) {
  if (part.read.lease.size == 0) return false;
  const Result<std::int64_t> end = log::end_of_lease(part.read.lease);
  return end && *end < part.read.bound;
}

void FetchPlan::drop_cut_batch(FetchPart& part) {
  const Result<bool> whole = log::begins_with_whole_batch(part.read.lease);
  if (whole && *whole) return;
  if (!whole) part.read.error = ErrorCode::kKafkaStorageError;
  log::give_back(part.read.lease);
}

// Only followers read up to the end of the log, and what a stranger says of itself is no reason to believe it.
bool FetchPlan::may_read(const FetchPart& part) const {
  if (!limits.is_replica()) return true;
  const catalog::Topic* topic = shard_.view.image->topic(part.owner->id);
  const catalog::Partition* partition = topic == nullptr ? nullptr : topic->partition(part.asked.partition);
  if (partition == nullptr || limits.replica == shard_.broker.settings.node_id) return false;
  return std::find(partition->replicas.begin(), partition->replicas.end(), limits.replica) != partition->replicas.end();
}

void FetchPlan::read_part(FetchPart& part, std::uint64_t& left) {
  if (part.partition == nullptr) {
    part.read = {};
    part.read.error = part.refusal;
    if (part.refusal == ErrorCode::kNotLeaderOrFollower) ready_ = true;
    return;
  }
  log::PartitionLog& log = part.partition->log();
  const log::LeaderCheck check{.current_epoch = part.asked.current_leader_epoch, .leader_only = true};
  if (!may_read(part)) {
    part.read = {};
    part.read.error = log.check(check);
    // Who knows the epoch may know a younger assignment than this broker does.
    if (part.read.error == ErrorCode::kNone)
      part.read.error = check.current_epoch >= 0 ? ErrorCode::kUnknownLeaderEpoch : ErrorCode::kNotLeaderOrFollower;
    ready_ = true;
    return;
  }
  const std::uint64_t allowed = std::min<std::uint64_t>(static_cast<std::uint64_t>(std::max(part.asked.max_bytes, 0)), left);
  part.read = log.read({.offset = part.asked.fetch_offset,
                        .max_bytes = static_cast<std::uint32_t>(allowed),
                        .isolation = limits.isolation,
                        .at_least_one_batch = limits.at_least_one_batch && bytes_ == 0,
                        .check = check,
                        .last_fetched_epoch = part.asked.last_fetched_epoch},
                       part.aborted);
  // A batch that the limit cuts would be of no use, and yet look like data.
  if (limits.at_least_one_batch && part.read.lease.size == allowed && part.read.lease.size != 0) drop_cut_batch(part);
  // No other leader is to be looked for where the topic went away meanwhile.
  if (part.read.error == ErrorCode::kNotLeaderOrFollower && part.partition->deleted)
    part.read.error = limits.by_id ? ErrorCode::kUnknownTopicId : ErrorCode::kUnknownTopicOrPartition;
  if (part.read.error != ErrorCode::kNone || part.read.diverging) ready_ = true;
  bytes_ += part.read.lease.size;
  left -= std::min(left, part.read.lease.size);
}

}  // namespace barnabas::broker
