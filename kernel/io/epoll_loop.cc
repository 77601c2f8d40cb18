#include "kernel/io/epoll_loop.h"

#include "kernel/base/interruptions.h"
#include "kernel/base/piece.h"
#include "kernel/io/connector.h"
#include "kernel/io/os_error.h"
#include "kernel/io/stream.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <cassert>
#include <cerrno>

namespace barnabas::io {

namespace {
constexpr int kEventsPerTurn = 256;
constexpr int kRoundsPerTurn = 8;
constexpr std::int64_t kCostlyNs = 50'000;                 // who took as long as this, or is new, stands behind those who took less
constexpr std::int64_t kCostlyShareNs = base::Piece::kNs;  // what all of them together may have of a turn
constexpr std::int64_t kShortTurnNs = base::Piece::kNs;
constexpr std::int64_t kNsPerMs = 1'000'000;
constexpr std::int64_t kLongestWaitMs = 3'600'000;
}  // namespace

Result<std::unique_ptr<EpollLoop>> EpollLoop::make(std::size_t index, WorkerPool& workers, const CloseLimits& close_limits) {
  Descriptor epoll(::epoll_create1(EPOLL_CLOEXEC));
  Descriptor wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!epoll.valid() || !wake.valid()) return network_error(errno, "cannot make an event loop");
  // Edge-triggered: every write to it is an event of its own, and nobody needs to read it empty.
  epoll_event event{};
  event.events = EPOLLIN | EPOLLET;
  if (::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, wake.get(), &event) != 0) return network_error(errno, "cannot make an event loop");
  return std::unique_ptr<EpollLoop>(new EpollLoop(index, workers, close_limits, std::move(epoll), std::move(wake)));
}

EpollLoop::EpollLoop(std::size_t index, WorkerPool& workers, const CloseLimits& close_limits, Descriptor epoll, Descriptor wake)
    : index_(index),
      workers_(workers),
      close_limits_(close_limits),
      epoll_(std::move(epoll)),
      wake_(std::move(wake)),
      receive_buffer_(new std::uint8_t[kReceiveBytes]) {
  refresh_clock();
}

EpollLoop::~EpollLoop() = default;

void EpollLoop::connect(const base::Address& to, std::unique_ptr<base::StreamHandler> handler) {
  Connector::begin(*this, to, std::move(handler));
}

void EpollLoop::post(sdk::Task& task) noexcept {
  if (on_own_thread()) {
    posted_.push_back(&task);
    return;
  }
  bool wake = false;
  {
    std::lock_guard lock(remote_mutex_);
    remote_.push_back(&task);
    wake = std::exchange(asleep_, false);  // the first of many posters wakes it
  }
  if (wake) ::eventfd_write(wake_.get(), 1);
}

sdk::TimerId EpollLoop::after(std::int64_t delay_ns, sdk::Task& task) noexcept {
  // From the real time, not the turn's: a timer must not come early after a long turn.
  return timers_.arm(clock_.mono_ns() + std::max<std::int64_t>(delay_ns, 0), task);
}

void EpollLoop::ask_to_end() noexcept {
  ending_.store(true, std::memory_order_relaxed);
  ::eventfd_write(wake_.get(), 1);
}

void EpollLoop::run() {
  thread_.store(std::this_thread::get_id(), std::memory_order_relaxed);
  while (!ending()) turn();
  thread_.store({}, std::memory_order_relaxed);
}

bool EpollLoop::wind_up() {
  thread_.store(std::this_thread::get_id(), std::memory_order_relaxed);
  refresh_clock();
  for (std::size_t i = 0; i < channels_.size(); ++i) channels_[i]->end();
  run_posted();
  thread_.store({}, std::memory_order_relaxed);
  std::lock_guard lock(remote_mutex_);
  return !channels_.empty() || !posted_.empty() || !remote_.empty();
}

void EpollLoop::turn() {
  epoll_event events[kEventsPerTurn];
  int count = ::epoll_wait(epoll_.get(), events, kEventsPerTurn, wait_ms());
  refresh_clock();
  if (count < 0) {
    assert(errno == EINTR);
    count = 0;
  }
  serve_ready({events, static_cast<std::size_t>(count)});
  timers_.run_due(turn_mono_ns_, base::Piece(clock_));  // of hundreds that are due at once, such as tries for memory, some wait
  run_posted();
}

