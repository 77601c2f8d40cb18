#include "kernel/io/connector.h"

#include "kernel/io/epoll_loop.h"
#include "kernel/io/os_error.h"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <cerrno>

namespace barnabas::io {

namespace {
constexpr std::int64_t kLimitNs = 10'000'000'000;  // per address
constexpr std::size_t kMostAddresses = 4;
}  // namespace

void Connector::begin(EpollLoop& loop, const base::Address& to, std::unique_ptr<base::StreamHandler> handler) {
  auto made = std::make_unique<Connector>(loop, to, std::move(handler));
  Connector& connector = *made;
  loop.adopt(std::move(made));
  if (const auto numeric = numeric_address(to)) {
    connector.on_found(std::vector{*numeric});
  } else {
    connector.look_up();
  }
}

Connector::Connector(EpollLoop& loop, const base::Address& to, std::unique_ptr<base::StreamHandler> handler)
    : loop_(loop), to_(to), handler_(std::move(handler)), share_(loop.load()), limit_(loop, [this] { on_error(ETIMEDOUT); }) {}

// What a helper thread finds out. It outlives the connector's interest in it, never the connector itself: that waits for the answer before
// it goes.
struct Connector::Names {
  base::Address to;
  Result<std::vector<SocketAddress>> found = std::vector<SocketAddress>();
};

void Connector::look_up() {
  looking_up_ = true;
  auto names = std::make_shared<Names>();
  names->to = to_;
  base::offload(
      loop_, [names] { names->found = resolve(names->to, false); },
      [this, names] {
        looking_up_ = false;
        if (concluded_) {
          loop_.post(*this);
        } else {
          on_found(std::move(names->found));
        }
      });
}

void Connector::on_found(Result<std::vector<SocketAddress>> found) {
  if (!found.ok()) return conclude(std::move(found).status());
  addresses_ = *std::move(found);
  if (addresses_.size() > kMostAddresses) addresses_.resize(kMostAddresses);
  try_next();
}

void Connector::try_next() {
  while (tried_ < addresses_.size()) {
    if (try_one(addresses_[tried_++])) return;
  }
  conclude(reason_.ok() ? Status::unavailable("host \"" + to_.host + "\" has no address") : std::move(reason_));
}

bool Connector::try_one(const SocketAddress& address) {
  socket_ = Descriptor(::socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const bool begun = socket_.valid() && (::connect(socket_.get(), address.raw(), address.size) == 0 || errno == EINPROGRESS);
  if (!begun) {
    reason_ = network_error(errno, "cannot connect to " + to_string(to_));
    return false;
  }
  reason_ = loop_.watch(socket_.get(), EPOLLOUT, *this);
  if (!reason_.ok()) return false;
  limit_.start(kLimitNs);
  return true;
}

void Connector::on_events(std::uint32_t) {
  if (concluded_ || !socket_.valid()) return;
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) return on_error(error);
  limit_.cancel();
  loop_.forget(socket_.get());
  concluded_ = true;
  loop_.post(*this);
}

void Connector::on_error(int error) {
  reason_ = network_error(error, "cannot connect to " + to_string(to_));
  leave_socket();
  try_next();
}

void Connector::end() {
  if (!concluded_) conclude(Status::unavailable("the program is stopping"));
}

void Connector::leave_socket() {
  limit_.cancel();
  if (socket_.valid()) loop_.forget(socket_.get());
  socket_.reset();
}

void Connector::conclude(Status reason) {
  leave_socket();
  reason_ = std::move(reason);
  concluded_ = true;
  if (!looking_up_) loop_.post(*this);  // else the answer of the name service does
}

void Connector::run() noexcept {
  if (socket_.valid()) {
    loop_.open_stream(std::move(socket_), std::move(handler_), {to_.host, to_.port}, std::move(share_));
  } else {
    handler_->on_closed(reason_);
  }
  loop_.destroy(*this);
}

}  // namespace barnabas::io
