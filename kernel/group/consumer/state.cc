#include "kernel/group/consumer/state.h"

#include <algorithm>
#include <set>
#include <utility>

namespace barnabas::group {
namespace {

void count_in(std::map<std::string, std::size_t, std::less<>>& counts, const std::string& name, int change) {
  const auto count = counts.try_emplace(name, 0).first;
  count->second += static_cast<std::size_t>(change);
  if (count->second == 0) counts.erase(count);
}

std::size_t bytes_of_matches(const ConsumerGroupRegex& resolved) {
  std::size_t sum = 0;
  for (const std::string& topic : resolved.topics) sum += 64 + topic.size();
  return sum;
}

}  // namespace

const std::shared_ptr<const ConsumerGroupMemberMetadata>& ConsumerMember::no_metadata() {
  static const auto kNone = std::make_shared<const ConsumerGroupMemberMetadata>();
  return kNone;
}
const std::shared_ptr<const MemberAssignment>& ConsumerMember::no_assignment() {
  static const auto kNone = std::make_shared<const MemberAssignment>();
  return kNone;
}
const std::shared_ptr<const Partitions>& ConsumerMember::no_partitions() {
  static const auto kNone = std::make_shared<const Partitions>();
  return kNone;
}

ConsumerValue ConsumerState::get(const ConsumerKey& key) const {
  if (key.type == kConsumerGroupKey) return group_;
  if (key.type == kConsumerGroupTargetKey) return target_;
  if (key.type == kConsumerGroupRegexKey) {
    const auto found = regexes_.find(key.name);
    return found == regexes_.end() ? nullptr : found->second;
  }
  const ConsumerMember* member = find(key.name);
  if (member == nullptr) return nullptr;
  if (key.type == kConsumerGroupMemberKey && member->metadata != ConsumerMember::no_metadata()) return member->metadata;
  if (key.type == kConsumerGroupCurrentMemberKey && member->current != ConsumerMember::no_assignment()) return member->current;
  if (key.type == kConsumerGroupTargetMemberKey && member->target != ConsumerMember::no_partitions()) return member->target;
  return nullptr;
}

void ConsumerState::put(const ConsumerKey& key, const ConsumerValue& value) {
  switch (key.type) {
    case kConsumerGroupKey:
      group_ = std::static_pointer_cast<const ConsumerGroupMetadata>(value);
      return;
    case kConsumerGroupTargetKey:
      target_ = std::static_pointer_cast<const ConsumerGroupTarget>(value);
      return recount_settled();
    case kConsumerGroupMemberKey:
      return put_metadata(key.name, std::static_pointer_cast<const ConsumerGroupMemberMetadata>(value));
    case kConsumerGroupCurrentMemberKey:
      return put_current(key.name, std::static_pointer_cast<const MemberAssignment>(value));
    case kConsumerGroupTargetMemberKey:
      return put_target(key.name, std::static_pointer_cast<const Partitions>(value));
    case kConsumerGroupRegexKey:
      return put_regex(key.name, std::static_pointer_cast<const ConsumerGroupRegex>(value));
  }
}

StoredRecord ConsumerState::record(std::string_view group, const ConsumerKey& key) const {
  const ConsumerValue value = get(key);
  if (value == nullptr) return consumer_group_tombstone(key.type, group, key.name);
  switch (key.type) {
    case kConsumerGroupKey:
      return consumer_group_record(group, *group_);
    case kConsumerGroupTargetKey:
      return consumer_group_record(group, *target_);
    case kConsumerGroupMemberKey:
      return consumer_group_record(group, key.name, *find(key.name)->metadata);
    case kConsumerGroupCurrentMemberKey:
      return consumer_group_record(group, key.name, stored_of(*find(key.name)->current));
    case kConsumerGroupTargetMemberKey:
      return consumer_group_record(group, key.name, ConsumerGroupTargetMember{by_topic(*find(key.name)->target)});
    default:
      return consumer_group_record(group, key.name, *regexes_.find(key.name)->second);
  }
}

std::vector<ConsumerKey> ConsumerState::keys() const {
  std::vector<ConsumerKey> all;
  const auto add = [&](std::int16_t type, const std::string& name) {
    ConsumerKey key{type, name};
    if (get(key) != nullptr) all.push_back(std::move(key));
  };
  add(kConsumerGroupKey, {});
  add(kConsumerGroupTargetKey, {});
  for (const auto& [id, member] : members_) {
    add(kConsumerGroupMemberKey, id);
    add(kConsumerGroupTargetMemberKey, id);
    add(kConsumerGroupCurrentMemberKey, id);
  }
  for (const auto& [regex, resolved] : regexes_) add(kConsumerGroupRegexKey, regex);
  return all;
}

ConsumerMember* ConsumerState::find(std::string_view id) const {
  const auto found = members_.find(id);
  return found == members_.end() ? nullptr : found->second.get();
}

ConsumerMember* ConsumerState::holder(std::string_view instance_id) const {
  const auto found = instances_.find(instance_id);
  return found == instances_.end() ? nullptr : find(found->second);
}

ConsumerMember& ConsumerState::member(const std::string& id) {
  auto& member = members_[id];
  if (member == nullptr) {
    member = std::make_unique<ConsumerMember>(deadlines_, alarms_, id);
    if (is_settled(*member)) ++settled_;
  }
  return *member;
}

void ConsumerState::drop_if_nothing(const std::string& id) {
  const auto found = members_.find(id);
  const ConsumerMember& member = *found->second;
  if (member.metadata != ConsumerMember::no_metadata() || member.current != ConsumerMember::no_assignment() ||
      member.target != ConsumerMember::no_partitions())
    return;
  if (is_settled(member)) --settled_;
  members_.erase(found);
}

void ConsumerState::put_metadata(const std::string& id, const std::shared_ptr<const ConsumerGroupMemberMetadata>& value) {
  ConsumerMember& changed = member(id);
  if (changed.metadata != ConsumerMember::no_metadata()) count(changed, -1);
  changed.metadata = value == nullptr ? ConsumerMember::no_metadata() : value;
  if (value == nullptr) return drop_if_nothing(id);
  count(changed, 1);
}

void ConsumerState::put_current(const std::string& id, const std::shared_ptr<const MemberAssignment>& value) {
  ConsumerMember& changed = member(id);
  const bool was_settled = is_settled(changed);
  count_held(changed.current->assigned, -1);
  count_held(changed.current->revoking, -1);
  changed.current = value == nullptr ? ConsumerMember::no_assignment() : value;
  count_held(changed.current->assigned, 1);
  count_held(changed.current->revoking, 1);
  if (was_settled) --settled_;
  if (is_settled(changed)) ++settled_;
  if (value == nullptr) drop_if_nothing(id);
}

void ConsumerState::put_target(const std::string& id, const std::shared_ptr<const Partitions>& value) {
  member(id).target = value == nullptr ? ConsumerMember::no_partitions() : value;
  if (value == nullptr) drop_if_nothing(id);
}

void ConsumerState::put_regex(const std::string& regex, std::shared_ptr<const ConsumerGroupRegex> value) {
  const auto found = regexes_.find(regex);
  if (found != regexes_.end()) {
    for (const std::string& topic : found->second->topics) count_topic(topic, -1);
    bytes_ -= bytes_of_matches(*found->second);
    regexes_.erase(found);
  }
  if (value == nullptr) return;
  bytes_ += bytes_of_matches(*value);
  for (const std::string& topic : value->topics) count_topic(topic, 1);
  regexes_.emplace(regex, std::move(value));
}

std::size_t ConsumerState::bytes_of(std::string_view id, const ConsumerGroupMemberMetadata& metadata) {
  std::size_t sum = 512 + id.size() + metadata.client.id.size() + metadata.client.host.size();
  sum += metadata.instance_id.value_or("").size() + metadata.rack_id.value_or("").size();
  for (const std::string& topic : metadata.subscribed_topic_names) sum += 64 + topic.size();
  if (metadata.subscribed_topic_regex) sum += metadata.subscribed_topic_regex->size();
  if (metadata.classic)
    for (const auto& protocol : metadata.classic->supported_protocols) sum += 64 + protocol.name.size() + protocol.metadata.size();
  return sum;
}

void ConsumerState::count(const ConsumerMember& member, int change) {
  const ConsumerGroupMemberMetadata& metadata = *member.metadata;
  bytes_ += static_cast<std::size_t>(change) * bytes_of(member.id, metadata);
  for (const std::string& topic : metadata.subscribed_topic_names) count_topic(topic, change);
  if (metadata.subscribed_topic_regex) count_in(regex_users_, *metadata.subscribed_topic_regex, change);
  if (metadata.server_assignor) count_in(assignor_votes_, *metadata.server_assignor, change);
  if (metadata.instance_id) {
    const auto holder = instances_.find(*metadata.instance_id);
    if (change > 0) {
      instances_[*metadata.instance_id] = member.id;
    } else if (holder != instances_.end() && holder->second == member.id) {
      instances_.erase(holder);
    }
  }
  if (!metadata.classic) return;
  classic_members_ += static_cast<std::size_t>(change);
  std::set<std::string> offered;  // each once, however often it names it
  for (const auto& protocol : metadata.classic->supported_protocols)
    if (offered.insert(protocol.name).second) count_in(classic_offers_, protocol.name, change);
}

void ConsumerState::count_topic(const std::string& topic, int change) {
  count_in(topic_users_, topic, change);
  if (topic_users_.contains(topic) == subscribed_.contains(topic)) return;
  ++subscribed_version_;
  if (change > 0) {
    subscribed_.insert(topic);
  } else {
    subscribed_.erase(topic);
  }
}

void ConsumerState::count_held(const Partitions& partitions, int change) {
  for (const TopicPartition& partition : partitions) {
    const auto count = holders_.try_emplace(partition, 0).first;
    count->second += static_cast<std::size_t>(change);
    if (count->second == 0) holders_.erase(count);
  }
}

bool ConsumerState::is_settled(const ConsumerMember& member) const {
  return member.current->state == MemberState::kStable && member.current->epoch == target_epoch();
}

void ConsumerState::recount_settled() {
  settled_ = 0;
  for (const auto& [id, member] : members_) settled_ += is_settled(*member) ? 1 : 0;
}

bool ConsumerState::is_subscribed(const ConsumerMember& member, std::string_view topic) const {
  if (std::ranges::binary_search(member.metadata->subscribed_topic_names, topic)) return true;
  if (!member.metadata->subscribed_topic_regex) return false;
  const ConsumerGroupRegex* resolved = regex(*member.metadata->subscribed_topic_regex);
  return resolved != nullptr && std::ranges::binary_search(resolved->topics, topic);
}

std::size_t ConsumerState::users_of(std::string_view regex) const {
  const auto found = regex_users_.find(regex);
  return found == regex_users_.end() ? 0 : found->second;
}

const ConsumerGroupRegex* ConsumerState::regex(std::string_view regex) const {
  const auto found = regexes_.find(regex);
  return found == regexes_.end() ? nullptr : found->second.get();
}

std::string_view ConsumerState::elected_assignor(const std::vector<std::string>& known) const {
  std::string_view elected = known.empty() ? std::string_view() : std::string_view(known.front());
  std::size_t most = 0;
  for (const std::string& name : known) {
    const auto votes = assignor_votes_.find(name);
    if (votes == assignor_votes_.end() || votes->second <= most) continue;
    most = votes->second;
    elected = name;
  }
  return elected;
}

bool ConsumerState::all_classic_offer(std::string_view protocol) const {
  const auto offers = classic_offers_.find(protocol);
  return (offers == classic_offers_.end() ? 0 : offers->second) == classic_members_;
}

}  // namespace barnabas::group
