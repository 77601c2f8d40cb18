// Closures on an executor, for where an allocation per call does no harm.
#pragma once

#include <barnabas/sdk/host.h>

#include <functional>
#include <utility>

namespace barnabas::base {

// A task that deletes itself after it ran.
template <class Call>
class OneShot final : public sdk::Task {
 public:
  explicit OneShot(Call call) : call_(std::move(call)) {}
  void run() noexcept override {
    call_();
    delete this;
  }

 private:
  ~OneShot() = default;
  Call call_;
};

template <class Call>
void post(sdk::Executor& executor, Call call) {
  executor.post(*new OneShot<Call>(std::move(call)));
}

// Runs `work` where it may block, then `done` on the executor.
template <class Work, class Done>
void offload(sdk::Executor& executor, Work work, Done done) {
  executor.offload(*new OneShot<Work>(std::move(work)), *new OneShot<Done>(std::move(done)));
}

// A timer that its owner can move and cancel; the closure is kept, so restarting allocates nothing. [loop thread]
class Timer final : private sdk::Task {
 public:
  Timer(sdk::Executor& executor, std::function<void()> call) : executor_(executor), call_(std::move(call)) {}
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;
  ~Timer() { cancel(); }

  void start(std::int64_t delay_ns) {
    cancel();
    id_ = executor_.after(delay_ns, *this);
  }
  void cancel() {
    if (id_ != 0) executor_.cancel(id_);
    id_ = 0;
  }
  bool armed() const { return id_ != 0; }

 private:
  void run() noexcept override {
    id_ = 0;
    call_();
  }

  sdk::Executor& executor_;
  std::function<void()> call_;
  sdk::TimerId id_ = 0;
};

}  // namespace barnabas::base
