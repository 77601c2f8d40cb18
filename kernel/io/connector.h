// A connection being made: the host's addresses one after the other until one answers. [loop thread]
#pragma once

#include "kernel/base/env.h"
#include "kernel/base/task.h"
#include "kernel/io/channel.h"
#include "kernel/io/descriptor.h"
#include "kernel/io/load_share.h"
#include "kernel/io/socket_address.h"

#include <memory>
#include <vector>

namespace barnabas::io {

class EpollLoop;

class Connector final : public Channel, private sdk::Task {
 public:
  // Ends with on_open() or on_closed() of the handler, in a later turn.
  static void begin(EpollLoop& loop, const base::Address& to, std::unique_ptr<base::StreamHandler> handler);

  Connector(EpollLoop& loop, const base::Address& to, std::unique_ptr<base::StreamHandler> handler);

  void on_events(std::uint32_t events) override;
  void end() override;

 private:
  struct Names;

  void run() noexcept override;  // the posted outcome
  void look_up();
  void on_found(Result<std::vector<SocketAddress>> found);
  void try_next();
  bool try_one(const SocketAddress& address);
  void on_error(int error);
  void leave_socket();
  void conclude(Status reason);

  EpollLoop& loop_;
  base::Address to_;
  std::unique_ptr<base::StreamHandler> handler_;
  LoadShare share_;
  std::vector<SocketAddress> addresses_;
  std::size_t tried_ = 0;
  Descriptor socket_;
  base::Timer limit_;
  Status reason_;
  bool looking_up_ = false;
  bool concluded_ = false;
};

}  // namespace barnabas::io
