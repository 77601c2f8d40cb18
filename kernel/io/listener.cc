#include "kernel/io/listener.h"

#include "kernel/base/piece.h"
#include "kernel/base/task.h"
#include "kernel/io/epoll_loop.h"
#include "kernel/io/os_error.h"
#include "kernel/io/socket_address.h"

#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

namespace barnabas::io {

namespace {

constexpr int kBacklog = 4096;
constexpr int kAcceptsPerTurn = 16;
constexpr std::int64_t kAcceptingNs = base::Piece::kNs;  // the connections that there are shall not wait for those that come
constexpr std::size_t kLoadSlack = 1;                    // handing on costs a wake-up: not for the sake of one connection
constexpr std::int64_t kRestNs = 100'000'000;
constexpr std::int64_t kComplainEveryNs = 10'000'000'000;

Result<Descriptor> listening_socket(const SocketAddress& address, std::string_view shown) {
  const auto failure = [&shown] {
    std::string words = "cannot listen on " + std::string(shown);
    if (errno == EADDRINUSE) return Status::exhausted(words + ": another program, perhaps another broker, already listens there");
    if (errno == EADDRNOTAVAIL) return Status::invalid(words + ": no interface of this machine has that address");
    if (errno == EACCES) return Status::invalid(words + ": ports below 1024 are for root only");
    return network_error(errno, words);
  };
  Descriptor socket(::socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket.valid()) return failure();
  const int on = 1;
  const int off = 0;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (address.family() == AF_INET6) ::setsockopt(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);  // "::" takes IPv4 too
  if (::bind(socket.get(), address.raw(), address.size) != 0 || ::listen(socket.get(), kBacklog) != 0) return failure();
  return socket;
}

class Acceptor;

}  // namespace

struct SocketListener::Shared {
  Descriptor socket;
  base::Address address;
  std::vector<EpollLoop*> loops;
  Complain complain;
  std::mutex mutex;
  base::AcceptHandler accept;          // under the mutex; empty after the end
  std::function<std::int64_t()> pace;  // under the mutex; empty: no pace
  std::vector<Acceptor*> acceptors;    // one place per loop, for its thread only

  std::unique_ptr<base::StreamHandler> handler_for(EpollLoop& loop, const base::Address& peer) {
    std::lock_guard lock(mutex);
    return accept ? accept(loop, peer) : nullptr;
  }
  std::int64_t wait_ns() {
    std::lock_guard lock(mutex);
    return pace ? pace() : 0;
  }
  bool over() {
    std::lock_guard lock(mutex);
    return !accept;
  }
};

namespace {

using Shared = SocketListener::Shared;

void serve(Shared& shared, EpollLoop& loop, Descriptor socket, const base::Address& peer, LoadShare share) {
  auto handler = loop.ending() ? nullptr : shared.handler_for(loop, peer);
  if (handler != nullptr) loop.open_stream(std::move(socket), std::move(handler), peer, std::move(share));
}

// One loop's share of a listener.
class Acceptor final : public Channel {
 public:
  Acceptor(EpollLoop& loop, std::shared_ptr<Shared> shared) : loop_(loop), shared_(std::move(shared)), rest_(loop, [this] { watch(); }) {
    comes_first_ = true;
  }

  void watch() {
    // Exclusive: a connection wakes one loop, not all.
    Status watched = loop_.watch(shared_->socket.get(), EPOLLIN | EPOLLEXCLUSIVE, *this);
    if (!watched) shared_->complain("cannot accept on " + to_string(shared_->address) + ": " + std::string(message_of(watched)));
  }

  void on_events(std::uint32_t) override {
    const std::int64_t until_ns = loop_.clock().mono_ns() + kAcceptingNs;
    for (int i = 0; i < kAcceptsPerTurn && !ended_ && (i == 0 || loop_.clock().mono_ns() < until_ns); ++i) {
      if (const std::int64_t wait_ns = shared_->wait_ns(); wait_ns > 0) return rest_for(wait_ns);
      SocketAddress peer;
      Descriptor socket(::accept4(shared_->socket.get(), peer.raw(), &peer.size, SOCK_NONBLOCK | SOCK_CLOEXEC));
      if (socket.valid()) {
        place(std::move(socket), to_address(peer));
        continue;
      }
      if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) rest(errno);
      if (errno != ECONNABORTED && errno != EINTR) return;
    }
  }

