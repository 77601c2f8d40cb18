#include "kernel/group/slot.h"

#include <algorithm>
#include <utility>

#include "kernel/group/cutter.h"

namespace barnabas::group {
namespace {

// Writes that wait for the end of a move. Clients wait for each before they send the next, so this many are not meant to wait.
constexpr std::size_t kMostHeld = 1000;
constexpr std::size_t kMostCarried = 1000;
constexpr std::uint64_t kMostCarriedBytes = 64 << 10;
// What belongs to a key besides names.
constexpr std::uint64_t kKeyBytes = 64;

// For so many writes: told once, with the first error.
Slot::Done last_of(std::size_t count, const Slot::Done& done) {
  struct Outcome {
    std::size_t left = 0;
    ErrorCode first_error = ErrorCode::kNone;
  };
  return [outcome = std::make_shared<Outcome>(Outcome{count}), done](ErrorCode error, Slot* slot) {
    if (outcome->first_error == ErrorCode::kNone) outcome->first_error = error;
    if (--outcome->left == 0) done(outcome->first_error, slot);
  };
}

}  // namespace

Slot::Slot(std::shared_ptr<Context> context, std::string id, std::int32_t home, std::int32_t epoch)
    : context_(std::move(context)), id_(std::move(id)), home_(home), epoch_(epoch) {}

ErrorCode told_of(ErrorCode error) {
  switch (error) {
    case ErrorCode::kNone:
    case ErrorCode::kNotCoordinator:
    case ErrorCode::kCoordinatorNotAvailable:
      return error;
    case ErrorCode::kRequestTimedOut:
      return ErrorCode::kCoordinatorNotAvailable;
    default:
      return ErrorCode::kUnknownServerError;  // it will not help to try again
  }
}

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
  if (std::ranges::any_of(change.records, &StoredRecord::unwritable)) return finish_one(std::move(done), ErrorCode::kUnknownServerError);
  if (gate_ == Gate::kOpen) return send(std::move(change), std::move(done));
  if (gate_ == Gate::kHeld && held_.size() < kMostHeld) return held_.push_back({std::move(change), std::move(done)});
  finish_one(std::move(done), gate_ == Gate::kResigned ? ErrorCode::kNotCoordinator : ErrorCode::kCoordinatorNotAvailable);
}

void Slot::write_all(std::vector<GroupChange> changes, const Done& done) {
  const Done each = last_of(changes.size(), done);
  for (GroupChange& change : changes) write(std::move(change), each);
}

void Slot::forget(const std::vector<StoredOffsetKey>& forgotten, std::vector<StoredRecord> tombstones, const Done& done) {
  Cutter cutter(max_write_bytes());
  for (const StoredOffsetKey& key : forgotten) cutter.forget(key);
  for (StoredRecord& record : tombstones) cutter.add(std::move(record));
  std::vector<GroupChange> changes = cutter.take();
  if (changes.empty()) changes.emplace_back();
  const Done each = last_of(changes.size(), done);
  for (GroupChange& change : changes) {
    std::vector<StoredOffsetKey> keys = change.forgotten;
    const std::uint64_t number = offsets.begin_forgetting();
    write(std::move(change), [number, keys = std::move(keys), each](ErrorCode error, Slot* slot) {
      if (slot != nullptr && error == ErrorCode::kNone) slot->offsets.forgotten(number, keys);
      each(error, slot);
    });
  }
}

void Slot::forget_topics(const std::vector<std::string>& names) {
  std::vector<StoredOffsetKey> forgotten;
  for (const std::string& name : names)
    for (StoredOffsetKey& key : offsets.keys_of(name)) forgotten.push_back(std::move(key));
  if (!forgotten.empty()) forget(forgotten, {}, [](ErrorCode, Slot*) {});
}

// Room for the key that a change of kind has to forget in the same write is left.
bool Slot::takes(std::uint64_t bytes) const {
  const std::uint64_t most = max_write_bytes();
  return most == 0 || bytes + id_.size() + kKeyBytes <= most;
}

bool Slot::takes(const StoredRecord& record) const {
  if (record.unwritable) return false;
  const bool fits = takes(bytes_of(record));
  if (!fits) context_->journal.too_large(id_, bytes_of(record));
  return fits;
}

void Slot::send(GroupChange change, Done done) {
  if (change.offsets.empty() && change.forgotten.empty() && change.records.empty()) {
    return finish_one(std::move(done), ErrorCode::kNone);
  }
  ++sent_;
  std::vector<StoredRecord> records;
  if (keeps_stored()) records = change.records;
  const std::uint64_t bytes = bytes_of(change);
  context_->journal.write(std::move(change), [weak = weak_from_this(), shared = std::weak_ptr(context_), records = std::move(records),
                                              id = id_, bytes, done = std::move(done)](ErrorCode error) {
    const std::shared_ptr<Context> context = shared.lock();
    if (context == nullptr || context->closed) return;
    if (error == ErrorCode::kInvalidCommitOffsetSize) context->journal.too_large(id, bytes);
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

void Slot::finish_one(Done done, ErrorCode error) {
  std::vector<Held> one(1);
  one[0].done = std::move(done);
  finish(std::move(one), error);
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
  // Not more than the store takes; the first key says of which kind the group is.
  std::uint64_t room = kMostCarriedBytes;
  if (const std::uint64_t most = max_write_bytes(); most != 0) room = std::min(room, most - std::min(most, bytes_of(change)));
  std::vector<std::string> carried;
  for (const std::string& key : outdated_) {
    if (carried.size() == kMostCarried || (!carried.empty() && key.size() + kKeyBytes > room)) break;
    room -= std::min<std::uint64_t>(room, key.size() + kKeyBytes);
    carried.push_back(key);
  }
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
