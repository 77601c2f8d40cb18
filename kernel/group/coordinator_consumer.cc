// What is asked about consumer groups, and groups that become consumer groups or cease to be.
#include <algorithm>
#include <utility>

#include "kernel/group/consumer/check.h"
#include "kernel/group/consumer/convert.h"
#include "kernel/group/coordinator_state.h"
#include "kernel/group/records.h"

namespace barnabas::group {
namespace {

ConsumerHeartbeatReply told(Refusal refusal) {
  ConsumerHeartbeatReply answer;
  answer.error = refusal.error;
  if (!refusal.message.empty()) answer.message = std::move(refusal.message);
  return answer;
}

Refusal not_found(std::string message) { return {ErrorCode::kGroupIdNotFound, std::move(message)}; }

}  // namespace

void Coordinator::State::make_classic(Slot& slot, ConsumerGroup& consumer) {
  std::vector<ConsumerGroup::Waiter> told = consumer.retire();
  slot.replace(std::make_unique<ClassicGroup>(slot));
  if (!told.empty()) ConsumerGroup::write_and_tell(slot, {}, std::move(told));
}

// Records of both kinds of one group: a conversion whose last part was not written. It is a consumer group when there is the record of one.
void Coordinator::State::load_consumer(Slot& slot, const ConsumerGroupKey& key, std::string_view value) {
  if (slot.group->kind() == GroupKind::kClassic) {
    std::vector<StoredRecord> classic;
    slot.group->add_tombstones(classic);
    if (!classic.empty() && key.type != kConsumerGroupKey)
      return slot.forget_with_next(consumer_group_tombstone(key.type, key.group, key.name).key);
    for (StoredRecord& record : classic) slot.forget_with_next(std::move(record.key));
    slot.group = std::make_unique<ConsumerGroup>(slot);
  }
  static_cast<ConsumerGroup&>(*slot.group).load(key, value);
}

void Coordinator::State::load_classic(Slot& slot, StoredGroup stored) {
  if (slot.group->kind() == GroupKind::kConsumer) {
    const bool is_consumer = static_cast<ConsumerGroup&>(*slot.group).state().epoch() > 0;
    if (is_consumer) return slot.forget_with_next(group_tombstone(slot.id()).key);
    std::vector<StoredRecord> outdated;
    slot.group->add_tombstones(outdated);
    for (StoredRecord& record : outdated) slot.forget_with_next(std::move(record.key));
  }
  auto classic = std::make_unique<ClassicGroup>(slot);  // a later record replaces an earlier one
  classic->load(std::move(stored));
  slot.group = std::move(classic);
}

// When whoever asks for it may not join, the group stays what it is.
std::optional<Refusal> Coordinator::State::upgrade(Slot& slot, ClassicGroup& classic, const ConsumerHeartbeatRequest& request) {
  const GroupSettings& settings = context->settings;
  auto made = std::make_unique<ConsumerGroup>(slot);
  std::optional<Cause> cause;
  const std::string cannot = "Cannot upgrade classic group " + slot.id() + " to consumer group because ";
  if (classic.state() != ClassicGroup::State::kEmpty) {
    if (!may_upgrade(settings)) return not_found(cannot + "the online upgrade is disabled.");
    if (classic.protocol_type() != "consumer") return not_found(cannot + "the group does not use the consumer embedded protocol.");
    if (classic.size() > static_cast<std::size_t>(settings.consumer_max_size))
      return not_found(cannot + "the group size exceeds the consumer group maximum size.");
    const auto seed = seed_of(classic.handover(), context->image.get());
    if (!seed) return not_found(cannot + "the embedded consumer protocol is malformed.");
    made->adopt(*seed);
    cause.emplace().kind = CauseKind::kConverted;
    cause->detail = "to the consumer protocol: a member of it joins";
  }
  if (auto refusal = made->refusal_of_join(request)) return refusal;
  classic.retire();
  if (cause) slot.note(*std::move(cause), classic.size());
  slot.replace(std::move(made));
  return std::nullopt;
}

void Coordinator::consumer_heartbeat(ConsumerHeartbeatRequest request, Reply<ConsumerHeartbeatReply> reply) {
  const Turn turn(state_->context);
  Context& context = *state_->context;
  auto refusal = refusal_of(request, context.settings);
  if (!refusal && context.background == nullptr) refusal = Refusal{ErrorCode::kUnsupportedVersion, {}};
  if (refusal) return context.answer(std::move(reply), told(std::move(*refusal)));
  State::Found found = state_->find(request.group);
  const bool joins = request.member_epoch == 0;
  if (found.error == ErrorCode::kNone && found.slot != nullptr && found.slot->dead) found.error = ErrorCode::kCoordinatorNotAvailable;
  if (found.error != ErrorCode::kNone) return context.answer(std::move(reply), told({found.error, {}}));
  bool is_made = false;
  if (found.consumer() == nullptr) {
    if (found.slot == nullptr && !joins)
      return context.answer(std::move(reply),
                            told(not_found((request.member_epoch < 0 ? "Group " : "Consumer group ") + request.group + " not found.")));
    if (!joins) return context.answer(std::move(reply), told(not_found("Group " + request.group + " is not a consumer group.")));
    if (request.topic_regex && !request.topic_regex->empty())  // before anything is made for it
      if (const auto why = context.background->refusal_of(*request.topic_regex))
        return context.answer(std::move(reply),
                              told({ErrorCode::kInvalidRegularExpression, "SubscribedTopicRegex `" + *request.topic_regex +
                                                                              "` is not a valid regular expression: " + *why + "."}));
    is_made = found.slot == nullptr;
    if (is_made) state_->make(found, request.group);
  }
  if (request.member_id.empty()) request.member_id = base::to_string(base::make_uuid(context.random.next(), context.random.next()));
  if (ClassicGroup* classic = found.classic()) {
    refusal = state_->upgrade(*found.slot, *classic, request);
    if (refusal && is_made) found.home->slots.erase(request.group);
    if (refusal) return context.answer(std::move(reply), told(std::move(*refusal)));
    // As Kafka has it: also of a group that has had offsets only.
    if (!is_made) found.slot->forget_with_next(group_tombstone(found.slot->id()).key);
  }
  found.consumer()->heartbeat(std::move(request), std::move(reply));
}

void Coordinator::consumer_describe(const ConsumerDescribeRequest& request, const Reply<ConsumerDescribeReply>& reply) {
  const Turn turn(state_->context);
  const State::Found found = state_->find(request.group);
  if (ConsumerGroup* group = found.consumer()) return group->describe(reply);
  ConsumerDescribeReply answer;
  answer.group = request.group;
  answer.error = found.error;
  if (request.group.empty()) answer.error = ErrorCode::kInvalidGroupId;
  if (answer.error == ErrorCode::kNone) {
    answer.error = ErrorCode::kGroupIdNotFound;
    answer.message = "Group " + request.group + (found.slot == nullptr ? " not found." : " is not a consumer group.");
  }
  state_->context->answer(reply, std::move(answer));
}

void Coordinator::on_image(std::shared_ptr<const catalog::Image> image) {
  Context& context = *state_->context;
  const std::shared_ptr<const catalog::Image> before = std::exchange(context.image, image);
  context.hashes.on_image(image);
  ++context.image_version;
  const auto racks = [](const catalog::Image& of) {
    std::vector<std::pair<std::int32_t, std::string>> all;
    for (const auto& [id, broker] : of.brokers()) all.emplace_back(id, broker->rack.value_or(""));
    return all;
  };
  bool changed = before == nullptr || (&before->brokers() != &image->brokers() && racks(*before) != racks(*image));
  if (!changed) {
    image->each_changed_topic(
        *before,
        [&](const catalog::Topic& topic) {
          const catalog::Topic* earlier = before->topic(topic.id);
          changed = changed || earlier == nullptr || topic_hash(*before, *earlier) != topic_hash(*image, topic);
        },
        [&](const catalog::Topic&) { changed = true; });
  }
  if (changed) ++context.topics_version;
}

}  // namespace barnabas::group
