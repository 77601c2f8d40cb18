// This broker's place in the cluster: registers, sends heartbeats, is unfenced, and leaves in order. Where the metadata store keeps the
// sessions there are no heartbeats: the registration lives as long as the session, and is repeated with the next one. On the controller's
// loop.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "kernel/base/env.h"
#include "kernel/base/task.h"
#include "kernel/controller/channel.h"
#include "kernel/controller/controller.h"

namespace barnabas::node {

class Membership {
 public:
  struct Settings {
    std::int64_t heartbeat_ns = 2'000'000'000;  // broker.heartbeat.interval.ms
    std::int64_t patience_ns = 60'000'000'000;  // initial.broker.registration.timeout.ms
    // With heartbeats that are refused before it has joined. Controllers elsewhere may be away for long, and come again.
    std::int64_t heartbeat_patience_ns = patience_ns;
  };

  // `log` gets one line for each thing that goes wrong, `unfit` says why this broker must not serve, if there is a reason. The arguments
  // outlive the object.
  Membership(controller::Controller& controller, controller::Channel& channel, base::Loop& loop, Settings settings,
             std::function<void(std::string_view)> log, std::function<std::string()> unfit);

  // `joined` comes once, when the broker is registered and unfenced, or with the reason why it cannot be.
  void join(controller::BrokerRegistration registration, std::function<void(Status)> joined);
  // Hands leaderships over and says good-bye; `left` comes when the controller agrees, or does not answer in time. A join that is under way
  // ends without its answer.
  void leave(std::function<void()> left);

  // The store gave the session up.
  void on_session_lost();

  std::int64_t epoch() const { return epoch_; }

 private:
  // Before the first answer matters, and while leaving, a beat follows an answer quickly; one that was refused more and more slowly.
  static constexpr std::int64_t kEagerIntervalNs = 10'000'000;

  void register_broker();
  void on_registered(const controller::RegistrationReply& reply);
  void beat();
  void on_reply(const controller::HeartbeatReply& reply);
  void say_refused(std::string_view what, const controller::Outcome& outcome);
  void say_answered();
  void note_answer(const controller::HeartbeatReply& reply);
  bool gives_up(const controller::HeartbeatReply& reply) const;

  bool knows_its_place() const;
  bool may_register_later(const controller::RegistrationReply& reply) const;

  controller::Controller& controller_;
  controller::Channel& channel_;
  base::Loop& loop_;
  const Settings settings_;
  std::function<void(std::string_view)> log_;
  std::function<std::string()> unfit_;
  std::string unfit_for_;  // as it was last logged
  std::string refused_;    // as it was last logged; empty: it is not
  base::Timer timer_;
  base::Timer patience_;
  controller::BrokerRegistration registration_;
  std::int64_t epoch_ = -1;
  std::int64_t give_up_ns_ = 0;
  std::int64_t refused_since_ns_ = 0;  // 0: the last heartbeat was not
  std::int64_t pause_ns_ = kEagerIntervalNs;
  bool is_registering_ = false;
  bool is_leaving_ = false;
  bool is_lost_ = false;  // the session, while it is not yet known what became of the registration
  std::function<void(Status)> joined_;
  std::function<void()> left_;
  // Replies that come after the object is gone find this expired.
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace barnabas::node