  void end() override {
    if (std::exchange(ended_, true)) return;
    shared_->acceptors[loop_.index()] = nullptr;
    rest_.cancel();
    loop_.forget(shared_->socket.get());
    base::post(loop_, [this] { loop_.destroy(*this); });
  }

 private:
  void place(Descriptor socket, const base::Address& peer) {
    const auto load_of = [](EpollLoop* loop) { return loop->load().load(std::memory_order_relaxed); };
    EpollLoop* least =
        *std::min_element(shared_->loops.begin(), shared_->loops.end(), [&](auto* a, auto* b) { return load_of(a) < load_of(b); });
    if (load_of(&loop_) <= load_of(least) + kLoadSlack) least = &loop_;
    LoadShare share(least->load());
    if (least == &loop_) return serve(*shared_, loop_, std::move(socket), peer, std::move(share));
    auto move_over = [shared = shared_, least, peer, socket = std::move(socket), share = std::move(share)]() mutable {
      serve(*shared, *least, std::move(socket), peer, std::move(share));
    };
    base::post(*least, std::move(move_over));
  }

  // The waiting connection would wake this loop again and again while there is no descriptor for it.
  void rest(int error) {
    if (loop_.turn_mono_ns() >= complain_from_ns_) {
      complain_from_ns_ = loop_.turn_mono_ns() + kComplainEveryNs;
      shared_->complain("cannot accept a connection on " + to_string(shared_->address) + ": " + os_words(error) +
                        "; trying again every 100 ms (raise the limit of open files, or lower max.connections)");
    }
    rest_for(kRestNs);
  }
  void rest_for(std::int64_t ns) {
    loop_.forget(shared_->socket.get());
    rest_.start(ns);
  }

  EpollLoop& loop_;
  std::shared_ptr<Shared> shared_;
  base::Timer rest_;
  std::int64_t complain_from_ns_ = 0;
  bool ended_ = false;
};

}  // namespace

Result<std::unique_ptr<base::Listener>> SocketListener::make(const base::Address& address, std::vector<EpollLoop*> loops,
                                                             base::AcceptHandler accept, Complain complain) {
  auto found = resolve(address, true);
  if (!found.ok()) return std::move(found).status();
  auto socket = listening_socket(found->front(), to_string(address));
  if (!socket.ok()) return std::move(socket).status();

  auto shared = std::make_shared<Shared>();
  shared->socket = *std::move(socket);
  shared->address = {address.host, local_address(shared->socket.get()).port};
  shared->acceptors.resize(loops.size());
  shared->loops = std::move(loops);
  shared->accept = std::move(accept);
  shared->complain = std::move(complain);
  auto listener = std::make_unique<SocketListener>(shared);
  return std::unique_ptr<base::Listener>(std::move(listener));
}

SocketListener::SocketListener(std::shared_ptr<Shared> shared) : shared_(std::move(shared)) {
  for (EpollLoop* loop : shared_->loops) {
    base::post(*loop, [loop, shared = shared_] {
      if (loop->ending() || shared->over()) return;
      auto acceptor = std::make_unique<Acceptor>(*loop, shared);
      shared->acceptors[loop->index()] = acceptor.get();
      Acceptor& adopted = *acceptor;
      loop->adopt(std::move(acceptor));
      adopted.watch();
    });
  }
}

SocketListener::~SocketListener() {
  {
    std::lock_guard lock(shared_->mutex);
    shared_->accept = nullptr;
    shared_->pace = nullptr;
  }
  ::shutdown(shared_->socket.get(), SHUT_RDWR);  // no new connection is taken from here on, whatever the loops are doing
  for (EpollLoop* loop : shared_->loops) {
    base::post(*loop, [loop, shared = shared_] {
      if (Acceptor* acceptor = shared->acceptors[loop->index()]) acceptor->end();
    });
  }
}

const base::Address& SocketListener::address() const { return shared_->address; }

void SocketListener::set_pace(std::function<std::int64_t()> wait_ns) {
  std::lock_guard lock(shared_->mutex);
  shared_->pace = std::move(wait_ns);
}

}  // namespace barnabas::io
