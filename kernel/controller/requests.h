// What can be asked of the controller, and what it answers. Plain values that own what they hold, so that they travel between loops.
//
// One item of a reply for each item asked, in the same order. `error` 0 is success; otherwise `message` is one sentence for the client.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "kernel/catalog/types.h"

namespace barnabas::wire {
enum class ErrorCode : std::int16_t;
}

namespace barnabas::controller {

using catalog::ResourceType;
using wire::ErrorCode;

struct Outcome {
  ErrorCode error{};
  std::string message;

  bool ok() const { return error == ErrorCode{}; }
};

struct Assignment {
  std::int32_t partition = 0;
  std::vector<std::int32_t> replicas;
};

struct TopicSpec {
  std::string name;
  std::int32_t partitions = -1;   // -1: num.partitions, or what the assignments say
  std::int16_t replication = -1;  // -1: default.replication.factor, or what the assignments say
  std::vector<Assignment> assignments;
  std::vector<std::pair<std::string, std::optional<std::string>>> configs;
};
struct CreateTopicsRequest {
  std::vector<TopicSpec> topics;
  bool validate_only = false;
};
struct TopicCreated : Outcome {
  std::string name;
  Uuid id;
  std::int32_t partitions = -1;
  std::int16_t replication = -1;
};
struct CreateTopicsReply {
  std::vector<TopicCreated> topics;
};

// By name or by id, not by both.
struct TopicReference {
  std::optional<std::string> name;
  Uuid id;
};
struct DeleteTopicsRequest {
  std::vector<TopicReference> topics;
};
struct TopicDeleted : Outcome {
  std::optional<std::string> name;  // as far as it is known
  Uuid id;
};
struct DeleteTopicsReply {
  std::vector<TopicDeleted> topics;
};

struct PartitionsSpec {
  std::string topic;
  std::int32_t count = 0;                                             // of all partitions afterwards
  std::optional<std::vector<std::vector<std::int32_t>>> assignments;  // of the new ones
};
struct CreatePartitionsRequest {
  std::vector<PartitionsSpec> topics;
  bool validate_only = false;
};
struct TopicOutcome : Outcome {
  std::string topic;
};
struct CreatePartitionsReply {
  std::vector<TopicOutcome> topics;
};

enum class ConfigOperation : std::int8_t { kSet = 0, kDelete = 1, kAppend = 2, kSubtract = 3 };
struct ConfigChange {
  std::string key;
  ConfigOperation operation = ConfigOperation::kSet;
  std::optional<std::string> value;
};
struct ConfigAlteration {
  ResourceType type = ResourceType::kTopic;
  std::string name;
  std::vector<ConfigChange> changes;
};
struct AlterConfigsRequest {
  std::vector<ConfigAlteration> resources;
  bool replace = false;  // the old AlterConfigs: what is not named goes away
  bool validate_only = false;
};
struct ResourceOutcome : Outcome {
  ResourceType type = ResourceType::kTopic;
  std::string name;
};
struct AlterConfigsReply {
  std::vector<ResourceOutcome> resources;
};

enum class FeatureChange : std::int8_t { kUpgrade = 1, kSafeDowngrade = 2, kUnsafeDowngrade = 3 };
struct FeatureUpdate {
  std::string feature;
  std::int16_t level = 0;
  FeatureChange change = FeatureChange::kUpgrade;  // what a client says: may be none of the three
};
// One that is refused fails all.
struct UpdateFeaturesRequest {
  std::vector<FeatureUpdate> updates;
  bool validate_only = false;
};
struct UpdateFeaturesReply : Outcome {};

// Where the offsets of a group are from now on. Refused where the home of the group is not led in that epoch any more.
struct ChooseOffsetStoreRequest {
  std::string group;
  std::string store;
  std::int32_t home = -1;
  std::int32_t epoch = -1;
};
struct ChooseOffsetStoreReply : Outcome {};

// A broker that begins. Its session starts fenced; the first heartbeat that has caught up with `epoch` unfences it.
struct BrokerRegistration {
  std::int32_t id = -1;
  std::string cluster_id;
  Uuid incarnation;  // random, new at every start
  std::vector<catalog::Endpoint> endpoints;
  std::vector<catalog::FeatureRange> features;  // catalog::served_features() of this program
  std::optional<std::string> rack;
  std::vector<Uuid> directories;
  std::optional<std::vector<Uuid>> cordoned_directories;
  std::int64_t previous_epoch = -1;  // of the last clean stop (.kafka_cleanshutdown); -1: the stop was not clean
};
struct RegistrationReply : Outcome {
  std::int64_t epoch = -1;
};

struct BrokerHeartbeat {
  std::int32_t id = -1;
  std::int64_t epoch = -1;
  std::int64_t metadata_offset = -1;  // Image::position() of what the broker has applied
  bool want_fence = false;
  bool want_shutdown = false;
  std::vector<Uuid> offline_directories;
};
struct HeartbeatReply : Outcome {
  bool caught_up = false;
  bool fenced = true;
  bool should_shut_down = false;
};

// Takes the registration away. A broker that is alive has to register again before it is heard.
struct UnregisterBrokerRequest {
  std::int32_t id = -1;
};
struct UnregisterBrokerReply : Outcome {};

// What the leader of partitions wants their in-sync replicas to be. An error of the whole request leaves `partitions` empty.
struct InSyncReplica {
  std::int32_t id = -1;
  std::int64_t epoch = -1;  // of the registration with which it caught up; -1: whichever
};
struct IsrChange {
  Uuid topic_id;
  std::int32_t partition = 0;
  std::int32_t leader_epoch = -1;
  std::int32_t partition_epoch = -1;
  std::vector<InSyncReplica> isr;
  std::int8_t recovery_state = 0;
};
struct AlterPartitionRequest {
  std::int32_t broker_id = -1;
  std::int64_t broker_epoch = -1;
  std::vector<IsrChange> partitions;
};
struct PartitionAltered : Outcome {
  std::int32_t leader = -1;
  std::int32_t leader_epoch = -1;
  std::int32_t partition_epoch = -1;
  std::vector<std::int32_t> isr;
  std::int8_t recovery_state = 0;
};
struct AlterPartitionReply : Outcome {
  std::vector<PartitionAltered> partitions;
};

// In which of its directories a broker has its replicas. An error of the whole request leaves `replicas` empty.
struct ReplicaDirectory {
  Uuid directory;
  Uuid topic_id;
  std::int32_t partition = 0;
};
struct AssignReplicasToDirsRequest {
  std::int32_t broker_id = -1;
  std::int64_t broker_epoch = -1;
  std::vector<ReplicaDirectory> replicas;
};
struct AssignReplicasToDirsReply : Outcome {
  std::vector<Outcome> replicas;
};

enum class ElectionType : std::int8_t { kPreferred = 0, kUnclean = 1 };
struct ElectLeadersRequest {
  ElectionType type = ElectionType::kPreferred;  // what a client says: may be neither of the two
  std::optional<std::vector<std::pair<std::string, std::vector<std::int32_t>>>>
      partitions;  // nothing: all, and only those with something to do are answered
};
struct PartitionOutcome : Outcome {
  std::string topic;
  std::int32_t partition = 0;
};
struct ElectLeadersReply : Outcome {
  std::vector<PartitionOutcome> partitions;
};

// Other brokers for partitions that exist. No replicas: what is under way is to end where it began.
struct Reassignment {
  std::string topic;
  std::int32_t partition = 0;
  std::optional<std::vector<std::int32_t>> replicas;
};
struct AlterPartitionReassignmentsRequest {
  std::vector<Reassignment> partitions;
  bool allow_replication_change = true;  // of how many replicas there are
};
struct AlterPartitionReassignmentsReply : Outcome {
  std::vector<PartitionOutcome> partitions;
};

struct ProducerIdsRequest {
  std::int32_t broker_id = -1;
  std::int64_t broker_epoch = -1;
};
struct ProducerIdsReply : Outcome {
  std::int64_t first = -1;
  std::int32_t count = 0;
};

}  // namespace barnabas::controller
