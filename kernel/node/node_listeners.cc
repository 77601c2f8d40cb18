// Where the node is reached.
#include <algorithm>

#include "kernel/node/node.h"
#include "kernel/node/node_sessions.h"
#include "kernel/node/settings.h"

namespace barnabas::node {

std::vector<catalog::Endpoint> Node::endpoints() const {
  std::vector<catalog::Endpoint> endpoints;
  for (const config::Listener& listener : deployment_.listeners) {
    const std::uint16_t port = listener.advertised_port != 0 ? listener.advertised_port : address(listener.name).port;
    endpoints.push_back({listener.name, listener.advertised_host, port, security_protocol(listener.protocol)});
  }
  return endpoints;
}

// Who comes by a listener that clients do not use is a broker or a controller.
Crowd Node::crowd_of(const config::Listener& listener) const {
  if (deployment_.controller_listener && listener.name == deployment_.controller_listener->name) return Crowd::kBrokers;
  const bool has_others = deployment_.listeners.size() > 1;
  return has_others && listener.name == deployment_.inter_broker_listener ? Crowd::kBrokers : Crowd::kClients;
}

Status Node::bind(const config::Listener& listener) {
  const Crowd crowd = crowd_of(listener);
  auto bound =
      env_.listen({listener.host, listener.port},
                  [this, name = listener.name, crowd](base::Loop& loop, const base::Address& peer) -> std::unique_ptr<base::StreamHandler> {
                    if (!serving_) return nullptr;
                    return sessions_[loop.index()]->accept(broker_->shard(loop.index()), name, crowd, peer);
                  });
  if (!bound) return std::move(bound).status();
  if (crowd == Crowd::kClients) (*bound)->set_pace([this] { return limits_.wait_ns(env_.clock().mono_ns()); });
  bound_.push_back({listener.name, *std::move(bound)});
  return {};
}

bool Node::is_bound(const config::Listener& listener) const {
  return std::any_of(bound_.begin(), bound_.end(), [&](const Bound& one) { return one.name == listener.name; });
}

// For clients, and for who follows this node's controller.
std::vector<const config::Listener*> Node::listeners() const {
  std::vector<const config::Listener*> all;
  for (const config::Listener& listener : deployment_.listeners) all.push_back(&listener);
  if (deployment_.controller_listener && deployment_.controllers.empty()) all.push_back(&*deployment_.controller_listener);
  return all;
}

base::Address Node::address(std::string_view listener) const {
  for (const Bound& bound : bound_)
    if (bound.name == listener) return bound.listener->address();
  return {};
}

}  // namespace barnabas::node
