#include "kernel/group/consumer/consumer_group.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "kernel/catalog/image.h"
#include "kernel/group/cutter.h"
#include "kernel/group/group_config.h"

namespace barnabas::group {
namespace {

ErrorCode retriable(ErrorCode error) {
  return error == ErrorCode::kNone || error == ErrorCode::kNotCoordinator ? error : ErrorCode::kCoordinatorNotAvailable;
}

}  // namespace

ConsumerGroup::ConsumerGroup(Slot& slot)
    : slot_(slot), state_(slot.context().deadlines, *this), changes_(state_), run_alarm_(slot.context().deadlines, *this) {}

std::string_view ConsumerGroup::state_name() const {
  if (slot_.dead) return "Dead";
  if (state_.members().empty()) return "Empty";
  if (state_.epoch() > state_.target_epoch()) return "Assigning";
  return state_.settled_members() == state_.members().size() ? "Stable" : "Reconciling";
}

const ConsumerGroup::Configs& ConsumerGroup::configs() {
  if (configs_of_ == context().image_version) return configs_;
  const catalog::Image* image = context().image.get();
  const GroupSettings& settings = context().settings;
  configs_of_ = context().image_version;
  configs_.session_timeout_ms = group_config(image, slot_.id(), "consumer.session.timeout.ms", settings.consumer_session_timeout_ms);
  configs_.heartbeat_interval_ms =
      group_config(image, slot_.id(), "consumer.heartbeat.interval.ms", settings.consumer_heartbeat_interval_ms);
  // The one of the three that may change for all groups while brokers run.
  const std::int32_t interval_ms =
      broker_config(image, settings.node_id, "group.consumer.assignment.interval.ms", settings.consumer_assignment_interval_ms);
  configs_.assignment_interval_ms = group_config(image, slot_.id(), "consumer.assignment.interval.ms", interval_ms);
  return configs_;
}

Cause ConsumerGroup::cause(CauseKind kind, const Member* member, std::string detail) const {
  Cause cause;
  cause.kind = kind;
  cause.detail = std::move(detail);
  if (member == nullptr) return cause;
  cause.member_id = member->id;
  cause.instance_id = member->metadata->instance_id.value_or("");
  cause.client_id = member->metadata->client.id;
  cause.client_host = member->metadata->client.host;
  return cause;
}

void ConsumerGroup::when_stored(Waiter waiter) {
  if (changes_.any()) {
    waiting_for_next_.push_back(std::move(waiter));
  } else if (changes_.under_way()) {
    waiting_for_this_.push_back(std::move(waiter));
  } else {
    waiter(ErrorCode::kNone);
  }
}

// A store takes a write up to a size only: what is larger goes in several, in an order in which a part of them is no contradiction: that of
// the keys, the epoch of the target last.
void ConsumerGroup::flush() {
  if (changes_.under_way() || !changes_.any()) return;
  Cutter cutter(slot_.max_write_bytes());
  for (StoredRecord& record : changes_.begin(slot_.id())) cutter.add(std::move(record));
  waiting_for_this_ = std::exchange(waiting_for_next_, {});
  std::vector<GroupChange> parts = cutter.take();
  if (parts.empty()) return written(ErrorCode::kNone);
  if (has_legacy_metadata_) parts[0].records.push_back(consumer_group_tombstone(kConsumerGroupPartitionMetadataKey, slot_.id()));
  slot_.write_all(std::move(parts), [this, alive = std::weak_ptr(alive_)](ErrorCode error, Slot*) {
    if (alive.expired()) return;
    if (error == ErrorCode::kNone) has_legacy_metadata_ = false;
    written(error);
  });
}

void ConsumerGroup::written(ErrorCode error) {
  std::vector<Waiter> told = std::exchange(waiting_for_this_, {});
  if (error == ErrorCode::kNone) {
    changes_.stored();
  } else {
    // What began after the write was made of what is taken back with it.
    for (std::vector<Waiter>* waiters : {&waiting_for_next_, &waiting_for_run_})
      for (Waiter& waiter : std::exchange(*waiters, {})) told.push_back(std::move(waiter));
    changes_.failed();
    stale_ = running_;
    matched_topics_.reset();  // what expressions matched may be taken back as well
    recall_last_run();
    rearm();
    // Heartbeats may ask for a new target before that.
    if (!running_) run_alarm_.set(steady_ms() + std::max(configs().assignment_interval_ms, 1'000));
  }
  for (const Waiter& waiter : told) waiter(retriable(error));
  if (error == ErrorCode::kNone) return flush();
  if (state_.epoch() > state_.target_epoch() || state_.settled_members() < state_.members().size())
    slot_.note(cause(CauseKind::kStoreFailed, nullptr, std::string(wire::error_name(error))), state_.members().size());
}

// Members that are back have no alarms.
void ConsumerGroup::rearm() {
  for (const auto& [id, member] : state_.members()) {
    if (!member->session.is_set()) touch(*member);
    const bool revokes = !member->is_classic() && member->current->state == MemberState::kUnrevokedPartitions;
    if (revokes && !member->patience.is_set()) member->patience.set(steady_ms() + std::max(member->metadata->rebalance_timeout_ms, 0));
  }
}

// By what is stored.
void ConsumerGroup::recall_last_run() {
  last_run_ms_.reset();
  if (state_.target_ms() <= 0) return;
  last_run_ms_ = steady_ms() - std::max<std::int64_t>(context().now.wall_ms - state_.target_ms(), 0);
}

void ConsumerGroup::touch(Member& member) {
  member.session.set(steady_ms() + (member.is_classic() ? member.metadata->classic->session_timeout_ms : configs().session_timeout_ms));
}

std::int64_t ConsumerGroup::metadata_hash() {
  if (context().image == nullptr) return state_.metadata_hash();
  const std::pair version{state_.subscribed_version(), context().topics_version};
  if (hash_of_ != version) {
    hash_ = context().hashes.of(state_.subscribed());
    hash_of_ = version;
  }
  return hash_;
}

void ConsumerGroup::bump_if_changed(bool must, const std::function<Cause()>& why) {
  if (must || metadata_hash() != state_.metadata_hash()) bump(why());
}

void ConsumerGroup::bump(Cause why) {
  slot_.note(std::move(why), state_.members().size());
  raise_epoch();
}

void ConsumerGroup::raise_epoch() {
  const std::int32_t epoch = state_.epoch();
  changes_.put({kConsumerGroupKey, {}}, std::make_shared<const ConsumerGroupMetadata>(ConsumerGroupMetadata{
                                            epoch == std::numeric_limits<std::int32_t>::max() ? epoch : epoch + 1, metadata_hash()}));
}

void ConsumerGroup::begin_if_new() {
  if (state_.epoch() > 0) return;
  changes_.put({kConsumerGroupKey, {}}, std::make_shared<const ConsumerGroupMetadata>(ConsumerGroupMetadata{1, 0}));
  changes_.put({kConsumerGroupTargetKey, {}}, std::make_shared<const ConsumerGroupTarget>(ConsumerGroupTarget{1, 0}));
}

void ConsumerGroup::describe(const ReplyTo<ConsumerDescribeReply>& reply) {
  ConsumerDescribeReply told;
  told.state = state_name();
  told.group_epoch = state_.epoch();
  told.assignment_epoch = state_.target_epoch();
  told.assignor = state_.elected_assignor(context().settings.consumer_assignors);
  const catalog::Image* image = context().image.get();
  const auto add = [&](const Partitions& partitions, std::vector<ConsumerDescribeReply::Topic>& topics) {
    for (TopicPartitions& topic : by_topic(partitions)) {
      const catalog::Topic* known = image == nullptr ? nullptr : image->topic(topic.topic_id);
      if (known != nullptr) topics.push_back({topic.topic_id, known->name, std::move(topic.partitions)});
    }
  };
  for (const auto& [id, member] : state_.members()) {
    ConsumerDescribeReply::Member& each = told.members.emplace_back();
    each.id = id;
    each.instance_id = member->metadata->instance_id;
    each.rack_id = member->metadata->rack_id;
    each.epoch = member->current->epoch;
    each.client = member->metadata->client;
    each.topic_names = member->metadata->subscribed_topic_names;
    each.topic_regex = member->metadata->subscribed_topic_regex;
    Partitions has;  // it may still use what it was asked to give up
    std::ranges::merge(member->current->assigned, member->current->revoking, std::back_inserter(has));
    add(has, each.assignment);
    add(*member->target, each.target);
    each.type = member->is_classic() ? 0 : 1;
  }
  told.group = slot_.id();
  when_stored([context = &context(), reply, told = std::move(told)](ErrorCode error) mutable {
    told.error = error;
    context->answer(reply, std::move(told));
  });
}

std::vector<ConsumerGroup::Waiter> ConsumerGroup::retire() {
  *alive_ = false;
  run_alarm_.clear();
  for (const auto& [id, member] : state_.members()) {
    member->session.clear();
    member->patience.clear();
  }
  std::vector<StoredRecord> outdated;
  add_tombstones(outdated);
  for (StoredRecord& record : outdated) slot_.forget_with_next(std::move(record.key));
  for (const Waiter& each : std::exchange(waiting_for_run_, {})) each(ErrorCode::kCoordinatorNotAvailable);
  std::vector<Waiter> told = std::exchange(waiting_for_this_, {});
  for (Waiter& each : std::exchange(waiting_for_next_, {})) told.push_back(std::move(each));
  return told;
}

void ConsumerGroup::write_and_tell(Slot& slot, GroupChange change, std::vector<Waiter> told) {
  slot.write(std::move(change), [told = std::move(told)](ErrorCode error, Slot*) {
    for (const Waiter& each : told) each(retriable(error));
  });
}

void ConsumerGroup::resign() {
  *alive_ = false;
  for (std::vector<Waiter>* waiters : {&waiting_for_run_, &waiting_for_this_, &waiting_for_next_})
    for (const Waiter& waiter : std::exchange(*waiters, {})) waiter(ErrorCode::kNotCoordinator);
}

}  // namespace barnabas::group
