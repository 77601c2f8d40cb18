// What a deployment says in its own words, in Kafka's: clients ask a broker for these keys.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>

#include "kernel/config/deployment.h"

namespace barnabas::config {

KafkaConfigs kafka_keys_of(const Deployment& deployment) {
  KafkaConfigs keys = deployment.kafka;
  const auto say = [&](std::string_view name, std::string value) {
    if (!value.empty() && keys.find(name) == nullptr) keys.set({std::string(name), std::move(value), {}});
  };
  std::vector<std::string> listeners, advertised;
  std::map<std::string, std::string> protocols;
  for (const Listener& each : deployment.listeners) {
    listeners.push_back(fmt::format("{}://{}:{}", each.name, each.host, each.port));
    advertised.push_back(fmt::format("{}://{}:{}", each.name, each.advertised_host, each.advertised_port));
    protocols[each.name] = each.protocol;
  }
  say("node.id", std::to_string(deployment.node_id));
  say("broker.id", std::to_string(deployment.node_id));
  say("broker.rack", deployment.rack);
  say("listeners", fmt::format("{}", fmt::join(listeners, ",")));
  say("advertised.listeners", fmt::format("{}", fmt::join(advertised, ",")));
  // The protocol of a name that is one goes without saying.
  std::erase_if(protocols, [](const auto& one) { return one.first == one.second; });
  std::vector<std::string> mapped;
  for (const auto& [name, protocol] : protocols) mapped.push_back(fmt::format("{}:{}", name, protocol));
  say("listener.security.protocol.map", fmt::format("{}", fmt::join(mapped, ",")));
  if (deployment.listeners.size() > 1) say("inter.broker.listener.name", deployment.inter_broker_listener);
  for (const Setting& setting : deployment.storage.settings)
    if (setting.name == "dirs") say("log.dirs", fmt::format("{}", fmt::join(setting.items, ",")));
  return keys;
}

}  // namespace barnabas::config
