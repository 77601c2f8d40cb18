#include "kernel/io/socket_address.h"

#include "kernel/io/os_error.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

namespace barnabas::io {

base::Address to_address(const SocketAddress& socket_address) {
  char text[INET6_ADDRSTRLEN] = {};
  if (socket_address.family() == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(socket_address.storage);
    ::inet_ntop(AF_INET, &v4.sin_addr, text, sizeof text);
    return {text, ntohs(v4.sin_port)};
  }
  const auto& v6 = reinterpret_cast<const sockaddr_in6&>(socket_address.storage);
  if (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr)) {
    ::inet_ntop(AF_INET, v6.sin6_addr.s6_addr + 12, text, sizeof text);
  } else {
    ::inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof text);
  }
  return {text, ntohs(v6.sin6_port)};
}

std::optional<SocketAddress> numeric_address(const base::Address& address) {
  SocketAddress made;
  auto& v4 = reinterpret_cast<sockaddr_in&>(made.storage);
  if (::inet_pton(AF_INET, address.host.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(address.port);
    made.size = sizeof v4;
    return made;
  }
  auto& v6 = reinterpret_cast<sockaddr_in6&>(made.storage);
  if (::inet_pton(AF_INET6, address.host.c_str(), &v6.sin6_addr) == 1) {
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(address.port);
    made.size = sizeof v6;
    return made;
  }
  return std::nullopt;
}

Result<std::vector<SocketAddress>> resolve(const base::Address& address, bool passive) {
  if (const auto numeric = numeric_address(address)) return std::vector{*numeric};
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = passive ? AI_PASSIVE : 0;
  addrinfo* found = nullptr;
  const std::string port = std::to_string(address.port);
  const int outcome = ::getaddrinfo(address.host.empty() ? nullptr : address.host.c_str(), port.c_str(), &hints, &found);
  if (outcome != 0) {
    const std::string words = outcome == EAI_SYSTEM ? os_words(errno) : ::gai_strerror(outcome);
    return Status::unavailable("cannot find the address of host \"" + address.host + "\": " + words);
  }
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner(found, &::freeaddrinfo);
  std::vector<SocketAddress> all;
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
    SocketAddress& made = all.emplace_back();
    std::memcpy(&made.storage, one->ai_addr, one->ai_addrlen);
    made.size = one->ai_addrlen;
  }
  std::stable_partition(all.begin(), all.end(), [](const SocketAddress& one) { return one.family() == AF_INET; });
  return all;
}

base::Address local_address(int fd) {
  SocketAddress bound;
  if (::getsockname(fd, bound.raw(), &bound.size) != 0) return {};
  return to_address(bound);
}

}  // namespace barnabas::io