void EpollLoop::serve_ready(std::span<const epoll_event> events) {
  std::int64_t now_ns = turn_mono_ns_;
  for (const epoll_event& event : events) {
    if (event.data.ptr == nullptr) continue;  // somebody woke the loop
    Channel& channel = *static_cast<Channel*>(event.data.ptr);
    if (!channel.costs_.are_high() || channel.comes_first_) {
      now_ns = serve_one(channel, event.events, now_ns);
    } else {
      costly_.push_back({&channel, event.events});
    }
  }
  // Who was served longest ago comes first: a heap, because only a few have their turn. Readiness is level-triggered: who has none now is
  // told of again in the next one.
  const auto served_later = [](const Ready& a, const Ready& b) { return a.channel->served_at_ns_ > b.channel->served_at_ns_; };
  std::make_heap(costly_.begin(), costly_.end(), served_later);
  const std::int64_t until_ns = now_ns + kCostlyShareNs;
  while (!costly_.empty() && now_ns < until_ns) {
    std::pop_heap(costly_.begin(), costly_.end(), served_later);
    const Ready ready = costly_.back();
    costly_.pop_back();
    now_ns = serve_one(*ready.channel, ready.events, now_ns);
  }
  costly_.clear();
}

std::int64_t EpollLoop::serve_one(Channel& channel, std::uint32_t events, std::int64_t now_ns) {
  channel.on_events(events);
  const std::int64_t after_ns = clock_.mono_ns();
  channel.served_at_ns_ = after_ns;
  const bool took_long = after_ns - now_ns >= kCostlyNs && !base::was_interrupted(now_ns, after_ns);
  channel.costs_.note(std::exchange(channel.received_much_, false) || took_long);
  return after_ns;
}

int EpollLoop::wait_ms() {
  if (!posted_.empty() || ending()) return 0;
  {
    std::lock_guard lock(remote_mutex_);
    if (!remote_.empty()) return 0;
    asleep_ = true;
  }
  const auto due = timers_.next_due_ns();
  if (!due) return -1;
  const std::int64_t ms = (*due - clock_.mono_ns() + kNsPerMs - 1) / kNsPerMs;  // rounded up: never early, never spinning
  return static_cast<int>(std::clamp<std::int64_t>(ms, 0, kLongestWaitMs));
}

// What tasks post in their turn is run with them, as long as the turn is short: a request that goes through several steps would else ask
// the network in between for nothing.
void EpollLoop::run_posted() {
  for (int round = 0; round < kRoundsPerTurn; ++round) {
    take_remote();
    if (posted_.empty() || (round > 0 && clock_.mono_ns() - turn_mono_ns_ > kShortTurnNs)) return;
    running_.swap(posted_);
    for (sdk::Task* task : running_) task->run();
    running_.clear();
  }
}

void EpollLoop::take_remote() {
  std::lock_guard lock(remote_mutex_);
  asleep_ = false;
  posted_.insert(posted_.end(), remote_.begin(), remote_.end());
  remote_.clear();
}

void EpollLoop::refresh_clock() {
  turn_mono_ns_ = clock_.mono_ns();
  turn_wall_ms_ = clock_.wall_ms();
}

void EpollLoop::adopt(std::unique_ptr<Channel> channel) {
  channel->place_ = channels_.size();
  channel->served_at_ns_ = turn_mono_ns_;  // who is new waits like others from here on
  channels_.push_back(std::move(channel));
}

void EpollLoop::destroy(Channel& channel) {
  const std::size_t place = channel.place_;
  std::swap(channels_[place], channels_.back());
  channels_[place]->place_ = place;
  const std::unique_ptr<Channel> last = std::move(channels_.back());
  channels_.pop_back();
}

Status EpollLoop::watch(int fd, std::uint32_t events, Channel& channel) {
  epoll_event event{};
  event.events = events;
  event.data.ptr = &channel;
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) != 0) return network_error(errno, "cannot watch a socket");
  return {};
}

void EpollLoop::change(int fd, std::uint32_t events, Channel& channel) {
  epoll_event event{};
  event.events = events;
  event.data.ptr = &channel;
  [[maybe_unused]] const int outcome = ::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, fd, &event);
  assert(outcome == 0);
}

void EpollLoop::forget(int fd) { ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr); }

void EpollLoop::open_stream(Descriptor socket, std::unique_ptr<base::StreamHandler> handler, const base::Address& peer, LoadShare share) {
  auto stream = std::make_unique<SocketStream>(*this, std::move(socket), std::move(handler), peer, std::move(share));
  SocketStream& opened = *stream;
  adopt(std::move(stream));
  opened.open();
}

sdk::MutableBytes EpollLoop::scratch_buffer() {
  if (scratch_buffer_ == nullptr) scratch_buffer_.reset(new std::uint8_t[kScratchBytes]);
  return {scratch_buffer_.get(), kScratchBytes};
}

}  // namespace barnabas::io
