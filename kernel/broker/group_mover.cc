#include "kernel/broker/group_mover.h"

#include <fmt/format.h>

#include <map>

#include "kernel/broker/broker.h"
#include "kernel/catalog/own_configs.h"

namespace barnabas::broker {
namespace {

using group::ErrorCode;

// What a refusal of the controller says about the choice: that it was not noted, or nothing.
ErrorCode error_of(ErrorCode error) {
  const bool is_known = error == ErrorCode::kNone || error == ErrorCode::kNotCoordinator || error == ErrorCode::kNotController;
  return is_known ? error : ErrorCode::kRequestTimedOut;
}

}  // namespace

ErrorCode GroupLoop::Mover::readiness(std::string_view group, std::int32_t home) const {
  const std::size_t store = loop_.stores_.index_of(group);
  if (store == loop_.stores_.size()) return ErrorCode::kCoordinatorNotAvailable;
  return is_loaded(store, home) ? ErrorCode::kNone : ErrorCode::kCoordinatorLoadInProgress;
}

bool GroupLoop::Mover::is_loaded(std::size_t store, std::int32_t home) const {
  const auto found = loop_.homes_.find(home);
  return found != loop_.homes_.end() && found->second.parts[store].state == Part::State::kLoaded;
}

void GroupLoop::Mover::write_to(std::size_t store, group::GroupChange change, std::function<void(ErrorCode)> done) {
  auto told = [&loop = loop_, done = std::move(done)](ErrorCode error) {
    loop.advance();
    done(error);
    loop.arm();
  };
  // The store may be being read again since the move began, and takes no writes then.
  if (!is_loaded(store, change.home))
    return base::post(loop_.loop(), [told = std::move(told)] { told(ErrorCode::kCoordinatorNotAvailable); });
  loop_.stores_.write_to(store, change, std::move(told));
}

void GroupLoop::Mover::choose(std::string_view group, std::int32_t home, std::int32_t epoch, std::size_t store,
                              std::function<void(ErrorCode, std::string)> done) {
  Broker& broker = loop_.shard_.broker;
  controller::ChooseOffsetStoreRequest request{std::string(group), std::string(loop_.stores_.name(store)), home, epoch};
  // Every loop has the image with the choice by then, if this node has heard of it: the move looks whether its writes follow it.
  auto reply = [&broker, &loop = loop_, done = std::move(done)](controller::ChooseOffsetStoreReply answer) {
    broker.when_published([&loop, done, answer = std::move(answer)] {
      base::post(loop.loop(), [&loop, done, answer] {
        loop.advance();
        done(error_of(answer.error), answer.message);
        loop.arm();
      });
    });
  };
  base::post(broker.controller_loop(), [&broker, request = std::move(request), reply = std::move(reply)]() mutable {
    broker.channel.choose_offset_store(std::move(request), std::move(reply));
  });
}

void GroupLoop::warn_of_lost_stores() const {
  if (shard_.loop.index() != 0) return;  // each loop would say the same
  std::map<std::string, std::size_t> lost;
  shard_.view.image->each_configured([&](catalog::ResourceType type, std::string_view, const catalog::Configs& configs) {
    if (type != catalog::ResourceType::kGroup) return;
    const auto moved = configs.find(catalog::kOffsetStoreConfig);
    if (moved != configs.end() && stores_.find(moved->second) == stores_.size()) ++lost[moved->second];
  });
  for (const auto& [store, groups] : lost)
    shard_.broker.env.log(sdk::LogLevel::kError,
                          fmt::format("{} group{} moved to offsets '{}', which this deployment does not name: they are answered with "
                                      "COORDINATOR_NOT_AVAILABLE until it is there again",
                                      groups, groups == 1 ? " was" : "s were", store));
}

}  // namespace barnabas::broker
