// Members of the consumer protocol in consumer_sim_test.cc: they do what Kafka's clients do, die, pause, lose replies, and come back.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "kernel/group/sim/world.h"

namespace barnabas::group::sim {

inline std::vector<TopicPartitions> by_topic(const Held& held) {
  std::vector<TopicPartitions> topics;
  for (const auto& [topic, partition] : held) {
    if (topics.empty() || topics.back().topic_id != topic) topics.push_back({topic, {}});
    topics.back().partitions.push_back(partition);
  }
  return topics;
}
inline Held held_of(const std::vector<TopicPartitions>& topics) {
  Held held;
  for (const TopicPartitions& topic : topics)
    for (const std::int32_t partition : topic.partitions) held.insert({topic.topic_id, partition});
  return held;
}
inline Held minus(const Held& a, const Held& b) {
  Held rest;
  std::ranges::set_difference(a, b, std::inserter(rest, rest.end()));
  return rest;
}

// What both kinds of members have in common.
class SimMember : public Owner {
 public:
  SimMember(World& world, std::string name) : world_(world), name_(std::move(name)) { world.owners.push_back(this); }

  virtual void act() = 0;
  virtual bool is_settled() const = 0;  // it is a member, and waits for nothing
  virtual void leave() = 0;
  virtual std::set<std::string> topics() const = 0;
  virtual void commit() = 0;

  bool is_up() const { return world_.now_ms >= down_until_; }
  bool is_paused() const { return world_.now_ms < paused_until_; }
  void pause(std::int64_t ms) { paused_until_ = world_.now_ms + ms; }
  // The process ends without a word, and another begins in its place.
  void die(std::int64_t ms) {
    held.clear();
    ++turn_;
    asked_ms_.reset();
    down_until_ = world_.now_ms + ms;
    began_again();
  }
  // Connections are gone, and what was asked on them is not answered.
  void disconnect() {
    if (asked_ms_) lost_reply();
    ++turn_;
    asked_ms_.reset();
  }
  void wake() { paused_until_ = down_until_ = 0; }

 protected:
  virtual void began_again() = 0;
  virtual void lost_reply() = 0;
  // `handle` unless the member was disconnected meanwhile, or the reply is lost.
  template <class Reply>
  std::function<void(Reply)> reply_to(std::function<void(Reply)> handle) {
    asked_ms_ = world_.now_ms;
    return [this, turn = ++turn_, handle = std::move(handle)](Reply reply) {
      if (turn != turn_) return;
      asked_ms_.reset();
      if (!world_.quiet && world_.dice.one_in(30)) return lost_reply();
      handle(std::move(reply));
    };
  }

  World& world_;
  const std::string name_;
  std::int64_t paused_until_ = 0;
  std::int64_t down_until_ = 0;
  std::optional<std::int64_t> asked_ms_;  // it waits for a reply
  std::uint64_t turn_ = 0;
};

class ConsumerSim final : public SimMember {
 public:
  ConsumerSim(World& world, std::string name, bool is_static) : SimMember(world, std::move(name)), is_static_(is_static) {
    stubborn_ = world.dice.one_in(6);
    choose_topics();
    began_again();
  }

  bool may_count_on_it() const override {
    if (!is_up() || world_.now_ms >= last_ok_ms_ + kSessionMs) return false;
    return !asked_since_ || world_.now_ms < *asked_since_ + kRebalanceMs;
  }
  bool is_settled() const override { return epoch_ > 0 && !asked_ms_ && revoking_.empty() && !changed_; }
  std::set<std::string> topics() const override {
    std::set<std::string> all = names_;
    if (regex_.empty()) return all;
    const RegexMatches matches = matching_topics(*world_.image, {regex_});
    all.insert(matches.front().begin(), matches.front().end());
    return all;
  }

