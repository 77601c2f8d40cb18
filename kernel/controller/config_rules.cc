#include "kernel/controller/config_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "kernel/catalog/own_configs.h"
#include "kernel/controller/broker_config_rules.h"
#include "kernel/wire/errors.h"
#include "kernel/wire/messages/record_settings.h"
#include "kernel/wire/messages/record_topics.h"

namespace barnabas::controller {
namespace {

constexpr std::string_view kMinIsr = "min.insync.replicas";
constexpr std::size_t kMostOctets = INT16_MAX;  // of a text in a record
constexpr std::size_t kMostShown = 200;
constexpr std::ptrdiff_t kMostOthers = 500;  // configs of one resource that Kafka does not list

const config::KafkaKey* find_key(ResourceType type, std::string_view name) {
  switch (type) {
    case ResourceType::kTopic:
      return config::find_topic_key(name);
    case ResourceType::kGroup:
      return config::find_group_key(name);
    case ResourceType::kClientMetrics:
      return config::find_client_metrics_key(name);
    case ResourceType::kBroker:
      return config::find_broker_key(name);
    default:
      return nullptr;
  }
}

std::string_view type_word(ResourceType type) {
  switch (type) {
    case ResourceType::kTopic:
      return "topic";
    case ResourceType::kGroup:
      return "group";
    case ResourceType::kClientMetrics:
      return "client metrics";
    default:
      return "broker";
  }
}

Outcome invalid(std::string message) { return {ErrorCode::kInvalidConfig, std::move(message)}; }

// A group's setting must stay within what the brokers allow.
struct Bound {
  std::string_view group_key;
  std::string_view min_broker_key;
  std::string_view max_broker_key;
};
constexpr std::array<Bound, 13> kBounds{{
    {"consumer.session.timeout.ms", "group.consumer.min.session.timeout.ms", "group.consumer.max.session.timeout.ms"},
    {"consumer.heartbeat.interval.ms", "group.consumer.min.heartbeat.interval.ms", "group.consumer.max.heartbeat.interval.ms"},
    {"consumer.assignment.interval.ms", "group.consumer.min.assignment.interval.ms", "group.consumer.max.assignment.interval.ms"},
    {"share.session.timeout.ms", "group.share.min.session.timeout.ms", "group.share.max.session.timeout.ms"},
    {"share.heartbeat.interval.ms", "group.share.min.heartbeat.interval.ms", "group.share.max.heartbeat.interval.ms"},
    {"share.assignment.interval.ms", "group.share.min.assignment.interval.ms", "group.share.max.assignment.interval.ms"},
    {"share.delivery.count.limit", "group.share.min.delivery.count.limit", "group.share.max.delivery.count.limit"},
    {"share.partition.max.record.locks", "group.share.min.partition.max.record.locks", "group.share.max.partition.max.record.locks"},
    {"share.record.lock.duration.ms", "group.share.min.record.lock.duration.ms", "group.share.max.record.lock.duration.ms"},
    {"streams.session.timeout.ms", "group.streams.min.session.timeout.ms", "group.streams.max.session.timeout.ms"},
    {"streams.heartbeat.interval.ms", "group.streams.min.heartbeat.interval.ms", "group.streams.max.heartbeat.interval.ms"},
    {"streams.assignment.interval.ms", "group.streams.min.assignment.interval.ms", "group.streams.max.assignment.interval.ms"},
    {"streams.num.standby.replicas", "", "group.streams.max.standby.replicas"},
}};

Outcome check_bounds(std::string_view key, std::string_view value, const config::KafkaConfigs& node) {
  for (const Bound& bound : kBounds) {
    if (bound.group_key != key) continue;
    const auto wanted = config::integer_of(value);
    if (wanted && !bound.min_broker_key.empty() && *wanted < node.integer(bound.min_broker_key))
      return invalid(fmt::format("{} must be greater than or equal to {}", key, bound.min_broker_key));
    if (wanted && *wanted > node.integer(bound.max_broker_key))
      return invalid(fmt::format("{} must be less than or equal to {}", key, bound.max_broker_key));
  }
  return {};
}

// What only the whole of a topic's settings shows.
Outcome check_together(const catalog::Configs& all, const config::KafkaConfigs& node) {
  const auto value = [&](std::string_view key) -> std::optional<std::int64_t> {
    if (const auto own = all.find(key); own != all.end()) return config::integer_of(own->second);
    const config::KafkaKey* known = config::find_topic_key(key);
    return known == nullptr ? std::nullopt : config::integer_of(node.topic_default(*known).value.value_or(""));
  };
  const auto least = value("min.compaction.lag.ms");
  const auto most = value("max.compaction.lag.ms");
  if (least && most && *least > *most)
    return invalid(fmt::format("conflict topic config setting min.compaction.lag.ms ({}) > max.compaction.lag.ms ({})", *least, *most));
  return {};
}

// What a client is, and a pattern of it. Kafka splits at each '=' and leaves out empty parts at the end.
bool is_client_pattern(std::string_view text) {
  constexpr std::array<std::string_view, 6> kTraits{
      "client_id", "client_instance_id", "client_software_name", "client_software_version", "client_source_address", "client_source_port"};
  text = text.substr(0, text.find_last_not_of('=') + 1);
  const auto sign = text.find('=');
  if (sign == std::string_view::npos || text.find('=', sign + 1) != std::string_view::npos) return false;
  const std::string_view name = text.substr(0, sign);
  const std::string_view trait = name.substr(0, name.find_last_not_of(' ') + 1);
  return std::find(kTraits.begin(), kTraits.end(), trait) != kTraits.end();
}

class Alteration {
 public:
  Alteration(const ConfigAlteration& asked, const catalog::Configs& now, const catalog::Configs& of_all_brokers,
             const config::KafkaConfigs& node)
      : asked_(asked), now_(now), of_all_brokers_(of_all_brokers), node_(node) {}

