#include "kernel/io/real_env.h"

#include "kernel/io/disk.h"
#include "kernel/io/epoll_loop.h"
#include "kernel/io/listener.h"
#include "kernel/io/log_writer.h"
#include "kernel/io/stop_signals.h"

#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <new>

namespace barnabas::io {

namespace {

constexpr std::int64_t kNsPerMs = 1'000'000;
// Work at the end that makes new work, again and again, is a mistake of its author, not a reason never to end.
constexpr int kMostEndRounds = 10'000;

void prepare_process() {
  ::signal(SIGPIPE, SIG_IGN);
  ::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow (ulimit -f) is a failed write, told to whoever wrote
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < files.rlim_max) {
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);  // where it is refused, the lower limit holds
  }
}

class OwnEnv final : public RealEnv {
 public:
  explicit OwnEnv(const EnvOptions& options)
      : work_limit_ms_(options.work_limit_ms),
        on_endless_work_(options.on_endless_work),
        workers_(options.workers),
        log_(options.log_descriptor, options.log_level) {}
  ~OwnEnv() override { wind_up(); }

  Status make_loops(const EnvOptions& options) {
    const CloseLimits limits{options.flush_limit_ms * kNsPerMs, options.linger_limit_ms * kNsPerMs};
    for (std::size_t i = 0; i < options.loops; ++i) {
      auto loop = EpollLoop::make(i, workers_, limits);
      if (!loop.ok()) return std::move(loop).status();
      loops_.push_back(*std::move(loop));
    }
    return {};
  }

  std::size_t loop_count() const override { return loops_.size(); }
  base::Loop& loop(std::size_t index) override { return *loops_[index]; }
  sdk::Clock& clock() override { return clock_; }
  sdk::Disk& disk() override { return disk_; }
  void log(sdk::LogLevel level, std::string_view message) override { log_.write(clock_.wall_ms(), level, message); }

  Result<std::unique_ptr<base::Listener>> listen(const base::Address& address, base::AcceptHandler accept) override {
    std::vector<EpollLoop*> loops;
    for (const auto& loop : loops_) loops.push_back(loop.get());
    return SocketListener::make(address, std::move(loops), std::move(accept),
                                [this](std::string_view words) { log(sdk::LogLevel::kWarn, words); });
  }

  void run() override {
    running_ = this;
    const std::terminate_handler before = std::set_terminate(on_terminate);
    std::vector<std::thread> threads;
    for (std::size_t i = 1; i < loops_.size(); ++i) threads.emplace_back([this, i] { run_loop(i); });
    run_loop(0);
    for (std::thread& thread : threads) thread.join();
    wind_up();
    std::set_terminate(before);
  }

  void stop() noexcept override {
    for (const auto& loop : loops_) loop->ask_to_end();
  }

  Status on_stop_signal(std::function<void(int)> call) override { return StopSignals::watch(*loops_[0], std::move(call)); }

 private:
  // Nobody knows what a loop has left half done that threw, so no clean stop follows: the next start recovers, as after a kill.
  // Tasks and timers may not throw at all; from there, too, the way leads to on_terminate().
  void run_loop(std::size_t index) noexcept { loops_[index]->run(); }

  [[noreturn]] static void on_terminate() noexcept {
    try {
      if (const std::exception_ptr thrown = std::current_exception()) std::rethrow_exception(thrown);
    } catch (const std::bad_alloc&) {
      running_->die("there is no memory any more (physical, of the control group, or ulimit -v)");
    } catch (const std::exception& error) {
      running_->die(error.what());
    } catch (...) {
    }
    running_->die("an unknown exception");
  }

  [[noreturn]] void die(const char* why) noexcept {
    try {
      log(sdk::LogLevel::kError, std::string("the process can not go on and ends: ") + why);
    } catch (...) {
      static constexpr std::string_view kLast = "no memory\n";
      static_cast<void>(!::write(STDERR_FILENO, kLast.data(), kLast.size()));
    }
    std::_Exit(1);
  }

  void wind_up() {
    for (const auto& loop : loops_) loop->ask_to_end();
    if (on_endless_work_ && !workers_.finish_within(work_limit_ms_)) on_endless_work_();
    workers_.finish();
    bool more = true;
    for (int round = 0; more && round < kMostEndRounds; ++round) {
      more = false;
      for (const auto& loop : loops_) more |= loop->wind_up();
    }
  }

  static inline OwnEnv* running_ = nullptr;  // whose log has the last words

  const std::int64_t work_limit_ms_;
  const std::function<void()> on_endless_work_;
  SystemClock clock_;
  SystemDisk disk_;
  WorkerPool workers_;
  LogWriter log_;
  std::vector<std::unique_ptr<EpollLoop>> loops_;
};

}  // namespace

Result<std::unique_ptr<RealEnv>> make_env(const EnvOptions& options) {
  if (options.loops == 0 || options.workers == 0) return Status::invalid("an Env needs at least one loop and one worker");
  prepare_process();
  auto env = std::make_unique<OwnEnv>(options);
  Status status = env->make_loops(options);
  if (!status.ok()) return status;
  return std::unique_ptr<RealEnv>(std::move(env));
}

}  // namespace barnabas::io
