#include "kernel/wire/api.h"

namespace barnabas::wire {
namespace {

constexpr Range kNone{0, -1};

// Rows: name, known, 4.3.1, 3.9.2, flexible since, then where: b(roker) c(ontroller) z(ookeeper), a: needs cluster action, f: forwardable.
constexpr ApiInfo row(ApiKey key, std::string_view name, Range known, Range newest, Range oldest, int flexible_since,
                      std::string_view flags) {
  const auto has = [&](char flag) { return flags.find(flag) != std::string_view::npos; };
  return {key, name, known, newest, oldest, static_cast<std::int16_t>(flexible_since), has('b'), has('c'), has('z'), has('a'), has('f')};
}

// clang-format off
constexpr ApiInfo kApis[] = {
    row(ApiKey::kProduce, "Produce", {0, 13}, {3, 13}, {0, 11}, 9, "bz"),
    row(ApiKey::kFetch, "Fetch", {0, 18}, {4, 18}, {0, 17}, 12, "bcz"),
    row(ApiKey::kListOffsets, "ListOffsets", {0, 11}, {1, 11}, {0, 9}, 6, "bz"),
    row(ApiKey::kMetadata, "Metadata", {0, 13}, {0, 13}, {0, 12}, 9, "bz"),
    row(ApiKey::kLeaderAndIsr, "LeaderAndIsr", {0, 7}, kNone, {0, 7}, 4, "za"),
    row(ApiKey::kStopReplica, "StopReplica", {0, 4}, kNone, {0, 4}, 2, "za"),
    row(ApiKey::kUpdateMetadata, "UpdateMetadata", {0, 8}, kNone, {0, 8}, 6, "za"),
    row(ApiKey::kControlledShutdown, "ControlledShutdown", {0, 3}, kNone, {0, 3}, 3, "cza"),
    row(ApiKey::kOffsetCommit, "OffsetCommit", {0, 10}, {2, 10}, {0, 9}, 8, "bz"),
    row(ApiKey::kOffsetFetch, "OffsetFetch", {0, 10}, {1, 10}, {0, 9}, 6, "bz"),
    row(ApiKey::kFindCoordinator, "FindCoordinator", {0, 6}, {0, 6}, {0, 6}, 3, "bz"),
    row(ApiKey::kJoinGroup, "JoinGroup", {0, 9}, {0, 9}, {0, 9}, 6, "bz"),
    row(ApiKey::kHeartbeat, "Heartbeat", {0, 4}, {0, 4}, {0, 4}, 4, "bz"),
    row(ApiKey::kLeaveGroup, "LeaveGroup", {0, 5}, {0, 5}, {0, 5}, 4, "bz"),
    row(ApiKey::kSyncGroup, "SyncGroup", {0, 5}, {0, 5}, {0, 5}, 4, "bz"),
    row(ApiKey::kDescribeGroups, "DescribeGroups", {0, 6}, {0, 6}, {0, 5}, 5, "bz"),
    row(ApiKey::kListGroups, "ListGroups", {0, 5}, {0, 5}, {0, 5}, 3, "bz"),
    row(ApiKey::kSaslHandshake, "SaslHandshake", {0, 1}, {0, 1}, {0, 1}, kNever, "bcz"),
    row(ApiKey::kApiVersions, "ApiVersions", {0, 4}, {0, 4}, {0, 4}, 3, "bcz"),
    row(ApiKey::kCreateTopics, "CreateTopics", {0, 7}, {2, 7}, {0, 7}, 5, "bczf"),
    row(ApiKey::kDeleteTopics, "DeleteTopics", {0, 6}, {1, 6}, {0, 6}, 4, "bczf"),
    row(ApiKey::kDeleteRecords, "DeleteRecords", {0, 2}, {0, 2}, {0, 2}, 2, "bz"),
    row(ApiKey::kInitProducerId, "InitProducerId", {0, 6}, {0, 5}, {0, 5}, 2, "bz"),
    row(ApiKey::kOffsetForLeaderEpoch, "OffsetForLeaderEpoch", {0, 4}, {2, 4}, {0, 4}, 4, "bz"),
    row(ApiKey::kAddPartitionsToTxn, "AddPartitionsToTxn", {0, 5}, {0, 5}, {0, 5}, 3, "bz"),
    row(ApiKey::kAddOffsetsToTxn, "AddOffsetsToTxn", {0, 4}, {0, 4}, {0, 4}, 3, "bz"),
    row(ApiKey::kEndTxn, "EndTxn", {0, 5}, {0, 5}, {0, 4}, 3, "bz"),
    row(ApiKey::kWriteTxnMarkers, "WriteTxnMarkers", {0, 2}, {1, 2}, {0, 1}, 1, "bza"),
    row(ApiKey::kTxnOffsetCommit, "TxnOffsetCommit", {0, 5}, {0, 5}, {0, 4}, 3, "bz"),
    row(ApiKey::kDescribeAcls, "DescribeAcls", {0, 3}, {1, 3}, {0, 3}, 2, "bcz"),
    row(ApiKey::kCreateAcls, "CreateAcls", {0, 3}, {1, 3}, {0, 3}, 2, "bczf"),
    row(ApiKey::kDeleteAcls, "DeleteAcls", {0, 3}, {1, 3}, {0, 3}, 2, "bczf"),
    row(ApiKey::kDescribeConfigs, "DescribeConfigs", {0, 4}, {1, 4}, {0, 4}, 4, "bcz"),
    row(ApiKey::kAlterConfigs, "AlterConfigs", {0, 2}, {0, 2}, {0, 2}, 2, "bczf"),
    row(ApiKey::kAlterReplicaLogDirs, "AlterReplicaLogDirs", {0, 2}, {1, 2}, {0, 2}, 2, "bz"),
    row(ApiKey::kDescribeLogDirs, "DescribeLogDirs", {0, 5}, {1, 5}, {0, 4}, 2, "bz"),
    row(ApiKey::kSaslAuthenticate, "SaslAuthenticate", {0, 2}, {0, 2}, {0, 2}, 2, "bcz"),
    row(ApiKey::kCreatePartitions, "CreatePartitions", {0, 3}, {0, 3}, {0, 3}, 2, "bczf"),
    row(ApiKey::kCreateDelegationToken, "CreateDelegationToken", {0, 3}, {1, 3}, {0, 3}, 2, "bczf"),
    row(ApiKey::kRenewDelegationToken, "RenewDelegationToken", {0, 2}, {1, 2}, {0, 2}, 2, "bczf"),
    row(ApiKey::kExpireDelegationToken, "ExpireDelegationToken", {0, 2}, {1, 2}, {0, 2}, 2, "bczf"),
    row(ApiKey::kDescribeDelegationToken, "DescribeDelegationToken", {0, 3}, {1, 3}, {0, 3}, 2, "bcz"),
    row(ApiKey::kDeleteGroups, "DeleteGroups", {0, 2}, {0, 2}, {0, 2}, 2, "bz"),
    row(ApiKey::kElectLeaders, "ElectLeaders", {0, 2}, {0, 2}, {0, 2}, 2, "bczf"),
    row(ApiKey::kIncrementalAlterConfigs, "IncrementalAlterConfigs", {0, 1}, {0, 1}, {0, 1}, 1, "bczf"),
    row(ApiKey::kAlterPartitionReassignments, "AlterPartitionReassignments", {0, 1}, {0, 1}, {0, 0}, 0, "bczf"),
    row(ApiKey::kListPartitionReassignments, "ListPartitionReassignments", {0, 0}, {0, 0}, {0, 0}, 0, "bczf"),
    row(ApiKey::kOffsetDelete, "OffsetDelete", {0, 0}, {0, 0}, {0, 0}, kNever, "bz"),
    row(ApiKey::kDescribeClientQuotas, "DescribeClientQuotas", {0, 1}, {0, 1}, {0, 1}, 1, "bz"),
    row(ApiKey::kAlterClientQuotas, "AlterClientQuotas", {0, 1}, {0, 1}, {0, 1}, 1, "bczf"),
    row(ApiKey::kDescribeUserScramCredentials, "DescribeUserScramCredentials", {0, 0}, {0, 0}, {0, 0}, 0, "bcz"),
    row(ApiKey::kAlterUserScramCredentials, "AlterUserScramCredentials", {0, 0}, {0, 0}, {0, 0}, 0, "bczf"),
    row(ApiKey::kVote, "Vote", {0, 2}, {0, 2}, {0, 1}, 0, "ca"),
    row(ApiKey::kBeginQuorumEpoch, "BeginQuorumEpoch", {0, 1}, {0, 1}, {0, 1}, 1, "ca"),
    row(ApiKey::kEndQuorumEpoch, "EndQuorumEpoch", {0, 1}, {0, 1}, {0, 1}, 1, "ca"),
    row(ApiKey::kDescribeQuorum, "DescribeQuorum", {0, 2}, {0, 2}, {0, 2}, 0, "bcaf"),
    row(ApiKey::kAlterPartition, "AlterPartition", {0, 3}, {2, 3}, {0, 3}, 0, "cza"),
    row(ApiKey::kUpdateFeatures, "UpdateFeatures", {0, 2}, {0, 2}, {0, 1}, 0, "bczaf"),
    row(ApiKey::kEnvelope, "Envelope", {0, 0}, {0, 0}, {0, 0}, 0, "cza"),
    row(ApiKey::kFetchSnapshot, "FetchSnapshot", {0, 1}, {0, 1}, {0, 1}, 0, "c"),
    row(ApiKey::kDescribeCluster, "DescribeCluster", {0, 2}, {0, 2}, {0, 1}, 0, "bcz"),
    row(ApiKey::kDescribeProducers, "DescribeProducers", {0, 0}, {0, 0}, {0, 0}, 0, "bz"),
    row(ApiKey::kBrokerRegistration, "BrokerRegistration", {0, 4}, {0, 4}, {0, 4}, 0, "ca"),
    row(ApiKey::kBrokerHeartbeat, "BrokerHeartbeat", {0, 2}, {0, 2}, {0, 1}, 0, "ca"),
    row(ApiKey::kUnregisterBroker, "UnregisterBroker", {0, 0}, {0, 0}, {0, 0}, 0, "bcf"),
    row(ApiKey::kDescribeTransactions, "DescribeTransactions", {0, 0}, {0, 0}, {0, 0}, 0, "bz"),
    row(ApiKey::kListTransactions, "ListTransactions", {0, 2}, {0, 2}, {0, 1}, 0, "bz"),
    row(ApiKey::kAllocateProducerIds, "AllocateProducerIds", {0, 0}, {0, 0}, {0, 0}, 0, "czaf"),
    row(ApiKey::kConsumerGroupHeartbeat, "ConsumerGroupHeartbeat", {0, 1}, {0, 1}, {0, 0}, 0, "bz"),
    row(ApiKey::kConsumerGroupDescribe, "ConsumerGroupDescribe", {0, 1}, {0, 1}, {0, 0}, 0, "bz"),
    row(ApiKey::kControllerRegistration, "ControllerRegistration", {0, 0}, {0, 0}, {0, 0}, 0, "c"),
    row(ApiKey::kGetTelemetrySubscriptions, "GetTelemetrySubscriptions", {0, 0}, {0, 0}, {0, 0}, 0, "b"),
    row(ApiKey::kPushTelemetry, "PushTelemetry", {0, 0}, {0, 0}, {0, 0}, 0, "b"),
    row(ApiKey::kAssignReplicasToDirs, "AssignReplicasToDirs", {0, 0}, {0, 0}, {0, 0}, 0, "c"),
    row(ApiKey::kListConfigResources, "ListConfigResources", {0, 1}, {0, 1}, {0, 0}, 0, "b"),
    row(ApiKey::kDescribeTopicPartitions, "DescribeTopicPartitions", {0, 0}, {0, 0}, {0, 0}, 0, "b"),
    row(ApiKey::kShareGroupHeartbeat, "ShareGroupHeartbeat", {0, 1}, {1, 1}, kNone, 0, "b"),
    row(ApiKey::kShareGroupDescribe, "ShareGroupDescribe", {0, 1}, {1, 1}, kNone, 0, "b"),
    row(ApiKey::kShareFetch, "ShareFetch", {0, 2}, {1, 2}, kNone, 0, "b"),
    row(ApiKey::kShareAcknowledge, "ShareAcknowledge", {0, 2}, {1, 2}, kNone, 0, "b"),
    row(ApiKey::kAddRaftVoter, "AddRaftVoter", {0, 1}, {0, 1}, {0, 0}, 0, "bcf"),
    row(ApiKey::kRemoveRaftVoter, "RemoveRaftVoter", {0, 0}, {0, 0}, {0, 0}, 0, "bcf"),
    row(ApiKey::kUpdateRaftVoter, "UpdateRaftVoter", {0, 0}, {0, 0}, {0, 0}, 0, "c"),
    row(ApiKey::kInitializeShareGroupState, "InitializeShareGroupState", {0, 0}, {0, 0}, kNone, 0, "ba"),
    row(ApiKey::kReadShareGroupState, "ReadShareGroupState", {0, 0}, {0, 0}, kNone, 0, "ba"),
    row(ApiKey::kWriteShareGroupState, "WriteShareGroupState", {0, 1}, {0, 1}, kNone, 0, "ba"),
    row(ApiKey::kDeleteShareGroupState, "DeleteShareGroupState", {0, 0}, {0, 0}, kNone, 0, "ba"),
    row(ApiKey::kReadShareGroupStateSummary, "ReadShareGroupStateSummary", {0, 1}, {0, 1}, kNone, 0, "ba"),
    row(ApiKey::kStreamsGroupHeartbeat, "StreamsGroupHeartbeat", {0, 0}, {0, 0}, kNone, 0, "b"),
    row(ApiKey::kStreamsGroupDescribe, "StreamsGroupDescribe", {0, 0}, {0, 0}, kNone, 0, "b"),
    row(ApiKey::kDescribeShareGroupOffsets, "DescribeShareGroupOffsets", {0, 1}, {0, 1}, kNone, 0, "b"),
    row(ApiKey::kAlterShareGroupOffsets, "AlterShareGroupOffsets", {0, 0}, {0, 0}, kNone, 0, "b"),
    row(ApiKey::kDeleteShareGroupOffsets, "DeleteShareGroupOffsets", {0, 0}, {0, 0}, kNone, 0, "b"),
};

constexpr ApiInfo kOwnApis[] = {
    row(ApiKey::kDescribeGroupHistory, "DescribeGroupHistory", {0, 0}, kNone, kNone, 0, "b"),
    row(ApiKey::kMoveGroupOffsets, "MoveGroupOffsets", {0, 0}, kNone, kNone, 0, "b"),
    row(ApiKey::kChooseOffsetStore, "ChooseOffsetStore", {0, 0}, kNone, kNone, 0, "b"),
};
// clang-format on

constexpr bool ordered() {
  for (std::size_t i = 0; i < std::size(kApis); ++i)
    if (static_cast<std::size_t>(kApis[i].key) != i) return false;
  for (std::size_t i = 0; i < std::size(kOwnApis); ++i)
    if (static_cast<std::size_t>(kOwnApis[i].key) != kFirstOwnApi + i) return false;
  return true;
}
static_assert(ordered(), "find_api() takes the key for the row");

}  // namespace

std::span<const ApiInfo> all_apis() { return kApis; }
std::span<const ApiInfo> own_apis() { return kOwnApis; }

const ApiInfo* find_api(std::int16_t key) {
  const bool own = key >= kFirstOwnApi;
  const std::span<const ApiInfo> apis = own ? own_apis() : all_apis();
  const int row = own ? key - kFirstOwnApi : key;
  return row >= 0 && static_cast<std::size_t>(row) < apis.size() ? &apis[static_cast<std::size_t>(row)] : nullptr;
}

const ApiInfo* find_api(std::string_view name) {
  for (const auto apis : {all_apis(), own_apis()})
    for (const ApiInfo& api : apis)
      if (api.name == name) return &api;
  return nullptr;
}

int request_header_version(ApiKey key, int version) {
  if (key == ApiKey::kControlledShutdown && version == 0) return 0;
  return find_api(key)->flexible(version) ? 2 : 1;
}

int response_header_version(ApiKey key, int version) {
  if (key == ApiKey::kApiVersions) return 0;
  return find_api(key)->flexible(version) ? 1 : 0;
}

}  // namespace barnabas::wire
