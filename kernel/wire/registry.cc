#include "kernel/wire/registry.h"

#include "kernel/wire/api.h"
#include "kernel/wire/codec.h"

// clang-format off
// Each message is named here once and described in its own file under messages/; a name without a description does not link.
#define WIRE_FOR_EACH_API(X) \
  X(Produce) X(Fetch) X(ListOffsets) X(Metadata) X(LeaderAndIsr) X(StopReplica) X(UpdateMetadata) X(ControlledShutdown) X(OffsetCommit) \
  X(OffsetFetch) X(FindCoordinator) X(JoinGroup) X(Heartbeat) X(LeaveGroup) X(SyncGroup) X(DescribeGroups) X(ListGroups) \
  X(SaslHandshake) X(ApiVersions) X(CreateTopics) X(DeleteTopics) X(DeleteRecords) X(InitProducerId) X(OffsetForLeaderEpoch) \
  X(AddPartitionsToTxn) X(AddOffsetsToTxn) X(EndTxn) X(WriteTxnMarkers) X(TxnOffsetCommit) X(DescribeAcls) X(CreateAcls) X(DeleteAcls) \
  X(DescribeConfigs) X(AlterConfigs) X(AlterReplicaLogDirs) X(DescribeLogDirs) X(SaslAuthenticate) X(CreatePartitions) \
  X(CreateDelegationToken) X(RenewDelegationToken) X(ExpireDelegationToken) X(DescribeDelegationToken) X(DeleteGroups) X(ElectLeaders) \
  X(IncrementalAlterConfigs) X(AlterPartitionReassignments) X(ListPartitionReassignments) X(OffsetDelete) X(DescribeClientQuotas) \
  X(AlterClientQuotas) X(DescribeUserScramCredentials) X(AlterUserScramCredentials) X(Vote) X(BeginQuorumEpoch) X(EndQuorumEpoch) \
  X(DescribeQuorum) X(AlterPartition) X(UpdateFeatures) X(Envelope) X(FetchSnapshot) X(DescribeCluster) X(DescribeProducers) \
  X(BrokerRegistration) X(BrokerHeartbeat) X(UnregisterBroker) X(DescribeTransactions) X(ListTransactions) X(AllocateProducerIds) \
  X(ConsumerGroupHeartbeat) X(ConsumerGroupDescribe) X(ControllerRegistration) X(GetTelemetrySubscriptions) X(PushTelemetry) \
  X(AssignReplicasToDirs) X(ListConfigResources) X(DescribeTopicPartitions) X(ShareGroupHeartbeat) X(ShareGroupDescribe) X(ShareFetch) \
  X(ShareAcknowledge) X(AddRaftVoter) X(RemoveRaftVoter) X(UpdateRaftVoter) X(InitializeShareGroupState) X(ReadShareGroupState) \
  X(WriteShareGroupState) X(DeleteShareGroupState) X(ReadShareGroupStateSummary) X(StreamsGroupHeartbeat) X(StreamsGroupDescribe) \
  X(DescribeShareGroupOffsets) X(AlterShareGroupOffsets) X(DeleteShareGroupOffsets)

#define WIRE_FOR_EACH_OWN_API(X) X(DescribeGroupHistory) X(MoveGroupOffsets) X(ChooseOffsetStore)

