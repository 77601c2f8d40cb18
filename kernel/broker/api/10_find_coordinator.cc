// FindCoordinator: there are no coordinators on this broker, so every key is told to ask again. The API is listed because clients take its
// absence for a very old broker: librdkafka, for one, then silently stores lz4 as uncompressed.
#include "kernel/wire/messages/10_find_coordinator.h"

#include "kernel/broker/api/answers.h"
#include "kernel/broker/api/handlers.h"

namespace barnabas::broker {
namespace {

constexpr std::string_view kReason = "This broker has no group or transaction coordinator.";

}  // namespace

void find_coordinator(Call& call) {
  wire::FindCoordinatorRequest request;
  if (!call.read(request)) return;
  wire::FindCoordinatorResponse response;
  const bool known_type = request.key_type == 0 || request.key_type == 1 || (request.key_type == 2 && call.api_version >= 6);
  const wire::ErrorCode error = known_type ? wire::ErrorCode::kCoordinatorNotAvailable : wire::ErrorCode::kInvalidRequest;
  if (call.api_version < 4) {
    response.error_code = error;
    response.error_message = kReason;
    response.node_id = -1;
    response.port = -1;
    return call.answer(response);
  }
  const auto coordinators = call.arena.array<ElementOf<&wire::FindCoordinatorResponse::coordinators>>(request.coordinator_keys.size());
  for (std::size_t i = 0; i < coordinators.size(); ++i) {
    coordinators[i].key = request.coordinator_keys[i];
    coordinators[i].node_id = -1;
    coordinators[i].port = -1;
    coordinators[i].error_code = error;
    coordinators[i].error_message = kReason;
  }
  response.coordinators = coordinators;
  call.answer(response);
}

}  // namespace barnabas::broker
