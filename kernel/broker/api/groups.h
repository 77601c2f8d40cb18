// What the handlers of groups share: waiting for the answer of a coordinator, and texts that outlive the request.
#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "kernel/broker/api/answers.h"
#include "kernel/broker/api/handlers.h"
#include "kernel/broker/group_call.h"
#include "kernel/catalog/features.h"

namespace barnabas::broker {

inline std::string owned(sdk::Bytes octets) { return {reinterpret_cast<const char*>(octets.data), octets.size}; }
inline std::optional<std::string> owned(const wire::Nullable<std::string_view>& text) {
  return text.has_value() ? std::optional<std::string>(*text) : std::nullopt;
}
// Views of a reply, which lives until the answer is encoded.
inline sdk::Bytes octets_of(const std::string& octets) { return sdk::Bytes(octets); }
inline wire::Nullable<std::string_view> view_of(const std::optional<std::string>& text) {
  if (!text) return wire::kNull;
  return std::string_view(*text);
}

// As Kafka writes a client's address.
inline group::Client group_client(const Call& call) { return {std::string(call.client_id), "/" + call.client.address}; }

// KIP-848: the cluster's features and the deployment both have to say so.
inline bool serves_consumer_groups(const Call& call) {
  return call.shard.broker.settings.consumer_groups && call.shard.view.image->feature(catalog::kGroupVersion) >= 1;
}

template <class Reply>
Reply refused() {
  Reply reply;
  reply.error = wire::ErrorCode::kGroupAuthorizationFailed;
  return reply;
}

// Whether the connection is there for the group's sake, as most clients have one, and is better served where the coordinator is.
enum class Visit : std::uint8_t { kOnce, kStay };

// Asks the coordinator of `group`; `then(call, reply)` answers, unless nobody waits any more.
template <class Reply, class Ask, class Then>
void ask_coordinator(Call& call, Operation operation, std::string_view group, Ask ask, Then then, Visit visit = Visit::kOnce) {
  if (!authorize(call, operation, Resource::kGroup, group)) return then(call, refused<Reply>());
  Broker& broker = call.shard.broker;
  GroupLoop& groups = group_loop(broker, call.shard, group);
  if (visit == Visit::kStay && &groups.loop() != &call.shard.loop) call.better_loop = &groups.loop();
  ask_group_loop<Reply>(call.shard, groups, std::move(ask), [ref = call.ref(), then = std::move(then)](Reply reply) mutable {
    if (*ref != nullptr) then(**ref, std::move(reply));
  });
}

// Requests for a group that an earlier one is for: a few octets each, and each answer may be all that the group has.
template <class Request>
std::vector<bool> repeated(const std::vector<Request>& requests) {
  std::unordered_set<std::string_view> groups;
  std::vector<bool> again(requests.size());
  for (std::size_t i = 0; i < requests.size(); ++i) again[i] = !groups.insert(requests[i].group).second;
  return again;
}

// Asks the coordinator of each of `requests`; `then(call, replies)` answers when all are there, in the order of the requests. A group that
// is named again is told of once; the others get INVALID_REQUEST.
template <class Reply, class Request, class Ask, class Then>
void ask_coordinators(Call& call, Operation operation, std::vector<Request> requests, Ask ask, Then then) {
  // `then` may hold the names of all groups: one for all, or there would be as many names as groups times groups.
  struct Waiting {
    std::vector<Reply> replies;
    std::size_t left;
    Then then;
  };
  auto waiting = std::make_shared<Waiting>(Waiting{std::vector<Reply>(requests.size()), requests.size(), std::move(then)});
  if (requests.empty()) return waiting->then(call, std::move(waiting->replies));
  const std::vector<bool> again = repeated(requests);
  for (std::size_t i = 0; i < requests.size(); ++i) {
    const bool may_ask = authorize(call, operation, Resource::kGroup, requests[i].group);
    if (!may_ask || again[i]) {
      waiting->replies[i] = refused<Reply>();
      if (may_ask) waiting->replies[i].error = wire::ErrorCode::kInvalidRequest;
      if (--waiting->left == 0) waiting->then(call, std::move(waiting->replies));
      continue;
    }
    GroupLoop& groups = group_loop(call.shard.broker, call.shard, requests[i].group);
    ask_group_loop<Reply>(
        call.shard, groups,
        [ask, request = std::move(requests[i])](group::Coordinator& coordinator, std::function<void(Reply)> reply) mutable {
          ask(coordinator, std::move(request), std::move(reply));
        },
        [ref = call.ref(), waiting, i](Reply reply) {
          waiting->replies[i] = std::move(reply);
          if (--waiting->left == 0 && *ref != nullptr) waiting->then(**ref, std::move(waiting->replies));
        });
  }
}

}  // namespace barnabas::broker
