// /brokers/ids/N
#include "json.h"
#include "nodes.h"

#include <algorithm>

namespace barnabas::metadata_zookeeper {
namespace {

constexpr std::string_view kPlaintext = "PLAINTEXT";
constexpr std::string_view kOurs = "barnabas";
constexpr std::int64_t kOursForm = 1;  // of what brokers of ours tell each other

std::string uri(const BrokerNode::Endpoint& endpoint) {
  const bool is_ipv6 = endpoint.host.find(':') != std::string::npos;
  return endpoint.listener + "://" + (is_ipv6 ? '[' + endpoint.host + ']' : endpoint.host) + ':' + std::to_string(endpoint.port);
}

bool read_uri(std::string_view text, BrokerNode::Endpoint& endpoint) {
  const std::size_t scheme = text.find("://");
  const std::size_t colon = text.rfind(':');
  if (scheme == std::string_view::npos || colon < scheme + 3) return false;
  std::int64_t port = -1;
  if (!read_decimal(text.substr(colon + 1), port) || port < 0 || port > UINT16_MAX) return false;
  std::string_view host = text.substr(scheme + 3, colon - scheme - 3);
  if (host.size() > 1 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  endpoint.listener = text.substr(0, scheme);
  endpoint.protocol = endpoint.listener;  // unless the map of listeners says otherwise
  endpoint.host = host;
  endpoint.port = static_cast<std::uint16_t>(port);
  return true;
}

void read_endpoints(Members& members, BrokerNode& node) {
  if (!members.has("endpoints")) {
    node.endpoints.push_back({std::string(kPlaintext), std::string(kPlaintext), members.text("host"),
                              static_cast<std::uint16_t>(members.number("port", 0, UINT16_MAX))});
    return;
  }
  for (const std::string& text : members.texts("endpoints"))
    if (!read_uri(text, node.endpoints.emplace_back())) members.refuse("endpoints", "a list of NAME://HOST:PORT");
  members.each("listener_security_protocol_map", [&](std::string_view listener, const boost::json::value& protocol) {
    if (!protocol.is_string()) return members.refuse("listener_security_protocol_map", "an object of texts");
    for (BrokerNode::Endpoint& endpoint : node.endpoints)
      if (endpoint.listener == listener) endpoint.protocol = std::string(protocol.get_string().data(), protocol.get_string().size());
  });
}

std::string print_features(const BrokerNode& node) {
  JsonObject features;
  for (const auto& [name, levels] : node.features)
    features.add(name, JsonObject().add("min_version", levels.first).add("max_version", levels.second).text());
  return features.text();
}

}  // namespace

std::string print(const BrokerNode& node) {
  JsonObject protocols;
  std::string endpoints = "[";
  for (const BrokerNode::Endpoint& endpoint : node.endpoints) {
    protocols.add(endpoint.listener, quoted(endpoint.protocol));
    endpoints.append(endpoints.size() > 1 ? "," : "").append(quoted(uri(endpoint)));
  }
  JsonObject object;
  object.add("features", print_features(node)).add("listener_security_protocol_map", protocols.text()).add("endpoints", endpoints + "]");
  if (node.rack) object.add("rack", quoted(*node.rack));
  // For clients of the time before listeners.
  const auto plain = std::ranges::find(node.endpoints, kPlaintext, &BrokerNode::Endpoint::protocol);
  const bool has_plain = plain != node.endpoints.end();
  object.add("jmx_port", node.jmx_port).add("port", has_plain ? plain->port : -1).add("host", has_plain ? quoted(plain->host) : "null");
  object.add("version", 5).add("timestamp", quoted(std::to_string(node.timestamp_ms)));
  if (node.is_ours) object.add(kOurs, kOursForm);
  return object.text();
}

Result<BrokerNode> parse_broker(std::string_view json) {
  Members members(json);
  BrokerNode node;
  read_endpoints(members, node);
  node.rack = members.optional_text("rack");
  if (members.has("jmx_port")) node.jmx_port = members.int32("jmx_port");
  if (members.has("timestamp")) node.timestamp_ms = members.number_in_text("timestamp");
  node.is_ours = members.has(kOurs);
  members.each("features", [&](std::string_view name, const boost::json::value& value) {
    Members levels(value);
    const auto least = static_cast<std::int16_t>(levels.number("min_version", 0, INT16_MAX));
    const auto most = static_cast<std::int16_t>(levels.number("max_version", 0, INT16_MAX));
    if (!levels.status()) members.refuse("features", "an object of levels");
    node.features.emplace(name, std::pair(least, most));
  });
  if (!members.status()) return members.status().copy();
  return node;
}

}  // namespace barnabas::metadata_zookeeper
