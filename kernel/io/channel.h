// Something that an event loop watches and owns: a connection, a connection being made, a share of a listener, the signals. [loop thread]
#pragma once

#include <barnabas/sdk/host.h>

#include "kernel/base/costs.h"
#include "kernel/base/result.h"

#include <cstddef>
#include <cstdint>

namespace barnabas::io {

class Channel {
 public:
  virtual ~Channel() = default;

  virtual void on_events(std::uint32_t epoll_events) = 0;
  // The loop ends: give back everything and let the loop destroy this, now or in a task that is already posted.
  virtual void end() = 0;

 protected:
  bool comes_first_ = false;    // whatever it costs: it keeps to a limit of its own
  bool received_much_ = false;  // in this turn: it counts as one that takes long, even where the machine is fast

 private:
  friend class EpollLoop;
  std::size_t place_ = 0;  // among the channels of the loop
  std::int64_t served_at_ns_ = 0;
  base::Costs costs_ = base::Costs::unknown();
};

}  // namespace barnabas::io
