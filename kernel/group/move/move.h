// The move of one group from one offset store into another, while its members go on.
//
//   hold    new writes of the group wait; those under way end
//   copy    what is stored of the group, offsets and records, goes into the target under the home's epoch, in as many writes as it takes
//   choose  the cluster's metadata says where the group is: the point from which the target counts
//   forget  the writes that waited go to the target, and the old store forgets the group
//
// Until it is chosen the old store counts, and a move that fails lets the waiting writes go there; what has come into the target by then is
// known as stray and forgotten by the next try, before the target counts. Only when it is not known whether the choice was noted can
// neither be written: the writes are refused, and it is asked again until it is known. Part of the coordinator. One thread.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "kernel/group/context.h"
#include "kernel/group/slot.h"
#include "kernel/group/stores.h"

namespace barnabas::group {

// What a store has of a group whose writes go to another one.
struct Strays {
  std::set<StoredOffsetKey> offsets;
  std::set<std::string> records;  // keys

  bool empty() const { return offsets.empty() && records.empty(); }
};

class Move final : private Alarm::Owner, public std::enable_shared_from_this<Move> {
 public:
  using Reply = std::function<void(MoveReply)>;
  // What the home knows besides the group. All outlive the move.
  struct Around {
    std::function<bool()> is_there;  // the group was not deleted meanwhile
    std::function<Strays&(std::size_t store)> strays;
    std::function<void()> ended;  // the move is over and may be destroyed, by whoever calls last
  };

  // REQUIRES: `from` and `to` are two stores.
  Move(std::shared_ptr<Slot> slot, Stores& stores, std::size_t from, std::size_t to, MoveRequest request, Around around, Reply reply);
  ~Move();

  void start();
  // The home is led by somebody else: whoever waits is told.
  void resign();
  // All of the group is in memory and stored, and stays so: nothing is written until the move ends.
  bool holds_all() const { return !request_.validate_only && (step_ == Step::kCopy || step_ == Step::kChoose); }
  // What is stored of the group is not known any more. False: that is nothing to this move, which goes on.
  bool give_up();

 private:
  enum class Step { kHold, kCopy, kChoose, kForget, kEnded };

  void on_alarm(Alarm& alarm) override;
  void probe();
  void copy();
  void choose();
  void chosen(ErrorCode error, const std::string& message);
  void forget();
  // Sends `changes` one after another, as long as they succeed and `step` lasts.
  void send(std::size_t store, Step step, const std::function<void(ErrorCode)>& done);
  void sent(std::size_t store, Step step, const std::function<void(ErrorCode)>& done);
  void note_strays(std::size_t store);
  void fail(ErrorCode error, std::string why);
  void answer(ErrorCode error, std::string message);
  void end();

  const std::shared_ptr<Slot> slot_;
  Stores& stores_;
  const std::size_t from_;
  const std::size_t to_;
  const MoveRequest request_;
  const Around around_;
  Reply reply_;
  MoveReply told_;
  Step step_ = Step::kHold;
  std::vector<GroupChange> changes_;  // those that go to a store one after another
  std::size_t next_ = 0;
  bool in_doubt_ = false;  // it is not known whether the choice was noted
  Alarm deadline_;
  Alarm again_;
};

}  // namespace barnabas::group
