// Where things stand in the tree of a Kafka cluster, below the chroot. Pure. [any thread]
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace barnabas::metadata_zookeeper {

inline constexpr const char* kClusterId = "/cluster/id";
inline constexpr const char* kBrokers = "/brokers/ids";
inline constexpr const char* kTopics = "/brokers/topics";
inline constexpr const char* kController = "/controller";
inline constexpr const char* kControllerEpoch = "/controller_epoch";
inline constexpr const char* kDeletions = "/admin/delete_topics";
inline constexpr const char* kConfigs = "/config";
inline constexpr const char* kConfigChanges = "/config/changes";
inline constexpr const char* kConfigChange = "/config/changes/config_change_";  // and ten digits
inline constexpr const char* kProducerBlock = "/latest_producer_id_block";
inline constexpr const char* kFeature = "/feature";
inline constexpr const char* kMigration = "/migration";

std::string broker_path(std::int32_t id);
std::string topic_path(std::string_view topic);
std::string partitions_path(std::string_view topic);
std::string partition_path(std::string_view topic, std::int32_t partition);
std::string state_path(std::string_view topic, std::int32_t partition);
std::string deletion_path(std::string_view topic);

// Resources that have settings, by their numbers in Kafka's records.
enum class Resource : std::int8_t { kTopic = 2, kBroker = 4, kClientMetrics = 16, kGroup = 32 };

// "topics/orders": below /config, and what a change node says. Empty: the resource has no place there. The name "" of a broker is
// "<default>".
std::string entity_path(Resource type, std::string_view name);
std::string config_path(Resource type, std::string_view name);
// The folder of all resources of the type, "/config/topics".
std::string config_folder(Resource type);
// Whether brokers are told by a change node. Kafka 3.9 knows no others.
bool announces_changes(Resource type);

// A path taken apart: what is where this tree puts it.
struct Place {
  enum class Kind : std::uint8_t {
    kOther,
    kClusterId,
    kBroker,
    kTopic,
    kPartitions,
    kPartition,
    kState,
    kDeletion,
    kConfig,
    kProducerBlock,
    kFeature,
    kControllerEpoch
  };
  Kind kind = Kind::kOther;
  std::string name;          // of the topic or resource
  std::int32_t number = -1;  // of the broker or partition
  Resource resource = Resource::kTopic;
};
Place place_of(std::string_view path);

// "a b" -> "a%20b": how names that may hold anything are written, as Kafka's Sanitizer does.
std::string url_encoded(std::string_view name);
std::optional<std::string> url_decoded(std::string_view text);

}  // namespace barnabas::metadata_zookeeper
