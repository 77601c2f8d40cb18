#include "kernel/node/membership.h"

#include <fmt/format.h>

#include "kernel/wire/errors.h"

namespace barnabas::node {
namespace {

// Before the first answer matters, and while leaving, a beat follows an answer quickly.
constexpr std::int64_t kEagerIntervalNs = 10'000'000;
constexpr std::int64_t kLeavePatienceNs = 5'000'000'000;
// A registration that a store's session was too short for.
constexpr std::int64_t kRegisterAgainNs = 500'000'000;

}  // namespace

Membership::Membership(controller::Controller& controller, base::Loop& loop, std::int64_t heartbeat_interval_ns,
                       std::function<void(std::string_view)> log)
    : controller_(controller),
      interval_ns_(heartbeat_interval_ns),
      log_(std::move(log)),
      timer_(loop, [this] { controller_.keeps_sessions() ? register_broker() : beat(); }),
      patience_(loop, [this] {
        if (left_) std::exchange(left_, nullptr)();
      }) {}

void Membership::join(controller::BrokerRegistration registration, std::function<void(Status)> joined) {
  joined_ = std::move(joined);
  registration_ = std::move(registration);
  register_broker();
}

void Membership::register_broker() {
  timer_.cancel();
  is_registering_ = true;
  is_lost_ = false;
  controller_.register_broker(registration_, [this, alive = std::weak_ptr(alive_)](const controller::RegistrationReply& reply) {
    if (!alive.expired()) on_registered(reply);
  });
}

void Membership::on_registered(const controller::RegistrationReply& reply) {
  is_registering_ = false;
  if (is_lost_ && !left_) return register_broker();
  if (!reply.ok() && joined_)
    return std::exchange(joined_, nullptr)(
        Status::invalid(fmt::format("the broker could not be registered ({}): {}", wire::error_name(reply.error), reply.message)));
  if (!reply.ok()) {
    if (left_) return;
    log_(fmt::format("registration refused ({}): {}", wire::error_name(reply.error), reply.message));
    return timer_.start(kRegisterAgainNs);
  }
  epoch_ = reply.epoch;
  if (!controller_.keeps_sessions()) return beat();
  if (joined_) std::exchange(joined_, nullptr)({});
}

void Membership::on_session_lost() {
  if (left_) return;
  log_("the session with the metadata store is over: this broker registers again");
  is_lost_ = true;
  if (!is_registering_) register_broker();
}

void Membership::leave(std::function<void()> left) {
  left_ = std::move(left);
  // A session ends with the store.
  patience_.start(controller_.keeps_sessions() ? 0 : kLeavePatienceNs);
  if (!controller_.keeps_sessions()) beat();
}

void Membership::beat() {
  controller::BrokerHeartbeat heartbeat;
  heartbeat.id = registration_.id;
  heartbeat.epoch = epoch_;
  heartbeat.metadata_offset = controller_.image()->position();
  heartbeat.want_shutdown = left_ != nullptr;
  controller_.heartbeat(heartbeat, [this, alive = std::weak_ptr(alive_)](const controller::HeartbeatReply& reply) {
    if (!alive.expired()) on_reply(reply);
  });
}

void Membership::on_reply(const controller::HeartbeatReply& reply) {
  if (!reply.ok()) log_(fmt::format("heartbeat refused ({}): {}", wire::error_name(reply.error), reply.message));
  if (left_ && (reply.should_shut_down || !reply.ok())) {
    patience_.cancel();
    timer_.cancel();
    return std::exchange(left_, nullptr)();
  }
  if (joined_ && reply.ok() && !reply.fenced) std::exchange(joined_, nullptr)({});
  timer_.start(joined_ || left_ ? kEagerIntervalNs : interval_ns_);
}

}  // namespace barnabas::node
