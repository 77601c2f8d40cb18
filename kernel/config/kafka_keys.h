// Kafka's configuration keys as data: type, default, range and meaning of every broker, topic, group and client-metrics key.
//
// Constant tables (kafka_keys_*.cc); any thread.
#pragma once

#include "kernel/base/result.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace barnabas::config {

// The values are the config type codes of DescribeConfigs.
enum class KafkaType : std::int8_t {
  kBoolean = 1,
  kString = 2,
  kInt = 3,
  kShort = 4,
  kLong = 5,
  kDouble = 6,
  kList = 7,
  kClass = 8,
  kPassword = 9
};
std::string_view type_name(KafkaType type);  // "boolean", "string", …

enum class Importance : std::int8_t { kHigh, kMedium, kLow };

// When a broker key may change; the topic keys may always.
enum class UpdateMode : std::int8_t { kReadOnly, kClusterWide, kPerBroker, kTopic };

enum class Lifetime : std::int8_t {
  kCurrent,
  kDeprecated,  // still served by 4.3
  kOld,         // served by 3.9 only
};

// Absent default: null. kRequired: must be said in a server.properties.
inline constexpr std::string_view kNullDefault = {};
inline constexpr std::string_view kRequiredDefault = "REQUIRED";

struct KafkaKey {
  std::string_view name;
  KafkaType type;
  std::string_view default_value;  // data() == nullptr: null
  std::string_view valid;          // "[1,...]", "[a, b]", "non-empty string", …, "" for anything
  Importance importance;
  UpdateMode mode;
  Lifetime lifetime;
  std::string_view doc;

  bool has_default() const { return default_value.data() != nullptr && default_value != kRequiredDefault; }
  bool is_secret() const { return type == KafkaType::kPassword; }
};

// In the order of their names.
std::span<const KafkaKey* const> broker_keys();
std::span<const KafkaKey> topic_keys();
std::span<const KafkaKey> group_keys();
std::span<const KafkaKey> client_metrics_keys();

// Null where there is none. A broker key may carry a prefix: listener.name.<listener>. and, below it, <mechanism>.
const KafkaKey* find_broker_key(std::string_view name);
// Kafka takes it and does not list it.
bool is_internal(std::string_view broker_key);
const KafkaKey* find_topic_key(std::string_view name);
const KafkaKey* find_group_key(std::string_view name);
const KafkaKey* find_client_metrics_key(std::string_view name);

// Whether this version does anything with the broker key.
bool is_honoured(const KafkaKey& key);
// The same of a topic key.
bool is_honoured_of_topics(std::string_view name);
// Those that it reads by name; the broker keys that topics take defaults from come on top.
std::span<const std::string_view> honoured_keys();

// The broker keys that give a topic or group key its default, strongest first. The topic's value is the broker's times `factor`.
struct Synonym {
  std::string_view broker_key;
  std::int64_t factor = 1;
};
std::vector<Synonym> synonyms(const KafkaKey& topic_key);

// Kafka's own check of type and range, in Kafka's own words: "Invalid value x for configuration y: Not a number of type INT".
Status check_value(const KafkaKey& key, std::string_view value);

// The number or truth in a value that check_value() accepts, as Kafka reads it: spaces around it and a plus before it count for nothing,
// nor does the case of a word. Nothing: it is none.
std::optional<std::int64_t> integer_of(std::string_view value);
std::optional<bool> boolean_of(std::string_view value);

// Without the spaces around it, which Kafka takes off every value before it looks at it.
std::string_view trimmed(std::string_view value);

// What a value looks like, for people: "int in [1,...]".
std::string describe_type(const KafkaKey& key);

// The items of a list value, as Kafka splits it.
std::vector<std::string> split_list(std::string_view value);

}  // namespace barnabas::config
