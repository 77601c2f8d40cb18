// Moving a group from one offset store into another: what is refused at once, and the moves that are under way.
#include <fmt/format.h>

#include <optional>
#include <utility>

#include "kernel/group/coordinator_state.h"

namespace barnabas::group {
namespace {

struct Refusal {
  ErrorCode error;
  std::string message;
};

std::string names_of(const Stores& stores) {
  std::string names;
  for (const std::string_view name : stores.names()) names += fmt::format("{}'{}'", names.empty() ? "" : ", ", name);
  return names;
}

// The two stores, or why the group cannot be moved between any.
std::optional<Refusal> check_stores(const Stores& stores, const MoveRequest& request, std::size_t& from, std::size_t& to) {
  to = stores.find(request.to);
  if (to == stores.count())
    return Refusal{ErrorCode::kResourceNotFound,
                   fmt::format("There is no offset store '{}' in this deployment: there is {}.", request.to, names_of(stores))};
  from = stores.store_of(request.group);
  if (from == stores.count())
    return Refusal{ErrorCode::kCoordinatorNotAvailable,
                   "The offset store of the group is not in this deployment: it must be there again first."};
  if (from == to && stores.name(from) == request.to)
    return Refusal{ErrorCode::kInvalidRequest, fmt::format("The group is in '{}' already.", request.to)};
  // A copy onto itself would be forgotten with what it was copied from.
  if (stores.same_place(from, to))
    return Refusal{ErrorCode::kInvalidRequest,
                   fmt::format("'{}' and '{}' are one place: there is nothing to move.", stores.name(from), request.to)};
  return std::nullopt;
}

}  // namespace

void Coordinator::allow_moves(Stores& stores) { state_->context->stores = &stores; }

void Coordinator::load_stray_offset(std::int32_t home, std::size_t store, std::string_view group, StoredOffsetKey key) {
  const auto found = state_->homes.find(home);
  if (found != state_->homes.end()) found->second.strays[std::string(group)][store].offsets.insert(std::move(key));
}

void Coordinator::load_stray_record(std::int32_t home, std::size_t store, std::string_view group, std::string_view key) {
  const auto found = state_->homes.find(home);
  if (found != state_->homes.end()) found->second.strays[std::string(group)][store].records.emplace(key);
}

void Coordinator::move(MoveRequest request, Reply<MoveReply> reply) {
  const Turn turn(state_->context);
  State::Found found = state_->find(request.group);
  MoveReply refusal;
  refusal.to = request.to;
  const auto refuse = [&](ErrorCode error, std::string message) {
    refusal.error = error;
    refusal.message = std::move(message);
    state_->context->answer(std::move(reply), std::move(refusal));
  };
  if (request.group.empty()) return refuse(ErrorCode::kInvalidGroupId, "A group has a name.");
  Stores* stores = state_->context->stores;
  if (stores == nullptr) return refuse(ErrorCode::kInvalidRequest, "This coordinator has one offset store.");
  std::size_t from = 0;
  std::size_t to = 0;
  auto problem = check_stores(*stores, request, from, to);
  if (found.error != ErrorCode::kNone && (!problem || found.error != ErrorCode::kCoordinatorNotAvailable))
    return refuse(found.error, found.error == ErrorCode::kCoordinatorLoadInProgress ? "The coordinator is loading: try again."
                                                                                    : "This broker does not coordinate the group.");
  if (problem) return refuse(problem->error, std::move(problem->message));
  if (found.slot == nullptr) return refuse(ErrorCode::kGroupIdNotFound, fmt::format("Group {} not found.", request.group));
  if (!stores->is_loaded(to, found.number))
    return refuse(ErrorCode::kCoordinatorNotAvailable, fmt::format("offsets '{}': it is away or still tells its groups.", request.to));
  if (found.slot->dead) return refuse(ErrorCode::kCoordinatorNotAvailable, "The group is being deleted.");
  if (found.home->moves.contains(request.group))
    return refuse(ErrorCode::kCoordinatorNotAvailable, "A move of the group is under way already: try again.");
  state_->begin_move(found, *stores, from, to, std::move(request), std::move(reply));
}

void Coordinator::State::begin_move(Found& found, Stores& stores, std::size_t from, std::size_t to, MoveRequest request,
                                    std::function<void(MoveReply)> reply) {
  const std::string group = request.group;
  const auto home_of = [this, number = found.number]() -> Home* {
    const auto home = homes.find(number);
    return home == homes.end() ? nullptr : &home->second;
  };
  // All of these are called while the home is there: its end ends the move first.
  Move::Around around;
  around.is_there = [home_of, group, slot = std::weak_ptr(found.slot)] {
    const auto there = home_of()->slots.find(group);
    return there != home_of()->slots.end() && there->second == slot.lock();
  };
  around.strays = [home_of, group](std::size_t store) -> Strays& { return home_of()->strays[group][store]; };
  around.ended = [home_of, group] {
    Home& home = *home_of();
    home.moves.erase(group);
    const auto strays = home.strays.find(group);
    if (strays == home.strays.end()) return;
    std::erase_if(strays->second, [](const auto& of_store) { return of_store.second.empty(); });
    if (strays->second.empty()) home.strays.erase(strays);
  };
  const auto move = std::make_shared<Move>(found.slot, stores, from, to, std::move(request), std::move(around), std::move(reply));
  found.home->moves[group] = move;
  move->start();
}

}  // namespace barnabas::group