  Outcome run(ConfigWrites& writes) {
    ConfigWrites changes;
    for (const ConfigChange& change : asked_.changes) {
      if (asked_.type == ResourceType::kGroup && change.key == catalog::kOffsetStoreConfig) {
        // To set what is set is no change: who reads a group's configs and writes them back, as the old AlterConfigs is used, may go on.
        const auto now = now_.find(change.key);
        if (change.operation == ConfigOperation::kSet && now != now_.end() && change.value == now->second) continue;
        return invalid(
            fmt::format("{} is where the group's offsets are and follows them: barnabas groups move-offsets moves both", change.key));
      }
      if (changes.count(change.key) != 0) return {ErrorCode::kInvalidRequest, "Error due to duplicate config keys"};
      std::optional<std::string> value;
      if (Outcome problem = value_of(change, value); !problem.ok()) return problem;
      changes.emplace(change.key, std::move(value));
    }
    catalog::Configs all = now_;
    for (const auto& [key, value] : changes) {
      if (value) {
        if (Outcome problem = check(key, *value); !problem.ok()) return problem;
        all.insert_or_assign(key, *value);
      } else if (const auto at = all.find(key); at != all.end()) {
        all.erase(at);
      }
    }
    if (Outcome problem = check_count(all); !problem.ok()) return problem;
    if (asked_.type == ResourceType::kTopic)
      if (Outcome problem = check_together(all, node_); !problem.ok()) return problem;
    for (auto& [key, value] : changes) {
      const auto before = now_.find(key);
      const bool same = before == now_.end() ? !value : value == before->second;
      if (!same) writes.emplace(key, std::move(value));
    }
    return {};
  }

 private:
  // The value that is to be set, spaces around it away as Kafka takes them off; what nobody knows stays as it is.
  Outcome value_of(const ConfigChange& change, std::optional<std::string>& value) const {
    if (Outcome problem = combined(change, value); !problem.ok() || !value) return problem;
    if (find_key(asked_.type, change.key) != nullptr) value = std::string(config::trimmed(*value));
    if (change.key.size() <= kMostOctets && value->size() <= kMostOctets) return {};
    return invalid(fmt::format("The value of {} would have {} octets, and a record has room for {}.", change.key.substr(0, kMostShown),
                               value->size(), kMostOctets));
  }

  Outcome combined(const ConfigChange& change, std::optional<std::string>& value) const {
    if (change.operation == ConfigOperation::kDelete) return {};
    if (!change.value) return invalid(fmt::format("Null value not supported for {} configs: {}", type_word(asked_.type), change.key));
    if (change.operation == ConfigOperation::kSet) {
      value = change.value;
      return {};
    }
    // As Kafka answers to an operation that there is not.
    if (change.operation != ConfigOperation::kAppend && change.operation != ConfigOperation::kSubtract)
      return {ErrorCode::kUnknownServerError, ""};
    const bool append = change.operation == ConfigOperation::kAppend;
    const config::KafkaKey* key = find_key(asked_.type, change.key);
    if (key == nullptr || key->type != config::KafkaType::kList)
      return invalid(fmt::format("Can't {} to key {} because its type is not LIST.", append ? "APPEND" : "SUBTRACT", change.key));
    std::vector<std::string> items = config::split_list(current(*key));
    for (const std::string& item : config::split_list(*change.value)) {
      const auto at = std::find(items.begin(), items.end(), item);
      if (append && at == items.end()) items.push_back(item);
      if (!append && at != items.end()) items.erase(at);
    }
    value.emplace();
    for (const std::string& item : items) value->append(value->empty() ? "" : ",").append(item);
    return {};
  }