#define WIRE_FOR_EACH_OTHER(X) \
  X(ConsumerProtocolAssignment) X(ConsumerProtocolSubscription) X(ControlRecordTypeSchema) X(DefaultPrincipalData) X(EndTxnMarker) \
  X(KRaftVersionRecord) X(LeaderChangeMessage) X(RequestHeader) X(ResponseHeader) X(SnapshotFooterRecord) X(SnapshotHeaderRecord) \
  X(VotersRecord) X(RegisterBrokerRecord) X(UnregisterBrokerRecord) X(TopicRecord) X(PartitionRecord) X(ConfigRecord) \
  X(PartitionChangeRecord) X(FenceBrokerRecord) X(UnfenceBrokerRecord) X(RemoveTopicRecord) X(DelegationTokenRecord) \
  X(UserScramCredentialRecord) X(FeatureLevelRecord) X(ClientQuotaRecord) X(ProducerIdsRecord) X(BrokerRegistrationChangeRecord) \
  X(AccessControlEntryRecord) X(RemoveAccessControlEntryRecord) X(NoOpRecord) X(ZkMigrationStateRecord) \
  X(RemoveUserScramCredentialRecord) X(BeginTransactionRecord) X(EndTransactionRecord) X(AbortTransactionRecord) \
  X(RemoveDelegationTokenRecord) X(RegisterControllerRecord) X(ClearElrRecord) X(LegacyOffsetCommitKey) X(LegacyOffsetCommitValue) \
  X(OffsetCommitKey) X(OffsetCommitValue) X(GroupMetadataKey) X(GroupMetadataValue) X(ConsumerGroupMetadataKey) \
  X(ConsumerGroupMetadataValue) X(ConsumerGroupPartitionMetadataKey) X(ConsumerGroupPartitionMetadataValue) \
  X(ConsumerGroupMemberMetadataKey) X(ConsumerGroupMemberMetadataValue) X(ConsumerGroupTargetAssignmentMetadataKey) \
  X(ConsumerGroupTargetAssignmentMetadataValue) X(ConsumerGroupTargetAssignmentMemberKey) X(ConsumerGroupTargetAssignmentMemberValue) \
  X(ConsumerGroupCurrentMemberAssignmentKey) X(ConsumerGroupCurrentMemberAssignmentValue) X(ShareGroupPartitionMetadataKey) \
  X(ShareGroupPartitionMetadataValue) X(ShareGroupMemberMetadataKey) X(ShareGroupMemberMetadataValue) X(ShareGroupMetadataKey) \
  X(ShareGroupMetadataValue) X(ShareGroupTargetAssignmentMetadataKey) X(ShareGroupTargetAssignmentMetadataValue) \
  X(ShareGroupTargetAssignmentMemberKey) X(ShareGroupTargetAssignmentMemberValue) X(ShareGroupCurrentMemberAssignmentKey) \
  X(ShareGroupCurrentMemberAssignmentValue) X(ShareGroupStatePartitionMetadataKey) X(ShareGroupStatePartitionMetadataValue) \
  X(ConsumerGroupRegularExpressionKey) X(ConsumerGroupRegularExpressionValue) X(StreamsGroupMetadataKey) X(StreamsGroupMetadataValue) \
  X(StreamsGroupMemberMetadataKey) X(StreamsGroupMemberMetadataValue) X(StreamsGroupTargetAssignmentMetadataKey) \
  X(StreamsGroupTargetAssignmentMetadataValue) X(StreamsGroupTargetAssignmentMemberKey) X(StreamsGroupTargetAssignmentMemberValue) \
  X(StreamsGroupCurrentMemberAssignmentKey) X(StreamsGroupCurrentMemberAssignmentValue) X(StreamsGroupTopologyKey) \
  X(StreamsGroupTopologyValue) X(TransactionLogKey) X(TransactionLogValue) X(ShareSnapshotKey) X(ShareSnapshotValue) X(ShareUpdateKey) \
  X(ShareUpdateValue) X(RemoteLogSegmentMetadataRecord) X(RemoteLogSegmentMetadataUpdateRecord) X(RemotePartitionDeleteMetadataRecord) \
  X(RemoteLogSegmentMetadataSnapshotRecord) X(SubscriptionInfoData) X(ProducerSnapshot) X(QuorumStateData)
// clang-format on

namespace barnabas::wire {

#define WIRE_DECLARE_API(name) \
  struct name##Request;        \
  struct name##Response;
#define WIRE_DECLARE(name) struct name;
WIRE_FOR_EACH_API(WIRE_DECLARE_API)
WIRE_FOR_EACH_OTHER(WIRE_DECLARE)
WIRE_FOR_EACH_OWN_API(WIRE_DECLARE_API)

std::span<const Message* const> all_messages() {
#define WIRE_LIST_API(name) &description<name##Request>(), &description<name##Response>(),
#define WIRE_LIST(name) &description<name>(),
  static const Message* const kAll[] = {WIRE_FOR_EACH_API(WIRE_LIST_API) WIRE_FOR_EACH_OTHER(WIRE_LIST)
                                            WIRE_FOR_EACH_OWN_API(WIRE_LIST_API)};
  return kAll;
}

const Message* find_message(Family family, int key) {
  if (family == Family::kControlValue && key == 1) key = 0;
  if ((family == Family::kRequest || family == Family::kResponse) && key < kFirstOwnApi) {
    const std::size_t index = static_cast<std::size_t>(key) * 2 + (family == Family::kResponse);
    if (key < 0 || index >= all_messages().size()) return nullptr;
    const Message* message = all_messages()[index];
    return message->schema.family == family && message->schema.key == key ? message : nullptr;
  }
  for (const Message* message : all_messages())
    if (message->schema.family == family && message->schema.key == key) return message;
  return nullptr;
}

const Message* find_message(std::string_view name) {
  for (const Message* message : all_messages())
    if (message->name == name) return message;
  return nullptr;
}

}  // namespace barnabas::wire
