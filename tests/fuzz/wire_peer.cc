#include "fuzz/wire_peer.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <utility>

namespace barnabas::fuzz {
namespace {

constexpr std::size_t kLengthBytes = 4;

std::size_t length_at(const std::uint8_t* at) {
  return std::size_t{at[0]} << 24 | std::size_t{at[1]} << 16 | std::size_t{at[2]} << 8 | at[3];
}

}  // namespace

WirePeer::WirePeer(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) {
    end();
    return;
  }
  const int yes = 1;
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
}

WirePeer::~WirePeer() { end(); }

void WirePeer::end() {
  if (socket_ >= 0) ::close(std::exchange(socket_, -1));
}

void WirePeer::send(const std::uint8_t* data, std::size_t size) {
  while (size != 0 && socket_ >= 0) {
    const ssize_t count = ::send(socket_, data, size, MSG_NOSIGNAL);
    if (count <= 0) return;  // closed by the broker; what it said before is still to be received
    data += count;
    size -= static_cast<std::size_t>(count);
  }
}

void WirePeer::finish() {
  if (socket_ >= 0) ::shutdown(socket_, SHUT_WR);
}

void WirePeer::reset() {
  const linger now{1, 0};
  if (socket_ >= 0) ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  end();
}

bool WirePeer::fill(std::size_t count, int limit_ms, Came& otherwise) {
  using Clock = std::chrono::steady_clock;
  const auto until = Clock::now() + std::chrono::milliseconds(limit_ms);
  while (pending_.size() < count) {
    if (socket_ < 0) return otherwise = Came::kClosed, false;
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now()).count();
    pollfd one{socket_, POLLIN, 0};
    if (left < 0 || ::poll(&one, 1, static_cast<int>(left)) <= 0) return otherwise = Came::kNothing, false;
    std::uint8_t octets[65536];
    const ssize_t got = ::recv(socket_, octets, sizeof octets, 0);
    if (got <= 0) {
      end();
      return otherwise = Came::kClosed, false;
    }
    pending_.insert(pending_.end(), octets, octets + got);
  }
  return true;
}

WirePeer::Came WirePeer::receive(std::vector<std::uint8_t>& answer, int limit_ms) {
  Came otherwise = Came::kNothing;
  if (!fill(kLengthBytes, limit_ms, otherwise)) return otherwise;
  const std::size_t whole = kLengthBytes + length_at(pending_.data());
  if (!fill(whole, limit_ms, otherwise)) return otherwise;
  const auto end = pending_.begin() + static_cast<std::ptrdiff_t>(whole);
  answer.assign(pending_.begin() + kLengthBytes, end);
  pending_.erase(pending_.begin(), end);
  return Came::kAnswer;
}

std::int32_t correlation_of(const std::vector<std::uint8_t>& answer) {
  if (answer.size() < 4) return -1;
  return static_cast<std::int32_t>(length_at(answer.data()));
}

}  // namespace barnabas::fuzz
