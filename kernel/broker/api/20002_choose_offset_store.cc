// ChooseOffsetStore, which is our own: a coordinator on another broker has moved a group into another offset store.
#include "kernel/wire/messages/20002_choose_offset_store.h"

#include "kernel/broker/api/answers.h"
#include "kernel/broker/api/error_text.h"
#include "kernel/broker/api/handlers.h"
#include "kernel/broker/broker.h"

namespace barnabas::broker {

void choose_offset_store(Call& call) {
  wire::ChooseOffsetStoreRequest request;
  if (!call.read(request)) return;
  call.shard.broker.ask_controller<controller::ChooseOffsetStoreReply>(
      call,
      [wanted = controller::ChooseOffsetStoreRequest{std::string(request.group_id), std::string(request.store), request.home,
                                                     request.home_epoch}](controller::Controller& controller, auto reply) {
        controller.choose_offset_store(wanted, std::move(reply));
      },
      [](Call& waiting, const controller::ChooseOffsetStoreReply& reply) {
        wire::ChooseOffsetStoreResponse response;
        response.error_code = reply.error;
        response.error_message.reset();
        if (!reply.message.empty()) response.error_message = error_text(reply.message);
        waiting.answer(response);
      });
}

}  // namespace barnabas::broker
