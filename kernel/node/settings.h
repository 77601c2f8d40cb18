// What the deployment's keys mean for the parts of a node.
#pragma once

#include "kernel/broker/broker.h"
#include "kernel/config/deployment.h"
#include "kernel/node/connection_limits.h"

namespace barnabas::node {

ConnectionLimits::Settings connection_settings(const config::Deployment& deployment);
broker::BrokerSettings broker_settings(const config::Deployment& deployment, const std::string& cluster_id);
// Of consumer groups, the default first: those that are named, or Kafka's.
std::vector<config::PluginChoice> assignors(const config::Deployment& deployment);
// Kafka's number of "PLAINTEXT", "SSL", …
std::int16_t security_protocol(std::string_view name);

}  // namespace barnabas::node
