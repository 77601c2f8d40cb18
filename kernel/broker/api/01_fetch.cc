// Fetch: hands out what the logs hold, without touching it: the storage lends the octets, and the connection sends them from where they
// are. Waits while there is less than the client wants, and keeps incremental sessions (KIP-227).
#include "kernel/wire/messages/01_fetch.h"

#include <algorithm>
#include <iterator>

#include "kernel/broker/api/answers.h"
#include "kernel/broker/api/handlers.h"
#include "kernel/broker/broker.h"
#include "kernel/broker/fetch_scratch.h"
#include "kernel/broker/fetch_wait.h"
#include "kernel/broker/metadata_log.h"

namespace barnabas::broker {
namespace {

using wire::ErrorCode;
using wire::FetchRequest;
using wire::FetchResponse;
using TopicAnswer = ElementOf<&FetchResponse::responses>;
using PartitionAnswer = ElementOf<&TopicAnswer::partitions>;

// Epochs of a session, not of a leader.
constexpr std::int32_t kFinalSessionEpoch = -1;
constexpr std::int32_t kInitialSessionEpoch = 0;
constexpr std::int16_t kFirstWithWholeBatch = 3;  // the first batch comes whole, whatever the limits
constexpr std::int16_t kFirstById = 13;
constexpr std::int16_t kFirstWithReplicaState = 15;

// Which session an answer belongs to; id 0: none.
struct SessionUse {
  std::int32_t id = 0;
  bool incremental = false;  // only news
  ErrorCode error = ErrorCode::kNone;
};

void name_partitions(const FetchRequest& request, FetchSessions& sessions, std::vector<FollowedPartition>& partitions) {
  partitions.clear();
  for (const auto& topic : request.topics)
    for (const auto& partition : topic.partitions) {
      FollowedPartition& one = partitions.emplace_back();
      one.topic = topic.topic;
      one.topic_id = topic.topic_id;
      one.partition = partition.partition;
      one.current_leader_epoch = std::max(partition.current_leader_epoch, -1);  // Fetch takes every negative epoch for none
      one.fetch_offset = partition.fetch_offset;
      one.last_fetched_epoch = partition.last_fetched_epoch;
      one.max_bytes = partition.partition_max_bytes;
    }
  sessions.drop_repeats(partitions);
}

std::vector<PartitionKey> forgotten_by(const FetchRequest& request) {
  std::vector<PartitionKey> partitions;
  for (const auto& topic : request.forgotten_topics_data)
    for (const std::int32_t index : topic.partitions) partitions.push_back({topic.topic, topic.topic_id, index});
  return partitions;
}

// The session as the request leaves it, and the partitions to read, in the scratch's `named`.
SessionUse enter_session(Call& call, const FetchRequest& request) {
  FetchSessions& sessions = call.shard.fetch_sessions;
  std::vector<FollowedPartition>& named = call.shard.fetch_scratch->named;
  const std::int64_t now = call.shard.loop.turn_mono_ns();
  const bool by_id = call.api_version >= kFirstById;
  if (request.session_epoch == kFinalSessionEpoch || request.session_epoch == kInitialSessionEpoch) {
    if (request.session_id != 0) sessions.remove(request.session_id);
    name_partitions(request, sessions, named);
    if (request.session_epoch != kInitialSessionEpoch) return {};
    const FetchSession* session = sessions.create(named, by_id, now);
    return {.id = session == nullptr ? 0 : session->id};
  }
  FetchSession* session = sessions.find(request.session_id);
  if (session == nullptr) return {.error = ErrorCode::kFetchSessionIdNotFound};
  if (session->by_id != by_id) return {.error = ErrorCode::kFetchSessionTopicIdError};
  if (session->epoch != request.session_epoch) return {.error = ErrorCode::kInvalidFetchSessionEpoch};
  session->used_ns = now;  // so that it does not give way to itself
  // As one that was evicted: the client names all once more, and gets no session for them.
  if (!sessions.make_room(cost_of_partitions(request.topics), now)) {
    sessions.remove(request.session_id);
    return {.error = ErrorCode::kFetchSessionIdNotFound};
  }
  session->epoch = FetchSessions::next_epoch(session->epoch);
  name_partitions(request, sessions, named);
  sessions.follow(*session, named);
  sessions.forget(*session, forgotten_by(request));
  named = session->partitions;
  if (!named.empty()) return {.id = session->id, .incremental = true};
  sessions.remove(request.session_id);
  return {};
}

void fill(PartitionAnswer& answer, FetchPart& part, Call& call, std::vector<sdk::Lease>& leases, log::Isolation isolation) {
  const log::LogReadOutcome& read = part.read;
  answer.partition_index = part.asked.partition;
  answer.error_code = read.error;
  const bool failed = read.error != ErrorCode::kNone;
  answer.high_watermark = failed ? -1 : read.high_watermark;
  answer.last_stable_offset = failed ? -1 : read.last_stable;
  answer.log_start_offset = failed ? -1 : read.log_start;
  if (read.diverging) {
    answer.diverging_epoch.epoch = read.divergence.epoch;
    answer.diverging_epoch.end_offset = read.divergence.end_offset;
  }
  // Null, not empty, to whom aborted transactions do not matter.
  answer.aborted_transactions.reset();
  if (isolation == log::Isolation::kLastStable && !failed) {
    const auto aborted = call.arena.array<FetchResponse::AbortedTransaction>(part.aborted.size());
    for (std::size_t i = 0; i < aborted.size(); ++i) {
      aborted[i].producer_id = part.aborted[i].producer_id;
      aborted[i].first_offset = part.aborted[i].first_offset;
    }
    answer.aborted_transactions = aborted;
  }
  // Not null even when empty: old clients read the length without looking.
  answer.records = wire::Records(sdk::Bytes());
  if (read.lease.size == 0) return;
  answer.records = wire::Records::chunk(static_cast<std::uint32_t>(leases.size()), read.lease.size);
  leases.push_back(read.lease);
}

bool is_news(const FetchPart& part) {
  const log::LogReadOutcome& read = part.read;
  return read.error != ErrorCode::kNone || read.diverging || read.lease.size != 0 ||
         read.high_watermark != part.asked.told_high_watermark || read.log_start != part.asked.told_log_start;
}

// Notes what the client is told now, and moves those that gave data behind the others. The plan has the session's order, so one walk over
// both is enough; what another connection changed meanwhile is told once more.
void leave_session(FetchSession& session, const FetchPlan& plan, FetchScratch& scratch) {
  std::vector<FollowedPartition>& quiet = scratch.quiet;
  std::vector<FollowedPartition>& gave_data = scratch.gave_data;
  quiet.clear();
  gave_data.clear();
  std::size_t next = 0;
  for (FollowedPartition& known : session.partitions) {
    const bool was_read = next < plan.parts.size() && known.same_partition(plan.parts[next].asked);
    const log::LogReadOutcome* read = was_read ? &plan.parts[next++].read : nullptr;
    if (read != nullptr) {
      const bool failed = read->error != ErrorCode::kNone;
      known.told_high_watermark = failed ? -1 : read->high_watermark;
      known.told_log_start = failed ? -1 : read->log_start;
    }
    (read != nullptr && read->lease.size != 0 ? gave_data : quiet).push_back(std::move(known));
  }
  std::move(gave_data.begin(), gave_data.end(), std::back_inserter(quiet));
  std::swap(session.partitions, quiet);
}

void report(Call& call, const FetchPlan& plan) {
  InterceptorChain& chain = *call.shard.broker.interceptors[call.shard.loop.index()];
  if (!chain.wants(sdk::kBrokerFetched)) return;
  for (const FetchPart& part : plan.parts) {
    if (part.owner == nullptr || part.read.lease.size == 0) continue;
    chain.fetched({call.client_id, call.client.principal, call.client.address},
                  {part.owner->name, part.owner->id, part.asked.partition, static_cast<std::int32_t>(part.owner->partitions.size())},
                  {part.asked.fetch_offset, 0, part.read.lease.size, true, {}});
  }
}

void answer(Call& call, FetchPlan& plan, SessionUse use) {
  FetchResponse response;
  FetchSession* session = use.id == 0 ? nullptr : call.shard.fetch_sessions.find(use.id);
  response.session_id = session == nullptr ? 0 : use.id;
  FetchScratch& scratch = *call.shard.fetch_scratch;
  std::vector<sdk::Lease>& leases = scratch.leases;
  std::vector<FetchPart*>& told = scratch.told;
  leases.clear();
  told.clear();
  for (FetchPart& part : plan.parts)
    if (!use.incremental || is_news(part)) told.push_back(&part);

  const auto topics = call.arena.array<TopicAnswer>(told.size());
  const auto partitions = call.arena.array<PartitionAnswer>(told.size());
  std::size_t topic_count = 0;
  for (std::size_t i = 0; i < told.size();) {
    TopicAnswer& topic = topics[topic_count++];
    const FollowedPartition& first = told[i]->asked;
    topic.topic = call.arena.copy(first.topic);
    topic.topic_id = first.topic_id;
    const std::size_t begin = i;
    for (; i < told.size() && told[i]->asked.topic_id == first.topic_id && told[i]->asked.topic == first.topic; ++i)
      fill(partitions[i], *told[i], call, leases, plan.limits.isolation);
    topic.partitions = partitions.subspan(begin, i - begin);
  }
  response.responses = topics.first(topic_count);
  response.throttle_time_ms = charge(call, plan.bytes());
  report(call, plan);
  if (session != nullptr) leave_session(*session, plan, scratch);
  plan.give_away_leases();
  call.answer(response, leases);
}

// By topic where topics have names; later versions only say it once.
void refuse_all(Call& call, const FetchRequest& request, ErrorCode error) {
  FetchResponse response;
  response.error_code = error;
  if (call.api_version < kFirstById) {
    const auto topics = call.arena.array<TopicAnswer>(request.topics.size());
    for (std::size_t t = 0; t < topics.size(); ++t) {
      topics[t].topic = request.topics[t].topic;
      const auto partitions = call.arena.array<PartitionAnswer>(request.topics[t].partitions.size());
      for (std::size_t p = 0; p < partitions.size(); ++p) {
        partitions[p].partition_index = request.topics[t].partitions[p].partition;
        partitions[p].error_code = error;
        partitions[p].high_watermark = -1;
        partitions[p].records = wire::Records(sdk::Bytes());
      }
      topics[t].partitions = partitions;
    }
    response.responses = topics;
  }
  call.answer(response);
}

FetchPlan::Limits limits_of(const Call& call, const FetchRequest& request) {
  const std::int32_t replica = call.api_version >= kFirstWithReplicaState ? request.replica_state.replica_id : request.replica_id;
  FetchPlan::Limits limits;
  // Before there was such a limit it is INT32_MAX.
  limits.max_bytes = std::min(request.max_bytes, call.shard.broker.settings.fetch_max_bytes);
  limits.min_bytes = std::min(request.min_bytes, limits.max_bytes);
  limits.max_wait_ms = std::min(request.max_wait_ms, call.shard.broker.settings.fetch_max_wait_ms);
  limits.at_least_one_batch = call.api_version >= kFirstWithWholeBatch;
  limits.replica = replica;
  limits.by_id = call.api_version >= kFirstById;
  limits.isolation = isolation_of(limits.is_replica(), request.isolation_level);
  return limits;
}

}  // namespace

void fetch(Call& call) {
  call.stays = true;
  FetchRequest request;
  if (!call.read(request)) return;
  // An isolation that nobody knows is a fault of the server in Apache Kafka, and so here.
  if (request.isolation_level != 0 && request.isolation_level != 1) return refuse_all(call, request, ErrorCode::kUnknownServerError);
  if (fetches_metadata(request, call.api_version)) return fetch_metadata(call, request);
  if (names_too_many(call, cost_of_partitions(request.topics) + cost_of_partitions(request.forgotten_topics_data))) return;
  FetchScratch& scratch = *call.shard.fetch_scratch;
  const SessionUse use = enter_session(call, request);
  if (use.error != ErrorCode::kNone) {
    FetchResponse response;
    response.error_code = use.error;
    return call.answer(response);
  }
  std::unique_ptr<FetchPlan> plan = scratch.plan != nullptr ? std::move(scratch.plan) : std::make_unique<FetchPlan>(call.shard);
  plan->begin(limits_of(call, request), scratch.named);
  plan->resolve();
  for (FetchPart& part : plan->parts)
    if (part.owner != nullptr && !authorize(call, Operation::kRead, Resource::kTopic, part.owner->name)) {
      part.partition = nullptr;
      part.refusal = ErrorCode::kTopicAuthorizationFailed;
    }
  plan->read();
  // Where memory is used up, what there is, is the answer.
  if (plan->ready() || !call.hold_waiting(plan->memory_bytes())) {
    answer(call, *plan, use);
    return scratch.take_back(std::move(plan));
  }
  park_fetch(call, std::move(plan), [use](Call& waiting, FetchPlan& read) { answer(waiting, read, use); });
}

}  // namespace barnabas::broker
