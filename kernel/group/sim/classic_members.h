// Members of the classic protocol in consumer_sim_test.cc, eager or cooperative, and the leader among them that assigns.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "kernel/base/arena.h"
#include "kernel/group/sim/members.h"
#include "kernel/wire/codec.h"
#include "kernel/wire/messages/consumer_protocol.h"

namespace barnabas::group::sim {

// What a member says inside JoinGroup and hears inside SyncGroup.
struct Subscription {
  std::set<std::string> topics;
  Held owned;
};

class Embedded {
 public:
  explicit Embedded(const World& world) : world_(world) {}

  Octets write(const Subscription& subscription, std::int32_t generation) const {
    std::vector<std::string_view> names(subscription.topics.begin(), subscription.topics.end());
    std::vector<wire::ConsumerProtocolSubscription::TopicPartition> owned;
    const std::vector<TopicPartitions> topics = by_topic(subscription.owned);
    for (const TopicPartitions& topic : topics)
      if (const catalog::Topic* known = world_.image->topic(topic.topic_id)) owned.push_back({known->name, topic.partitions});
    wire::ConsumerProtocolSubscription message;
    message.topics = names;
    message.user_data = wire::kNull;
    message.owned_partitions = owned;
    message.generation_id = generation;
    message.rack_id = wire::kNull;
    return encoded(message);
  }
  Subscription read_subscription(const Octets& octets) const {
    base::Arena arena;
    wire::ConsumerProtocolSubscription message;
    EXPECT_TRUE(wire::decode(sdk::Bytes(octets.data() + 2, octets.size() - 2), 3, arena, message).ok());
    Subscription subscription;
    for (const std::string_view name : message.topics) subscription.topics.emplace(name);
    for (const auto& topic : message.owned_partitions) add(topic.topic, topic.partitions, subscription.owned);
    return subscription;
  }
  Octets write(const Held& assignment) const {
    std::vector<wire::ConsumerProtocolAssignment::TopicPartition> assigned;
    const std::vector<TopicPartitions> topics = by_topic(assignment);
    for (const TopicPartitions& topic : topics) assigned.push_back({world_.image->topic(topic.topic_id)->name, topic.partitions});
    wire::ConsumerProtocolAssignment message;
    message.assigned_partitions = assigned;
    message.user_data = wire::kNull;
    return encoded(message);
  }
  Held read_assignment(const Octets& octets) const {
    Held held;
    if (octets.empty()) return held;
    base::Arena arena;
    wire::ConsumerProtocolAssignment message;
    const int version = octets[1];
    EXPECT_TRUE(wire::decode(sdk::Bytes(octets.data() + 2, octets.size() - 2), version, arena, message).ok());
    for (const auto& topic : message.assigned_partitions) add(topic.topic, topic.partitions, held);
    return held;
  }

 private:
  template <class M>
  static Octets encoded(const M& message) {
    wire::Buffer buffer;
    buffer.append_int16(3);
    EXPECT_TRUE(wire::encode(message, 3, buffer).ok());
    return {reinterpret_cast<const char*>(buffer.bytes().data), buffer.size()};
  }
  // Of topics that are gone nobody reads.
  void add(std::string_view name, std::span<const std::int32_t> partitions, Held& held) const {
    if (const catalog::Topic* topic = world_.image->topic(name))
      for (const std::int32_t partition : partitions) held.insert({topic->id, partition});
  }

  const World& world_;
};

class ClassicSim final : public SimMember {
 public:
  ClassicSim(World& world, std::string name, bool is_static, bool is_cooperative)
      : SimMember(world, std::move(name)), is_static_(is_static), is_cooperative_(is_cooperative), embedded_(world) {
    for (int i = 0; i < 2; ++i) topics_.insert("t" + std::to_string(world.dice.roll(4)));
  }

  bool may_count_on_it() const override { return is_up() && world_.now_ms < last_ok_ms_ + std::min(kSessionMs, kRebalanceMs); }
  bool is_settled() const override { return state_ == State::kStable; }
  std::set<std::string> topics() const override { return topics_; }

