// A member of a classic group, and what it waits for. Plain state of ClassicGroup, which alone changes it. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kernel/group/deadlines.h"
#include "kernel/group/types.h"

namespace barnabas::group {

class ClassicGroup;

struct ClassicMember final : Alarm::Owner {
  ClassicMember(Deadlines& deadlines, ClassicGroup& owner) : group(owner), session(deadlines, *this) {}
  void on_alarm(Alarm& alarm) override;

  bool is_static() const { return instance_id.has_value(); }
  bool joining() const { return static_cast<bool>(on_joined); }
  bool syncing() const { return static_cast<bool>(on_synced); }

  // Empty when it does not offer the protocol.
  std::string_view metadata_of(std::string_view protocol) const {
    for (const JoinRequest::Protocol& p : protocols)
      if (p.name == protocol) return p.metadata;
    return {};
  }
  std::size_t bytes() const {
    std::size_t sum = 128 + id.size() + client.id.size() + client.host.size() + assignment.size();
    for (const JoinRequest::Protocol& p : protocols) sum += 64 + p.name.size() + p.metadata.size();
    return sum;
  }

  ClassicGroup& group;
  std::string id;
  std::optional<std::string> instance_id;
  Client client;
  std::int32_t session_timeout_ms = 0;
  std::int32_t rebalance_timeout_ms = 0;
  std::vector<JoinRequest::Protocol> protocols;  // in the order of its preference
  Octets assignment;
  bool is_new = false;        // it has not been answered yet: it cannot send heartbeats
  bool pending_sync = false;  // it was told of the generation, and has not asked for its assignment
  std::size_t counted_bytes = 0;
  std::function<void(JoinReply)> on_joined;
  std::function<void(SyncReply)> on_synced;
  Alarm session;
};

// Somebody who was given a member id and told to come back with it.
struct PendingMember final : Alarm::Owner {
  PendingMember(Deadlines& deadlines, ClassicGroup& owner, std::string member_id)
      : group(owner), id(std::move(member_id)), session(deadlines, *this) {}
  void on_alarm(Alarm& alarm) override;
  std::size_t bytes() const { return 128 + id.size(); }

  ClassicGroup& group;
  const std::string id;
  Alarm session;
};

}  // namespace barnabas::group
