// Addresses as the system's calls want them. Any thread.
#pragma once

#include "kernel/base/env.h"

#include <sys/socket.h>

#include <optional>
#include <vector>

namespace barnabas::io {

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = sizeof(sockaddr_storage);

  sockaddr* raw() { return reinterpret_cast<sockaddr*>(&storage); }
  const sockaddr* raw() const { return reinterpret_cast<const sockaddr*>(&storage); }
  int family() const { return storage.ss_family; }
};

// An IPv4 peer of an IPv6 socket comes out as plain IPv4.
base::Address to_address(const SocketAddress& socket_address);

// An address whose host is numeric; nothing when it is a name.
std::optional<SocketAddress> numeric_address(const base::Address& address);

// All addresses behind a host, IPv4 first as Java does. May block for long on the name service. `passive`: to listen on, where an empty
// host means every interface.
Result<std::vector<SocketAddress>> resolve(const base::Address& address, bool passive);

// Where a socket is bound.
base::Address local_address(int fd);

}  // namespace barnabas::io
