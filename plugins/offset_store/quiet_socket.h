// Whether the other side of an idle connection has said goodbye: looks without reading or waiting. Any thread.
#pragma once

#include <sys/socket.h>

#include <cerrno>

namespace barnabas::offset_store {

// Between calls a server has nothing to say; what lies there is the end of the stream, or the reason for one.
inline bool is_quiet(int socket) {
  char octet;
  return ::recv(socket, &octet, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR);
}

}  // namespace barnabas::offset_store
