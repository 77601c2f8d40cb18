// The world of consumer_sim_test.cc: a coordinator on virtual time that may move, a store that fails, assignors that take their time,
// topics that come and go, and who was given which partition. All at random from one seed; what is not as it should be is collected.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "kernel/catalog/framed.h"
#include "kernel/catalog/image_builder.h"
#include "kernel/group/testing.h"
#include "kernel/wire/messages/record_topics.h"

namespace barnabas::group::sim {

inline constexpr std::int64_t kSessionMs = 10'000;
inline constexpr std::int64_t kRebalanceMs = 20'000;

using Partition = std::pair<Uuid, std::int32_t>;
using Held = std::set<Partition>;

class Dice {
 public:
  explicit Dice(std::uint32_t seed) : engine_(seed) {}
  std::int64_t roll(std::int64_t count) { return static_cast<std::int64_t>(engine_() % static_cast<std::uint64_t>(count)); }
  bool one_in(std::int64_t count) { return roll(count) == 0; }

 private:
  std::mt19937 engine_;
};

// Whoever holds partitions. What it was given counts as its own until it gave it up, or until the coordinator may take it for gone.
class Owner {
 public:
  virtual ~Owner() = default;
  virtual bool may_count_on_it() const = 0;
  Held held;
};

class World {
 public:
  explicit World(std::uint32_t seed) : dice(seed) {
    settings.home_count = 1;
    settings.initial_rebalance_delay_ms = 1'000;
    settings.consumer_session_timeout_ms = kSessionMs;
    settings.consumer_heartbeat_interval_ms = 1'000;
    for (int i = 0; i < 2; ++i) change_topics();
    start();
  }

  // Also: the coordinator moves, and the next one knows what is stored.
  void start() {
    background.jobs.clear();  // nobody is told any more
    coordinator = std::make_unique<Coordinator>(settings, journal, random, background);
    tell_time();
    coordinator->on_image(image);
    coordinator->begin_loading(0, ++epoch_);
    load();
  }
  void move() {
    // What was under way may or may not have reached the store.
    const auto reached = static_cast<std::size_t>(dice.roll(static_cast<std::int64_t>(journal.under_way.size()) + 1));
    for (std::size_t i = 0; i < reached; ++i) journal.take(journal.under_way[i].first);
    journal.under_way.clear();
    start();
  }
  void pass(std::int64_t ms) {
    const std::int64_t end = now_ms + ms;
    while (true) {
      const auto next = coordinator->next_deadline_ms();
      now_ms = next && *next < end ? std::max(*next, now_ms) : end;
      tell_time();
      if (now_ms == end) return;
    }
  }

  void settle_some() {
    if (reading && (quiet || !dice.one_in(3))) load();
    while (!journal.under_way.empty() && (quiet || !dice.one_in(3))) {
      if (!quiet && dice.one_in(40)) {
        lose_replies();
        continue;
      }
      auto [change, done] = std::move(journal.under_way.front());
      journal.under_way.pop_front();
      const std::int64_t chance = quiet ? 99 : dice.roll(40);
      if (forgets && dice.one_in(5)) {
        done(ErrorCode::kNone);
      } else if (chance == 0) {
        done(ErrorCode::kCoordinatorNotAvailable);
      } else {
        journal.take(change);
        done(ErrorCode::kNone);
      }
    }
  }
  // The connection to the store is lost: some of what was under way is kept, and nobody knows what. It is read again, which takes a while.
  void lose_replies() {
    auto lost = std::exchange(journal.under_way, {});
    for (const auto& [change, done] : lost)
      if (dice.one_in(2)) journal.take(change);
    if (rereads) coordinator->load_again(0, 0);
    reading = rereads;
    for (const auto& [change, done] : lost) done(ErrorCode::kRequestTimedOut);
    ++losses;
  }
  // What whoever reads the store now would be.
  std::unique_ptr<Coordinator> as_stored() {
    auto other = std::make_unique<Coordinator>(settings, nothing_, random, nowhere_);
    other->advance({now_ms, kWall + now_ms});
    other->on_image(image);
    other->begin_loading(0, 0);
    load(*other);
    return other;
  }
  // Offset and epochs, members, and who has what; nothing: it is not all stored.
  static std::optional<std::string> story(Coordinator& coordinator, bool with_members) {
    auto story = std::make_shared<std::string>();
    OffsetFetchRequest request;
    request.group = "g";
    request.topics.emplace().push_back({"t", {}, {0}});
    coordinator.fetch(request, [story](const OffsetFetchReply& reply) {
      *story = std::string(wire::error_name(reply.error));
      if (reply.error == ErrorCode::kNone) *story += " " + std::to_string(reply.topics.at(0).partitions.at(0).offset);
    });
    if (!with_members) return *story;
    auto answered = std::make_shared<bool>(false);
    coordinator.consumer_describe({"g"}, [story, answered](const ConsumerDescribeReply& told) {
      *answered = true;
      if (told.group_epoch == 0) return;  // no such group, or one of which nothing was ever stored
      *story += " " + told.state + " " + std::to_string(told.group_epoch) + "/" + std::to_string(told.assignment_epoch);
      for (const auto& member : told.members) {
        *story += "; " + member.id + " in " + std::to_string(member.epoch);
        for (const auto* topics : {&member.assignment, &member.target}) {
          *story += topics == &member.target ? " shall have" : " has";
          for (const auto& topic : *topics)
            for (const std::int32_t partition : topic.partitions) *story += " " + topic.name + "-" + std::to_string(partition);
        }
      }
    });
    return *answered ? std::optional(*story) : std::nullopt;
  }
  // Assignors take a while, and sometimes fail.
  void run_some() {
    while (!background.jobs.empty() && (quiet || !dice.one_in(3))) {
      background.failure.reset();
      if (!quiet && dice.one_in(20)) background.failure = "no assignment today";
      background.run_one();
    }
  }

