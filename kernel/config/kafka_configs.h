// The broker keys that a deployment says, over Kafka's defaults; and the defaults that topics take from them.
//
// Plain values; read by anybody once made.
#pragma once

#include "kernel/config/findings.h"
#include "kernel/config/kafka_keys.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace barnabas::config {

struct KafkaSetting {
  std::string name;
  std::string value;
  Position at;
  bool is_secret = false;  // it came from ${env:…} or ${file:…}, or is a password
};

// A value and where it comes from.
struct KafkaValue {
  std::optional<std::string> value;  // nothing: null
  std::string source_key;            // the broker key that said it, or whose default it is; "" for a topic key's own default
  bool is_default = true;            // nobody said it
  Position at;                       // where it was said
};

// The value of a key in another unit, as milliseconds of a key in hours. What is below 0 stays: -1 hours means for ever, not minus one
// hour.
std::string scaled(std::string_view value, std::int64_t factor);

class KafkaConfigs {
 public:
  // REQUIRES: check_value() agreed. Replaces an earlier value.
  void set(KafkaSetting setting);
  void erase(std::string_view name);

  const KafkaSetting* find(std::string_view name) const;  // only what was said
  const std::map<std::string, KafkaSetting, std::less<>>& said() const { return said_; }

  // What was said, else the default. Of an unknown key: null.
  KafkaValue effective(std::string_view broker_key) const;
  // What a topic has that says nothing itself: the first synonym that was said, else the topic key's default.
  KafkaValue topic_default(const KafkaKey& topic_key) const;
  // All layers of that answer, strongest first, as DescribeConfigs shows synonyms.
  std::vector<KafkaValue> topic_synonyms(const KafkaKey& topic_key) const;

  // REQUIRES: a known key of that type whose effective value is not null.
  std::int64_t integer(std::string_view broker_key) const;
  double number(std::string_view broker_key) const;
  bool boolean(std::string_view broker_key) const;
  std::string text(std::string_view broker_key) const;
  std::vector<std::string> list(std::string_view broker_key) const;

 private:
  std::map<std::string, KafkaSetting, std::less<>> said_;
};

}  // namespace barnabas::config
