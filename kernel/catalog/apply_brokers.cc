// Records of brokers and controllers, applied to the image.
#include <fmt/format.h>

#include "kernel/catalog/apply.h"
#include "kernel/wire/messages/record_brokers.h"

namespace barnabas::catalog {
namespace {

template <class Endpoints>
std::vector<Endpoint> endpoints_of(const Endpoints& from) {
  std::vector<Endpoint> endpoints;
  for (const auto& e : from) endpoints.push_back({std::string(e.name), std::string(e.host), e.port, e.security_protocol});
  return endpoints;
}
template <class Features>
std::vector<FeatureRange> features_of(const Features& from) {
  std::vector<FeatureRange> features;
  for (const auto& f : from) features.push_back({std::string(f.name), f.min_supported_version, f.max_supported_version});
  return features;
}

// A change has three values: stays, becomes false, becomes true.
Status set_flag(bool& flag, std::int8_t change, std::string_view name) {
  if (change < -1 || change > 1)
    return Status::corrupt(fmt::format("BrokerRegistrationChangeRecord with {} {}: it is -1 (off), 0 (unchanged) or 1 (on)", name, change));
  if (change != 0) flag = change > 0;
  return {};
}

}  // namespace

void Apply::put_broker(std::shared_ptr<const Broker> broker) {
  auto brokers = std::make_shared<std::map<std::int32_t, std::shared_ptr<const Broker>>>(*image_.brokers_);
  const std::int32_t id = broker->id;
  brokers->insert_or_assign(id, std::move(broker));
  image_.brokers_ = std::move(brokers);
}

Result<std::shared_ptr<Broker>> Apply::copy_of_broker(std::int32_t id, std::int64_t epoch) const {
  const auto found = image_.brokers_->find(id);
  if (found == image_.brokers_->end())
    return Status::corrupt(fmt::format("metadata record of type {} about broker {}, which is not registered", frame_.type, id));
  if (found->second->epoch != epoch)
    return Status::corrupt(fmt::format("metadata record of type {} about broker {} with epoch {}, which is registered with epoch {}",
                                       frame_.type, id, epoch, found->second->epoch));
  return std::make_shared<Broker>(*found->second);
}

Status Apply::register_broker() {
  wire::RegisterBrokerRecord message;
  BARNABAS_TRY(read(message));
  auto broker = std::make_shared<Broker>();
  broker->id = message.broker_id;
  broker->epoch = message.broker_epoch;
  broker->incarnation = message.incarnation_id;
  broker->endpoints = endpoints_of(message.end_points);
  broker->features = features_of(message.features);
  if (message.rack) broker->rack = std::string(*message.rack);
  broker->fenced = message.fenced;
  broker->in_controlled_shutdown = message.in_controlled_shutdown;
  broker->migrating = message.is_migrating_zk_broker;
  broker->directories = copy_of(message.log_dirs);
  if (message.cordoned_log_dirs) broker->cordoned_directories = copy_of(*message.cordoned_log_dirs);
  broker->unknown_tags = copy_tags(message.unknown_tags);
  put_broker(std::move(broker));
  return {};
}

Status Apply::unregister_broker() {
  wire::UnregisterBrokerRecord message;
  BARNABAS_TRY(read(message));
  if (const auto broker = copy_of_broker(message.broker_id, message.broker_epoch); !broker) return broker.status().copy();
  auto brokers = std::make_shared<std::map<std::int32_t, std::shared_ptr<const Broker>>>(*image_.brokers_);
  brokers->erase(message.broker_id);
  image_.brokers_ = std::move(brokers);
  return {};
}

template <class M>
Status Apply::set_fenced(bool fenced) {
  M message;
  BARNABAS_TRY(read(message));
  auto broker = copy_of_broker(message.id, message.epoch);
  if (!broker) return broker.status().copy();
  (*broker)->fenced = fenced;
  put_broker(*std::move(broker));
  return {};
}
template Status Apply::set_fenced<wire::FenceBrokerRecord>(bool);
template Status Apply::set_fenced<wire::UnfenceBrokerRecord>(bool);

Status Apply::registration_change() {
  wire::BrokerRegistrationChangeRecord message;
  BARNABAS_TRY(read(message));
  auto copy = copy_of_broker(message.broker_id, message.broker_epoch);
  if (!copy) return copy.status().copy();
  Broker& broker = **copy;
  BARNABAS_TRY(set_flag(broker.fenced, message.fenced, "fenced"));
  BARNABAS_TRY(set_flag(broker.in_controlled_shutdown, message.in_controlled_shutdown, "inControlledShutdown"));
  if (!message.log_dirs.empty()) broker.directories = copy_of(message.log_dirs);
  if (message.cordoned_log_dirs) broker.cordoned_directories = copy_of(*message.cordoned_log_dirs);
  put_broker(*std::move(copy));
  return {};
}

Status Apply::register_controller() {
  wire::RegisterControllerRecord message;
  BARNABAS_TRY(read(message));
  auto node = std::make_shared<ControllerNode>();
  node->id = message.controller_id;
  node->incarnation = message.incarnation_id;
  node->migration_ready = message.zk_migration_ready;
  node->endpoints = endpoints_of(message.end_points);
  node->features = features_of(message.features);
  node->unknown_tags = copy_tags(message.unknown_tags);
  auto controllers = std::make_shared<std::map<std::int32_t, std::shared_ptr<const ControllerNode>>>(*image_.controllers_);
  controllers->insert_or_assign(node->id, std::move(node));
  image_.controllers_ = std::move(controllers);
  return {};
}

}  // namespace barnabas::catalog
