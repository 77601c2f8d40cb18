// A client that does with its socket what no handler would: half-closes, resets, never reads. For tests; blocks its thread.
#pragma once

#include "kernel/io/descriptor.h"
#include "kernel/io/socket_address.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <stdexcept>
#include <string>
#include <string_view>

namespace barnabas::io {

class RawPeer {
 public:
  explicit RawPeer(const base::Address& to) {
    const auto address = numeric_address(to);
    socket_ = Descriptor(::socket(address->family(), SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (::connect(socket_.get(), address->raw(), address->size) != 0) throw std::runtime_error("cannot connect to " + to_string(to));
  }

  void write(std::string_view text) { ::send(socket_.get(), text.data(), text.size(), MSG_NOSIGNAL); }
  void half_close() { ::shutdown(socket_.get(), SHUT_WR); }
  void reset() {
    const linger now{1, 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
    socket_.reset();
  }
  // Everything up to the end of the connection; "reset" in place of a clean end.
  std::string read_to_end() {
    std::string all;
    char buffer[4096];
    for (;;) {
      const ssize_t count = ::recv(socket_.get(), buffer, sizeof buffer, 0);
      if (count < 0) return all + " reset";
      if (count == 0) return all;
      all.append(buffer, static_cast<std::size_t>(count));
    }
  }

 private:
  Descriptor socket_;
};

}  // namespace barnabas::io
