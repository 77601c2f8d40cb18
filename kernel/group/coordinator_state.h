// What a Coordinator holds: the homes of a loop and their groups. Part of coordinator.cc and its neighbours only. One thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>

#include "kernel/base/calendar.h"
#include "kernel/group/classic/classic_group.h"
#include "kernel/group/consumer/consumer_group.h"
#include "kernel/group/context.h"
#include "kernel/group/coordinator.h"
#include "kernel/group/home.h"
#include "kernel/group/move/move.h"
#include "kernel/group/slot.h"

namespace barnabas::group {

class Coordinator::State final : private Alarm::Owner {
 public:
  using Slots = std::unordered_map<std::string, std::shared_ptr<Slot>>;
  // What one store has told so far.
  struct Arriving {
    Slots slots;
    std::unordered_map<std::string, std::vector<StoredRecord>> told;  // records, where groups may be moved
    std::vector<std::string> deleted_topics;                          // since it began to tell
  };
  struct Home {
    std::int32_t epoch = -1;
    bool loading = true;           // no store has told everything
    std::set<std::size_t> loaded;  // stores that have
    std::map<std::size_t, Arriving> arriving;
    Slots slots;
    std::unordered_map<std::string, std::map<std::size_t, Strays>> strays;  // by group and store
    std::unordered_map<std::string, std::shared_ptr<Move>> moves;           // by group
  };
  struct Found {
    ErrorCode error = ErrorCode::kNone;
    Home* home = nullptr;
    std::int32_t number = -1;
    std::shared_ptr<Slot> slot;  // null: no such group
    // Null also for a group of another kind.
    ClassicGroup* classic() const {
      return slot == nullptr || slot->group->kind() != GroupKind::kClassic ? nullptr : static_cast<ClassicGroup*>(slot->group.get());
    }
    ConsumerGroup* consumer() const {
      return slot == nullptr || slot->group->kind() != GroupKind::kConsumer ? nullptr : static_cast<ConsumerGroup*>(slot->group.get());
    }
  };

  explicit State(std::shared_ptr<Context> shared);

  Found find(const std::string& group);
  // An empty classic group.
  void make(Found& found, const std::string& group);
  Slot& slot(std::int32_t number, const Home& home, Slots& slots, const std::string& group);
  // Where what `store` tells of the home goes; null: nobody wants to hear it.
  Arriving* arriving(std::int32_t home, std::size_t store);
  bool movable() const { return context->stores != nullptr && context->stores->count() > 1; }
  // Some store has not told its groups yet.
  bool is_partial(const Home& home) const { return home.loaded.size() < (movable() ? context->stores->count() : 1); }
  // What `store` has told of the home is not known any more.
  void unload(Home& home, std::size_t store);
  // Forgets the group durably, offsets and all; it is Dead meanwhile.
  void remove(std::int32_t home, Slot& slot, std::function<void(ErrorCode)> done);

  // REQUIRES: the group is there, and no move of it is under way.
  void begin_move(Found& found, Stores& stores, std::size_t from, std::size_t to, MoveRequest request,
                  std::function<void(MoveReply)> reply);

  // The group is another one from then on; what is stored of the former is forgotten with the next write.
  void make_classic(Slot& slot, ConsumerGroup& consumer);
  // A classic group becomes a consumer group, or why not.
  std::optional<Refusal> upgrade(Slot& slot, ClassicGroup& classic, const ConsumerHeartbeatRequest& request);
  void load_classic(Slot& slot, StoredGroup stored);
  void load_consumer(Slot& slot, const ConsumerGroupKey& key, std::string_view value);

  const std::shared_ptr<Context> context;
  std::map<std::int32_t, Home> homes;
  base::Calendar calendar;
  std::int64_t deleting_ms = 0;  // now, for what may be old enough to go

 private:
  void look_for_expired_later();
  void on_alarm(Alarm& alarm) override;  // it is time to look for expired offsets
  void expire(std::int32_t home, Slot& slot);

  Alarm expiry_;
  const std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace barnabas::group
