#include "kernel/broker/dispatch.h"

#include <fmt/format.h>

#include "kernel/broker/api/handlers.h"
#include "kernel/broker/broker.h"
#include "kernel/broker/forward.h"
#include "kernel/wire/messages/headers.h"

namespace barnabas::broker {
namespace {

constexpr std::int16_t kApiVersions = 18;

// Of a row: Api::for_controller, then Api::of_quorum.
constexpr bool kForwarded = true;
constexpr bool kNotForwarded = false;
constexpr bool kOfQuorum = true;

constexpr Api kApis[] = {
    // Produce before version 3 carries formats that are read but not written any more; the versions are listed because old librdkafka looks
    // for them.
    {0, 3, 13, produce, 0},
    {1, 4, 18, fetch, 4},
    {2, 0, 11, list_offsets, 0},
    {3, 0, 13, metadata, 0},
    {8, 0, 10, offset_commit, 0},
    {9, 0, 10, offset_fetch, 0},
    {10, 0, 6, find_coordinator, 0},
    {11, 0, 9, join_group, 0},
    {12, 0, 4, heartbeat, 0},
    {13, 0, 5, leave_group, 0},
    {14, 0, 5, sync_group, 0},
    {15, 0, 6, describe_groups, 0},
    {16, 0, 5, list_groups, 0},
    {18, 0, 4, api_versions, 0},
    {19, 0, 7, create_topics, 0, kForwarded},
    {20, 0, 6, delete_topics, 0, kForwarded},
    {21, 0, 2, delete_records, 0},
    {22, 0, 5, init_producer_id, 0},
    {23, 0, 4, offset_for_leader_epoch, 0},
    {29, 0, 3, describe_acls, 0},
    {30, 0, 3, create_acls, 0},
    {31, 0, 3, delete_acls, 0},
    {32, 0, 4, describe_configs, 0},
    {33, 0, 2, alter_configs, 0, kForwarded},
    {34, 0, 2, alter_replica_log_dirs, 0},
    {35, 0, 5, describe_log_dirs, 0},
    {37, 0, 3, create_partitions, 0, kForwarded},
    {42, 0, 2, delete_groups, 0},
    {43, 0, 2, elect_leaders, 0, kForwarded},
    {44, 0, 1, incremental_alter_configs, 0, kForwarded},
    {45, 0, 1, alter_partition_reassignments, 0, kForwarded},
    {46, 0, 0, list_partition_reassignments, 0},
    {47, 0, 0, offset_delete, 0},
    {55, 0, 2, describe_quorum, 0, kForwarded, kOfQuorum},
    {57, 0, 2, update_features, 0, kForwarded},
    {60, 0, 2, describe_cluster, 0},
    {61, 0, 0, describe_producers, 0},
    {64, 0, 0, unregister_broker, 0, kForwarded, kOfQuorum},
    {68, 0, 1, consumer_group_heartbeat, 0},
    {69, 0, 1, consumer_group_describe, 0},
    {74, 0, 1, list_config_resources, 0},
    {75, 0, 0, describe_topic_partitions, 0},
};

constexpr Api kQuorumApis[] = {
    {56, 2, 3, alter_partition, 2},
    {58, 0, 0, envelope, 0},
    {59, 0, 1, fetch_snapshot, 0},
    {62, 0, 4, broker_registration, 0, kNotForwarded, kOfQuorum},
    {63, 0, 2, broker_heartbeat, 0, kNotForwarded, kOfQuorum},
    {67, 0, 0, allocate_producer_ids, 0},
    {73, 0, 0, assign_replicas_to_dirs, 0},
};

// Known to our own programs, which ask whether or not they are listed: closing the connection says that they are not served.
constexpr Api kOwnApis[] = {
    {20000, 0, 0, describe_group_history, 0},
    {20001, 0, 0, move_group_offsets, 0},
    {20002, 0, 0, choose_offset_store, 0},
};

const Api* find_api(std::int16_t key) {
  for (const auto apis : {std::span<const Api>(kApis), std::span<const Api>(kQuorumApis), std::span<const Api>(kOwnApis)})
    for (const Api& api : apis)
      if (api.key == key) return &api;
  return nullptr;
}

}  // namespace

std::span<const Api> served_apis() { return kApis; }

std::span<const Api> quorum_apis() { return kQuorumApis; }

void dispatch(Call& call, sdk::MutableBytes frame) {
  constexpr std::size_t kKeyAndVersionBytes = 4;
  if (frame.size < kKeyAndVersionBytes) return call.close(fmt::format("a request of {} octets is shorter than its header", frame.size));
  const auto int16_at = [&](std::size_t at) { return static_cast<std::int16_t>(frame.data[at] << 8 | frame.data[at + 1]); };
  call.api_key = int16_at(0);
  call.api_version = int16_at(2);
  const Api* api = find_api(call.api_key);
  if (api == nullptr || (api->of_quorum && call.shard.broker.controller.keeps_sessions()))
    return call.close(fmt::format("api key {} is not served", call.api_key));
  const bool is_served = call.api_version >= api->min_version && call.api_version <= api->max_version;
  if (!is_served && call.api_key != kApiVersions)
    return call.close(fmt::format("version {} of api key {} is not served, {} to {} are", call.api_version, call.api_key, api->min_version,
                                  api->max_version));
  wire::RequestHeader header;
  sdk::Bytes rest = frame;
  // Of ApiVersions in a version nobody here knows, only the part that all headers share is read.
  const int header_version = is_served ? wire::request_header_version(static_cast<wire::ApiKey>(call.api_key), call.api_version) : 1;
  if (Status status = wire::decode_front(rest, header_version, call.arena, header); !status.ok()) return call.close(message_of(status));
  call.correlation_id = header.correlation_id;
  call.client_id = header.client_id.value_or("");
  call.body = {frame.data + (frame.size - rest.size), rest.size};
  if (!is_served) return refuse_api_versions(call);
  if (api->for_controller && leads_elsewhere(call)) return forward(call, frame, api->handle);
  api->handle(call);
}

}  // namespace barnabas::broker
