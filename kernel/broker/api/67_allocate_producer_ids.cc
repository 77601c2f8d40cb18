// AllocateProducerIds: a block of producer ids for a broker of another process.
#include "kernel/wire/messages/67_allocate_producer_ids.h"

#include "kernel/broker/api/answers.h"
#include "kernel/broker/api/handlers.h"
#include "kernel/broker/broker.h"

namespace barnabas::broker {

void allocate_producer_ids(Call& call) {
  wire::AllocateProducerIdsRequest request;
  if (!call.read(request)) return;
  call.shard.broker.ask_controller<controller::ProducerIdsReply>(
      call,
      [wanted = controller::ProducerIdsRequest{request.broker_id, request.broker_epoch}](controller::Controller& controller, auto reply) {
        controller.allocate_producer_ids(wanted, std::move(reply));
      },
      [](Call& waiting, const controller::ProducerIdsReply& reply) {
        wire::AllocateProducerIdsResponse response;
        response.error_code = reply.error;
        response.producer_id_start = reply.first;
        response.producer_id_len = reply.count;
        waiting.answer(response);
      });
}

}  // namespace barnabas::broker
