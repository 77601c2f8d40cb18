// DescribeCluster: the brokers, as admin clients ask for them.
#include "kernel/wire/messages/60_describe_cluster.h"

#include "kernel/broker/api/answers.h"
#include "kernel/broker/api/handlers.h"
#include "kernel/broker/broker.h"
#include "kernel/broker/forward.h"

namespace barnabas::broker {
namespace {

using Request = wire::DescribeClusterRequest;
using Response = wire::DescribeClusterResponse;

constexpr std::int8_t kBrokerEndpoints = 1;
constexpr std::int8_t kControllerEndpoints = 2;

// As a controller tells who the controllers are: the one that this broker has.
void describe_controller(Call& call) {
  const BrokerSettings& settings = call.shard.broker.settings;
  ElementOf<&Response::brokers> self;
  self.broker_id = settings.node_id;
  self.host = settings.controller_address.host;
  self.port = settings.controller_address.port;
  Response response;
  response.endpoint_type = kControllerEndpoints;
  response.cluster_id = settings.cluster_id;
  response.controller_id = call.shard.view.image->controller_id();
  response.brokers = {&self, 1};
  call.answer(response);
}

}  // namespace

void describe_cluster(Call& call) {
  Request request;
  if (!call.read(request)) return;
  Response response;
  response.endpoint_type = request.endpoint_type;
  const bool is_asked_as_controller = call.client.listener == call.shard.broker.settings.controller_listener;
  if (is_asked_as_controller && request.endpoint_type == kControllerEndpoints) return describe_controller(call);
  if (request.endpoint_type != kBrokerEndpoints) {
    const bool is_known = request.endpoint_type == kControllerEndpoints;
    response.error_code = is_known ? wire::ErrorCode::kMismatchedEndpointType : wire::ErrorCode::kUnsupportedEndpointType;
    response.error_message = is_known
                                 ? std::string_view("The request was sent to an endpoint of a broker, which does not list controllers.")
                                 : std::string_view("Endpoints are of type 1 (brokers) or 2 (controllers).");
    return call.answer(response);
  }
  const catalog::Image& image = *call.shard.view.image;
  response.cluster_id = call.shard.broker.settings.cluster_id;
  response.controller_id = told_controller(call);
  const auto brokers = call.arena.array<ElementOf<&Response::brokers>>(image.brokers().size());
  std::size_t count = 0;
  for (const auto& [id, broker] : image.brokers()) {
    const catalog::Endpoint* endpoint = broker->endpoint(call.client.listener);
    if (endpoint == nullptr || (broker->fenced && !request.include_fenced_brokers)) continue;
    brokers[count].broker_id = id;
    brokers[count].host = endpoint->host;
    brokers[count].port = endpoint->port;
    brokers[count].is_fenced = broker->fenced;
    if (broker->rack) brokers[count].rack = std::string_view(*broker->rack);
    ++count;
  }
  response.brokers = brokers.first(count);
  if (request.include_cluster_authorized_operations)
    response.cluster_authorized_operations = authorized_operations(call, Resource::kCluster, kClusterName);
  call.answer(response);
}

}  // namespace barnabas::broker
