// What a consumer group is: the values that are stored for it, by their keys, and what follows from them: who is subscribed to what, who
// has which partition, whose vote is for which assignor. Knows nothing of time and of why values change.
//
// A value is immutable and replaced as a whole; null: there is none. One thread.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "kernel/group/consumer/member.h"
#include "kernel/group/consumer/records.h"

namespace barnabas::group {

struct ConsumerKey {
  std::int16_t type = 0;  // of the record
  std::string name;       // the member's id, or the regular expression

  friend auto operator<=>(const ConsumerKey&, const ConsumerKey&) = default;
};
// By type: ConsumerGroupMetadata, ConsumerGroupMemberMetadata, ConsumerGroupTarget, Partitions, MemberAssignment, ConsumerGroupRegex.
using ConsumerValue = std::shared_ptr<const void>;

class ConsumerState {
 public:
  using Members = std::map<std::string, std::unique_ptr<ConsumerMember>, std::less<>>;

  ConsumerState(Deadlines& deadlines, ConsumerAlarms& alarms) : deadlines_(deadlines), alarms_(alarms) {}
  ConsumerState(const ConsumerState&) = delete;
  ConsumerState& operator=(const ConsumerState&) = delete;

  ConsumerValue get(const ConsumerKey& key) const;
  // A member is there as long as one of its values is.
  void put(const ConsumerKey& key, const ConsumerValue& value);
  StoredRecord record(std::string_view group, const ConsumerKey& key) const;
  std::vector<ConsumerKey> keys() const;

  std::int32_t epoch() const { return group_ == nullptr ? 0 : group_->epoch; }
  std::int64_t metadata_hash() const { return group_ == nullptr ? 0 : group_->metadata_hash; }
  std::int32_t target_epoch() const { return target_ == nullptr ? 0 : target_->assignment_epoch; }
  std::int64_t target_ms() const { return target_ == nullptr ? 0 : target_->assignment_timestamp; }

  const Members& members() const { return members_; }
  ConsumerMember* find(std::string_view id) const;
  // Who holds the instance id; null: nobody.
  ConsumerMember* holder(std::string_view instance_id) const;
  std::size_t classic_members() const { return classic_members_; }
  // Members that have all that the target gives them.
  std::size_t settled_members() const { return settled_; }
  std::size_t bytes() const { return bytes_; }

  // Topics, by name, that members are subscribed to, also by what their regular expressions matched.
  const std::set<std::string, std::less<>>& subscribed() const { return subscribed_; }
  std::uint64_t subscribed_version() const { return subscribed_version_; }  // grows with each change
  bool is_subscribed(const ConsumerMember& member, std::string_view topic) const;
  const std::map<std::string, std::size_t, std::less<>>& regex_users() const { return regex_users_; }
  std::size_t users_of(std::string_view regex) const;
  const ConsumerGroupRegex* regex(std::string_view regex) const;  // null: not resolved
  std::size_t resolved_regexes() const { return regexes_.size(); }

  bool is_held(const TopicPartition& partition) const { return holders_.contains(partition); }
  // What most members ask for; the first of `known` when none does, and of those that have as many votes the one that comes first there.
  std::string_view elected_assignor(const std::vector<std::string>& known) const;
  // Classic protocols that all classic members offer; any, when there are none.
  bool all_classic_offer(std::string_view protocol) const;

  static std::size_t bytes_of(std::string_view id, const ConsumerGroupMemberMetadata& metadata);

 private:
  ConsumerMember& member(const std::string& id);
  void drop_if_nothing(const std::string& id);
  void put_metadata(const std::string& id, const std::shared_ptr<const ConsumerGroupMemberMetadata>& value);
  void put_current(const std::string& id, const std::shared_ptr<const MemberAssignment>& value);
  void put_target(const std::string& id, const std::shared_ptr<const Partitions>& value);
  void put_regex(const std::string& regex, std::shared_ptr<const ConsumerGroupRegex> value);
  void count(const ConsumerMember& member, int change);
  void count_topic(const std::string& topic, int change);
  void count_held(const Partitions& partitions, int change);
  bool is_settled(const ConsumerMember& member) const;
  void recount_settled();

  Deadlines& deadlines_;
  ConsumerAlarms& alarms_;
  std::shared_ptr<const ConsumerGroupMetadata> group_;
  std::shared_ptr<const ConsumerGroupTarget> target_;
  Members members_;
  std::map<std::string, std::shared_ptr<const ConsumerGroupRegex>, std::less<>> regexes_;

  std::map<std::string, std::string, std::less<>> instances_;  // instance id to member id
  std::map<std::string, std::size_t, std::less<>> topic_users_;
  std::map<std::string, std::size_t, std::less<>> regex_users_;
  std::map<std::string, std::size_t, std::less<>> assignor_votes_;
  std::map<std::string, std::size_t, std::less<>> classic_offers_;
  std::unordered_map<TopicPartition, std::size_t, TopicPartitionHash> holders_;
  std::set<std::string, std::less<>> subscribed_;
  std::uint64_t subscribed_version_ = 0;
  std::size_t classic_members_ = 0;
  std::size_t settled_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace barnabas::group