  // Those that Kafka lists are so many; of others there may be any number, and everything that is set is copied with each change.
  Outcome check_count(const catalog::Configs& all) const {
    const auto is_other = [&](const auto& entry) {
      const config::KafkaKey* key = find_key(asked_.type, entry.first);
      return key == nullptr || key->name != entry.first;  // a listener's, of any name
    };
    const auto count = std::count_if(all.begin(), all.end(), is_other);
    if (count <= kMostOthers || count <= std::count_if(now_.begin(), now_.end(), is_other)) return {};
    return invalid(fmt::format("{} configs that Kafka does not list would be set here, and there may be {}.", count, kMostOthers));
  }

  std::string current(const config::KafkaKey& key) const {
    if (const auto own = now_.find(key.name); own != now_.end()) return own->second;
    if (asked_.type == ResourceType::kTopic) return node_.topic_default(key).value.value_or("");
    return key.has_default() ? std::string(key.default_value) : std::string();
  }

  Outcome check(std::string_view name, std::string_view value) const {
    if (asked_.type == ResourceType::kBroker) return check_broker_config(asked_.name, name, value, {now_, of_all_brokers_});
    const config::KafkaKey* key = find_key(asked_.type, name);
    if (key == nullptr || key->lifetime == config::Lifetime::kOld)
      return invalid(fmt::format("Unknown {} config name: {}", type_word(asked_.type), name));
    if (asked_.type == ResourceType::kClientMetrics) return check_client_metrics(*key, value);
    if (Status status = config::check_value(*key, value); !status) return invalid(std::string(message_of(status)));
    if (asked_.type == ResourceType::kTopic && name == "remote.storage.enable" && config::boolean_of(value).value_or(false))
      return invalid("Tiered Storage functionality is disabled in the broker. Topic cannot be configured with remote log storage.");
    return asked_.type == ResourceType::kGroup ? check_bounds(name, value, node_) : Outcome{};
  }

  // Kafka looks at subscriptions by itself, and says so in words of its own.
  static Outcome check_client_metrics(const config::KafkaKey& key, std::string_view value) {
    if (key.name == "interval.ms") {
      const auto interval = config::integer_of(value);
      if (interval && (*interval < 100 || *interval > 3'600'000))
        return {ErrorCode::kInvalidRequest,
                fmt::format("Invalid value {} for interval.ms, interval must be between 100 and 3600000 (1 hour)", value)};
    }
    if (key.name == "match")
      for (const std::string& pattern : config::split_list(value))
        if (!is_client_pattern(pattern)) return invalid("Illegal client matching pattern: " + pattern);
    if (Status status = config::check_value(key, value); !status) return invalid(std::string(message_of(status)));
    return {};
  }

  const ConfigAlteration& asked_;
  const catalog::Configs& now_;
  const catalog::Configs& of_all_brokers_;
  const config::KafkaConfigs& node_;
};

}  // namespace

Outcome check_alteration(const ConfigAlteration& alteration, const catalog::Configs& now, const catalog::Configs& of_all_brokers,
                         const config::KafkaConfigs& node, ConfigWrites& writes) {
  return Alteration(alteration, now, of_all_brokers, node).run(writes);
}

void write_configs(Draft& draft, ResourceType type, const std::string& name, const ConfigWrites& writes) {
  for (const auto& [key, value] : writes) {
    wire::ConfigRecord record;
    record.resource_type = static_cast<std::int8_t>(type);
    record.resource_name = name;
    record.name = key;
    record.value.reset();
    if (value) record.value = std::string_view(*value);
    draft.add(record);
  }
  const bool everywhere = type == ResourceType::kBroker && name.empty();
  if ((type != ResourceType::kTopic && !everywhere) || writes.count(kMinIsr) == 0 || !draft.elr_enabled()) return;
  wire::ClearElrRecord record;
  record.topic_name = name;
  draft.add(record);
}

}  // namespace barnabas::controller
