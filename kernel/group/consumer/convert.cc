#include "kernel/group/consumer/convert.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "kernel/group/classic/classic_group.h"
#include "kernel/group/consumer/consumer_group.h"
#include "kernel/group/consumer/embedded.h"

namespace barnabas::group {
namespace {

bool policy_is(const GroupSettings& settings, std::string_view wanted) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::ranges::equal(settings.consumer_migration_policy, wanted, {}, lower);
}

// A group whose assignment could not be stored has none, and yet members that go on with what they had. What nobody else was given is
// theirs until they say otherwise.
void add_claims(const std::vector<Partitions>& claims, ConsumerSeed& seed) {
  std::unordered_set<TopicPartition, TopicPartitionHash> taken;
  for (const ConsumerSeed::Member& member : seed.members) taken.insert(member.assigned.begin(), member.assigned.end());
  for (std::size_t i = 0; i < claims.size(); ++i)
    for (const TopicPartition& partition : claims[i])
      if (taken.insert(partition).second) seed.members[i].assigned.push_back(partition);
  for (ConsumerSeed::Member& member : seed.members) std::ranges::sort(member.assigned);
}

}  // namespace

bool may_upgrade(const GroupSettings& settings) { return policy_is(settings, "bidirectional") || policy_is(settings, "upgrade"); }
bool may_downgrade(const GroupSettings& settings) { return policy_is(settings, "bidirectional") || policy_is(settings, "downgrade"); }

std::optional<ConsumerSeed> seed_of(const ClassicHandover& classic, const catalog::Image* image) {
  ConsumerSeed seed;
  std::vector<Partitions> claims;
  seed.generation = std::max(classic.generation, 0);
  for (const ClassicHandover::Member& from : classic.members) {
    if (from.protocols.empty()) return std::nullopt;
    auto subscription = read_subscription(from.protocols.front().metadata, image);
    auto assigned = read_assignment(from.assignment, image);
    if (!subscription || !assigned) return std::nullopt;
    auto metadata = std::make_shared<ConsumerGroupMemberMetadata>();
    metadata->instance_id = from.instance_id;
    metadata->rack_id = std::move(subscription->rack_id);
    metadata->client = from.client;
    metadata->subscribed_topic_names = std::move(subscription->topics);
    metadata->rebalance_timeout_ms = from.rebalance_timeout_ms;
    metadata->classic = ConsumerGroupMemberMetadata::Classic{from.session_timeout_ms, from.protocols};
    seed.members.push_back({from.id, std::move(metadata), *std::move(assigned)});
    claims.push_back(partitions_of(subscription->owned));
  }
  add_claims(claims, seed);
  return seed;
}

// It is not stored before the next write, and no failure of that takes it back: what it was is gone.
void ConsumerGroup::adopt(const ConsumerSeed& seed) {
  const std::int32_t epoch = std::max(seed.generation, 1);
  for (const ConsumerSeed::Member& from : seed.members) {
    auto current = std::make_shared<MemberAssignment>();
    current->epoch = current->previous_epoch = seed.generation;
    current->assigned = from.assigned;
    current->assigned_since.assign(from.assigned.size(), seed.generation);
    state_.put({kConsumerGroupMemberKey, from.id}, from.metadata);
    state_.put({kConsumerGroupTargetMemberKey, from.id}, std::make_shared<const Partitions>(from.assigned));
    state_.put({kConsumerGroupCurrentMemberKey, from.id}, std::move(current));
  }
  state_.put({kConsumerGroupTargetKey, {}}, std::make_shared<const ConsumerGroupTarget>(ConsumerGroupTarget{epoch, 0}));
  state_.put({kConsumerGroupKey, {}}, std::make_shared<const ConsumerGroupMetadata>(ConsumerGroupMetadata{epoch, metadata_hash()}));
  for (ConsumerKey& key : state_.keys()) changes_.must_write(std::move(key));
  for (const auto& [id, member] : state_.members()) touch(*member);
}

bool ConsumerGroup::all_are_classic() const {
  const GroupSettings& settings = slot_.context().settings;
  const std::size_t members = state_.members().size();
  return members > 0 && state_.classic_members() == members && may_downgrade(settings) &&
         members <= static_cast<std::size_t>(settings.max_size);
}

ClassicGroup& ConsumerGroup::become_classic(Waiter waiter) {
  ClassicHandover handover;
  handover.generation = state_.epoch();
  for (const auto& [id, member] : state_.members()) {
    const Metadata& metadata = *member->metadata;
    handover.members.push_back({id, metadata.instance_id, metadata.client, metadata.classic->session_timeout_ms,
                                metadata.rebalance_timeout_ms, metadata.classic->supported_protocols, encoded_assignment(*member)});
  }
  std::vector<Waiter> told = retire();
  told.push_back(std::move(waiter));
  slot_.history.ended(context().now.wall_ms, false);
  auto made = std::make_unique<ClassicGroup>(slot_);
  ClassicGroup& classic = *made;
  slot_.replace(std::move(made));
  GroupChange change;
  change.records.push_back(classic.adopt(handover));
  write_and_tell(slot_, std::move(change), std::move(told));
  return classic;
}

}  // namespace barnabas::group
