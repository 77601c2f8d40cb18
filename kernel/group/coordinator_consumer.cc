// What is asked about consumer groups.
#include <utility>

#include "kernel/group/coordinator_state.h"

namespace barnabas::group {

void Coordinator::consumer_heartbeat(ConsumerHeartbeatRequest request, Reply<ConsumerHeartbeatReply> reply) {
  const Turn turn(state_->context);
  ConsumerHeartbeatReply answer;
  answer.error = state_->find(request.group).error;
  if (answer.error == ErrorCode::kNone) answer.error = ErrorCode::kUnsupportedVersion;
  state_->context->answer(std::move(reply), std::move(answer));
}

void Coordinator::consumer_describe(const ConsumerDescribeRequest& request, const Reply<ConsumerDescribeReply>& reply) {
  const Turn turn(state_->context);
  ConsumerDescribeReply answer;
  answer.group = request.group;
  answer.error = state_->find(request.group).error;
  if (answer.error == ErrorCode::kNone) answer.error = ErrorCode::kGroupIdNotFound;
  state_->context->answer(reply, std::move(answer));
}

void Coordinator::on_image(std::shared_ptr<const catalog::Image> image) { state_->context->image = std::move(image); }

}  // namespace barnabas::group
