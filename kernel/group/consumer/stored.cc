// A consumer group and its stored form; and what it says about the offsets that are committed for it.
#include <algorithm>
#include <limits>
#include <utility>

#include "kernel/catalog/image.h"
#include "kernel/group/consumer/consumer_group.h"

namespace barnabas::group {
namespace {

// Since when the member has the partition; nothing: it does not.
std::optional<std::int32_t> held_since(const MemberAssignment& now, const TopicPartition& partition) {
  const auto in = [&](const Partitions& all, const std::vector<std::int32_t>& since) -> std::optional<std::int32_t> {
    const auto at = std::ranges::lower_bound(all, partition);
    if (at == all.end() || *at != partition) return std::nullopt;
    return since[static_cast<std::size_t>(at - all.begin())];
  };
  const auto since = in(now.assigned, now.assigned_since);
  return since ? since : in(now.revoking, now.revoking_since);
}

}  // namespace

void ConsumerGroup::load(const ConsumerGroupKey& key, std::string_view value) {
  const auto put = [&](auto stored) {
    if (stored) state_.put({key.type, key.name}, std::make_shared<const std::remove_reference_t<decltype(*stored)>>(*std::move(stored)));
  };
  switch (key.type) {
    case kConsumerGroupKey:
      return put(read_consumer_group(value));
    case kConsumerGroupPartitionMetadataKey:
      has_legacy_metadata_ = true;
      return;
    case kConsumerGroupTargetKey:
      return put(read_consumer_group_target(value));
    case kConsumerGroupMemberKey: {
      auto metadata = read_consumer_group_member(value);
      if (!metadata) return;
      std::vector<std::string>& names = metadata->subscribed_topic_names;
      std::ranges::sort(names);
      names.erase(std::unique(names.begin(), names.end()), names.end());
      if (metadata->subscribed_topic_regex && metadata->subscribed_topic_regex->empty()) metadata->subscribed_topic_regex.reset();
      return put(std::move(metadata));
    }
    case kConsumerGroupTargetMemberKey: {
      const auto stored = read_consumer_group_target_member(value);
      return put(stored ? std::optional(partitions_of(stored->topic_partitions)) : std::nullopt);
    }
    case kConsumerGroupCurrentMemberKey: {
      const auto stored = read_consumer_group_current_member(value);
      return put(stored ? std::optional(assignment_of(*stored)) : std::nullopt);
    }
    case kConsumerGroupRegexKey: {
      auto resolved = read_consumer_group_regex(value);
      if (resolved) std::ranges::sort(resolved->topics);
      return put(std::move(resolved));
    }
  }
}

void ConsumerGroup::on_loaded() {
  // What is of nobody is forgotten with the next write.
  std::vector<ConsumerKey> useless;
  std::int32_t highest = std::max({state_.epoch(), state_.target_epoch()});
  for (const auto& [id, member] : state_.members()) {
    highest = std::max(highest, member->current->epoch);
    if (member->metadata != Member::no_metadata()) continue;
    useless.push_back({kConsumerGroupTargetMemberKey, id});
    useless.push_back({kConsumerGroupCurrentMemberKey, id});
  }
  for (const ConsumerKey& key : state_.keys())
    if (key.type == kConsumerGroupRegexKey && state_.users_of(key.name) == 0) useless.push_back(key);
  for (const ConsumerKey& key : useless) {
    if (state_.get(key) == nullptr) continue;
    state_.put(key, nullptr);
    changes_.must_write(key);
  }
  // A member's epoch never goes back, whatever was stored: the next target is above all of them. And there is to be a next one: where a
  // part of a write is missing, the target that is stored may leave partitions to nobody.
  if (highest > state_.epoch()) {
    if (highest == state_.target_epoch() && highest < std::numeric_limits<std::int32_t>::max()) ++highest;
    state_.put({kConsumerGroupKey, {}},
               std::make_shared<const ConsumerGroupMetadata>(ConsumerGroupMetadata{highest, state_.metadata_hash()}));
    changes_.must_write({kConsumerGroupKey, {}});
  }
  recall_last_run();
  for (const auto& [id, member] : state_.members()) touch(*member);
  rearm();
  assign_if_due();
}

void ConsumerGroup::add_tombstones(std::vector<StoredRecord>& records) const {
  for (const ConsumerKey& key : changes_.keys()) records.push_back(consumer_group_tombstone(key.type, slot_.id(), key.name));
  if (has_legacy_metadata_) records.push_back(consumer_group_tombstone(kConsumerGroupPartitionMetadataKey, slot_.id()));
}

ErrorCode ConsumerGroup::check_commit(const OffsetCommitRequest& request) const {
  if (slot_.dead) return ErrorCode::kCoordinatorNotAvailable;
  if (request.generation_or_epoch < 0 && state_.members().empty()) return ErrorCode::kNone;  // nobody's member commits
  const Member* member = state_.find(request.member_id);
  if (member == nullptr) return ErrorCode::kUnknownMemberId;
  const std::int32_t epoch = member->current->epoch;
  if (member->is_classic()) return request.generation_or_epoch == epoch ? ErrorCode::kNone : ErrorCode::kIllegalGeneration;
  if (request.version < 9) return ErrorCode::kUnsupportedVersion;
  if (request.generation_or_epoch == epoch) return ErrorCode::kNone;
  if (request.generation_or_epoch > epoch || request.generation_or_epoch < 0) return ErrorCode::kStaleMemberEpoch;
  // It has not heard of its new epoch, but what it has it had then already.
  for (const OffsetCommitRequest::Topic& topic : request.topics) {
    Uuid id = topic.id;
    const catalog::Topic* known = id.is_zero() && context().image != nullptr ? context().image->topic(topic.name) : nullptr;
    if (known != nullptr) id = known->id;
    for (const OffsetCommitRequest::Partition& partition : topic.partitions) {
      const auto since = held_since(*member->current, {id, partition.partition});
      if (!since || *since > request.generation_or_epoch) return ErrorCode::kStaleMemberEpoch;
    }
  }
  return ErrorCode::kNone;
}

ErrorCode ConsumerGroup::check_fetch(const OffsetFetchRequest& request) const {
  if (request.member_id.empty() && request.member_epoch < 0) return ErrorCode::kNone;
  const Member* member = state_.find(request.member_id);
  if (member == nullptr) return ErrorCode::kUnknownMemberId;
  if (request.member_epoch == member->current->epoch) return ErrorCode::kNone;
  return member->is_classic() ? ErrorCode::kIllegalGeneration : ErrorCode::kStaleMemberEpoch;
}

ErrorCode ConsumerGroup::check_offset_delete() const { return slot_.dead ? ErrorCode::kGroupIdNotFound : ErrorCode::kNone; }

std::optional<std::int64_t> ConsumerGroup::retention_from(const StoredOffset& offset) const {
  if (is_subscribed(offset.topic)) return std::nullopt;
  return offset.commit_ms;
}

}  // namespace barnabas::group
