#include "kernel/broker/api/offsets_topic.h"

#include <algorithm>
#include <string>

#include "kernel/broker/broker.h"
#include "kernel/broker/internal_topic.h"
#include "kernel/broker/shard.h"

namespace barnabas::broker {

controller::TopicSpec offsets_topic(const Call& call) {
  const config::KafkaConfigs& file = call.shard.broker.file;
  const catalog::Image& image = *call.shard.view.image;
  std::int16_t brokers = 0;
  for (const auto& [id, broker] : image.brokers()) brokers = static_cast<std::int16_t>(brokers + !broker->fenced);
  controller::TopicSpec spec;
  spec.name = kOffsetsTopic;
  spec.partitions = static_cast<std::int32_t>(file.integer("offsets.topic.num.partitions"));
  spec.replication = std::min({static_cast<std::int16_t>(file.integer("offsets.topic.replication.factor")),
                               std::max<std::int16_t>(brokers, 1), call.shard.broker.settings.max_replication});
  spec.configs = {{"cleanup.policy", "compact"},
                  {"compression.type", "producer"},
                  {"segment.bytes", std::to_string(file.integer("offsets.topic.segment.bytes"))}};
  return spec;
}

}  // namespace barnabas::broker
