// The controller over a store that keeps the brokers' sessions itself: registrations go to the store, and what comes of them is followed.
#include <algorithm>

#include "kernel/controller/job.h"
#include "kernel/wire/errors.h"

namespace barnabas::controller {
namespace {
// How long after a write that did not come through the next one is tried.
constexpr std::int64_t kRetryNs = 500'000'000;
}  // namespace

void Controller::on_session_lost() noexcept {
  if (hooks_.on_session_lost && !stopping_) hooks_.on_session_lost();
}

void Controller::activation_ended(bool written) {
  if (!leads() || stopping_ || failed_ || activated_) return;
  if (!written && !keeps_sessions_) return fail(Status::unavailable("the controller could not write what a leader begins with"));
  if (!written) return session_timer_.start(kRetryNs);  // a store that is away comes back
  activated_ = true;
  if (!keeps_sessions_) watch_sessions_later();
  check_started();
}

// One look at a time: it does not see what is told while it is being written, so whoever asks then waits for the next one.
void Controller::follow(std::function<void(bool)> done) {
  followers_.push_back(std::move(done));
  if (!is_looking_) look_at_brokers();
}

void Controller::look_at_brokers() {
  is_looking_ = true;
  enqueue(std::make_unique<Own>(&follow_brokers, [this, term = image_->leader().term, told = std::exchange(followers_, {})](bool written) {
    looked_at_brokers(term, told, written);
  }));
}

void Controller::looked_at_brokers(std::int32_t term, std::vector<std::function<void(bool)>> told, bool written) {
  is_looking_ = false;
  const bool is_over = !leads() || stopping_ || failed_;
  written = written && !is_over && image_->leader().term == term;
  sessions_.end_following(written);
  if (written && !sessions_.settled()) {
    followers_.insert(followers_.begin(), std::make_move_iterator(told.begin()), std::make_move_iterator(told.end()));
    return look_at_brokers();
  }
  if (!written && !is_over) session_timer_.start(kRetryNs);
  for (const auto& done : told) done(written);
  if (!followers_.empty() && !is_looking_) look_at_brokers();
}

// Something was told that this controller has not written: brokers that came or went, or partitions that nobody leads.
void Controller::follow_news() {
  if (keeps_sessions_ && leads() && activated_ && followers_.empty()) follow([](bool) {});
}

void Controller::open_session(const BrokerRegistration& request, std::function<void(RegistrationReply)> reply) {
  const catalog::FramedRecords record = registration_record(request, image_->metadata_version());
  const std::int32_t id = request.id;
  if (stopping_ || failed_ || opening_ != nullptr) {
    base::post(host_.executor(), [this, id, reply = std::move(reply)] {
      session_opened(id, Status::unavailable("The controller registers no broker now."), reply);
    });
    return;
  }
  opening_ = std::make_unique<Proposing>([this, id, reply](Status status) {
    // The store is inside done() of it: it goes when that has returned.
    base::post(host_.executor(), [done = std::shared_ptr<Proposing>(std::move(opening_))] {});
    session_opened(id, status, reply);
  });
  if (Status status = store_.open_session(record[0], *opening_); !status)
    base::post(host_.executor(), [this, id, reply, status = std::make_shared<Status>(std::move(status))] {
      opening_.reset();
      session_opened(id, *status, reply);
    });
}

void Controller::session_opened(std::int32_t id, const Status& status, const std::function<void(RegistrationReply)>& reply) {
  RegistrationReply answer;
  if (!status.ok()) {
    answer.error = status.code() == Code::kExists ? ErrorCode::kDuplicateBrokerRegistration : ErrorCode::kRequestTimedOut;
    answer.message = message_of(status);
    return reply(std::move(answer));
  }
  const catalog::Broker* broker = image_->broker(id);
  answer.epoch = broker == nullptr ? -1 : broker->epoch;
  if (!leads()) return reply(std::move(answer));
  // Its partitions have leaders when it hears of it.
  follow([reply, answer](bool) { reply(answer); });
}

}  // namespace barnabas::controller
