// A listening socket that all loops watch; whichever is free accepts, and hands the connection on when another loop has clearly fewer.
//
// Made and destroyed on any thread. After its destructor has returned the accept handler is not called any more.
#pragma once

#include "kernel/base/env.h"
#include "kernel/io/channel.h"
#include "kernel/io/descriptor.h"

#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace barnabas::io {

class EpollLoop;

class SocketListener final : public base::Listener {
 public:
  using Complain = std::function<void(std::string_view)>;

  static Result<std::unique_ptr<base::Listener>> make(const base::Address& address, std::vector<EpollLoop*> loops,
                                                      base::AcceptHandler accept, Complain complain);
  ~SocketListener() override;
  const base::Address& address() const override;
  void set_pace(std::function<std::int64_t()> wait_ns) override;

  struct Shared;  // by the listener and its loops
  explicit SocketListener(std::shared_ptr<Shared> shared);

 private:
  std::shared_ptr<Shared> shared_;
};

}  // namespace barnabas::io
