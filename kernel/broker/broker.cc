#include "kernel/broker/broker.h"

#include <fmt/format.h>

#include <algorithm>

#include "kernel/base/piece.h"
#include "kernel/broker/effective_configs.h"

namespace barnabas::broker {
namespace {

constexpr std::int64_t kRetryNs = 5'000'000'000;

bool is_placed(const catalog::Topic& topic, std::int32_t index, std::int32_t node) {
  if (index >= topic.partition_count()) return false;
  const std::vector<std::int32_t>& replicas = topic.partition(index)->replicas;
  return std::find(replicas.begin(), replicas.end(), node) != replicas.end();
}

// One that began with the broker whose seat this one took: nobody here can say how it was to end.
std::string open_transaction_of(const std::string& partition, std::int64_t offset) {
  return fmt::format(
      "{}: a transaction is open from offset {} on, and this broker ends none: who reads committed records only waits there, until its "
      "broker has ended it or the records up to it are deleted",
      partition, offset);
}

}  // namespace

Broker::Broker(base::Env& env, BrokerSettings settings, log::LogManager& logs, controller::Controller& controller,
               controller::Channel& channel, const record::Codecs& codecs, const config::KafkaConfigs& file)
    : env(env),
      settings(std::move(settings)),
      logs(logs),
      controller(controller),
      channel(channel),
      codecs(codecs),
      file(file),
      image_(std::make_shared<catalog::Image>()),
      log_settings_(this->settings.log),
      retry_(env.loop(0), [this] { retry_unserved(); }) {
  for (std::size_t i = 0; i < env.loop_count(); ++i) {
    shards_.push_back(std::make_unique<Shard>(*this, env.loop(i), env.loop_count()));
    shards_.back()->view = {image_, topics_};
    parkings_.push_back(&shards_.back()->parking);
    interceptors.push_back(std::make_unique<InterceptorChain>(env, codecs));
    group::GroupSettings group_settings = group::GroupSettings::from(file);
    group_settings.node_id = this->settings.node_id;
    group_settings.consumer_assignors = this->settings.assignors;
    groups.push_back(std::make_unique<GroupLoop>(*shards_.back(), std::move(group_settings), this->settings.durability));
  }
}

TopicRules Broker::rules_of(std::string_view topic) const {
  const EffectiveConfigs configs(*image_, file, settings.node_id);
  std::string value;
  return topic_rules(
      [&](std::string_view name) -> std::string_view {
        const config::KafkaKey* key = config::find_topic_key(name);
        if (key == nullptr) return {};
        value = configs.topic_layers(topic, *key).front().value.value_or("");
        return value;
      },
      log_settings_);
}

void Broker::warn_of_flushes(std::string_view topic, const catalog::Configs& earlier) const {
  if (settings.log.flush == log::FlushMode::kAck) return;  // everything is on the device before it is acknowledged
  const catalog::Configs& now = image_->configs(catalog::ResourceType::kTopic, topic);
  for (const std::string_view key : {"flush.messages", "flush.ms"}) {
    const auto set = now.find(key);
    const auto before = earlier.find(key);
    if (set == now.end() || (before != earlier.end() && before->second == set->second)) continue;
    env.log(sdk::LogLevel::kWarn, fmt::format("topic '{}': {} has no effect in this version; 'flush: ack' of the storage brings everything "
                                              "to the device before it is acknowledged",
                                              topic, key));
  }
}

Result<std::shared_ptr<Partition>> Broker::open_log(const catalog::Topic& topic, std::int32_t index, const TopicRules& rules,
                                                    const Uuid& directory, bool is_new) {
  // One that was here before the start, in a directory that nobody names, may lie where nothing can be read now; as in Kafka it is not
  // begun anew in another.
  const bool may_lie_elsewhere = !is_new && directory.is_zero() && logs.has_offline_directory();
  auto partition = std::make_shared<Partition>(parkings_);
  auto log = logs.open({.topic = topic.name,
                        .partition = index,
                        .topic_id = topic.id,
                        .directory = directory,
                        .create = !may_lie_elsewhere,
                        .settings = rules.log},
                       [&](log::PartitionLog& opened, const log::OpenReport& report) {
                         opened.set_observer(partition.get());
                         const std::string name = fmt::format("{}-{}", topic.name, index);
                         for (const std::string& note : report.notes) env.log(sdk::LogLevel::kWarn, name + ": " + note);
                         if (report.open_transaction >= 0)
                           env.log(sdk::LogLevel::kWarn, open_transaction_of(name, report.open_transaction));
                       });
  if (!log && may_lie_elsewhere && log.status().code() == Code::kNotFound)
    return Status::not_found("it lies in none of the log directories that can be read, and may lie in one that is offline");
  if (!log) return std::move(log).status();
  partition->attach(*std::move(log));
  return partition;
}

Status Broker::serve(const catalog::Topic& topic, std::int32_t index, const TopicRules& rules, bool is_new,
                     std::shared_ptr<Partition>& partition) {
  const catalog::Partition& placed = *topic.partition(index);
  if (partition == nullptr) {
    const auto here = std::find(placed.replicas.begin(), placed.replicas.end(), settings.node_id);
    const auto replica = static_cast<std::size_t>(here - placed.replicas.begin());
    Uuid directory = replica < placed.directories.size() ? placed.directories[replica] : Uuid();
    if (directory == catalog::kUnassignedDirectory || directory == catalog::kMigratingDirectory) directory = Uuid();
    auto opened = open_log(topic, index, rules, directory, is_new);
    if (!opened) return std::move(opened).status();
    partition = *std::move(opened);
  } else {
    partition->log().configure(rules.log);
  }
  if (placed.leader != settings.node_id) return partition->log().become_follower(placed.leader_epoch);
  return partition->log().become_leader({.epoch = placed.leader_epoch,
                                         .replica_id = settings.node_id,
                                         .replicas = placed.replicas,
                                         .in_sync = placed.isr,
                                         .min_in_sync = std::min(rules.min_in_sync, static_cast<std::int32_t>(placed.replicas.size()))});
}

std::shared_ptr<Partition> Broker::open_partition(const catalog::Topic& topic, std::int32_t index, const TopicRules& rules,
                                                  std::shared_ptr<Partition> known, bool is_new) {
  if (!is_placed(topic, index, settings.node_id)) {
    unserved_.remove(topic.id, index);
    return nullptr;
  }
  const Status status = serve(topic, index, rules, unserved_.is_new(topic.id, index).value_or(is_new), known);
  const auto say = [&](sdk::LogLevel level, std::string_view what) { env.log(level, fmt::format("{}-{} is {}", topic.name, index, what)); };
  if (status.ok()) {
    if (unserved_.remove(topic.id, index)) say(sdk::LogLevel::kInfo, "served now");
  } else if (status.code() != Code::kExhausted && status.code() != Code::kUnavailable) {
    unserved_.remove(topic.id, index);
    say(sdk::LogLevel::kError, fmt::format("not served: {}", message_of(status)));
  } else if (unserved_.add(topic.id, index, is_new)) {
    say(sdk::LogLevel::kError, fmt::format("not served, and is tried again: {}", message_of(status)));
    if (!retry_.armed()) retry_.start(kRetryNs);
  }
  return known;
}

// The first one that fails again ends the round: a device without room for it has none for the others, and each may take long. Where there
// is room again, all of them are opened, and this loop has others to serve meanwhile.
void Broker::retry_unserved() {
  const base::Piece piece(env.loop(0).clock(), base::Piece::kFirstNs);
  auto topics = std::make_shared<LocalTopics>(*topics_);
  std::shared_ptr<LocalTopic> local;
  const auto put = [&] {
    if (local != nullptr && std::ranges::any_of(local->partitions, [](const auto& partition) { return partition != nullptr; }))
      topics->set(std::move(local));
  };
  bool changed = false;
  bool fails = false;
  while (const auto next = unserved_.next()) {
    const auto& [id, index] = *next;
    const catalog::Topic* topic = image_->topic(id);
    if (topic == nullptr) {
      unserved_.remove(id);
      continue;
    }
    if (local == nullptr || local->id != id) {
      put();
      const LocalTopic* known = topics->find(id);
      local = known != nullptr ? std::make_shared<LocalTopic>(*known) : std::make_shared<LocalTopic>();
      local->name = topic->name;
      local->id = id;
      local->rules = rules_of(topic->name);
      local->partitions.resize(static_cast<std::size_t>(topic->partition_count()));
    }
    auto& partition = local->partitions[static_cast<std::size_t>(index)];
    const Partition* before = partition.get();
    partition = open_partition(*topic, index, local->rules, std::move(partition), false);
    fails = unserved_.is_new(id, index).has_value();
    changed |= !fails || partition.get() != before;
    if (fails || piece.is_over()) break;
  }
  if (changed) {
    put();
    show(std::move(topics));
  }
  if (!unserved_.empty()) retry_.start(fails ? kRetryNs : 0);
}

std::shared_ptr<const LocalTopic> Broker::open_topic(const catalog::Topic& topic, const LocalTopic* known, const catalog::Image* before) {
  const catalog::Topic* topic_before = before == nullptr ? nullptr : before->topic(topic.id);
  auto local = std::make_shared<LocalTopic>();
  local->name = topic.name;
  local->id = topic.id;
  local->rules = rules_of(topic.name);
  bool any = false;
  for (std::int32_t index = 0; index < topic.partition_count(); ++index) {
    std::shared_ptr<Partition> partition = known == nullptr || static_cast<std::size_t>(index) >= known->partitions.size()
                                               ? nullptr
                                               : known->partitions[static_cast<std::size_t>(index)];
    const bool was_here = topic_before != nullptr && is_placed(*topic_before, index, settings.node_id);
    const bool is_new = before != nullptr && !was_here;
    local->partitions.push_back(open_partition(topic, index, local->rules, std::move(partition), is_new));
    any |= local->partitions.back() != nullptr;
  }
  return any ? local : nullptr;
}

void Broker::publish(std::shared_ptr<const catalog::Image> image) {
  const std::shared_ptr<const catalog::Image> earlier = std::exchange(image_, std::move(image));
  const catalog::Image* before = std::exchange(is_published_, true) ? earlier.get() : nullptr;
  auto topics = std::make_shared<LocalTopics>(*topics_);
  // Those that are gone first: a new topic may have the name of one.
  image_->each_changed_topic(
      *earlier, [](const catalog::Topic&) {},
      [&](const catalog::Topic& gone) {
        const std::shared_ptr<const LocalTopic> local = topics->share(gone.id);
        remove_logs(gone, local.get());
        if (local != nullptr) topics->remove(*local);
      });
  const std::string node = std::to_string(settings.node_id);
  const auto configured_alike = [&](catalog::ResourceType type, std::string_view name) {
    return &image_->configs(type, name) == &earlier->configs(type, name);
  };
  const bool same_defaults = configured_alike(catalog::ResourceType::kBroker, "") && configured_alike(catalog::ResourceType::kBroker, node);
  if (!same_defaults)
    log_settings_.producer_id_expiration_ms = in_force(*image_, file, settings.node_id).integer("producer.id.expiration.ms");
  const auto refresh = [&](const catalog::Topic& topic) {
    if (auto local = open_topic(topic, topics->find(topic.id), before)) topics->set(std::move(local));
  };
  if (!same_defaults) {
    image_->each_topic(refresh);
  } else {
    image_->each_changed_topic(*earlier, refresh, [](const catalog::Topic&) {});
    image_->each_changed_config(*earlier, [&](catalog::ResourceType type, std::string_view name) {
      const catalog::Topic* topic = type == catalog::ResourceType::kTopic ? image_->topic(name) : nullptr;
      if (topic != nullptr && earlier->topic(topic->id) == topic) refresh(*topic);
    });
  }
  if (before != nullptr)
    image_->each_changed_config(*earlier, [&](catalog::ResourceType type, std::string_view name) {
      if (type == catalog::ResourceType::kTopic) warn_of_flushes(name, earlier->configs(type, name));
    });
  show(std::move(topics));
}

void Broker::remove_logs(const catalog::Topic& gone, const LocalTopic* local) {
  unserved_.remove(gone.id);
  std::optional<std::vector<log::StoredLog>> listed;
  for (std::int32_t index = 0; index < gone.partition_count(); ++index) {
    Partition* partition = local == nullptr ? nullptr : local->partition(index);
    if (partition == nullptr && !is_placed(gone, index, settings.node_id)) continue;
    if (partition != nullptr) partition->deleted = true;
    // One that could not be opened may be stored all the same.
    Status status =
        partition != nullptr
            ? logs.remove(gone.name, index)
            : logs.remove_closed({.topic = gone.name, .partition = index, .topic_id = gone.id, .create = false, .settings = settings.log},
                                 listed);
    if (!status.ok()) env.log(sdk::LogLevel::kError, fmt::format("{}-{} could not be removed: {}", gone.name, index, message_of(status)));
  }
}

void Broker::show(std::shared_ptr<const LocalTopics> topics) {
  topics_ = std::move(topics);
  for (const auto& shard : shards_)
    base::post(shard->loop, [this, shard = shard.get(), view = View{image_, topics_}] {
      shard->view = view;
      groups[shard->loop.index()]->on_view();
    });
}

void Broker::when_published(std::function<void()> then) {
  auto left = std::make_shared<std::atomic<std::size_t>>(shards_.size());
  auto shared_then = std::make_shared<std::function<void()>>(std::move(then));
  for (const auto& shard : shards_)
    base::post(shard->loop, [this, left, shared_then] {
      // Tasks of one loop run in order, so the loop has the view by now.
      if (left->fetch_sub(1) == 1) base::post(controller_loop(), [shared_then] { (*shared_then)(); });
    });
}

void Broker::set_aside_strays() {
  auto stored = logs.stored();
  if (!stored)
    return env.log(sdk::LogLevel::kError, fmt::format("the stored partitions cannot be listed: {}", message_of(stored.status())));
  std::vector<const catalog::Topic*> were_in_the_way_of;
  for (const log::StoredLog& log : *stored) {
    // The metadata says what belongs here, not what could be opened: a damaged or full directory is no reason to take a log for a stray.
    const catalog::Topic* topic = image_->topic(log.topic);
    const bool belongs = topic != nullptr && is_placed(*topic, log.partition, settings.node_id);
    if (belongs && (log.topic_id.is_zero() || topic->id == log.topic_id)) continue;
    env.log(sdk::LogLevel::kWarn,
            fmt::format("{}-{} is stored here, but {}: it is set aside", log.topic, log.partition,
                        belongs ? "is of a deleted topic of that name" : "the metadata does not place it on this broker"));
    if (Status status = logs.set_aside(log); !status.ok()) {
      env.log(sdk::LogLevel::kError, std::string(message_of(status)));
    } else if (belongs && (were_in_the_way_of.empty() || were_in_the_way_of.back() != topic)) {  // partitions come in order
      were_in_the_way_of.push_back(topic);
    }
  }
  if (were_in_the_way_of.empty()) return;
  // A topic that was deleted and made again while its old log could not be removed: the new one can be opened now.
  auto topics = std::make_shared<LocalTopics>(*topics_);
  for (const catalog::Topic* topic : were_in_the_way_of)
    if (auto local = open_topic(*topic, topics->find(topic->id), nullptr)) topics->set(std::move(local));
  show(std::move(topics));
}

}  // namespace barnabas::broker
