// The event loop of the real machine: epoll, timers and posted tasks on one thread.
//
// A turn: wait, run what the events ask for, run due timers, run the tasks that were posted, and a few rounds of those that they post.
// Channels that take little are served before the others, and of the others only some have their turn: whoever asks for little does not
// wait for all who ask for much. A loop with nothing to do sleeps without a tick. post(), offload(), clock(), random() and ask_to_end()
// come from any thread; everything else from the loop's own, or from any while it does not run.
#pragma once

#include "kernel/base/env.h"
#include "kernel/io/channel.h"
#include "kernel/io/descriptor.h"
#include "kernel/io/load_share.h"
#include "kernel/io/system_clock.h"
#include "kernel/io/system_random.h"
#include "kernel/io/timers.h"
#include "kernel/io/worker_pool.h"

#include <atomic>
#include <memory>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

struct epoll_event;

namespace barnabas::io {

// How long a closing connection waits.
struct CloseLimits {
  std::int64_t flush_ns = 10'000'000'000;
  std::int64_t linger_ns = 2'000'000'000;
};

class EpollLoop final : public base::Loop {
 public:
  static constexpr std::size_t kReceiveBytes = 1 << 20;
  static constexpr std::size_t kScratchBytes = 64 << 10;

  static Result<std::unique_ptr<EpollLoop>> make(std::size_t index, WorkerPool& workers, const CloseLimits& close_limits);
  ~EpollLoop() override;

  std::size_t index() const override { return index_; }
  sdk::Clock& clock() override { return clock_; }
  sdk::Random& random() override { return random_; }
  void connect(const base::Address& to, std::unique_ptr<base::StreamHandler> handler) override;
  std::int64_t turn_mono_ns() const override { return turn_mono_ns_; }
  std::int64_t turn_wall_ms() const override { return turn_wall_ms_; }

  void post(sdk::Task& task) noexcept override;
  sdk::TimerId after(std::int64_t delay_ns, sdk::Task& task) noexcept override;
  void cancel(sdk::TimerId timer) noexcept override { timers_.cancel(timer); }
  void offload(sdk::Task& work, sdk::Task& done) noexcept override { workers_.run(work, done, *this); }

  void run();                  // until ask_to_end(), on the caller's thread
  void ask_to_end() noexcept;  // also from a signal handler
  bool ending() const { return ending_.load(std::memory_order_relaxed); }
  // After the loop ended: ends the channels and runs what is posted, on the caller's thread. True while there may be more.
  bool wind_up();

  // Channels. The loop takes a channel over and destroys it in destroy(), which is only for posted tasks and timers: then no event can name
  // it any more.
  void adopt(std::unique_ptr<Channel> channel);
  void destroy(Channel& channel);
  Status watch(int fd, std::uint32_t events, Channel& channel);
  void change(int fd, std::uint32_t events, Channel& channel);
  void forget(int fd);

  // A connected socket becomes a connection of this loop.
  void open_stream(Descriptor socket, std::unique_ptr<base::StreamHandler> handler, const base::Address& peer, LoadShare share);

  sdk::MutableBytes receive_buffer() { return {receive_buffer_.get(), kReceiveBytes}; }
  sdk::MutableBytes scratch_buffer();  // for file regions that sendfile refuses, and for what is not kept
  const CloseLimits& close_limits() const { return close_limits_; }
  std::atomic<std::size_t>& load() { return load_; }

 private:
  EpollLoop(std::size_t index, WorkerPool& workers, const CloseLimits& close_limits, Descriptor epoll, Descriptor wake);

  bool on_own_thread() const { return thread_.load(std::memory_order_relaxed) == std::this_thread::get_id(); }
  void turn();
  void serve_ready(std::span<const epoll_event> events);
  std::int64_t serve_one(Channel& channel, std::uint32_t events, std::int64_t now_ns);  // the time when it is done
  int wait_ms();
  void run_posted();
  void take_remote();
  void refresh_clock();

  const std::size_t index_;
  WorkerPool& workers_;
  const CloseLimits close_limits_;
  Descriptor epoll_;
  Descriptor wake_;
  SystemClock clock_;
  SystemRandom random_;
  std::unique_ptr<std::uint8_t[]> receive_buffer_;
  std::unique_ptr<std::uint8_t[]> scratch_buffer_;
  Timers timers_;
  std::vector<std::unique_ptr<Channel>> channels_;
  std::int64_t turn_mono_ns_ = 0;
  std::int64_t turn_wall_ms_ = 0;

  struct Ready {
    Channel* channel;
    std::uint32_t events;
  };
  std::vector<Ready> costly_;  // of this turn; a member to keep its memory

  std::vector<sdk::Task*> posted_;  // by this thread
  std::vector<sdk::Task*> running_;
  std::atomic<std::thread::id> thread_{};
  std::atomic<bool> ending_{false};
  std::atomic<std::size_t> load_{0};

  std::mutex remote_mutex_;
  std::vector<sdk::Task*> remote_;  // by other threads
  bool asleep_ = false;             // a poster must wake the loop
};

}  // namespace barnabas::io
