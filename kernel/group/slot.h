// One group id: its offsets, its history, and the group of whatever kind that has it now. Kinds share one name space: a Slot outlives the
// conversion of its group into another kind.
//
// One thread, that of the coordinator.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "kernel/group/context.h"
#include "kernel/group/group.h"
#include "kernel/group/history.h"
#include "kernel/group/journal.h"
#include "kernel/group/offset_table.h"

namespace barnabas::group {

// What members hear when a write has ended like this.
ErrorCode told_of(ErrorCode error);

class Slot : public std::enable_shared_from_this<Slot> {
 public:
  // `slot` is null when the home was resigned or the group deleted meanwhile.
  using Done = std::function<void(ErrorCode error, Slot* slot)>;

  Slot(std::shared_ptr<Context> context, std::string id, std::int32_t home, std::int32_t epoch);

  Context& context() { return *context_; }
  const std::string& id() const { return id_; }

  // Fills in whose change it is. `done` is not called once the coordinator is gone.
  void write(GroupChange change, Done done);
  // One after another; `done` comes when all have ended, with the first error. What is behind one that failed may be stored all the same.
  void write_all(std::vector<GroupChange> changes, const Done& done);
  // Offsets and then records are forgotten, in as many writes as the store needs; what of the offsets is forgotten is gone at once.
  void forget(const std::vector<StoredOffsetKey>& forgotten, std::vector<StoredRecord> tombstones, const Done& done);
  void forget_topics(const std::vector<std::string>& names);
  // What the group's store takes in one write; 0: no limit.
  std::uint64_t max_write_bytes() const { return context_->journal.max_write_bytes(id_); }
  // Whether that is enough. Of a record that is too large an operator is told.
  bool takes(std::uint64_t bytes) const;
  bool takes(const StoredRecord& record) const;
  bool writing() const { return writes_ > 0; }
  // The group became one of another kind: this record of what it was is forgotten by whatever is written next, until that succeeds.
  void forget_with_next(std::string key) { outdated_.insert(std::move(key)); }
  bool has_outdated() const { return !outdated_.empty(); }
  // The group is another object from now on; the present one is kept until the turn ends.
  void replace(std::unique_ptr<Group> by);

  // A move holds back what is written from now on, and is told when nothing is under way any more.
  void hold(std::function<void()> drained);
  // Nothing waits any more: what waited is answered with COORDINATOR_NOT_AVAILABLE, as is what comes, until release().
  void refuse();
  // What waited is written now, in its order.
  void release();
  // Nothing is written from now on: who waits, and who comes, is answered with NOT_COORDINATOR.
  void resign();
  bool is_held() const { return gate_ == Gate::kHeld || gate_ == Gate::kRefusing; }
  // Past the hold, into this store.
  void write_to(Stores& stores, std::size_t store, GroupChange change, std::function<void(ErrorCode)> done);

  // The group's records as they are stored; kept only where a move may want them.
  const std::map<std::string, std::string>& stored() const { return stored_; }
  void load_stored(std::string key, std::string value);
  std::int32_t home() const { return home_; }
  std::int32_t epoch() const { return epoch_; }
  const std::shared_ptr<Context>& shared_context() const { return context_; }

  // A cause of the next rebalance, at the present time.
  void note(Cause cause, std::size_t members);

  std::unique_ptr<Group> group;  // never null once the slot is loaded
  OffsetTable offsets;
  History history;
  bool dead = false;  // it is being deleted: COORDINATOR_NOT_AVAILABLE until it is known whether it is

 private:
  struct Held {
    GroupChange change;
    Done done;
  };
  enum class Gate : std::uint8_t { kOpen, kHeld, kRefusing, kResigned };

  void claim(GroupChange& change) const;
  std::vector<std::string> carry_outdated(GroupChange& change);
  void send(GroupChange change, Done done);
  void finish(std::vector<Held> held, ErrorCode error);
  void finish_one(Done done, ErrorCode error);
  bool keeps_stored() const { return context_->stores != nullptr && context_->stores->count() > 1; }
  void take_stored(const std::vector<StoredRecord>& records);

  const std::shared_ptr<Context> context_;
  const std::string id_;
  const std::int32_t home_;
  const std::int32_t epoch_;
  std::set<std::string> outdated_;  // keys
  int writes_ = 0;
  int sent_ = 0;  // of those, to the journal
  Gate gate_ = Gate::kOpen;
  std::vector<Held> held_;
  std::function<void()> drained_;
  std::map<std::string, std::string> stored_;
};

}  // namespace barnabas::group