  // A topic comes, grows or goes.
  void change_topics() {
    catalog::ImageBuilder builder(*image);
    const std::string name = "t" + std::to_string(dice.roll(4));
    const catalog::Topic* there = image->topic(name);
    if (there == nullptr) {
      wire::TopicRecord record;
      record.name = name;
      record.topic_id = base::make_uuid(1, ++topics_made_);
      apply(builder, record);
      add_partitions(builder, record.topic_id, 0, 1 + static_cast<std::int32_t>(dice.roll(5)));
    } else if (dice.one_in(3)) {
      wire::RemoveTopicRecord record;
      record.topic_id = there->id;
      apply(builder, record);
    } else if (there->partition_count() < 12) {
      add_partitions(builder, there->id, there->partition_count(), 1);
    }
    image = builder.build();
    if (coordinator != nullptr) coordinator->on_image(image);
  }
  Held partitions_of(const std::set<std::string>& topics) const {
    Held all;
    for (const std::string& name : topics)
      if (const catalog::Topic* topic = image->topic(name))
        for (std::int32_t p = 0; p < topic->partition_count(); ++p) all.insert({topic->id, p});
    return all;
  }

  void gain(Owner& owner, const Held& more) {
    const bool counts = owner.may_count_on_it();  // else it takes what it was given before it was given up
    for (const Partition& partition : more) {
      if (!counts || image->topic(partition.first) == nullptr) continue;  // it is gone, and nobody reads it
      for (const Owner* other : owners)
        if (other != &owner && other->held.contains(partition) && other->may_count_on_it()) wrong("two owners");
    }
    owner.held.insert(more.begin(), more.end());
  }
  void wrong(const std::string& what) { found.insert(what + " at " + std::to_string(now_ms)); }

  Dice dice;
  GroupSettings settings;
  FakeJournal journal;
  CountingRandom random;
  FakeBackground background;
  std::shared_ptr<const catalog::Image> image = catalog::ImageBuilder().build();
  std::unique_ptr<Coordinator> coordinator;
  std::vector<Owner*> owners;
  std::set<std::string> found;
  std::int64_t now_ms = 1'000;
  std::int64_t offset = 0;  // committed last
  std::int64_t acknowledged = -1;
  bool quiet = false;    // nothing goes wrong any more
  bool forgets = false;  // the control: a store that says what is not so
  bool rereads = true;   // the other control: what is stored is guessed
  bool reading = false;  // the store tells again what it has
  int losses = 0;

 private:
  void load() {
    load(*coordinator);
    reading = false;
  }
  void load(Coordinator& to) const {
    for (const auto& [key, offset] : journal.offsets) to.load_offset(0, key.first, offset);
    for (const auto& [key, value] : journal.records) to.load_record(0, key, value);
    to.finish_loading(0);
  }
  static constexpr std::int64_t kWall = 1'700'000'000'000;

  void tell_time() { coordinator->advance({now_ms, kWall + now_ms}); }
  template <class M>
  static void apply(catalog::ImageBuilder& builder, const M& message) {
    catalog::FramedRecords records;
    records.add(message, 0);
    EXPECT_TRUE(builder.apply(records[0]).ok());
  }
  static void add_partitions(catalog::ImageBuilder& builder, const Uuid& topic, std::int32_t from, std::int32_t count) {
    for (std::int32_t i = from; i < from + count; ++i) {
      wire::PartitionRecord record;
      const std::int32_t replicas[] = {1};
      record.topic_id = topic;
      record.partition_id = i;
      record.replicas = record.isr = replicas;
      record.leader = 1;
      apply(builder, record);
    }
  }

  FakeJournal nothing_;
  FakeBackground nowhere_;
  std::int32_t epoch_ = 0;
  std::uint64_t topics_made_ = 0;
};

}  // namespace barnabas::group::sim
