// DescribeCluster: the brokers, as admin clients ask for them.
#include "kernel/wire/messages/60_describe_cluster.h"

#include "kernel/broker/api/answers.h"
#include "kernel/broker/api/handlers.h"
#include "kernel/broker/broker.h"

namespace barnabas::broker {
namespace {

using Request = wire::DescribeClusterRequest;
using Response = wire::DescribeClusterResponse;

constexpr std::int8_t kBrokerEndpoints = 1;
constexpr std::int8_t kControllerEndpoints = 2;

}  // namespace

void describe_cluster(Call& call) {
  Request request;
  if (!call.read(request)) return;
  Response response;
  response.endpoint_type = request.endpoint_type;
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
  response.controller_id = image.controller_id();
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
