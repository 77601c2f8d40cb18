// Every api of the protocol: name, versions, header versions, who may send it where. [any thread]
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "kernel/wire/describe.h"

namespace barnabas::wire {

enum class ApiKey : std::int16_t {
  kProduce = 0,
  kFetch = 1,
  kListOffsets = 2,
  kMetadata = 3,
  kLeaderAndIsr = 4,
  kStopReplica = 5,
  kUpdateMetadata = 6,
  kControlledShutdown = 7,
  kOffsetCommit = 8,
  kOffsetFetch = 9,
  kFindCoordinator = 10,
  kJoinGroup = 11,
  kHeartbeat = 12,
  kLeaveGroup = 13,
  kSyncGroup = 14,
  kDescribeGroups = 15,
  kListGroups = 16,
  kSaslHandshake = 17,
  kApiVersions = 18,
  kCreateTopics = 19,
  kDeleteTopics = 20,
  kDeleteRecords = 21,
  kInitProducerId = 22,
  kOffsetForLeaderEpoch = 23,
  kAddPartitionsToTxn = 24,
  kAddOffsetsToTxn = 25,
  kEndTxn = 26,
  kWriteTxnMarkers = 27,
  kTxnOffsetCommit = 28,
  kDescribeAcls = 29,
  kCreateAcls = 30,
  kDeleteAcls = 31,
  kDescribeConfigs = 32,
  kAlterConfigs = 33,
  kAlterReplicaLogDirs = 34,
  kDescribeLogDirs = 35,
  kSaslAuthenticate = 36,
  kCreatePartitions = 37,
  kCreateDelegationToken = 38,
  kRenewDelegationToken = 39,
  kExpireDelegationToken = 40,
  kDescribeDelegationToken = 41,
  kDeleteGroups = 42,
  kElectLeaders = 43,
  kIncrementalAlterConfigs = 44,
  kAlterPartitionReassignments = 45,
  kListPartitionReassignments = 46,
  kOffsetDelete = 47,
  kDescribeClientQuotas = 48,
  kAlterClientQuotas = 49,
  kDescribeUserScramCredentials = 50,
  kAlterUserScramCredentials = 51,
  kVote = 52,
  kBeginQuorumEpoch = 53,
  kEndQuorumEpoch = 54,
  kDescribeQuorum = 55,
  kAlterPartition = 56,
  kUpdateFeatures = 57,
  kEnvelope = 58,
  kFetchSnapshot = 59,
  kDescribeCluster = 60,
  kDescribeProducers = 61,
  kBrokerRegistration = 62,
  kBrokerHeartbeat = 63,
  kUnregisterBroker = 64,
  kDescribeTransactions = 65,
  kListTransactions = 66,
  kAllocateProducerIds = 67,
  kConsumerGroupHeartbeat = 68,
  kConsumerGroupDescribe = 69,
  kControllerRegistration = 70,
  kGetTelemetrySubscriptions = 71,
  kPushTelemetry = 72,
  kAssignReplicasToDirs = 73,
  kListConfigResources = 74,
  kDescribeTopicPartitions = 75,
  kShareGroupHeartbeat = 76,
  kShareGroupDescribe = 77,
  kShareFetch = 78,
  kShareAcknowledge = 79,
  kAddRaftVoter = 80,
  kRemoveRaftVoter = 81,
  kUpdateRaftVoter = 82,
  kInitializeShareGroupState = 83,
  kReadShareGroupState = 84,
  kWriteShareGroupState = 85,
  kDeleteShareGroupState = 86,
  kReadShareGroupStateSummary = 87,
  kStreamsGroupHeartbeat = 88,
  kStreamsGroupDescribe = 89,
  kDescribeShareGroupOffsets = 90,
  kAlterShareGroupOffsets = 91,
  kDeleteShareGroupOffsets = 92,
  // Our own, which ApiVersions never lists: Kafka's clients do not know them, and its keys will not come near.
  kDescribeGroupHistory = 20000,
  kMoveGroupOffsets = 20001,
  kChooseOffsetStore = 20002,
};
inline constexpr std::int16_t kFirstOwnApi = 20000;

struct ApiInfo {
  ApiKey key;
  std::string_view name;          // "Produce"
  Range known;                    // what this floor decodes and encodes
  Range served_4_3_1;             // what Apache Kafka 4.3.1 announces; empty when it knows no such api
  Range served_3_9_2;             // the same for 3.9.2, the last release with ZooKeeper
  std::int16_t flexible_since;    // kNever: in no version
  bool on_brokers : 1;            // clients and brokers send it to brokers
  bool on_controllers : 1;        // to controllers of a metadata quorum
  bool with_zookeeper : 1;        // to brokers of a cluster that works with ZooKeeper
  bool needs_cluster_action : 1;  // only for other brokers and controllers
  bool forwardable : 1;           // a broker may hand it to the controller in an Envelope

  constexpr bool flexible(int version) const { return version >= flexible_since; }
};

// Kafka's, by key.
std::span<const ApiInfo> all_apis();
// Our own, by key.
std::span<const ApiInfo> own_apis();
// Null for a key that does not exist.
const ApiInfo* find_api(std::int16_t key);
const ApiInfo* find_api(std::string_view name);
inline const ApiInfo* find_api(ApiKey key) { return find_api(static_cast<std::int16_t>(key)); }

// Versions of the headers in front of the body. Also for body versions above the known ones, because ApiVersions of any version must be
// understood. REQUIRES for both: the api exists.
int request_header_version(ApiKey key, int version);
int response_header_version(ApiKey key, int version);

}  // namespace barnabas::wire
