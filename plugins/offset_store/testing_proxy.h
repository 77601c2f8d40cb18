// A TCP proxy on loopback that loses replies: it passes a request on, waits until the server has answered, and closes both sides instead of
// handing the answer over. Its own thread; functions from any thread.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace barnabas::testing {

class CuttingProxy {
 public:
  explicit CuttingProxy(int server_port) : server_(address(server_port)), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in own = address(0);
    socklen_t size = sizeof own;
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&own), size) != 0 || ::listen(listener_, 16) != 0) std::abort();
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&own), &size);
    port_ = ntohs(own.sin_port);
    thread_ = std::thread([this] { run(); });
  }
  CuttingProxy(const CuttingProxy&) = delete;
  CuttingProxy& operator=(const CuttingProxy&) = delete;
  ~CuttingProxy() {
    ending_ = true;
    wake();
    thread_.join();
    for (const Pair& pair : pairs_) close(pair);
    ::close(listener_);
    ::close(event_);
  }

  int port() const { return port_; }
  // The answer to the next request with these octets in it is lost.
  void lose_answer_to(std::string_view octets) {
    const std::lock_guard guard(lock_);
    marker_ = octets;
  }
  // Every connection is closed now.
  void cut() {
    cutting_ = true;
    wake();
  }
  int lost() const { return lost_; }
  // Nothing goes through in either direction, and no connection is closed, until it is said otherwise.
  void hold(bool holds) { hold(holds ? Hold::kAll : Hold::kNothing); }
  // Requests go through, and their answers do not.
  void hold_answers() { hold(Hold::kAnswers); }

 private:
  enum class Hold { kNothing, kAnswers, kAll };
  struct Pair {
    int client;
    int server;
    bool loses = false;
  };

  void hold(Hold what) {
    holding_ = what;
    wake();
  }
  static sockaddr_in address(int port) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    to.sin_port = htons(static_cast<std::uint16_t>(port));
    return to;
  }
  static void close(const Pair& pair) {
    ::close(pair.client);
    ::close(pair.server);
  }
  void wake() {
    const std::uint64_t one = 1;
    (void)!::write(event_, &one, sizeof one);
  }

  void run() {
    while (!ending_) {
      std::vector<pollfd> polled{{listener_, POLLIN, 0}, {event_, POLLIN, 0}};
      const Hold before = holding_;
      for (const Pair& pair : pairs_) {
        polled.push_back({before == Hold::kAll ? -1 : pair.client, POLLIN, 0});
        polled.push_back({before != Hold::kNothing ? -1 : pair.server, POLLIN, 0});
      }
      ::poll(polled.data(), polled.size(), -1);
      // What came just before it was held stays where it is.
      const Hold now = std::max(before, holding_.load());
      for (std::size_t i = 2; i < polled.size(); ++i)
        if (now == Hold::kAll || (now == Hold::kAnswers && i % 2 == 1)) polled[i].revents = 0;
      std::uint64_t count = 0;
      if (polled[1].revents != 0) (void)!::read(event_, &count, sizeof count);
      std::size_t at = 2;
      const bool cutting = cutting_.exchange(false);
      for (auto pair = pairs_.begin(); pair != pairs_.end(); at += 2) {
        const bool lives =
            !cutting && (polled[at].revents == 0 || pass_request(*pair)) && (polled[at + 1].revents == 0 || pass_answer(*pair));
        if (!lives) close(*pair);
        pair = lives ? std::next(pair) : pairs_.erase(pair);
      }
      if (polled[0].revents != 0) accept();
    }
  }
  void accept() {
    Pair pair{::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC), ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    const int yes = 1;
    for (int side : {pair.client, pair.server}) ::setsockopt(side, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    if (::connect(pair.server, reinterpret_cast<const sockaddr*>(&server_), sizeof server_) != 0) return close(pair);
    pairs_.push_back(pair);
  }
  // False: this side is at its end.
  bool pass_request(Pair& pair) {
    const ssize_t count = ::recv(pair.client, buffer_, sizeof buffer_, 0);
    if (count <= 0) return false;
    {
      const std::lock_guard guard(lock_);
      if (!marker_.empty() && std::string_view(buffer_, static_cast<std::size_t>(count)).find(marker_) != std::string_view::npos) {
        marker_.clear();
        pair.loses = true;
      }
    }
    return send_all(pair.server, count);
  }
  bool pass_answer(Pair& pair) {
    const ssize_t count = ::recv(pair.server, buffer_, sizeof buffer_, 0);
    if (count <= 0) return false;
    if (pair.loses) return ++lost_, false;
    return send_all(pair.client, count);
  }
  bool send_all(int to, ssize_t count) {
    for (ssize_t sent = 0; sent < count;) {
      const ssize_t part = ::send(to, buffer_ + sent, static_cast<std::size_t>(count - sent), MSG_NOSIGNAL);
      if (part <= 0) return false;
      sent += part;
    }
    return true;
  }

  const sockaddr_in server_;
  const int listener_;
  const int event_ = ::eventfd(0, EFD_CLOEXEC);
  int port_ = 0;
  std::list<Pair> pairs_;  // [thread]
  char buffer_[64 * 1024];
  std::atomic<bool> ending_ = false;
  std::atomic<bool> cutting_ = false;
  std::atomic<Hold> holding_ = Hold::kNothing;
  std::atomic<int> lost_ = 0;
  std::mutex lock_;
  std::string marker_;
  std::thread thread_;
};

}  // namespace barnabas::testing