  void act() override {
    if (asked_ms_) {
      if (world_.now_ms - *asked_ms_ <= kRebalanceMs + 10'000) return;
      if (world_.quiet) world_.wrong("a classic member is not answered");
      disconnect();
    }
    if (state_ == State::kJoining) return join();
    if (state_ == State::kSyncing) return sync({});
    // A leader looks after the topics of all.
    if (leads_ && world_.partitions_of(led_topics_) != led_partitions_) return rejoin(!is_cooperative_);
    if (world_.quiet || world_.dice.one_in(2)) beat();
  }
  void leave() override {
    if (!id_.empty()) world_.coordinator->leave({"g", {{id_, instance(), "bye"}}}, [](const LeaveReply&) {});
    die(world_.dice.roll(15'000));
  }
  void commit() override {}

 private:
  enum class State : std::uint8_t { kJoining, kSyncing, kStable };

  std::optional<std::string> instance() const { return is_static_ ? std::optional(name_) : std::nullopt; }
  void began_again() override {
    id_.clear();
    rejoin(true);
  }
  void lost_reply() override {
    if (state_ == State::kSyncing) rejoin(!is_cooperative_);
  }
  void rejoin(bool without_anything) {
    state_ = State::kJoining;
    if (without_anything) {
      held.clear();
      generation_ = -1;
    }
  }

  void join() {
    if (!is_cooperative_) held.clear();
    JoinRequest request;
    request.group = "g";
    request.member_id = id_;
    request.instance_id = instance();
    request.client = {name_, "/127.0.0.1"};
    request.session_timeout_ms = static_cast<std::int32_t>(kSessionMs);
    request.rebalance_timeout_ms = static_cast<std::int32_t>(kRebalanceMs);
    request.protocol_type = "consumer";
    request.protocols = {{is_cooperative_ ? "cooperative-sticky" : "range", embedded_.write({topics_, held}, generation_)}};
    const std::int64_t now = world_.now_ms;
    world_.coordinator->join(std::move(request), reply_to<JoinReply>([this, now](JoinReply reply) { joined(now, std::move(reply)); }));
  }
  void joined(std::int64_t sent_ms, JoinReply reply) {
    if (reply.error == ErrorCode::kMemberIdRequired) {
      id_ = reply.member_id;
      return join();
    }
    if (!is_fine(reply.error, "join")) return;
    id_ = reply.member_id;
    generation_ = reply.generation;
    last_ok_ms_ = sent_ms;
    state_ = State::kSyncing;
    leads_ = reply.leader == id_;
    sync(leads_ && !reply.skip_assignment ? assign(reply) : std::vector<SyncRequest::Assignment>());
  }

  // Evenly; in a cooperative group what another one has is given to nobody yet.
  std::vector<SyncRequest::Assignment> assign(const JoinReply& reply) {
    std::map<std::string, Subscription> members;
    for (const JoinReply::Member& member : reply.members) members[member.id] = embedded_.read_subscription(member.metadata);
    std::map<std::string, Held> given;
    std::set<std::string> topics;
    for (const auto& [id, subscription] : members) {
      given[id];
      topics.insert(subscription.topics.begin(), subscription.topics.end());
    }
    led_topics_ = topics;
    led_partitions_ = world_.partitions_of(topics);
    for (const Partition& partition : led_partitions_) {
      const std::string& topic = world_.image->topic(partition.first)->name;
      const std::string* to = nullptr;
      const std::string* has = nullptr;
      for (const auto& [id, subscription] : members) {
        if (subscription.owned.contains(partition)) has = &id;
        if (subscription.topics.contains(topic) && (to == nullptr || given[id].size() < given[*to].size())) to = &id;
      }
      if (to != nullptr && (has == nullptr || *has == *to)) given[*to].insert(partition);
    }
    std::vector<SyncRequest::Assignment> assignments;
    for (const auto& [id, held_by] : given) assignments.push_back({id, embedded_.write(held_by)});
    return assignments;
  }

  void sync(std::vector<SyncRequest::Assignment> assignments) {
    SyncRequest request;
    request.group = "g";
    request.generation = generation_;
    request.member_id = id_;
    request.instance_id = instance();
    request.assignments = std::move(assignments);
    const std::int64_t now = world_.now_ms;
    world_.coordinator->sync(std::move(request), reply_to<SyncReply>([this, now](const SyncReply& reply) { synced(now, reply); }));
  }
  void synced(std::int64_t sent_ms, const SyncReply& reply) {
    if (!is_fine(reply.error, "sync")) return;
    last_ok_ms_ = sent_ms;
    state_ = State::kStable;
    const Held given = embedded_.read_assignment(reply.assignment);
    const bool gave_up = !minus(held, given).empty();
    held = minus(held, minus(held, given));
    world_.gain(*this, given);
    if (gave_up) rejoin(false);  // so that others get it
  }

  void beat() {
    const std::int64_t now = world_.now_ms;
    world_.coordinator->heartbeat({"g", generation_, id_, instance()}, reply_to<HeartbeatReply>([this, now](HeartbeatReply reply) {
                                    if (is_fine(reply.error, "heartbeat")) last_ok_ms_ = now;
                                  }));
  }
  bool is_fine(ErrorCode error, std::string_view what) {
    switch (error) {
      case ErrorCode::kNone:
        return true;
      case ErrorCode::kRebalanceInProgress:
        rejoin(!is_cooperative_);
        break;
      case ErrorCode::kIllegalGeneration:
        rejoin(true);
        break;
      case ErrorCode::kUnknownMemberId:
      case ErrorCode::kFencedInstanceId:
        began_again();
        break;
      case ErrorCode::kNotCoordinator:
      case ErrorCode::kCoordinatorNotAvailable:
      case ErrorCode::kCoordinatorLoadInProgress:
        if (state_ == State::kSyncing) rejoin(!is_cooperative_);
        break;
      case ErrorCode::kUnreleasedInstanceId:
        break;
      default:
        world_.wrong(std::string(what) + ": " + std::string(wire::error_name(error)));
    }
    return false;
  }

  const bool is_static_;
  const bool is_cooperative_;
  const Embedded embedded_;
  std::set<std::string> topics_;
  State state_ = State::kJoining;
  std::string id_;
  std::int32_t generation_ = -1;
  std::int64_t last_ok_ms_ = -kSessionMs;
  bool leads_ = false;
  std::set<std::string> led_topics_;
  Held led_partitions_;
};

}  // namespace barnabas::group::sim
