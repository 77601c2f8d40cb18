// The pieces that the list of broker keys is put together from; kafka_keys.h is what others include.
//
// Constant tables; any thread.
#pragma once

#include "kernel/config/kafka_keys.h"

#include <span>
#include <string_view>

namespace barnabas::config {

std::span<const KafkaKey> features_broker_keys();
std::span<const KafkaKey> group_broker_keys();
std::span<const KafkaKey> log_broker_keys();
std::span<const KafkaKey> quorum_broker_keys();
std::span<const KafkaKey> security_broker_keys();
std::span<const KafkaKey> server_broker_keys();
std::span<const KafkaKey> zookeeper_broker_keys();

}  // namespace barnabas::config
