// The handlers of all APIs that this broker serves, one file each: NN_name.cc. dispatch.cc has the table.
#pragma once

#include <cstdint>
#include <string_view>

#include "kernel/broker/call.h"

namespace barnabas::broker {

void produce(Call& call);
void fetch(Call& call);
void list_offsets(Call& call);
void metadata(Call& call);
void offset_commit(Call& call);
void offset_fetch(Call& call);
void find_coordinator(Call& call);
void join_group(Call& call);
void heartbeat(Call& call);
void leave_group(Call& call);
void sync_group(Call& call);
void describe_groups(Call& call);
void list_groups(Call& call);
void api_versions(Call& call);
void refuse_api_versions(Call& call);  // of a version that is not known here
void create_topics(Call& call);
void delete_topics(Call& call);
void delete_records(Call& call);
void init_producer_id(Call& call);
void offset_for_leader_epoch(Call& call);
void describe_acls(Call& call);
void create_acls(Call& call);
void delete_acls(Call& call);
void describe_configs(Call& call);
void alter_configs(Call& call);
void alter_replica_log_dirs(Call& call);
void describe_log_dirs(Call& call);
void create_partitions(Call& call);
void delete_groups(Call& call);
void elect_leaders(Call& call);
void incremental_alter_configs(Call& call);
void alter_partition_reassignments(Call& call);
void list_partition_reassignments(Call& call);
void offset_delete(Call& call);
void describe_quorum(Call& call);
void alter_partition(Call& call);
void update_features(Call& call);
void describe_cluster(Call& call);
void describe_producers(Call& call);
void unregister_broker(Call& call);
void assign_replicas_to_dirs(Call& call);
void consumer_group_heartbeat(Call& call);
void consumer_group_describe(Call& call);
void list_config_resources(Call& call);
void describe_topic_partitions(Call& call);
void describe_group_history(Call& call);
void move_group_offsets(Call& call);
void choose_offset_store(Call& call);
void envelope(Call& call);
void fetch_snapshot(Call& call);
void broker_registration(Call& call);
void broker_heartbeat(Call& call);
void allocate_producer_ids(Call& call);

enum class Operation : std::int8_t {
  kRead = 3,
  kWrite = 4,
  kCreate = 5,
  kDelete = 6,
  kAlter = 7,
  kDescribe = 8,
  kClusterAction = 9,
  kDescribeConfigs = 10,
  kAlterConfigs = 11,
  kIdempotentWrite = 12
};
enum class Resource : std::int8_t { kTopic = 2, kGroup = 3, kCluster = 4, kTransactionalId = 5 };

// Whether the client may do it. There is no authorizer kind yet, so everybody may do everything; the handlers of data ask already.
inline bool authorize(const Call&, Operation, Resource, std::string_view) { return true; }

// What the client may do to a resource, for those who ask: a bit for each operation.
inline std::int32_t authorized_operations(const Call& call, Resource resource, std::string_view name) {
  using enum Operation;
  constexpr Operation kOfTopics[] = {kRead, kWrite, kCreate, kDelete, kAlter, kDescribe, kDescribeConfigs, kAlterConfigs};
  constexpr Operation kOfGroups[] = {kRead, kDelete, kDescribe, kDescribeConfigs, kAlterConfigs};
  constexpr Operation kOfCluster[] = {kCreate, kAlter, kDescribe, kClusterAction, kDescribeConfigs, kAlterConfigs, kIdempotentWrite};
  std::int32_t bits = 0;
  const auto add = [&](const auto& operations) {
    for (const Operation operation : operations)
      if (authorize(call, operation, resource, name)) bits |= 1 << static_cast<int>(operation);
  };
  resource == Resource::kCluster ? add(kOfCluster) : resource == Resource::kGroup ? add(kOfGroups) : add(kOfTopics);
  return bits;
}

// Produce and Fetch say what they moved; the answer is how long the client shall wait. There is no quota kind yet, so nobody waits.
inline std::int32_t charge(const Call&, std::uint64_t) { return 0; }

}  // namespace barnabas::broker
