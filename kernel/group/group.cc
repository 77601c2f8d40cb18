#include "kernel/group/group.h"

#include <utility>

namespace barnabas::group {

Slot::Slot(std::shared_ptr<Context> context, std::string id, std::int32_t home, std::int32_t epoch)
    : context_(std::move(context)), id_(std::move(id)), home_(home), epoch_(epoch) {}

void Slot::write(GroupChange change, Done done) {
  change.group = id_;
  change.home = home_;
  change.epoch = epoch_;
  change.wall_ms = context_->now.wall_ms;
  ++writes_;
  context_->journal.write(std::move(change),
                          [weak = weak_from_this(), shared = std::weak_ptr(context_), done = std::move(done)](ErrorCode error) {
                            const std::shared_ptr<Context> context = shared.lock();
                            if (context == nullptr || context->closed) return;
                            const Turn turn(context);
                            const std::shared_ptr<Slot> slot = weak.lock();
                            if (slot != nullptr) --slot->writes_;
                            done(error, slot.get());
                          });
}

void Slot::note(Cause cause, std::size_t members) {
  cause.wall_ms = context_->now.wall_ms;
  history.add(std::move(cause), members);
}

}  // namespace barnabas::group
