// What the drivers of the raw protocol have in common: octets, frames, connections, and the processor time of another process.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

using std::string;

static double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }
static double cpu_of(int pid) {  // exact: what /proc says is in steps of 10 ms
  clockid_t clock;
  timespec used{};
  if (clock_getcpuclockid(pid, &clock) || clock_gettime(clock, &used)) fprintf(stderr, "no process %d\n", pid), exit(1);
  return double(used.tv_sec) + double(used.tv_nsec) * 1e-9;
}

static string i16(int n) { return {char(n >> 8), char(n)}; }
static string i32(int64_t n) { return {char(n >> 24), char(n >> 16), char(n >> 8), char(n)}; }
static string i64(int64_t n) { return i32(n >> 32) + i32(n); }
static string text(const string& s) { return i16(int(s.size())) + s; }
static string octets(const string& s) { return i32(int64_t(s.size())) + s; }
static string frame(int api, int version, const string& body) {
  const string request = i16(api) + i16(version) + i32(7) + text("bench") + body;
  return i32(int64_t(request.size())) + request;
}

struct Reader {
  const string& data;
  size_t at = 4;  // behind the correlation id
  int64_t number(int size) {
    int64_t n = 0;
    for (int i = 0; i < size; ++i) n = n << 8 | uint8_t(data.at(at++));
    return n;
  }
  int error() { return int(int16_t(number(2))); }
  string take(size_t size) { return at += size, data.substr(at - size, size); }
  // Of lengths, which are one more than they say.
  size_t varint() {
    uint64_t n = 0;
    for (int shift = 0;; shift += 7) {
      const uint8_t octet = uint8_t(data.at(at++));
      n |= uint64_t(octet & 127) << shift;
      if (octet < 128) return n == 0 ? 0 : n - 1;
    }
  }
  string text() {
    const int size = error();
    return size < 0 ? string() : take(size_t(size));
  }
};

static int port;
// -1: nobody listens yet.
static int try_to_connect() {
  const int fd = socket(AF_INET, SOCK_STREAM, 0), yes = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  to.sin_port = htons(uint16_t(port));
  if (connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0) return fd;
  close(fd);
  return -1;
}
static int connect_to() {
  const int fd = try_to_connect();
  if (fd < 0) perror("connect"), exit(1);
  return fd;
}
static void send_all(int fd, const string& data) {
  for (size_t sent = 0; sent < data.size();) {
    const ssize_t part = send(fd, data.data() + sent, data.size() - sent, MSG_NOSIGNAL);
    if (part <= 0) perror("send"), exit(1);
    sent += size_t(part);
  }
}
static string receive(int fd, size_t size) {
  string data(size, 0);
  for (size_t got = 0; got < size;) {
    const ssize_t part = recv(fd, data.data() + got, size - got, 0);
    if (part <= 0) perror("recv"), exit(1);
    got += size_t(part);
  }
  return data;
}
static string reply(int fd) {
  const string size = "0000" + receive(fd, 4);
  return receive(fd, size_t(Reader{size}.number(4)));
}
static void must(int error, const char* what) {
  if (error) fprintf(stderr, "%s: error %d\n", what, error), exit(1);
}
