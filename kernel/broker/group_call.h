// The way of a group's request from its connection's loop to the loop of its coordinator, and back.
#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "kernel/broker/broker.h"
#include "kernel/broker/group_loop.h"
#include "kernel/group/home.h"

namespace barnabas::broker {

// Where the coordinator of `group` is, if it is on this broker.
inline GroupLoop& group_loop(Broker& broker, const Shard& shard, std::string_view group) {
  const std::int32_t home = group::home_of(group, home_count(shard));
  return *broker.groups[static_cast<std::size_t>(home) % broker.groups.size()];
}

// Runs `ask(coordinator, reply)` on the loop of the group's coordinator, at once if it is `asker`'s; `then(reply)` comes once, later, on
// `asker`'s loop.
template <class Reply, class Ask, class Then>
void ask_group_loop(Shard& asker, GroupLoop& groups, Ask ask, Then then) {
  auto enter = [&asker, &groups, ask = std::move(ask), then = std::move(then)]() mutable {
    groups.enter([&](group::Coordinator& coordinator) {
      ask(coordinator, std::function<void(Reply)>([&asker, then = std::move(then)](Reply reply) mutable {
            base::post(asker.loop, [then = std::move(then), reply = std::move(reply)]() mutable { then(std::move(reply)); });
          }));
    });
  };
  if (&groups.loop() == &asker.loop) return enter();
  base::post(groups.loop(), std::move(enter));
}

}  // namespace barnabas::broker
