// InitProducerId: a number for an idempotent producer. Each loop hands out a block that the controller gave it, so most requests ask
// nobody.
#include "kernel/wire/messages/22_init_producer_id.h"

#include "kernel/broker/api/answers.h"
#include "kernel/broker/api/handlers.h"
#include "kernel/broker/broker.h"

namespace barnabas::broker {
namespace {

using wire::ErrorCode;
using Request = wire::InitProducerIdRequest;
using Response = wire::InitProducerIdResponse;

void refuse(Call& call, ErrorCode error) {
  Response response;
  response.error_code = error;
  response.producer_epoch = -1;
  call.answer(response);
}

void answer(Call& call) {
  Response response;
  response.producer_id = call.shard.producer_ids.take();
  response.producer_epoch = 0;
  call.answer(response);
}

}  // namespace

void init_producer_id(Call& call) {
  Request request;
  if (!call.read(request)) return;
  // A transactional producer asks its coordinator, and FindCoordinator told it that there is none: the same here, so that it ends at once.
  if (request.transactional_id.has_value())
    return refuse(call, request.transactional_id->empty() ? ErrorCode::kInvalidRequest : ErrorCode::kTransactionalIdAuthorizationFailed);
  // A producer that already is somebody says both who and in which epoch.
  if ((request.producer_id == -1) != (request.producer_epoch == -1)) return refuse(call, ErrorCode::kInvalidRequest);
  if (!call.shard.producer_ids.empty()) return answer(call);
  Broker& broker = call.shard.broker;
  broker.ask_channel<controller::ProducerIdsReply>(
      call,
      [&broker, id = broker.settings.node_id](controller::Channel& channel, auto reply) {
        const catalog::Broker* self = broker.controller.image()->broker(id);
        channel.allocate_producer_ids({id, self == nullptr ? -1 : self->epoch}, std::move(reply));
      },
      [](Call& waiting, const controller::ProducerIdsReply& reply) {
        // Whatever keeps the controller from giving ids now is this broker's trouble, and passes: a producer that hears of it gives up.
        if (!reply.ok()) return refuse(waiting, ErrorCode::kCoordinatorLoadInProgress);
        // Another request of this loop may have got a block meanwhile; the ids of this one are then given up, there are plenty.
        if (waiting.shard.producer_ids.empty()) waiting.shard.producer_ids = {reply.first, reply.first + reply.count};
        answer(waiting);
      });
}

}  // namespace barnabas::broker
