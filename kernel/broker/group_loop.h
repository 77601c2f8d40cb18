// The group coordinator of one loop: its state machine, the stores it writes to, its clock, and the homes it leads.
//
// Partition h of __consumer_offsets is a home; its groups live on loop h mod loop count of the broker that leads it. Every new view of the
// metadata may begin and end leaderships: a home that is led from now on is loaded from each store, tried again until that succeeds; until
// a store has told its groups these are answered with COORDINATOR_LOAD_IN_PROGRESS, the others are served. A group whose store the
// deployment has no more is answered with COORDINATOR_NOT_AVAILABLE until the store is there again. Everything on the loop.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "kernel/broker/group_background.h"
#include "kernel/broker/internal_topic.h"
#include "kernel/broker/offset_stores.h"
#include "kernel/group/coordinator.h"

namespace barnabas::broker {

class LocalTopics;

class GroupLoop final : private group::Journal {
 public:
  // The shard outlives it.
  GroupLoop(Shard& shard, group::GroupSettings settings, sdk::Durability durability);
  ~GroupLoop() override;

  base::Loop& loop() { return shard_.loop; }  // [any thread]
  // Before start().
  OffsetStores& stores() { return stores_; }
  InternalTopic& internal_topic() { return internal_topic_; }
  GroupBackground& background() { return background_; }

  // From then on views count. The first failure of a store is the outcome.
  void start(std::function<void(Status)> started);
  // Nobody is coordinated any more; what is being written ends first.
  void stop(std::function<void()> stopped);
  // The shard has a new view.
  void on_view();

  // Runs `ask` with the coordinator at the present time.
  template <class Ask>
  void enter(Ask&& ask) {
    advance();
    ask(*coordinator_);
    arm();
  }

 private:
  // What one store has of a home.
  struct Part {
    enum class State : std::uint8_t { kLoading, kLoaded, kFailed };

    State state = State::kLoading;
    std::uint64_t attempt = 0;  // of the loading under way
  };
  struct Home {
    std::int32_t epoch = -1;
    std::vector<Part> parts;  // one a store
  };
  class Load;
  class Mover;

  std::uint64_t max_write_bytes(std::string_view group) override;
  void too_large(std::string_view group, std::uint64_t bytes) override;
  void write(group::GroupChange change, std::function<void(group::ErrorCode)> done) override;
  void make_coordinator();
  void advance();
  void arm();
  void take_over(std::int32_t home, std::int32_t epoch);
  void load(std::int32_t home, std::size_t store);
  void read_again(std::int32_t home, std::int32_t epoch, std::size_t store);
  void loaded(std::int32_t home, std::size_t store, std::uint64_t attempt, const Status& status);
  void resign(std::int32_t home);
  void resign_all();
  void retry();
  void forget_topics(const catalog::Image& earlier);
  void warn_of_lost_stores() const;
  void warn_of_one_place(std::size_t store);
  std::map<std::int32_t, std::int32_t> led_homes() const;

  Shard& shard_;
  group::GroupSettings settings_;
  OffsetStores stores_;
  InternalTopic internal_topic_;
  GroupBackground background_;
  // The last one is in office; the others had another count of homes, and may still be told of their writes.
  std::vector<std::unique_ptr<group::Coordinator>> coordinators_;
  group::Coordinator* coordinator_ = nullptr;
  std::map<std::int32_t, Home> homes_;
  std::shared_ptr<const catalog::Image> seen_;  // by the last on_view()
  std::shared_ptr<const LocalTopics> seen_topics_;
  std::unique_ptr<Mover> mover_;
  std::uint64_t attempts_ = 0;
  std::set<std::size_t> away_;                         // stores whose absence was said
  std::set<std::string, std::less<>> said_too_large_;  // groups, for a while
  std::int64_t said_since_ns_ = 0;
  std::int64_t armed_ms_ = 0;
  bool said_one_place_ = false;
  bool running_ = false;
  base::Timer deadline_;
  base::Timer retry_;
};

// Partitions that __consumer_offsets has, or will have.
std::int32_t home_count(const Shard& shard);

}  // namespace barnabas::broker
