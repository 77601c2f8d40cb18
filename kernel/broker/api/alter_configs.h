// What AlterConfigs and IncrementalAlterConfigs share: asking the controller, and an answer of the same shape.
#pragma once

#include "kernel/broker/api/answers.h"
#include "kernel/broker/api/error_text.h"
#include "kernel/broker/broker.h"

namespace barnabas::broker {

// `Response` is the response of either API.
template <class Response>
void ask_to_alter(Call& call, controller::AlterConfigsRequest wanted) {
  call.shard.broker.ask_controller<controller::AlterConfigsReply>(
      call,
      [wanted = std::move(wanted)](controller::Controller& controller, auto reply) { controller.alter_configs(wanted, std::move(reply)); },
      [](Call& waiting, const controller::AlterConfigsReply& reply) {
        Response response;
        const auto answers = waiting.arena.array<ElementOf<&Response::responses>>(reply.resources.size());
        for (std::size_t i = 0; i < answers.size(); ++i) {
          const controller::ResourceOutcome& outcome = reply.resources[i];
          answers[i].resource_type = static_cast<std::int8_t>(outcome.type);
          answers[i].resource_name = waiting.arena.copy(outcome.name);
          answers[i].error_code = outcome.error;
          answers[i].error_message.reset();
          if (!outcome.message.empty()) answers[i].error_message = waiting.arena.copy(error_text(outcome.message));
        }
        response.responses = answers;
        waiting.answer(response);
      });
}

}  // namespace barnabas::broker
