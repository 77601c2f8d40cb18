#include "kernel/group/move/move.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "kernel/group/move/move_content.h"

namespace barnabas::group {
namespace {

constexpr std::int32_t kUsualTimeoutMs = 30'000;
constexpr std::int32_t kLongestTimeoutMs = 300'000;
constexpr std::int64_t kAskAgainMs = 500;

// Clients try again what is not known to be done, and that is right here: until the choice nothing counts.
ErrorCode retriable(ErrorCode error) { return error == ErrorCode::kRequestTimedOut ? ErrorCode::kCoordinatorNotAvailable : error; }

std::string_view reason(ErrorCode error) {
  switch (error) {
    case ErrorCode::kNotCoordinator:
      return "the coordinator of the group is another one by now";
    case ErrorCode::kInvalidCommitOffsetSize:
      return "something of the group is larger than it takes";
    case ErrorCode::kRequestTimedOut:
      return "it did not answer";
    case ErrorCode::kCoordinatorNotAvailable:
      return "it is away or refuses for now";
    default:
      return wire::error_name(error);
  }
}

}  // namespace

Move::Move(std::shared_ptr<Slot> slot, Stores& stores, std::size_t from, std::size_t to, MoveRequest request, Around around, Reply reply)
    : slot_(std::move(slot)),
      stores_(stores),
      from_(from),
      to_(to),
      request_(std::move(request)),
      around_(std::move(around)),
      reply_(std::move(reply)),
      deadline_(slot_->context().deadlines, *this),
      again_(slot_->context().deadlines, *this) {
  told_.from = stores_.name(from_);
  told_.to = stores_.name(to_);
  told_.from_durability = stores_.abilities(from_).durability;
  told_.to_durability = stores_.abilities(to_).durability;
}

Move::~Move() = default;

void Move::start() {
  const std::int32_t timeout = request_.timeout_ms > 0 ? std::min(request_.timeout_ms, kLongestTimeoutMs) : kUsualTimeoutMs;
  deadline_.set(slot_->context().now.steady_ms + timeout);
  if (request_.validate_only) return probe();
  slot_->hold([weak = weak_from_this()] {
    if (const auto move = weak.lock(); move != nullptr && move->step_ == Step::kHold) move->copy();
  });
}

// Forgets in the target what nobody has: that shows whether the store answers and takes writes of this epoch.
void Move::probe() {
  step_ = Step::kCopy;
  const MoveContent content = content_of(*slot_, {}, 0);
  told_.offsets = content.offsets;
  told_.records = content.records;
  told_.bytes = content.bytes;
  changes_ = {change_of_nothing()};
  send(to_, Step::kCopy, [this](ErrorCode error) {
    answer(retriable(error), error == ErrorCode::kNone ? "" : fmt::format("offsets '{}': {}.", told_.to, reason(error)));
    end();
  });
}

void Move::copy() {
  if (!around_.is_there()) return fail(ErrorCode::kGroupIdNotFound, "The group was deleted.");
  step_ = Step::kCopy;
  MoveContent content = content_of(*slot_, around_.strays(to_), stores_.abilities(to_).max_write_bytes);
  told_.offsets = content.offsets;
  told_.records = content.records;
  told_.bytes = content.bytes;
  changes_ = std::move(content.changes);
  // Whatever comes of them: from now on they may be there.
  note_strays(to_);
  send(to_, Step::kCopy, [this](ErrorCode error) {
    if (error == ErrorCode::kNone) return choose();
    fail(retriable(error), fmt::format("offsets '{}': {}.", told_.to, reason(error)));
  });
}

void Move::send(std::size_t store, Step step, const std::function<void(ErrorCode)>& done) {
  next_ = 0;
  sent(store, step, done);
}

void Move::sent(std::size_t store, Step step, const std::function<void(ErrorCode)>& done) {
  if (next_ == changes_.size()) return done(ErrorCode::kNone);
  GroupChange change = changes_[next_++];
  slot_->write_to(stores_, store, std::move(change), [weak = weak_from_this(), store, step, done](ErrorCode error) {
    const auto move = weak.lock();
    if (move == nullptr || move->step_ != step) return;
    if (error != ErrorCode::kNone) return done(error);
    move->sent(store, step, done);
  });
}

void Move::choose() {
  step_ = Step::kChoose;
  stores_.choose(slot_->id(), slot_->home(), slot_->epoch(), to_,
                 [weak = weak_from_this(), shared = std::weak_ptr(slot_->shared_context())](ErrorCode error, const std::string& message) {
                   const auto context = shared.lock();
                   if (context == nullptr || context->closed) return;
                   const Turn turn(context);
                   if (const auto move = weak.lock(); move != nullptr && move->step_ == Step::kChoose) move->chosen(error, message);
                 });
}

void Move::chosen(ErrorCode error, const std::string& message) {
  // Until this broker hears of what was noted, its writes go where they went.
  const bool is_noted = error == ErrorCode::kNone;
  if (is_noted && stores_.store_of(slot_->id()) == to_) return forget();
  in_doubt_ = in_doubt_ || is_noted || error == ErrorCode::kRequestTimedOut;
  if (!in_doubt_) return fail(error == ErrorCode::kNotController ? ErrorCode::kCoordinatorNotAvailable : error, message);
  // An earlier try may have been noted, whatever this one says: only a success tells.
  again_.set(slot_->context().now.steady_ms + kAskAgainMs);
}

void Move::forget() {
  step_ = Step::kForget;
  again_.clear();
  around_.strays(to_) = {};
  Strays& strays = around_.strays(from_);
  add_keys(content_of(*slot_, {}, 0).changes, strays);
  changes_ = forgetting(strays, stores_.abilities(from_).max_write_bytes);
  slot_->release();
  send(from_, Step::kForget, [this](ErrorCode error) {
    // What could not be forgotten counts no more; the next move back will see to it.
    if (error == ErrorCode::kNone) around_.strays(from_) = {};
    answer(ErrorCode::kNone,
           error == ErrorCode::kNone
               ? ""
               : fmt::format("offsets '{}' did not forget the group: {}. What it has counts no more.", told_.from, reason(error)));
    end();
  });
}

void Move::note_strays(std::size_t store) { add_keys(changes_, around_.strays(store)); }

void Move::on_alarm(Alarm& alarm) {
  const auto keep = shared_from_this();
  if (&alarm == &again_) return choose();
  switch (step_) {
    case Step::kHold:
      return fail(ErrorCode::kCoordinatorNotAvailable,
                  fmt::format("offsets '{}' did not end what was being written within the timeout.", told_.from));
    case Step::kCopy:
      return fail(ErrorCode::kCoordinatorNotAvailable, fmt::format("offsets '{}' did not take the copy within the timeout.", told_.to));
    case Step::kChoose:
      // It cannot be taken back, and neither store may be written until it is known.
      slot_->refuse();
      return answer(ErrorCode::kRequestTimedOut,
                    "The controller did not answer within the timeout: the group is written again when it has.");
    case Step::kForget:
      return answer(ErrorCode::kNone, fmt::format("offsets '{}' is still forgetting the group. What it has counts no more.", told_.from));
    case Step::kEnded:
      return;
  }
}

void Move::fail(ErrorCode error, std::string why) {
  slot_->release();
  answer(error, fmt::format("{} Nothing was moved.", why));
  end();
}

void Move::answer(ErrorCode error, std::string message) {
  if (!reply_) return;
  told_.error = error;
  told_.message = std::move(message);
  slot_->context().answer(std::exchange(reply_, nullptr), told_);
}

void Move::resign() {
  answer(ErrorCode::kNotCoordinator, step_ == Step::kChoose
                                         ? "The coordinator of the group is another one by now: it knows whether the group was moved."
                                         : "The coordinator of the group is another one by now.");
  step_ = Step::kEnded;
  deadline_.clear();
  again_.clear();
}

bool Move::give_up() {
  if (step_ != Step::kHold) return false;
  answer(ErrorCode::kCoordinatorNotAvailable,
         fmt::format("offsets '{}': whether a write was kept is not known, and it is read again. Nothing was moved.", told_.from));
  step_ = Step::kEnded;
  deadline_.clear();
  again_.clear();
  return true;
}

void Move::end() {
  step_ = Step::kEnded;
  deadline_.clear();
  again_.clear();
  around_.ended();
}

}  // namespace barnabas::group
