#include "kernel/group/group.h"

#include <utility>

namespace barnabas::group {
namespace {

// Writes that wait for the end of a move. Clients wait for each before they send the next, so this many are not meant to wait.
constexpr std::size_t kMostHeld = 1000;
constexpr std::size_t kMostCarried = 1000;

}  // namespace

Slot::Slot(std::shared_ptr<Context> context, std::string id, std::int32_t home, std::int32_t epoch)
    : context_(std::move(context)), id_(std::move(id)), home_(home), epoch_(epoch) {}

void Slot::claim(GroupChange& change) const {
  change.group = id_;
  change.home = home_;
  change.epoch = epoch_;
  change.wall_ms = context_->now.wall_ms;
}

void Slot::write(GroupChange change, Done done) {
  claim(change);
  if (std::vector<std::string> carried = carry_outdated(change); !carried.empty()) {
    done = [carried = std::move(carried), done = std::move(done)](ErrorCode error, Slot* slot) {
      if (slot != nullptr && error == ErrorCode::kNone)
        for (const std::string& key : carried) slot->outdated_.erase(key);
      done(error, slot);
    };
  }
  ++writes_;
  if (gate_ == Gate::kOpen) return send(std::move(change), std::move(done));
  if (gate_ == Gate::kHeld && held_.size() < kMostHeld) return held_.push_back({std::move(change), std::move(done)});
  std::vector<Held> one(1);
  one[0].done = std::move(done);
  finish(std::move(one), gate_ == Gate::kResigned ? ErrorCode::kNotCoordinator : ErrorCode::kCoordinatorNotAvailable);
}

void Slot::send(GroupChange change, Done done) {
  if (change.offsets.empty() && change.forgotten.empty() && change.records.empty()) {
    std::vector<Held> one(1);
    one[0].done = std::move(done);
    return finish(std::move(one), ErrorCode::kNone);
  }
  ++sent_;
  std::vector<StoredRecord> records;
  if (keeps_stored()) records = change.records;
  context_->journal.write(std::move(change), [weak = weak_from_this(), shared = std::weak_ptr(context_), records = std::move(records),
                                              done = std::move(done)](ErrorCode error) {
    const std::shared_ptr<Context> context = shared.lock();
    if (context == nullptr || context->closed) return;
    const Turn turn(context);
    std::shared_ptr<Slot> slot = weak.lock();
    if (slot != nullptr && slot->gate_ == Gate::kResigned) slot.reset();  // a move still has it
    if (slot != nullptr) {
      --slot->writes_;
      --slot->sent_;
      if (error == ErrorCode::kNone) slot->take_stored(records);
    }
    done(error, slot.get());
    if (slot != nullptr && slot->sent_ == 0 && slot->drained_) std::exchange(slot->drained_, nullptr)();
  });
}

void Slot::hold(std::function<void()> drained) {
  gate_ = Gate::kHeld;
  if (sent_ == 0) return drained();
  drained_ = std::move(drained);
}

void Slot::refuse() {
  gate_ = Gate::kRefusing;
  finish(std::exchange(held_, {}), ErrorCode::kCoordinatorNotAvailable);
}

void Slot::finish(std::vector<Held> held, ErrorCode error) {
  const bool there = error != ErrorCode::kNotCoordinator;
  for (Held& one : held) {
    --writes_;
    context_->outbox.push_back([self = shared_from_this(), done = std::move(one.done), error, there] {
      const Turn turn(self->context_);
      done(error, there ? self.get() : nullptr);
    });
  }
}

void Slot::release() {
  gate_ = Gate::kOpen;
  drained_ = nullptr;
  for (Held& one : std::exchange(held_, {})) send(std::move(one.change), std::move(one.done));
}

void Slot::resign() {
  gate_ = Gate::kResigned;
  drained_ = nullptr;
  finish(std::exchange(held_, {}), ErrorCode::kNotCoordinator);
}

void Slot::write_to(Stores& stores, std::size_t store, GroupChange change, std::function<void(ErrorCode)> done) {
  claim(change);
  stores.write_to(store, std::move(change), [shared = std::weak_ptr(context_), done = std::move(done)](ErrorCode error) {
    const std::shared_ptr<Context> context = shared.lock();
    if (context == nullptr || context->closed) return;
    const Turn turn(context);
    done(error);
  });
}

void Slot::load_stored(std::string key, std::string value) {
  if (keeps_stored()) stored_.insert_or_assign(std::move(key), std::move(value));
}

void Slot::take_stored(const std::vector<StoredRecord>& records) {
  for (const StoredRecord& record : records) {
    if (record.value) {
      stored_.insert_or_assign(record.key, *record.value);
    } else {
      stored_.erase(record.key);
    }
  }
}

std::vector<std::string> Slot::carry_outdated(GroupChange& change) {
  if (outdated_.empty()) return {};
  for (const StoredRecord& record : change.records)
    if (record.value) outdated_.erase(record.key);  // it is of use again
  std::vector<std::string> carried;                 // not more than any store takes
  for (const std::string& key : outdated_)
    if (carried.push_back(key); carried.size() == kMostCarried) break;
  for (const std::string& key : carried) change.records.push_back({key, std::nullopt});
  return carried;
}

void Slot::replace(std::unique_ptr<Group> by) {
  context_->retired.push_back(std::move(group));
  group = std::move(by);
}

void Slot::note(Cause cause, std::size_t members) {
  cause.wall_ms = context_->now.wall_ms;
  history.add(std::move(cause), members);
}

}  // namespace barnabas::group
