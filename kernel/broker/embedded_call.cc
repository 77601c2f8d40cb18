#include "kernel/broker/embedded_call.h"

#include "kernel/base/task.h"
#include "kernel/broker/dispatch.h"
#include "kernel/broker/shard.h"

namespace barnabas::broker {
namespace {
constexpr std::size_t kLengthBytes = 4;
}

EmbeddedCall::EmbeddedCall(Call& outer, sdk::Bytes request, Client client, Answered answered)
    : outer_(outer.ref()),
      request_(request.begin(), request.end()),
      client_(std::move(client)),
      answered_(std::move(answered)),
      call_(outer.shard, *this, arena_, client_) {}

void EmbeddedCall::run(Call& outer, sdk::Bytes request, Client client, Answered answered) {
  auto embedded = std::make_shared<EmbeddedCall>(outer, request, std::move(client), std::move(answered));
  embedded->self_ = embedded;
  dispatch(embedded->call_, {embedded->request_.data(), embedded->request_.size()});
}

std::shared_ptr<Call*> EmbeddedCall::link() {
  if (link_ == nullptr) link_ = std::make_shared<Call*>(&call_);
  return link_;
}

bool EmbeddedCall::hold(Call&, std::uint64_t bytes) { return *outer_ == nullptr || (*outer_)->hold(bytes); }

bool EmbeddedCall::hold_waiting(Call&, std::uint64_t bytes) { return *outer_ == nullptr || (*outer_)->hold_waiting(bytes); }

// It is the outer call's, and goes with it.
void EmbeddedCall::give_back(Call&, std::uint64_t) {}

void EmbeddedCall::later(Call&, std::function<void()> step) {
  base::post(call_.shard.loop, [self = self_, step = std::move(step)] { step(); });
}

void EmbeddedCall::answered(Call&, base::Output&& output) {
  std::vector<std::uint8_t> octets;
  octets.reserve(output.size());
  // What is forwarded has no records in its response, so nothing of it is lent by a storage.
  for (const base::Output::Piece& piece : output.pieces())
    if (!piece.is_lease) octets.insert(octets.end(), piece.owned.begin() + static_cast<std::ptrdiff_t>(piece.begin), piece.owned.end());
  octets.erase(octets.begin(), octets.begin() + kLengthBytes);
  finish(std::move(octets));
}

void EmbeddedCall::unanswered(Call&) { finish(std::nullopt); }

void EmbeddedCall::closed(Call&, std::string_view reason) {
  call_.shard.log_refusal(client_, reason);
  finish(std::nullopt);
}

void EmbeddedCall::finish(std::optional<std::vector<std::uint8_t>> response) {
  if (link_ != nullptr) *std::exchange(link_, nullptr) = nullptr;
  // The handler that answers is still on the stack, and uses the call.
  base::post(call_.shard.loop, [self = std::move(self_), response = std::move(response)]() mutable {
    if (*self->outer_ != nullptr) self->answered_(**self->outer_, std::move(response));
  });
}

}  // namespace barnabas::broker
