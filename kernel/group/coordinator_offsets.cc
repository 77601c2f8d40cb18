// OffsetCommit, OffsetFetch and OffsetDelete. A commit shows when it is stored.
#include <algorithm>
#include <unordered_set>
#include <utility>

#include "kernel/base/times.h"
#include "kernel/group/coordinator_state.h"

namespace barnabas::group {
namespace {

ErrorCode commit_error(ErrorCode error) { return error == ErrorCode::kRequestTimedOut ? ErrorCode::kCoordinatorNotAvailable : error; }

// What of the request may be written; what may not gets its error in the reply.
std::vector<StoredOffset> writable(OffsetCommitRequest& request, const Context& context, OffsetCommitReply& reply) {
  std::vector<StoredOffset> values;
  const std::int64_t now = context.now.wall_ms;
  std::size_t count = 0;
  for (const auto& topic : request.topics) count += topic.partitions.size();
  values.reserve(count);
  std::size_t place = 0;
  for (auto& topic : request.topics) {
    for (auto& from : topic.partitions) {
      const std::size_t here = place++;
      if (from.metadata.size() > static_cast<std::size_t>(std::max(context.settings.max_offset_metadata_bytes, 0))) {
        reply.refused.push_back({here, ErrorCode::kOffsetMetadataTooLarge});
        continue;
      }
      StoredOffset value{topic.name,
                         topic.id,
                         from.partition,
                         from.offset,
                         from.leader_epoch,
                         std::move(from.metadata),
                         from.commit_ms >= 0 ? from.commit_ms : now,
                         -1};
      if (request.retention_ms >= 0) value.expire_ms = base::saturated_add(now, request.retention_ms);
      values.push_back(std::move(value));
    }
  }
  return values;
}

OffsetFetchReply::Partition told(const StoredOffset& from) {
  return {from.partition, from.offset, from.leader_epoch, from.metadata, ErrorCode::kNone};
}

bool is_other_topic(const Uuid& stored, const Uuid& asked) { return stored != Uuid{} && asked != Uuid{} && stored != asked; }

}  // namespace

void Coordinator::commit(OffsetCommitRequest request, Reply<OffsetCommitReply> reply) {
  const Turn turn(state_->context);
  State::Found found = state_->find(request.group);
  ErrorCode error = found.error;
  if (error == ErrorCode::kNone && found.slot == nullptr) {
    if (request.generation_or_epoch < 0) {
      state_->make(found, request.group);
    } else {
      error = request.version >= 9 ? ErrorCode::kGroupIdNotFound : ErrorCode::kIllegalGeneration;
    }
  }
  if (error == ErrorCode::kNone) error = found.slot->group->check_commit(request);
  OffsetCommitReply answer;
  answer.error = error;
  if (error != ErrorCode::kNone) return state_->context->answer(std::move(reply), std::move(answer));
  found.slot->group->on_commit(request);
  GroupChange change;
  change.offsets = writable(request, *state_->context, answer);
  if (change.offsets.empty()) return state_->context->answer(std::move(reply), std::move(answer));
  const std::uint64_t number = found.slot->offsets.begin(change.offsets);
  std::vector<StoredOffset> values = change.offsets;
  found.slot->write(std::move(change), [context = std::weak_ptr(state_->context), number, values = std::move(values),
                                        answer = std::move(answer), reply = std::move(reply)](ErrorCode outcome, Slot* slot) mutable {
    if (slot != nullptr) slot->offsets.done(number, std::move(values), outcome == ErrorCode::kNone);
    answer.error = commit_error(outcome);
    if (const auto shared = context.lock()) shared->answer(std::move(reply), std::move(answer));
  });
}

void Coordinator::fetch(const OffsetFetchRequest& request, const Reply<OffsetFetchReply>& reply) {
  const Turn turn(state_->context);
  const State::Found found = state_->find(request.group);
  OffsetFetchReply answer;
  answer.error = found.error;
  if (answer.error == ErrorCode::kNone && found.slot != nullptr) answer.error = found.slot->group->check_fetch(request);
  if (answer.error != ErrorCode::kNone) return state_->context->answer(reply, std::move(answer));
  if (!request.topics) {
    if (found.slot != nullptr) {
      found.slot->offsets.each([&](const StoredOffset& offset) {
        if (answer.topics.empty() || answer.topics.back().name != offset.topic)
          answer.topics.push_back({offset.topic, offset.topic_id, {}});
        answer.topics.back().partitions.push_back(told(offset));
      });
    }
    return state_->context->answer(reply, std::move(answer));
  }
  // A partition takes four octets to name, and its metadata may be thousands: that is told once.
  std::unordered_set<const StoredOffset*> with_metadata;
  for (const OffsetFetchRequest::Topic& topic : *request.topics) {
    auto& told_topic = answer.topics.emplace_back();
    told_topic.name = topic.name;
    told_topic.id = topic.id;
    for (const std::int32_t partition : topic.partitions) {
      const StoredOffset* offset = found.slot == nullptr ? nullptr : found.slot->offsets.find(topic.name, partition);
      if (offset != nullptr && is_other_topic(offset->topic_id, topic.id)) offset = nullptr;
      if (offset != nullptr && !offset->metadata.empty() && !with_metadata.insert(offset).second) continue;
      told_topic.partitions.push_back(offset == nullptr ? OffsetFetchReply::Partition{partition, -1, -1, {}, ErrorCode::kNone}
                                                        : told(*offset));
    }
  }
  state_->context->answer(reply, std::move(answer));
}

void Coordinator::remove_offsets(const OffsetDeleteRequest& request, Reply<OffsetDeleteReply> reply) {
  const Turn turn(state_->context);
  const State::Found found = state_->find(request.group);
  OffsetDeleteReply answer;
  answer.error = found.error;
  if (answer.error == ErrorCode::kNone)
    answer.error = found.slot == nullptr ? ErrorCode::kGroupIdNotFound : found.slot->group->check_offset_delete();
  if (answer.error != ErrorCode::kNone) return state_->context->answer(std::move(reply), std::move(answer));
  std::vector<StoredOffsetKey> forgotten;
  for (const OffsetDeleteRequest::Topic& topic : request.topics) {
    auto& told_topic = answer.topics.emplace_back();
    told_topic.name = topic.name;
    const bool subscribed = found.slot->group->is_subscribed(topic.name);
    for (const std::int32_t partition : topic.partitions) {
      told_topic.partitions.push_back({partition, subscribed ? ErrorCode::kGroupSubscribedToTopic : ErrorCode::kNone});
      if (!subscribed && found.slot->offsets.has(topic.name, partition)) forgotten.push_back({topic.name, partition});
    }
  }
  if (forgotten.empty()) return state_->context->answer(std::move(reply), std::move(answer));
  found.slot->forget(
      forgotten, {},
      [context = std::weak_ptr(state_->context), answer = std::move(answer), reply = std::move(reply)](ErrorCode outcome, Slot*) mutable {
        answer.error = commit_error(outcome);
        if (answer.error != ErrorCode::kNone) answer.topics.clear();
        if (const auto shared = context.lock()) shared->answer(std::move(reply), std::move(answer));
      });
}

void Coordinator::forget_topics(const std::vector<std::string>& names) {
  const Turn turn(state_->context);
  for (auto& [number, home] : state_->homes) {
    for (auto& [store, arriving] : home.arriving) arriving.deleted_topics.insert(arriving.deleted_topics.end(), names.begin(), names.end());
    for (auto& [id, slot] : home.slots) slot->forget_topics(names);
  }
}

}  // namespace barnabas::group
