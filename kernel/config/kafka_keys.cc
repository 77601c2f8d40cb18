#include "kernel/config/kafka_keys.h"

#include "kernel/config/kafka_key_tables.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include <fmt/format.h>

namespace barnabas::config {

namespace {

// Where a topic or group key finds its default among the broker keys, where the names differ in more than a unit.
constexpr std::pair<std::string_view, std::string_view> kBrokerTwins[] = {
    {"cleanup.policy", "log.cleanup.policy"},
    {"compression.gzip.level", "compression.gzip.level"},
    {"compression.lz4.level", "compression.lz4.level"},
    {"compression.type", "compression.type"},
    {"compression.zstd.level", "compression.zstd.level"},
    {"delete.retention.ms", "log.cleaner.delete.retention.ms"},
    {"file.delete.delay.ms", "log.segment.delete.delay.ms"},
    {"flush.messages", "log.flush.interval.messages"},
    {"index.interval.bytes", "log.index.interval.bytes"},
    {"local.retention.bytes", "log.local.retention.bytes"},
    {"local.retention.ms", "log.local.retention.ms"},
    {"max.compaction.lag.ms", "log.cleaner.max.compaction.lag.ms"},
    {"max.message.bytes", "message.max.bytes"},
    {"message.downconversion.enable", "log.message.downconversion.enable"},
    {"message.format.version", "log.message.format.version"},
    {"message.timestamp.after.max.ms", "log.message.timestamp.after.max.ms"},
    {"message.timestamp.before.max.ms", "log.message.timestamp.before.max.ms"},
    {"message.timestamp.difference.max.ms", "log.message.timestamp.difference.max.ms"},
    {"message.timestamp.type", "log.message.timestamp.type"},
    {"min.cleanable.dirty.ratio", "log.cleaner.min.cleanable.ratio"},
    {"min.compaction.lag.ms", "log.cleaner.min.compaction.lag.ms"},
    {"min.insync.replicas", "min.insync.replicas"},
    {"preallocate", "log.preallocate"},
    {"retention.bytes", "log.retention.bytes"},
    {"segment.bytes", "log.segment.bytes"},
    {"segment.index.bytes", "log.index.size.max.bytes"},
    {"unclean.leader.election.enable", "unclean.leader.election.enable"},
};

// Group keys are the broker's without the first word.
bool has_group_twin(std::string_view name) { return find_broker_key(fmt::format("group.{}", name)) != nullptr; }

template <class Range, class Of>
const KafkaKey* find_by_name(const Range& keys, std::string_view name, Of of) {
  const auto at = std::lower_bound(keys.begin(), keys.end(), name, [&](const auto& key, std::string_view n) { return of(key).name < n; });
  return at != keys.end() && of(*at).name == name ? &of(*at) : nullptr;
}

// listener.name.<listener>.[<mechanism>.]key: the key at its end, or "".
std::string_view without_listener_prefix(std::string_view name) {
  constexpr std::string_view kPrefix = "listener.name.";
  if (!name.starts_with(kPrefix)) return {};
  const auto dot = name.find('.', kPrefix.size());
  return dot == std::string_view::npos || dot == kPrefix.size() ? std::string_view() : name.substr(dot + 1);
}

}  // namespace

std::string_view type_name(KafkaType type) {
  switch (type) {
    case KafkaType::kBoolean:
      return "boolean";
    case KafkaType::kString:
      return "string";
    case KafkaType::kInt:
      return "int";
    case KafkaType::kShort:
      return "short";
    case KafkaType::kLong:
      return "long";
    case KafkaType::kDouble:
      return "double";
    case KafkaType::kList:
      return "list";
    case KafkaType::kClass:
      return "class";
    case KafkaType::kPassword:
      return "password";
  }
  return "";
}

std::string describe_type(const KafkaKey& key) {
  return key.valid.empty() ? std::string(type_name(key.type)) : fmt::format("{}, {}", type_name(key.type), key.valid);
}

std::span<const KafkaKey* const> broker_keys() {
  static const std::vector<const KafkaKey*> sorted = [] {
    std::vector<const KafkaKey*> all;
    for (const auto table : {server_broker_keys(), quorum_broker_keys(), log_broker_keys(), group_broker_keys(), features_broker_keys(),
                             security_broker_keys(), zookeeper_broker_keys()})
      for (const KafkaKey& key : table) all.push_back(&key);
    std::sort(all.begin(), all.end(), [](const KafkaKey* a, const KafkaKey* b) { return a->name < b->name; });
    return all;
  }();
  return sorted;
}

const KafkaKey* find_broker_key(std::string_view name) {
  const auto lookup = [](std::string_view plain) {
    return find_by_name(
        broker_keys(), plain, [](const KafkaKey* key) -> auto& { return *key; });
  };
  if (const KafkaKey* key = lookup(name)) return key;
  const std::string_view inner = without_listener_prefix(name);
  if (inner.empty()) return nullptr;
  if (const KafkaKey* key = lookup(inner)) return key;
  const auto dot = inner.find('.');  // behind the SASL mechanism
  return dot == std::string_view::npos ? nullptr : lookup(inner.substr(dot + 1));
}

namespace {
constexpr auto kItself = [](const KafkaKey& key) -> auto& { return key; };
}  // namespace

bool is_internal(std::string_view broker_key) {
  // Of the authorizer, of its own timing, and what is only ever set while it runs.
  static constexpr std::string_view kOthers[] = {"allow.everyone.if.no.acl.found",
                                                 "controller.performance.always.log.threshold.ms",
                                                 "controller.performance.sample.period.ms",
                                                 "follower.replication.throttled.rate",
                                                 "group.consumer.regex.refresh.interval.ms",
                                                 "group.share.initialize.retry.interval.ms",
                                                 "group.share.persister.class.name",
                                                 "leader.replication.throttled.rate",
                                                 "log.initial.task.delay.ms",
                                                 "producer.id.expiration.check.interval.ms",
                                                 "remote.log.index.file.cache.ttl.ms",
                                                 "remote.log.manager.task.retry.backoff.max.ms",
                                                 "remote.log.manager.task.retry.backoff.ms",
                                                 "remote.log.manager.task.retry.jitter",
                                                 "replica.alter.log.dirs.io.max.bytes.per.second",
                                                 "server.max.startup.time.ms",
                                                 "share.coordinator.cold.partition.snapshot.interval.ms",
                                                 "share.coordinator.state.topic.prune.interval.ms",
                                                 "super.users",
                                                 "unclean.leader.election.interval.ms",
                                                 "unstable.api.versions.enable",
                                                 "unstable.feature.versions.enable"};
  return broker_key.starts_with("internal.") || std::ranges::binary_search(kOthers, broker_key);
}

const KafkaKey* find_topic_key(std::string_view name) { return find_by_name(topic_keys(), name, kItself); }
const KafkaKey* find_group_key(std::string_view name) { return find_by_name(group_keys(), name, kItself); }
const KafkaKey* find_client_metrics_key(std::string_view name) { return find_by_name(client_metrics_keys(), name, kItself); }

std::vector<Synonym> synonyms(const KafkaKey& topic_key) {
  constexpr std::int64_t kMinuteMs = 60'000;
  constexpr std::int64_t kHourMs = 3'600'000;
  const std::string_view name = topic_key.name;
  if (name == "retention.ms") return {{"log.retention.ms"}, {"log.retention.minutes", kMinuteMs}, {"log.retention.hours", kHourMs}};
  if (name == "segment.ms") return {{"log.roll.ms"}, {"log.roll.hours", kHourMs}};
  if (name == "segment.jitter.ms") return {{"log.roll.jitter.ms"}, {"log.roll.jitter.hours", kHourMs}};
  if (name == "flush.ms") return {{"log.flush.interval.ms"}, {"log.flush.scheduler.interval.ms"}};
  for (const auto& [topic, broker] : kBrokerTwins)
    if (topic == name) return {{broker}};
  if (find_group_key(name) == &topic_key && has_group_twin(name)) return {{find_broker_key(fmt::format("group.{}", name))->name}};
  return {};
}

std::vector<std::string> split_list(std::string_view value) {
  const auto trimmed = [](std::string_view text) {
    while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())) != 0) text.remove_prefix(1);
    while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) text.remove_suffix(1);
    return text;
  };
  std::vector<std::string> items;
  value = trimmed(value);
  if (value.empty()) return items;
  for (;;) {
    const auto comma = value.find(',');
    items.emplace_back(trimmed(value.substr(0, comma)));
    if (comma == std::string_view::npos) return items;
    value.remove_prefix(comma + 1);
  }
}

}  // namespace barnabas::config