  void act() override {
    if (asked_ms_) {
      if (world_.now_ms - *asked_ms_ <= 30'000) return;
      if (world_.quiet) world_.wrong("a heartbeat is not answered");
      disconnect();
    }
    if (!revoking_.empty() && (world_.quiet || world_.now_ms >= revoked_at_ms_)) {
      held = minus(held, revoking_);
      revoking_.clear();
      world_.gain(*this, minus(given_, held));
      changed_ = true;
    }
    if (changed_ || full_ || epoch_ == 0 || world_.quiet || world_.dice.one_in(2)) beat();
  }
  void leave() override {
    const std::int32_t how = is_static_ && world_.dice.one_in(2) ? -2 : -1;
    ConsumerHeartbeatRequest request = named();
    request.member_epoch = how;
    if (epoch_ > 0) world_.coordinator->consumer_heartbeat(std::move(request), [](const ConsumerHeartbeatReply&) {});
    die(world_.dice.roll(15'000));
  }
  void commit() override {
    if (held.empty() || epoch_ <= 0) return;
    OffsetCommitRequest request;
    request.group = "g";
    request.member_id = id_;
    request.generation_or_epoch = epoch_;
    request.topics.push_back({"t", {}, {{0, ++world_.offset, -1, "", -1}}});
    world_.coordinator->commit(std::move(request), [&world = world_, offset = world_.offset](OffsetCommitReply reply) {
      if (reply.error_of(0) == ErrorCode::kNone) world.acknowledged = std::max(world.acknowledged, offset);
    });
  }
  void resubscribe() {
    choose_topics();
    resubscribed_ = true;
  }

 private:
  void choose_topics() {
    names_.clear();
    regex_.clear();
    if (world_.dice.one_in(4)) {
      regex_ = world_.dice.one_in(2) ? "t[0-2]" : "t.";
    } else {
      for (int i = 0; i < 3; ++i) names_.insert("t" + std::to_string(world_.dice.roll(4)));
    }
  }
  void began_again() override {
    id_ = name_ + "-" + std::to_string(++lives_);
    epoch_ = 0;
    drop_all();
    full_ = true;
  }
  void lost_reply() override { full_ = true; }
  void drop_all() {
    held.clear();
    given_.clear();
    revoking_.clear();
    asked_since_.reset();
    changed_ = false;
  }
  ConsumerHeartbeatRequest named() const {
    ConsumerHeartbeatRequest request;
    request.group = "g";
    request.member_id = id_;
    if (is_static_) request.instance_id = name_;
    request.client = {name_, "/127.0.0.1"};
    return request;
  }

  void beat() {
    ConsumerHeartbeatRequest request = named();
    request.member_epoch = epoch_;
    const bool all = full_ || epoch_ == 0;
    if (all) request.rebalance_timeout_ms = static_cast<std::int32_t>(kRebalanceMs);
    if (all || resubscribed_) {
      request.topic_names.emplace(names_.begin(), names_.end());
      request.topic_regex = regex_;
    }
    if (all || changed_) request.owned = by_topic(held);
    full_ = changed_ = resubscribed_ = false;
    const std::int64_t now = world_.now_ms;
    if (!asked_since_) asked_since_ = now;  // it may be asked to give up by this request, whether or not it hears of it
    world_.coordinator->consumer_heartbeat(std::move(request), reply_to<ConsumerHeartbeatReply>([this, now](ConsumerHeartbeatReply reply) {
                                             on_reply(now, std::move(reply));
                                           }));
  }
  void on_reply(std::int64_t sent_ms, ConsumerHeartbeatReply reply) {
    switch (reply.error) {
      case ErrorCode::kNone:
        break;
      case ErrorCode::kFencedMemberEpoch:
      case ErrorCode::kUnknownMemberId:
      case ErrorCode::kGroupIdNotFound:
        epoch_ = 0;
        return drop_all();
      case ErrorCode::kFencedInstanceId:
        return die(5'000);
      case ErrorCode::kUnreleasedInstanceId:
      case ErrorCode::kNotCoordinator:
      case ErrorCode::kCoordinatorNotAvailable:
      case ErrorCode::kCoordinatorLoadInProgress:
        full_ = true;
        return;
      default:
        return world_.wrong("heartbeat: " + std::string(wire::error_name(reply.error)));
    }
    if (reply.member_epoch < epoch_) world_.wrong("a member's epoch went back");
    epoch_ = reply.member_epoch;
    last_ok_ms_ = sent_ms;
    if (reply.assignment) given_ = held_of(*reply.assignment);
    const Held revoke = minus(held, given_);
    if (!revoke.empty()) {
      if (revoking_.empty()) revoked_at_ms_ = world_.now_ms + (stubborn_ ? world_.dice.roll(30'000) : world_.dice.roll(3'000));
      revoking_ = revoke;
      return;
    }
    revoking_.clear();
    asked_since_.reset();
    changed_ = changed_ || given_ != held;
    world_.gain(*this, given_);
  }

  const bool is_static_;
  bool stubborn_ = false;  // it takes long to give up
  std::set<std::string> names_;
  std::string regex_;
  int lives_ = 0;
  std::string id_;
  std::int32_t epoch_ = 0;
  Held given_;     // by the last assignment
  Held revoking_;  // what it has to give up, and has still
  std::int64_t revoked_at_ms_ = 0;
  std::int64_t last_ok_ms_ = -kSessionMs;
  std::optional<std::int64_t> asked_since_;  // since then it may have been asked to give something up
  bool full_ = true;
  bool changed_ = false;
  bool resubscribed_ = false;
};

}  // namespace barnabas::group::sim
