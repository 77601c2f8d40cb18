// SIGTERM, SIGINT and SIGHUP as events of a loop. Nothing runs in a signal handler.
#pragma once

#include "kernel/io/channel.h"
#include "kernel/io/descriptor.h"

#include <functional>
#include <memory>

namespace barnabas::io {

class EpollLoop;

class StopSignals final : public Channel {
 public:
  // Blocks the signals for the calling thread and those it starts from now on; `call` then gets each one on the loop. Before other
  // threads run.
  static Status watch(EpollLoop& loop, std::function<void(int signal)> call);

  StopSignals(EpollLoop& loop, Descriptor signals, std::function<void(int signal)> call);
  void on_events(std::uint32_t events) override;
  void end() override;

 private:
  EpollLoop& loop_;
  Descriptor signals_;
  std::function<void(int signal)> call_;
  bool ended_ = false;
};

}  // namespace barnabas::io
