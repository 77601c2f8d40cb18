#include "kernel/controller/broker_config_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "kernel/config/kafka_keys.h"
#include "kernel/wire/errors.h"

namespace barnabas::controller {
namespace {

template <class... Words>
Outcome refused(fmt::format_string<Words...> text, Words&&... words) {
  return {ErrorCode::kInvalidRequest, fmt::format(text, std::forward<Words>(words)...)};
}

template <std::size_t kCount>
bool is_among(const std::array<std::string_view, kCount>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Kafka opens and closes sockets for these; here they are read at the start only, and to show them as in force would be a lie.
constexpr std::array<std::string_view, 2> kOfTheStart{"listener.security.protocol.map", "listeners"};

// No partition would be kept away from them.
constexpr std::string_view kCordoned = "cordoned.log.dirs";

constexpr std::array<std::string_view, 10> kOnlyOfListeners{
    "ssl.key.password",  "ssl.keystore.certificate.chain", "ssl.keystore.key",        "ssl.keystore.location",   "ssl.keystore.password",
    "ssl.keystore.type", "ssl.truststore.certificates",    "ssl.truststore.location", "ssl.truststore.password", "ssl.truststore.type",
};

constexpr std::array<std::string_view, 10> kThreadCounts{
    "background.threads",
    "log.cleaner.threads",
    "num.io.threads",
    "num.network.threads",
    "num.recovery.threads.per.data.dir",
    "num.replica.fetchers",
    "remote.log.manager.copier.thread.pool.size",
    "remote.log.manager.expiration.thread.pool.size",
    "remote.log.manager.follower.thread.pool.size",
    "remote.log.reader.threads",
};

// Empty where only the broker's own file knows it.
std::string_view value_now(std::string_view name, const BrokerConfigs& now) {
  for (const catalog::Configs* configs : {&now.own, &now.of_all})
    if (const auto found = configs->find(name); found != configs->end()) return found->second;
  return {};
}

// From half of what there is to twice as many at a time, as Kafka does it.
Outcome check_thread_count(std::string_view name, std::string_view value, const BrokerConfigs& now) {
  const auto wanted = config::integer_of(value);
  const auto current = config::integer_of(value_now(name, now));
  if (!wanted || !current) return {};
  constexpr std::string_view kWhat = "Dynamic thread count update validation failed for";
  if (*wanted < *current / 2)
    return refused("{} {}={}, value should be at least half the current value {}", kWhat, name, *wanted, *current);
  if (*wanted > *current * 2)
    return refused("{} {}={}, value should not be greater than double the current value {}", kWhat, name, *wanted, *current);
  return {};
}

}  // namespace

Outcome check_broker_config(std::string_view broker, std::string_view name, std::string_view value, const BrokerConfigs& now) {
  const config::KafkaKey* key = config::find_broker_key(name);
  if (key == nullptr) return {};
  // Who reads a broker's configs and writes them back, as the old AlterConfigs is used, changes nothing.
  if (const auto set = now.own.find(name); set != now.own.end() && config::trimmed(set->second) == config::trimmed(value)) return {};
  if (key->mode == config::UpdateMode::kReadOnly) return refused("Cannot update these configs dynamically: [{}]", name);
  if (is_among(kOnlyOfListeners, name))
    return refused("These security configs can be dynamically updated only per-listener using the listener prefix: [{}]", name);
  if (key->mode == config::UpdateMode::kPerBroker && broker.empty())
    return refused("Cannot update these configs at default cluster level, broker id must be specified: [{}]", name);
  if (Status status = config::check_value(*key, value); !status) return {ErrorCode::kInvalidConfig, std::string(message_of(status))};
  if (is_among(kOfTheStart, name)) return refused("{} is read when the broker starts, and cannot change while it runs.", name);
  if (name == kCordoned && !config::trimmed(value).empty())
    return refused("{} has no effect in this version: partitions would come to its directories all the same.", name);
  if (key->name != name && config::is_honoured(*key))
    return refused("{} has no effect in this version: {} is of all listeners together.", name, key->name);
  if (is_among(kThreadCounts, name)) return check_thread_count(name, value, now);
  return {};
}

}  // namespace barnabas::controller
