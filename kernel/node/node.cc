#include "kernel/node/node.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "kernel/broker/effective_configs.h"
#include "kernel/catalog/features.h"
#include "kernel/node/format.h"
#include "kernel/node/node_sessions.h"
#include "kernel/node/settings.h"
#include "kernel/wire/errors.h"

namespace barnabas::node {
namespace {

Uuid random_uuid(sdk::Random& random) { return base::make_uuid(random.next() | 1, random.next()); }

std::vector<Uuid> directory_ids(sdk::Storage& storage, bool failed_too = false) {
  class Collect final : public sdk::Visitor<sdk::DirectoryInfo> {
   public:
    explicit Collect(bool all) : all_(all) {}
    bool visit(const sdk::DirectoryInfo& info) noexcept override {
      if (info.online || all_) ids.push_back(info.id);
      return true;
    }
    std::vector<Uuid> ids;

   private:
    const bool all_;
  } collect(failed_too);
  if (Status status = storage.directories(collect); !status.ok()) collect.ids.clear();
  return std::move(collect.ids);
}

}  // namespace

Node::Node(base::Env& env, host::Registry& registry, const config::Deployment& deployment, const base::Machine& machine)
    : env_(env),
      registry_(registry),
      deployment_(deployment),
      machine_(machine),
      kafka_keys_(config::kafka_keys_of(deployment)),
      limits_(connection_settings(deployment, machine)) {}

Node::~Node() {
  // Logs that are still open tell the broker's partitions when they close.
  logs_.reset();
}

void Node::start(std::function<void(Status)> started, std::function<void(Status)> failed) {
  started_ = std::move(started);
  failed_ = std::move(failed);
  if (Status status = prepare(); !status.ok()) return finish_start(std::move(status));
  controller::Controller::Hooks hooks;
  hooks.on_image = [this](std::shared_ptr<const catalog::Image> image) {
    follow_configs(image);
    if (serving_ || membership_ != nullptr) broker_->publish(std::move(image));
    if (directory_report_ != nullptr) directory_report_->look();
  };
  hooks.on_failed = [this](Status status) { fail(std::move(status)); };
  hooks.on_session_lost = [this] {
    if (membership_ != nullptr) membership_->on_session_lost();
  };
  waits_for_others_ = true;
  controller_->start(std::move(hooks), [this](Status status) {
    if (stopping_) return;
    waits_for_others_ = false;
    on_controller_started(std::move(status));
  });
}

Status Node::prepare() {
  auto services = Services::make(env_, registry_, deployment_);
  if (!services) return std::move(services).status();
  services_ = *std::move(services);
  sdk::MetadataStore& metadata = prepare_metadata();
  auto cluster_id = format_if_empty(services_->storage(), metadata, services_->metadata_host().random(), deployment_);
  if (!cluster_id) return std::move(cluster_id).status();
  cluster_id_ = *cluster_id;
  controller_ = std::make_unique<controller::Controller>(metadata, services_->metadata_host(),
                                                         controller::ControllerSettings{.node_id = deployment_.node_id,
                                                                                        .cluster_id = cluster_id_,
                                                                                        .configs = deployment_.kafka,
                                                                                        .max_replication = 1,
                                                                                        .placement = &services_->placement(),
                                                                                        .placement_name = deployment_.placement.use});
  channel_ = std::make_unique<quorum::ControllerChannel>(env_.loop(0), *controller_, *follower_,
                                                         nanoseconds(deployment_.kafka, "broker.session.timeout.ms"));
  return cluster_id_.empty() ? Status() : open_storage();
}

sdk::MetadataStore& Node::prepare_metadata() {
  const auto log = [this](sdk::LogLevel level, std::string_view line) { env_.log(level, line); };
  const config::KafkaConfigs& kafka = deployment_.kafka;
  follower_ = std::make_unique<quorum::Follower>(
      env_.loop(0), quorum::Follower::Settings{deployment_.node_id, nanoseconds(kafka, "controller.quorum.fetch.timeout.ms")}, log);
  if (services_->metadata() != nullptr) {
    following_ = std::make_unique<quorum::FollowingStore>(
        *services_->metadata(), quorum::FollowingStore::Settings{deployment_.node_id, deployment_.inter_broker_listener}, *follower_);
    return *following_;
  }
  quorum::Observer::Settings settings;
  settings.patience_ns = nanoseconds(kafka, "initial.broker.registration.timeout.ms");
  for (const config::QuorumNode& node : deployment_.controllers) settings.controllers.push_back({node.id, {node.host, node.port}});
  observer_ = std::make_unique<quorum::Observer>(env_.loop(0), std::move(settings), *follower_, log);
  return *observer_;
}

void Node::follow_configs(const std::shared_ptr<const catalog::Image>& image) {
  const std::shared_ptr<const catalog::Image> earlier = std::exchange(followed_, image);
  const auto is_same = [&](const std::string& name) {
    constexpr auto kType = catalog::ResourceType::kBroker;
    return &image->configs(kType, name) == &earlier->configs(kType, name);
  };
  if (earlier != nullptr && is_same("") && is_same(std::to_string(deployment_.node_id))) return;
  const config::KafkaConfigs kafka = broker::in_force(*image, deployment_.kafka, deployment_.node_id);
  ConnectionLimits::Settings settings = connection_settings(deployment_, kafka, machine_);
  // At the start too many would have been refused; now others hold on to what they have.
  const std::uint32_t room = room_for_connections(deployment_, machine_, settings.broker_connections);
  if (settings.connections > room) {
    env_.log(sdk::LogLevel::kWarn,
             fmt::format("max.connections is {}, and this process has open files (RLIMIT_NOFILE) for {}: so many are let in",
                         settings.connections, room));
    settings.connections = room;
    settings.connections_per_address = std::min(settings.connections_per_address, room);
  }
  limits_.allow(settings);
}

Status Node::open_storage() {
  sdk::StartOutcome storage;
  BARNABAS_TRY(services_->storage().start(storage));
  previous_epoch_ = storage.clean ? storage.previous_broker_epoch : -1;

  logs_ = std::make_unique<log::LogManager>(services_->storage(), env_.clock());
  broker_ = std::make_unique<broker::Broker>(env_, broker_settings(deployment_, cluster_id_), *logs_, *controller_, *channel_,
                                             services_->codecs, kafka_keys_);
  for (std::size_t i = 0; i < env_.loop_count(); ++i) {
    sessions_.push_back(
        std::make_unique<Sessions>(env_.loop(i), limits_, limits_.settings().answer_memory_bytes / env_.loop_count(), sessions_));
    BARNABAS_TRY(services_->add_interceptors(env_.loop(i), *broker_->interceptors[i]));
    BARNABAS_TRY(services_->add_assignors(*broker_->groups[i]));
    BARNABAS_TRY(services_->add_offset_stores(*broker_->groups[i]));
  }
  // A port that the system chooses must be known before the broker says where it is; nobody is let in before it serves.
  for (const config::Listener* listener : listeners())
    if (listener->port == 0) BARNABAS_TRY(bind(*listener));
  return {};
}

void Node::on_controller_started(Status status) {
  if (status.ok() && cluster_id_.empty()) {
    cluster_id_ = std::string(controller_->image()->cluster_id());
    status = services_->storage().format({cluster_id_, deployment_.node_id, true});
    if (status.ok()) status = open_storage();
  }
  if (status.ok()) status = check_stored();
  if (!status.ok()) return finish_start(std::move(status));
  const std::int64_t patience_ns = nanoseconds(deployment_.kafka, "initial.broker.registration.timeout.ms");
  const std::int64_t no_end_ns = std::numeric_limits<std::int64_t>::max();
  membership_ = std::make_unique<Membership>(
      *controller_, *channel_, env_.loop(0),
      Membership::Settings{nanoseconds(deployment_.kafka, "broker.heartbeat.interval.ms"), patience_ns,
                           observer_ != nullptr ? no_end_ns : patience_ns},
      [this](std::string_view line) { env_.log(sdk::LogLevel::kWarn, line); }, [this] { return unfit(); });
  register_broker();
}

// What is stored was placed by metadata that knew this broker. Where they know neither it nor any topic, their log is another one, and all
// partitions would be set aside. Under ZooKeeper a broker is known as long as it runs; there the cluster's id tells.
Status Node::check_stored() {
  const catalog::Image& image = *controller_->image();
  sdk::StorageIdentity storage;
  BARNABAS_TRY(services_->storage().identity(storage));
  if (!storage.has_directory_ids || image.topic_count() != 0 || image.broker(deployment_.node_id) != nullptr) return {};
  const auto stored = logs_->stored();
  if (!stored) return stored.status().copy();
  if (stored->empty()) return {};
  return Status::invalid(fmt::format(
      "{} partitions are stored, such as {}-{}, and the metadata know neither a topic nor this broker: their log is new. Is the directory "
      "with __cluster_metadata-0 the one that it was? The new one may be deleted. To begin anew without these partitions, move them away",
      stored->size(), stored->front().topic, stored->front().partition));
}

// Under controllers of Apache Kafka a topic may have more replicas than brokers of this version keep alike.
std::string Node::unfit() {
  if (judged_ == controller_->image()) return unfit_;
  judged_ = controller_->image();
  unfit_.clear();
  judged_->each_topic([&](const catalog::Topic& topic) {
    for (std::int32_t i = 0; i < topic.partition_count() && unfit_.empty(); ++i) {
      const std::vector<std::int32_t>& replicas = topic.partition(i)->replicas;
      if (replicas.size() > 1 && std::find(replicas.begin(), replicas.end(), deployment_.node_id) != replicas.end())
        unfit_ = fmt::format("partition {}-{} is placed on it and on others, and replicas are not copied yet", topic.name, i);
    }
  });
  return unfit_;
}

void Node::register_broker() {
  sdk::Random& random = env_.loop(0).random();
  controller::BrokerRegistration registration;
  registration.id = deployment_.node_id;
  registration.cluster_id = cluster_id_;
  registration.incarnation = random_uuid(random);
  registration.endpoints = endpoints();
  for (const catalog::SupportedFeature& feature : catalog::served_features())
    registration.features.push_back({std::string(feature.name), feature.min_level, feature.max_level});
  if (!deployment_.rack.empty()) registration.rack = deployment_.rack;
  registration.directories = directory_ids(services_->storage());
  registration.previous_epoch = previous_epoch_;
  waits_for_others_ = true;
  membership_->join(std::move(registration), [this](Status status) {
    if (stopping_) return;
    waits_for_others_ = false;
    if (!status.ok()) return finish_start(std::move(status));
    on_member();
  });
}

void Node::on_member() {
  broker_->publish(controller_->image());
  if (observer_ != nullptr) {
    directory_report_ =
        std::make_unique<DirectoryReport>(*broker_, directory_ids(services_->storage(), true), [this] { return membership_->epoch(); });
    directory_report_->look();
  }
  broker_->set_aside_strays();
  start_groups();
}

void Node::start_groups() {
  // Each on its own loop, behind the view that was just published.
  struct Starting {
    std::size_t left;
    Status status;
  };
  groups_started_ = true;
  auto starting = std::make_shared<Starting>(Starting{broker_->groups.size(), {}});
  for (const auto& groups : broker_->groups)
    base::post(groups->loop(), [this, groups = groups.get(), starting] {
      groups->start([this, starting](Status status) {
        base::post(env_.loop(0), [this, starting, status = std::make_shared<Status>(std::move(status))] {
          if (starting->status.ok()) starting->status = std::move(*status);
          if (--starting->left != 0) return;
          if (!starting->status.ok()) return finish_start(std::move(starting->status));
          make_topics();
        });
      });
    });
}

void Node::make_topics() {
  controller::CreateTopicsRequest wanted;
  for (const config::TopicSpec& topic : deployment_.topics) {
    if (controller_->image()->topic(topic.name) != nullptr) continue;
    controller::TopicSpec& spec = wanted.topics.emplace_back();
    spec.name = topic.name;
    spec.partitions = topic.partitions.value_or(-1);
    for (const config::KafkaSetting& config : topic.configs) spec.configs.emplace_back(config.name, config.value);
  }
  if (wanted.topics.empty()) return broker_->when_published([this] { serve(); });
  channel_->create_topics(std::move(wanted), [this](const controller::CreateTopicsReply& reply) {
    // Another broker with the same file may have been faster.
    for (const controller::TopicCreated& topic : reply.topics)
      if (!topic.ok() && topic.error != wire::ErrorCode::kTopicAlreadyExists)
        return finish_start(Status::invalid(fmt::format("topic '{}' of the deployment could not be made ({}): {}", topic.name,
                                                        wire::error_name(topic.error), topic.message)));
    broker_->when_published([this] { serve(); });
  });
}

void Node::serve() {
  // Before the ports are bound: who connects while this is false is turned away.
  serving_ = true;
  for (const config::Listener* listener : listeners()) {
    if (is_bound(*listener)) continue;
    if (Status status = bind(*listener); !status.ok()) {
      serving_ = false;
      return finish_start(std::move(status));
    }
  }
  checkpoints_ = std::make_unique<Checkpoints>(env_, *logs_, nanoseconds(deployment_.kafka, "log.flush.offset.checkpoint.interval.ms"));
  retention_ = std::make_unique<broker::RetentionRounds>(broker_->shard(0), services_->retention(), deployment_.retention.use,
                                                         nanoseconds(deployment_.kafka, "log.retention.check.interval.ms"));
  retention_->start();
  finish_start({});
}

void Node::finish_start(Status status) {
  if (stopping_) return leave();
  if (started_) std::exchange(started_, nullptr)(std::move(status));
}

void Node::fail(Status status) {
  if (started_) return finish_start(std::move(status));
  if (failed_) std::exchange(failed_, nullptr)(std::move(status));
}

void Node::stop(std::function<void(Status)> stopped) {
  if (std::exchange(stopping_, true)) return;
  stopped_ = std::move(stopped);
  const bool is_starting = std::exchange(started_, nullptr) != nullptr;
  // What this node itself is busy with comes to its end first.
  if (!is_starting || waits_for_others_) leave();
}

void Node::leave() {
  if (retention_ != nullptr) retention_->stop();
  if (membership_ == nullptr) return stop_groups();
  membership_->leave([this] {
    // Nobody new, and those who are here are sent away: their next address is another broker, or this one after its start.
    serving_ = false;
    bound_.clear();
    auto left = std::make_shared<std::atomic<std::size_t>>(sessions_.size());
    for (std::size_t i = 0; i < sessions_.size(); ++i)
      base::post(env_.loop(i), [this, i, left] {
        sessions_[i]->close_all();
        if (left->fetch_sub(1) == 1) base::post(env_.loop(0), [this] { stop_groups(); });
      });
  });
}

void Node::stop_groups() {
  // What is committed goes into logs that are still open.
  if (!groups_started_) return stop_logs();
  auto left = std::make_shared<std::atomic<std::size_t>>(broker_->groups.size());
  for (const auto& groups : broker_->groups)
    base::post(groups->loop(), [this, groups = groups.get(), left] {
      groups->stop([this, left] {
        if (left->fetch_sub(1) == 1) base::post(env_.loop(0), [this] { stop_logs(); });
      });
    });
}

void Node::stop_logs() {
  if (checkpoints_ == nullptr) return close_logs();
  checkpoints_->stop([this] { close_logs(); });
}

void Node::close_logs() {
  auto finish = [this] {
    // Where it was never registered, what was true of the last time still is.
    const bool was_member = membership_ != nullptr && membership_->epoch() >= 0;
    Status status;
    if (broker_ != nullptr) broker_->stop_retries();
    if (logs_ != nullptr) status = logs_->stop(was_member ? membership_->epoch() : previous_epoch_);
    std::exchange(stopped_, nullptr)(std::move(status));
  };
  if (controller_ == nullptr) return finish();
  controller_->stop(std::move(finish));
}

}  // namespace barnabas::node
