// Heartbeats of brokers: fenced, unfenced, shutting down.
#include <fmt/format.h>

#include <algorithm>

#include "kernel/controller/broker_epoch.h"
#include "kernel/controller/decide.h"
#include "kernel/controller/leaders.h"
#include "kernel/wire/errors.h"
#include "kernel/wire/messages/record_brokers.h"

namespace barnabas::controller {
namespace {

constexpr std::int8_t kOn = 1;
constexpr std::int8_t kOff = -1;

bool has(const std::vector<std::int32_t>& ids, std::int32_t id) { return std::find(ids.begin(), ids.end(), id) != ids.end(); }

// A registration that changes; before 3.3-IV2 there were two records for the two ways of the fence alone.
void write_fence(Draft& draft, std::int32_t id, std::int64_t epoch, bool fenced) {
  if (catalog::allows_registration_change(draft.level())) {
    wire::BrokerRegistrationChangeRecord record;
    record.broker_id = id;
    record.broker_epoch = epoch;
    record.fenced = fenced ? kOn : kOff;
    draft.add(record, 0);
  } else if (fenced) {
    wire::FenceBrokerRecord record;
    record.id = id;
    record.epoch = epoch;
    draft.add(record);
  } else {
    wire::UnfenceBrokerRecord record;
    record.id = id;
    record.epoch = epoch;
    draft.add(record);
  }
}

// What changes the registration comes behind all partitions: who finds a half of them done, after a crash, does the rest. False: so far
// there was room for partitions only.
bool fence(Draft& draft, std::int32_t id, std::int64_t epoch) {
  const bool is_whole = update_leaders(draft, {id, {}, {}}, [id](const catalog::Partition& p) { return has(p.isr, id); });
  if (is_whole) write_fence(draft, id, epoch, true);
  return is_whole;
}

bool unfence(Draft& draft, std::int32_t id, std::int64_t epoch) {
  const bool is_whole = update_leaders(draft, {{}, id, {}}, [](const catalog::Partition& p) { return p.leader == catalog::kNoLeader; });
  if (is_whole) write_fence(draft, id, epoch, false);
  return is_whole;
}

bool leads_something(const catalog::Image& image, std::int32_t id) {
  bool leads = false;
  image.each_topic([&](const catalog::Topic& topic) {
    for (const auto& partition : topic.partitions) leads = leads || (partition != nullptr && partition->leader == id);
  });
  return leads;
}

void begin_shutdown(Draft& draft, const catalog::Broker& broker) {
  // Before its partitions: it is not to lead again what the first half took from it.
  if (catalog::allows_controlled_shutdown_state(draft.level()) && !broker.in_controlled_shutdown) {
    wire::BrokerRegistrationChangeRecord record;
    record.broker_id = broker.id;
    record.broker_epoch = broker.epoch;
    record.in_controlled_shutdown = kOn;
    draft.add(record, 1);
  }
  const std::int32_t id = broker.id;
  if (!update_leaders(draft, {id, {}, {}}, [id](const catalog::Partition& p) { return has(p.isr, id); })) return;
  draft.around.sessions.begin_shutdown(id, draft.next_offset() - 1);
}

// Replicas in directories that failed lead no longer and are not in sync.
void take_offline(Draft& draft, const BrokerHeartbeat& request, const catalog::Broker& broker) {
  const auto offline = [&](const Uuid& directory) {
    return std::find(request.offline_directories.begin(), request.offline_directories.end(), directory) !=
           request.offline_directories.end();
  };
  std::vector<Uuid> online = broker.directories;
  std::erase_if(online, offline);
  if (online.size() == broker.directories.size() || online.empty()) return;  // none left: the broker stops by itself
  const bool is_whole = update_leaders(draft, {request.id, {}, {}}, [&](const catalog::Partition& p) {
    for (std::size_t i = 0; i < p.replicas.size() && i < p.directories.size(); ++i)
      if (p.replicas[i] == request.id && offline(p.directories[i])) return has(p.isr, request.id) || p.leader == request.id;
    return false;
  });
  if (!is_whole) return;
  wire::BrokerRegistrationChangeRecord record;
  record.broker_id = broker.id;
  record.broker_epoch = broker.epoch;
  record.log_dirs = online;
  draft.add(record, 2);
}

// Kafka's states of a broker: fenced, unfenced, in controlled shutdown, let go.
void move(const BrokerHeartbeat& request, const catalog::Broker& broker, HeartbeatReply& reply, Draft& draft) {
  Sessions& sessions = draft.around.sessions;
  reply.fenced = broker.fenced;
  if (broker.fenced) {
    reply.should_shut_down = request.want_shutdown;
    if (request.want_shutdown) sessions.forget(request.id);  // it may come back at once
    if (request.want_shutdown || request.want_fence || !reply.caught_up) return;
    reply.fenced = !unfence(draft, request.id, request.epoch);
    return;
  }
  if (request.want_fence) {
    reply.fenced = fence(draft, request.id, request.epoch);
    return;
  }
  if (!request.want_shutdown) return;
  const bool begins = broker.in_controlled_shutdown || leads_something(draft.now(), request.id);
  if (begins && sessions.shutdown_offset(request.id) < 0) return begin_shutdown(draft, broker);
  const std::int64_t offset = sessions.shutdown_offset(request.id);
  if (offset >= 0 && !sessions.everybody_has(offset, request.id, draft.around.now_ns)) return;
  if (!fence(draft, request.id, request.epoch)) return;
  sessions.forget(request.id);
  reply.fenced = true;
  reply.should_shut_down = true;
}

}  // namespace

HeartbeatReply decide(const BrokerHeartbeat& request, Draft& draft) {
  HeartbeatReply reply;
  static_cast<Outcome&>(reply) = check_broker_epoch(draft.image(), request.id, request.epoch);
  if (!reply.ok()) return reply;
  const std::shared_ptr<const catalog::Broker> broker = draft.image().brokers().at(request.id);
  draft.around.sessions.touch(request.id, request.epoch, draft.around.now_ns);
  draft.around.sessions.note_offset(request.id, request.metadata_offset);
  // The epoch is the offset of the registration.
  reply.caught_up = request.metadata_offset >= request.epoch;
  if (!request.offline_directories.empty()) take_offline(draft, request, *broker);
  if (draft.has_rest()) return reply;
  move(request, *broker, reply, draft);
  return reply;
}

// Their sessions stay, and stay over, until it is written: what is refused is tried again.
void fence_expired(Draft& draft) {
  for (const std::int32_t id : draft.around.sessions.expired(draft.around.now_ns)) {
    const auto found = draft.image().brokers().find(id);
    if (found != draft.image().brokers().end() && !found->second->fenced && !fence(draft, id, found->second->epoch)) return;
  }
}

}  // namespace barnabas::controller
