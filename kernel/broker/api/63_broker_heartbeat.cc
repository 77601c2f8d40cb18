// BrokerHeartbeat: a registered broker of another process lives, has come so far, or wants to stop.
#include "kernel/wire/messages/63_broker_heartbeat.h"

#include "kernel/broker/api/answers.h"
#include "kernel/broker/api/handlers.h"
#include "kernel/broker/broker.h"

namespace barnabas::broker {

void broker_heartbeat(Call& call) {
  wire::BrokerHeartbeatRequest request;
  if (!call.read(request)) return;
  controller::BrokerHeartbeat beat;
  beat.id = request.broker_id;
  beat.epoch = request.broker_epoch;
  beat.metadata_offset = request.current_metadata_offset;
  beat.want_fence = request.want_fence;
  beat.want_shutdown = request.want_shut_down;
  beat.offline_directories.assign(request.offline_log_dirs.begin(), request.offline_log_dirs.end());
  call.shard.broker.ask_controller<controller::HeartbeatReply>(
      call, [beat = std::move(beat)](controller::Controller& controller, auto reply) { controller.heartbeat(beat, std::move(reply)); },
      [](Call& waiting, const controller::HeartbeatReply& reply) {
        wire::BrokerHeartbeatResponse response;
        response.error_code = reply.error;
        response.is_caught_up = reply.caught_up;
        response.is_fenced = reply.fenced;
        response.should_shut_down = reply.should_shut_down;
        waiting.answer(response);
      });
}

}  // namespace barnabas::broker
