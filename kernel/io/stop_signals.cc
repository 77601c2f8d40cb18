#include "kernel/io/stop_signals.h"

#include "kernel/base/task.h"
#include "kernel/io/epoll_loop.h"
#include "kernel/io/os_error.h"

#include <signal.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>

#include <cerrno>

namespace barnabas::io {

Status StopSignals::watch(EpollLoop& loop, std::function<void(int signal)> call) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  // A terminal that goes away; whoever began the program with nohup asked that it goes on.
  struct sigaction hangup {};
  if (::sigaction(SIGHUP, nullptr, &hangup) == 0 && hangup.sa_handler != SIG_IGN) sigaddset(&set, SIGHUP);
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  Descriptor signals(::signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC));
  if (!signals.valid()) return network_error(errno, "cannot watch for signals");
  const int fd = signals.get();
  auto made = std::make_unique<StopSignals>(loop, std::move(signals), std::move(call));
  Channel& channel = *made;
  loop.adopt(std::move(made));
  return loop.watch(fd, EPOLLIN, channel);
}

StopSignals::StopSignals(EpollLoop& loop, Descriptor signals, std::function<void(int signal)> call)
    : loop_(loop), signals_(std::move(signals)), call_(std::move(call)) {}

void StopSignals::on_events(std::uint32_t) {
  signalfd_siginfo info{};
  if (::read(signals_.get(), &info, sizeof info) == static_cast<ssize_t>(sizeof info)) call_(static_cast<int>(info.ssi_signo));
}

void StopSignals::end() {
  if (std::exchange(ended_, true)) return;
  loop_.forget(signals_.get());
  base::post(loop_, [this] { loop_.destroy(*this); });
}

}  // namespace barnabas::io
