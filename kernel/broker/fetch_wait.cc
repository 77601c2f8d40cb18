#include "kernel/broker/fetch_wait.h"

namespace barnabas::broker {
namespace {

// Deletes itself when the request is answered or abandoned.
class ParkedFetch final : public Waiter {
 public:
  ParkedFetch(Call& call, std::unique_ptr<FetchPlan> plan, std::function<void(Call&, FetchPlan&)> answer)
      : call_(call), plan_(std::move(plan)), answer_(std::move(answer)), deadline_(call.shard.loop, [this] { finish(); }) {}

  void start() {
    call_.on_abandoned = [this] { leave(); };
    for (const FetchPart& part : plan_->parts)
      if (part.partition != nullptr) call_.shard.parking.add(*this, *part.partition);
    deadline_.start(std::int64_t{plan_->limits.max_wait_ms} * 1'000'000);
    // What was appended between the read and the parking woke nobody.
    on_change();
  }

  void on_change() override {
    plan_->read();
    if (plan_->ready()) finish();
  }

 private:
  void finish() {
    Call& call = call_;
    const auto answer = std::move(answer_);
    const std::unique_ptr<FetchPlan> plan = leave();
    answer(call, *plan);
  }

  std::unique_ptr<FetchPlan> leave() {
    call_.on_abandoned = nullptr;
    for (const FetchPart& part : plan_->parts)
      if (part.partition != nullptr) call_.shard.parking.remove(*this, *part.partition);
    std::unique_ptr<FetchPlan> plan = std::move(plan_);
    delete this;
    return plan;
  }

  Call& call_;
  std::unique_ptr<FetchPlan> plan_;
  std::function<void(Call&, FetchPlan&)> answer_;
  base::Timer deadline_;
};

}  // namespace

void park_fetch(Call& call, std::unique_ptr<FetchPlan> plan, std::function<void(Call&, FetchPlan&)> answer) {
  (new ParkedFetch(call, std::move(plan), std::move(answer)))->start();
}

}  // namespace barnabas::broker
