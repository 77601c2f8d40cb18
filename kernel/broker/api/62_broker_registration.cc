// BrokerRegistration: a broker of another process introduces itself to this controller, and gets its epoch.
#include "kernel/wire/messages/62_broker_registration.h"

#include "kernel/broker/api/answers.h"
#include "kernel/broker/api/handlers.h"
#include "kernel/broker/broker.h"

namespace barnabas::broker {

void broker_registration(Call& call) {
  wire::BrokerRegistrationRequest request;
  if (!call.read(request)) return;
  controller::BrokerRegistration wanted;
  wanted.id = request.broker_id;
  wanted.cluster_id = request.cluster_id;
  wanted.incarnation = request.incarnation_id;
  for (const auto& listener : request.listeners)
    wanted.endpoints.push_back({std::string(listener.name), std::string(listener.host), listener.port, listener.security_protocol});
  for (const auto& feature : request.features)
    wanted.features.push_back({std::string(feature.name), feature.min_supported_version, feature.max_supported_version});
  if (request.rack) wanted.rack = std::string(*request.rack);
  wanted.directories.assign(request.log_dirs.begin(), request.log_dirs.end());
  wanted.previous_epoch = request.previous_broker_epoch;
  call.shard.broker.ask_controller<controller::RegistrationReply>(
      call,
      [wanted = std::move(wanted)](controller::Controller& controller, auto reply) {
        controller.register_broker(wanted, std::move(reply));
      },
      [](Call& waiting, const controller::RegistrationReply& reply) {
        if (!reply.ok()) waiting.shard.log_refusal(waiting.client, reply.message);  // the response has no words
        wire::BrokerRegistrationResponse response;
        response.error_code = reply.error;
        response.broker_epoch = reply.epoch;
        waiting.answer(response);
      });
}

}  // namespace barnabas::broker
