// UnregisterBroker: a broker that will not come back is forgotten.
#include "kernel/wire/messages/64_unregister_broker.h"

#include "kernel/broker/api/answers.h"
#include "kernel/broker/api/error_text.h"
#include "kernel/broker/api/handlers.h"
#include "kernel/broker/broker.h"

namespace barnabas::broker {

void unregister_broker(Call& call) {
  wire::UnregisterBrokerRequest request;
  if (!call.read(request)) return;
  call.shard.broker.ask_controller<controller::UnregisterBrokerReply>(
      call,
      [id = request.broker_id](controller::Controller& controller, auto reply) { controller.unregister_broker({id}, std::move(reply)); },
      [](Call& waiting, const controller::UnregisterBrokerReply& reply) {
        wire::UnregisterBrokerResponse response;
        response.error_code = reply.error;
        response.error_message.reset();
        if (!reply.message.empty()) response.error_message = error_text(reply.message);
        waiting.answer(response);
      });
}

}  // namespace barnabas::broker
