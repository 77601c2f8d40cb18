#include "kernel/broker/forward.h"

#include "kernel/broker/broker.h"

namespace barnabas::broker {

bool leads_elsewhere(const Call& call) { return !call.shard.view.image->leader().is_self; }

std::int32_t told_controller(const Call& call) {
  const catalog::Image& image = *call.shard.view.image;
  const catalog::Broker* broker = image.broker(image.controller_id());
  const bool is_reached = broker != nullptr && !broker->fenced && broker->endpoint(call.client.listener) != nullptr;
  return is_reached || image.controller_id() < 0 ? image.controller_id() : call.shard.broker.settings.node_id;
}

void forward(Call& call, sdk::Bytes frame, void (*handle)(Call&)) {
  controller::ForwardedRequest request{{frame.begin(), frame.end()}, call.client.principal, call.client.address};
  // Handlers read the body later, when the octets that came are gone.
  const auto body = call.arena.array<std::uint8_t>(call.body.size);
  std::copy_n(call.body.data, call.body.size, body.begin());
  call.body = {body.data(), body.size()};
  call.shard.broker.ask_channel<Result<std::vector<std::uint8_t>>>(
      call, [request = std::move(request)](controller::Channel& channel, auto reply) { channel.forward(request, std::move(reply)); },
      [handle](Call& waiting, const Result<std::vector<std::uint8_t>>& response) {
        response ? waiting.answer_with(*response) : handle(waiting);
      });
}

}  // namespace barnabas::broker
