#include "kernel/node/membership.h"

#include <fmt/format.h>

#include <algorithm>

#include "kernel/wire/errors.h"

namespace barnabas::node {
namespace {

constexpr std::int64_t kNsPerMs = 1'000'000;
constexpr std::int64_t kLeavePatienceNs = 5'000'000'000;
// A registration that a store's session was too short for.
constexpr std::int64_t kRegisterAgainNs = 500'000'000;

// An answer over the network carries a code and no words; the finalized levels say the rest.
std::string why_refused(const controller::RegistrationReply& reply, const controller::BrokerRegistration& registration,
                        const catalog::Image& image) {
  std::string text = reply.message;
  if (reply.error != wire::ErrorCode::kUnsupportedVersion) return text;
  for (const auto& [name, level] : image.features()) {
    const auto own = std::ranges::find(registration.features, name, &catalog::FeatureRange::name);
    if (own != registration.features.end() && level >= own->min_level && level <= own->max_level) continue;
    text += fmt::format("; the cluster has {} at level {}, this broker has {}", name, level,
                        own == registration.features.end() ? "none" : fmt::format("{} to {}", own->min_level, own->max_level));
  }
  return text;
}

}  // namespace

Membership::Membership(controller::Controller& controller, controller::Channel& channel, base::Loop& loop, Settings settings,
                       std::function<void(std::string_view)> log, std::function<std::string()> unfit)
    : controller_(controller),
      channel_(channel),
      loop_(loop),
      settings_(settings),
      log_(std::move(log)),
      unfit_(std::move(unfit)),
      timer_(loop,
             [this] {
               if (controller_.keeps_sessions() || epoch_ < 0) return register_broker();
               beat();
             }),
      patience_(loop, [this] {
        if (left_) std::exchange(left_, nullptr)();
      }) {}

void Membership::join(controller::BrokerRegistration registration, std::function<void(Status)> joined) {
  joined_ = std::move(joined);
  registration_ = std::move(registration);
  give_up_ns_ = loop_.clock().mono_ns() + settings_.patience_ns;
  register_broker();
}

void Membership::register_broker() {
  timer_.cancel();
  is_registering_ = true;
  is_lost_ = false;
  channel_.register_broker(registration_, [this, alive = std::weak_ptr(alive_)](const controller::RegistrationReply& reply) {
    if (!alive.expired()) on_registered(reply);
  });
}

// Nobody leads just now, or the process that had this id is not yet known to be gone.
bool Membership::may_register_later(const controller::RegistrationReply& reply) const {
  const bool may_pass = reply.error == wire::ErrorCode::kNotController || reply.error == wire::ErrorCode::kRequestTimedOut ||
                        reply.error == wire::ErrorCode::kDuplicateBrokerRegistration;
  return may_pass && !controller_.keeps_sessions() && loop_.clock().mono_ns() < give_up_ns_;
}

void Membership::on_registered(const controller::RegistrationReply& reply) {
  is_registering_ = false;
  if (is_leaving_) return;
  if (is_lost_) return register_broker();
  if (!reply.ok() && joined_ && may_register_later(reply)) {
    say_refused("registration", reply);
    return timer_.start(kRegisterAgainNs);
  }
  if (!reply.ok() && joined_)
    return std::exchange(joined_,
                         nullptr)(Status::invalid(fmt::format("the broker could not be registered ({}): {}", wire::error_name(reply.error),
                                                              why_refused(reply, registration_, *controller_.image()))));
  if (!reply.ok()) {
    say_refused("registration", reply);
    return timer_.start(kRegisterAgainNs);
  }
  epoch_ = reply.epoch;
  if (!controller_.keeps_sessions()) return beat();
  say_answered();
  if (joined_) std::exchange(joined_, nullptr)({});
}

void Membership::on_session_lost() {
  if (is_leaving_) return;
  log_("the session with the metadata store is over: this broker registers again");
  is_lost_ = true;
  if (!is_registering_) register_broker();
}

void Membership::leave(std::function<void()> left) {
  is_leaving_ = true;
  left_ = std::move(left);
  joined_ = nullptr;
  timer_.cancel();
  // A session ends with the store, and who is not registered has nobody to take leave of.
  const bool says_so = !controller_.keeps_sessions() && epoch_ >= 0;
  patience_.start(says_so ? kLeavePatienceNs : 0);
  if (says_so) beat();
}

void Membership::beat() {
  controller::BrokerHeartbeat heartbeat;
  heartbeat.id = registration_.id;
  heartbeat.epoch = epoch_;
  heartbeat.metadata_offset = controller_.image()->position();
  heartbeat.want_shutdown = is_leaving_;
  const std::string unfit = unfit_();
  heartbeat.want_fence = !unfit.empty();
  if (unfit != unfit_for_)
    log_(unfit.empty() ? "nothing keeps this broker fenced any more" : fmt::format("this broker stays fenced: {}", unfit));
  unfit_for_ = unfit;
  channel_.heartbeat(heartbeat, [this, alive = std::weak_ptr(alive_)](const controller::HeartbeatReply& reply) {
    if (!alive.expired()) on_reply(reply);
  });
}

// The answer may be faster than the records, and whoever asks this broker next has perhaps seen from another one that it leads.
bool Membership::knows_its_place() const {
  const catalog::Broker* own = controller_.image()->broker(registration_.id);
  return own != nullptr && own->epoch == epoch_ && !own->fenced;
}

// Once for each reason: it is asked again and again, and a disk that is full stays so.
void Membership::say_refused(std::string_view what, const controller::Outcome& outcome) {
  std::string line = fmt::format("{} refused ({}): {}", what, wire::error_name(outcome.error), outcome.message);
  if (line == refused_) return;
  refused_ = std::move(line);
  log_(refused_);
}

void Membership::say_answered() {
  if (!std::exchange(refused_, {}).empty() && !is_leaving_) log_("the controller answers this broker again");
}

void Membership::note_answer(const controller::HeartbeatReply& reply) {
  if (reply.ok()) {
    say_answered();
    refused_since_ns_ = 0;
    pause_ns_ = kEagerIntervalNs;
    return;
  }
  say_refused("heartbeat", reply);
  if (refused_since_ns_ == 0) refused_since_ns_ = loop_.clock().mono_ns();
  pause_ns_ = std::min(2 * pause_ns_, kRegisterAgainNs);
}

// A broker that is fenced because it has not read everything yet, or is unfit, waits on: that passes, or was said.
bool Membership::gives_up(const controller::HeartbeatReply& reply) const {
  return joined_ && !reply.ok() && loop_.clock().mono_ns() - refused_since_ns_ >= settings_.heartbeat_patience_ns;
}

void Membership::on_reply(const controller::HeartbeatReply& reply) {
  if (is_leaving_ && !left_) return;
  note_answer(reply);
  if (gives_up(reply))
    return std::exchange(joined_, nullptr)(Status::invalid(
        fmt::format("the broker is registered, and its heartbeats were refused for {} ms (initial.broker.registration.timeout.ms), last "
                    "({}): {}",
                    settings_.heartbeat_patience_ns / kNsPerMs, wire::error_name(reply.error), reply.message)));
  if (left_ && (reply.should_shut_down || !reply.ok())) {
    patience_.cancel();
    timer_.cancel();
    return std::exchange(left_, nullptr)();
  }
  if (joined_ && reply.ok() && !reply.fenced && knows_its_place()) std::exchange(joined_, nullptr)({});
  // Somebody has taken the registration out of the metadata.
  const bool is_refused = reply.error == wire::ErrorCode::kBrokerIdNotRegistered || reply.error == wire::ErrorCode::kStaleBrokerEpoch;
  if (is_refused && !left_ && controller_.image()->broker(registration_.id) == nullptr) epoch_ = -1;
  timer_.start(joined_ || left_ ? pause_ns_ : settings_.heartbeat_ns);
}

}  // namespace barnabas::node
