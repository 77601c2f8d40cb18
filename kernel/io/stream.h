// One TCP connection on its loop. [loop thread]
//
// Level-triggered reading: one receive per turn, no second call to find the socket empty. Interest in output exists only while something is
// unsent, and a paused connection takes its interest in input back only when something really arrives, so that a request answered at once
// costs no epoll_ctl.
#pragma once

#include "kernel/base/env.h"
#include "kernel/base/task.h"
#include "kernel/io/channel.h"
#include "kernel/io/descriptor.h"
#include "kernel/io/load_share.h"

#include <memory>

namespace barnabas::io {

class EpollLoop;

class SocketStream final : public base::Stream, public Channel, private sdk::Task {
 public:
  SocketStream(EpollLoop& loop, Descriptor socket, std::unique_ptr<base::StreamHandler> handler, const base::Address& peer,
               LoadShare share);

  void open();  // once, after the loop has taken it over

  void send(base::Output&& output) override;
  std::uint64_t unsent_bytes() const override { return unsent_.size(); }
  std::uint64_t unsent_memory_bytes() const override { return unsent_.memory_bytes(); }
  void pause() override { paused_ = true; }
  void resume() override;
  void close(bool flush) override;
  void move_to(base::Loop& loop, base::AcceptHandler accept) override;
  const base::Address& peer() const override { return peer_; }

  void on_events(std::uint32_t events) override;
  void end() override;

 private:
  enum class State : std::uint8_t {
    kOpen,
    kFlushing,   // what is unsent goes out; what arrives is dropped
    kLingering,  // all was sent and said to be all; waits for the peer to say the same, so that no reset overtakes the last octets
    kClosed,     // on_closed() is posted
    kMoved,      // the socket is another loop's; this is destroyed in a posted task
  };

  void run() noexcept override;  // the posted end
  void send_some();
  void receive();
  void drop_received();
  void on_input_end();
  void finish_flush();
  void fail(int error);
  void shut(Status reason);
  void set_interest(std::uint32_t events);
  void limit_wait(std::int64_t ns);
  void on_limit();
  bool gone() const { return state_ == State::kClosed || state_ == State::kMoved; }

  EpollLoop& loop_;
  Descriptor socket_;
  std::unique_ptr<base::StreamHandler> handler_;
  base::Output unsent_;
  base::Address peer_;
  LoadShare share_;
  Status reason_;
  std::unique_ptr<base::Timer> limit_;
  std::uint32_t interest_ = 0;
  State state_ = State::kOpen;
  bool paused_ = false;
  bool input_ended_ = false;
};

}  // namespace barnabas::io
