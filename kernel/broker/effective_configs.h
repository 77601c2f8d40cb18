// Which value of a configuration key is in force, and all the layers below it: what was set for the topic or group, for this broker, for
// all brokers, in the file, and Kafka's default. Looks at one image. [any thread]
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/catalog/image.h"
#include "kernel/config/kafka_configs.h"

namespace barnabas::broker {

// The codes of DescribeConfigs.
enum class ConfigSource : std::int8_t {
  kUnknown = 0,
  kTopic = 1,
  kDynamicBroker = 2,
  kDynamicDefaultBroker = 3,
  kStaticBroker = 4,
  kDefault = 5,
  kClientMetrics = 7,
  kGroup = 8
};

struct ConfigLayer {
  std::string key;  // under which this layer says it
  std::optional<std::string> value;
  ConfigSource source = ConfigSource::kUnknown;
};

// Whether clients are told of a key that nobody asked for by name: not of what only Kafka 3.9 has, nor of what Kafka keeps to itself.
inline bool is_told(const config::KafkaKey& key) { return key.lifetime != config::Lifetime::kOld && !config::is_internal(key.name); }

// The file's broker keys, and over them what was set for all brokers and for this one while they run.
config::KafkaConfigs in_force(const catalog::Image& image, const config::KafkaConfigs& file, std::int32_t node_id);

class EffectiveConfigs {
 public:
  EffectiveConfigs(const catalog::Image& image, const config::KafkaConfigs& file, std::int32_t node_id)
      : image_(image), file_(file), node_name_(std::to_string(node_id)) {}

  // What clients are told beside a topic's value, in the units of each key: what it says itself; then all that brokers say, in whatever
  // words, behind the first that says it in the first of them, or nothing where none does.
  std::vector<ConfigLayer> topic_synonyms(std::string_view topic, const config::KafkaKey& key) const;
  // Strongest first; the first is in force. Never empty.
  std::vector<ConfigLayer> topic_layers(std::string_view topic, const config::KafkaKey& key) const;
  std::vector<ConfigLayer> broker_layers(const config::KafkaKey& key) const;
  std::vector<ConfigLayer> group_layers(std::string_view group, const config::KafkaKey& key) const;
  std::vector<ConfigLayer> client_metrics_layers(std::string_view subscription, const config::KafkaKey& key) const;
  // Only what was set for all brokers (the resource without a name).
  std::vector<ConfigLayer> default_broker_layers(const config::KafkaKey& key) const;

 private:
  std::vector<ConfigLayer> layers_above_brokers(catalog::ResourceType type, ConfigSource source, std::string_view name,
                                                const config::KafkaKey& key) const;
  void add_dynamic_broker(std::string_view key, std::int64_t factor, std::vector<ConfigLayer>& layers) const;

  const catalog::Image& image_;
  const config::KafkaConfigs& file_;
  std::string node_name_;
};

}  // namespace barnabas::broker
