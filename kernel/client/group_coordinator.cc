#include "kernel/client/group_coordinator.h"

#include <memory>

#include "kernel/wire/messages/10_find_coordinator.h"

namespace barnabas::client {
namespace {

constexpr std::int16_t kLastOfOneKey = 3;

}  // namespace

void find_coordinator(Client& client, const std::string& group_id, std::function<void(wire::ErrorCode, FoundCoordinator)> then) {
  auto key = std::make_shared<std::string>(group_id);
  wire::FindCoordinatorRequest request;
  request.key = *key;
  client.call<wire::FindCoordinatorResponse>(
      Target::any(), request,
      [key, then = std::move(then)](Result<Reply<wire::FindCoordinatorResponse>> reply) {
        if (!reply) return then(wire::ErrorCode::kNetworkException, {});
        const wire::FindCoordinatorResponse& response = reply->response;
        then(response.error_code, {response.node_id, {std::string(response.host), static_cast<std::uint16_t>(response.port)}});
      },
      kLastOfOneKey);
}

}  // namespace barnabas::client
