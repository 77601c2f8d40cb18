#include "kernel/io/stream.h"

#include "kernel/io/epoll_loop.h"
#include "kernel/io/os_error.h"
#include "kernel/io/output_writer.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <cassert>
#include <cerrno>

namespace barnabas::io {

namespace {

// What one connection may send before the others have their turn.
constexpr std::uint64_t kSendBudgetBytes = 2 << 20;
// More than this at once is a part of something large.
constexpr ssize_t kMuchBytes = 48 << 10;

}  // namespace

SocketStream::SocketStream(EpollLoop& loop, Descriptor socket, std::unique_ptr<base::StreamHandler> handler, const base::Address& peer,
                           LoadShare share)
    : loop_(loop), socket_(std::move(socket)), handler_(std::move(handler)), peer_(peer), share_(std::move(share)) {}

void SocketStream::open() {
  const int on = 1;
  ::setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  interest_ = EPOLLIN;
  Status watched = loop_.watch(socket_.get(), interest_, *this);
  handler_->on_open(*this);
  if (!watched) shut(std::move(watched));
}

void SocketStream::send(base::Output&& output) {
  if (state_ != State::kOpen) {
    const base::Output dropped = std::move(output);  // what it holds of files and memory goes back now
    return;
  }
  unsent_.append(std::move(output));
  if ((interest_ & EPOLLOUT) == 0) send_some();
}

void SocketStream::resume() {
  if (!paused_) return;
  paused_ = false;
  if (state_ == State::kOpen) set_interest(interest_ | EPOLLIN);
}

void SocketStream::close(bool flush) {
  if (gone()) return;
  if (!flush) return shut({});
  if (state_ != State::kOpen) return;
  state_ = State::kFlushing;
  if (!input_ended_) set_interest(interest_ | EPOLLIN);
  if (unsent_.empty()) return finish_flush();
  limit_wait(loop_.close_limits().flush_ns);
}

void SocketStream::move_to(base::Loop& loop, base::AcceptHandler accept) {
  assert(unsent_.empty());
  if (state_ != State::kOpen) return;
  state_ = State::kMoved;
  loop_.forget(socket_.get());
  auto& to = static_cast<EpollLoop&>(loop);
  // What the peer sends meanwhile waits in the socket.
  base::post(to, [&to, accept = std::move(accept), peer = peer_, socket = std::move(socket_), share = LoadShare(to.load())]() mutable {
    if (to.ending()) return;
    if (auto handler = accept(to, peer)) to.open_stream(std::move(socket), std::move(handler), peer, std::move(share));
  });
  loop_.post(*this);
}

void SocketStream::on_events(std::uint32_t events) {
  if (!gone() && (events & EPOLLOUT) != 0) send_some();
  if (gone() || (events & ~std::uint32_t{EPOLLOUT}) == 0) return;
  if (state_ != State::kOpen) return drop_received();
  if (!paused_) return receive();
  if ((events & (EPOLLERR | EPOLLHUP)) == 0) return set_interest(interest_ & ~std::uint32_t{EPOLLIN});
  // The connection is gone, and what a paused handler has not asked for goes with it.
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) return fail(error);
  shut({});
}

void SocketStream::end() { shut(Status::unavailable("the program is stopping")); }

void SocketStream::send_some() {
  SendOutcome outcome = send_output(socket_.get(), unsent_, kSendBudgetBytes, loop_.scratch_buffer());
  switch (outcome.sent) {
    case Sent::kAll: {
      const bool waited = (interest_ & EPOLLOUT) != 0;
      if (waited) set_interest(interest_ & ~std::uint32_t{EPOLLOUT});
      if (state_ == State::kFlushing) return finish_flush();
      if (waited) handler_->on_drained();
      return;
    }
    case Sent::kBlocked:
    case Sent::kBudget:
      return set_interest(interest_ | EPOLLOUT);
    case Sent::kFailed:
      return outcome.reason.ok() ? fail(outcome.error) : shut(std::move(outcome.reason));
  }
}

void SocketStream::receive() {
  const sdk::MutableBytes into = handler_->receive_into(loop_.receive_buffer());
  const ssize_t count = ::recv(socket_.get(), into.data, into.size, MSG_DONTWAIT);
  if (count > kMuchBytes) received_much_ = true;
  if (count > 0) return handler_->on_received({into.data, static_cast<std::size_t>(count)});
  if (count == 0) return on_input_end();
  if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) fail(errno);
}

void SocketStream::drop_received() {
  const sdk::MutableBytes into = loop_.scratch_buffer();  // not the large one: others wait
  const ssize_t count = ::recv(socket_.get(), into.data, into.size, MSG_DONTWAIT);
  if (count == 0) return on_input_end();
  if (count < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) fail(errno);
}

// The peer sends no more. It may still read: what is unsent goes out before the end.
void SocketStream::on_input_end() {
  input_ended_ = true;
  if (state_ == State::kLingering) return shut({});
  set_interest(interest_ & ~std::uint32_t{EPOLLIN});
  close(true);
}

void SocketStream::finish_flush() {
  if (input_ended_) return shut({});
  state_ = State::kLingering;
  ::shutdown(socket_.get(), SHUT_WR);
  limit_wait(loop_.close_limits().linger_ns);
}

void SocketStream::fail(int error) { shut(network_error(error, "lost the connection with " + to_string(peer_))); }

void SocketStream::shut(Status reason) {
  if (gone()) return;
  state_ = State::kClosed;
  reason_ = std::move(reason);
  if (limit_ != nullptr) limit_->cancel();
  loop_.forget(socket_.get());
  socket_.reset();
  const base::Output dropped = std::move(unsent_);  // now, not when the posted end comes
  loop_.post(*this);
}

void SocketStream::run() noexcept {
  if (state_ == State::kClosed) handler_->on_closed(reason_);
  loop_.destroy(*this);
}

void SocketStream::on_limit() {
  if (state_ == State::kLingering) return shut({});
  shut(Status::unavailable(to_string(peer_) + " did not read the last " + std::to_string(unsent_.size()) + " bytes it was sent"));
}

void SocketStream::set_interest(std::uint32_t events) {
  if (events == interest_) return;
  interest_ = events;
  loop_.change(socket_.get(), events, *this);
}

void SocketStream::limit_wait(std::int64_t ns) {
  if (limit_ == nullptr) limit_ = std::make_unique<base::Timer>(loop_, [this] { on_limit(); });
  limit_->start(ns);
}

}  // namespace barnabas::io
