// The coordinator of all groups whose homes one loop leads: members, generations, assignments and committed offsets, as a pure state
// machine. Requests and times go in; replies, writes to a Journal and deadlines come out.
//
// Everything that is asked is answered from memory; what must be remembered is written to the Journal, and nobody hears of it before that
// is done. A home's groups are told to it, once, between begin_loading() and finish_loading(), store by store, and forgotten by resign().
//
// Replies are called once each, later or from inside the call, when the coordinator is consistent again: they may ask it something. Group
// ids are one name space over all kinds of groups. One thread.
#pragma once

#include <barnabas/sdk/host.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/group/background.h"
#include "kernel/group/consumer/types.h"
#include "kernel/group/history.h"
#include "kernel/group/journal.h"
#include "kernel/group/offset_types.h"
#include "kernel/group/settings.h"
#include "kernel/group/stores.h"
#include "kernel/group/types.h"

namespace barnabas::group {

struct Now {
  std::int64_t steady_ms = 0;  // never goes back: sessions and delays
  std::int64_t wall_ms = 0;    // what is stored: commits and their age
};

struct WhyReply {
  ErrorCode error = ErrorCode::kNone;
  std::string state;
  std::vector<Rebalance> rebalances;  // newest last
};

class Coordinator {
 public:
  template <class T>
  using Reply = std::function<void(T)>;

  // They outlive it. Nothing is answered any more once it is gone.
  Coordinator(GroupSettings settings, Journal& journal, sdk::Random& random, Background& background);
  Coordinator(GroupSettings settings, Journal& journal, sdk::Random& random);  // without consumer groups
  ~Coordinator();
  Coordinator(const Coordinator&) = delete;
  Coordinator& operator=(const Coordinator&) = delete;

  // Takes the time and does what is due by then. Called before each request and at next_deadline_ms(), which any call may have changed.
  void advance(Now now);
  // Steady clock; nothing: not before something is asked.
  std::optional<std::int64_t> next_deadline_ms() const;

  // Homes. Until finish_loading() their groups are answered with COORDINATOR_LOAD_IN_PROGRESS, after resign(), and before anything, with
  // NOT_COORDINATOR. begin_loading() of a home that is there resigns it first. With several stores each tells its groups by itself: those
  // of one that is not finished are not seen, and Stores::readiness() knows them.
  void begin_loading(std::int32_t home, std::int32_t epoch);
  // What the store has told of the home is forgotten, and it tells it again: it failed in the middle, or a write ended with
  // REQUEST_TIMED_OUT and nobody knows what is stored. Who waits is answered with NOT_COORDINATOR, or as the write ends.
  void load_again(std::int32_t home, std::size_t store);
  void load_offset(std::int32_t home, std::string_view group, StoredOffset offset, std::size_t store = 0);
  // Also takes Kafka's records of committed offsets. Records that say nothing to this program are passed over.
  void load_record(std::int32_t home, std::string_view key, std::string_view value, std::size_t store = 0);
  void finish_loading(std::int32_t home, std::size_t store = 0);
  // Who waits is answered with NOT_COORDINATOR.
  void resign(std::int32_t home);
  bool leads(std::int32_t home) const;

  void join(JoinRequest request, Reply<JoinReply> reply);
  void sync(SyncRequest request, Reply<SyncReply> reply);
  void heartbeat(const HeartbeatRequest& request, const Reply<HeartbeatReply>& reply);
  void leave(LeaveRequest request, Reply<LeaveReply> reply);
  void describe(const DescribeRequest& request, const Reply<DescribeReply>& reply);
  void list(const ListRequest& request, const Reply<ListReply>& reply);  // of all homes
  void remove(const DeleteRequest& request, Reply<DeleteReply> reply);
  void why(const WhyRequest& request, const Reply<WhyReply>& reply);

  // Consumer groups (KIP-848). Their topics are those of the image that came last; before the first one there are none.
  void consumer_heartbeat(ConsumerHeartbeatRequest request, Reply<ConsumerHeartbeatReply> reply);
  void consumer_describe(const ConsumerDescribeRequest& request, const Reply<ConsumerDescribeReply>& reply);
  // The cluster's metadata changed: topics, and the configs of groups.
  void on_image(std::shared_ptr<const catalog::Image> image);

  // Groups may be moved between these stores, which outlive it. Before anything is loaded.
  void allow_moves(Stores& stores);
  // What a store tells of a group that is in another one: it counts no more, and a move into that store forgets it.
  void load_stray_offset(std::int32_t home, std::size_t store, std::string_view group, StoredOffsetKey key);
  void load_stray_record(std::int32_t home, std::size_t store, std::string_view group, std::string_view key);
  void move(MoveRequest request, Reply<MoveReply> reply);

  void commit(OffsetCommitRequest request, Reply<OffsetCommitReply> reply);
  void fetch(const OffsetFetchRequest& request, const Reply<OffsetFetchReply>& reply);
  void remove_offsets(const OffsetDeleteRequest& request, Reply<OffsetDeleteReply> reply);
  // Topics are gone: what was committed for them is forgotten.
  void forget_topics(const std::vector<std::string>& names);

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace barnabas::group
