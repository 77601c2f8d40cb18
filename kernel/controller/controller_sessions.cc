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

void Controller::follow(std::function<void(bool)> done) {
  enqueue(std::make_unique<Own>(&follow_brokers, [this, done = std::move(done)](bool written) {
    sessions_.end_following(written);
    if (written && !sessions_.settled()) return follow(done);
    if (!written && leads() && !stopping_ && !failed_) session_timer_.start(kRetryNs);
    done(written);
  }));
}

// Something was told that this controller has not written: brokers that came or went, or partitions that nobody leads.
void Controller::follow_news() {
  if (!keeps_sessions_ || !leads() || !activated_ || std::exchange(follow_posted_, true)) return;
  follow([this](bool) { follow_posted_ = false; });
}

void Controller::open_session(BrokerRegistration request, std::function<void(RegistrationReply)> reply) {
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
