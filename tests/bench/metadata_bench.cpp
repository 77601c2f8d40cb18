// What many topics cost a broker, over the raw protocol (versions that Apache Kafka 4 and we both speak); the broker can be anything.
//   metadata_bench PORT PID create PREFIX TOPICS PARTITIONS AT_ONCE   topics PREFIX0, PREFIX1, …, so many in a request, one request after
//   another metadata_bench PORT PID await PREFIX TOPICS PARTITIONS            until all of them are served, from before there is anybody at
//   the port metadata_bench PORT PID delete PREFIX TOPICS metadata_bench PORT PID ask SECONDS WARM CONNECTIONS [TOPIC]      Metadata of all
//   topics, or of one, always one request under way on each
// A partition is served when its leader says where its log ends. Prints a line; CPU is the broker's. What comes in the WARM seconds does
// not count: a JVM compiles what it has often run.
#include "probe.hpp"

#include <poll.h>
#include <sys/epoll.h>

#include <algorithm>

static string varint(uint64_t n) {
  string out;
  for (; n > 127; n >>= 7) out += char(n & 127 | 128);
  return out + char(n);
}
static string name_of(const string& prefix, int64_t i) { return prefix + std::to_string(i); }

constexpr int kTimeoutMs = 60000;
constexpr int kAlreadyExists = 36;
constexpr int kNoBrokers = 38;  // Apache Kafka listens before its controller knows it

static bool create_some(int fd, const string& prefix, int64_t from, int64_t until, int partitions) {
  string body = i32(until - from);
  for (int64_t i = from; i < until; ++i) body += text(name_of(prefix, i)) + i32(partitions) + i16(1) + i32(0) + i32(0);
  send_all(fd, frame(19, 4, body + i32(kTimeoutMs) + string(1, 0)));
  const string data = reply(fd);
  Reader reader{data};
  reader.number(4);
  for (int64_t left = reader.number(4); left > 0; --left) {
    const string name = reader.text();
    const int error = reader.error();
    const string message = reader.text();
    if (error == kNoBrokers) return poll(nullptr, 0, 100), false;
    if (error && error != kAlreadyExists) fprintf(stderr, "%s: error %d, %s\n", name.c_str(), error, message.c_str()), exit(1);
  }
  return true;
}

// One after another, asked again where it is too early.
static void await_served(int fd, const string& prefix, int64_t topics, int partitions) {
  constexpr int64_t kAtOnce = 10;  // and not often: whoever is busy with making them is not to be busy with answering
  constexpr int kWaitMs = 20;
  for (int64_t from = 0; from < topics; from += kAtOnce) {
    const int64_t until = std::min(topics, from + kAtOnce);
    string body = i32(-1) + string(1, 0) + i32(until - from);
    for (int64_t i = from; i < until; ++i) {
      body += text(name_of(prefix, i)) + i32(partitions);
      for (int p = 0; p < partitions; ++p) body += i32(p) + i64(-1);
    }
    for (int error = -1; error != 0;) {
      send_all(fd, frame(2, 2, body));
      const string data = reply(fd);
      Reader reader{data};
      reader.number(4);
      error = 0;
      for (int64_t left = reader.number(4); left > 0; --left) {
        reader.text();
        for (int64_t each = reader.number(4); each > 0; --each) {
          reader.number(4);
          if (const int found = reader.error()) error = found;
          reader.number(8), reader.number(8);
        }
      }
      if (error) poll(nullptr, 0, kWaitMs);
    }
  }
}

static void create(int pid, const string& prefix, int64_t topics, int partitions, int64_t at_once) {
  const int fd = connect_to();
  const double from = now(), cpu = cpu_of(pid);
  for (int64_t i = 0; i < topics; i += at_once)
    while (!create_some(fd, prefix, i, std::min(topics, i + at_once), partitions)) {
    }
  const double answered = now() - from;
  await_served(fd, prefix, topics, partitions);
  printf("answered after %.1f ms, served after %.1f ms, %.1f ms CPU\n", answered * 1e3, (now() - from) * 1e3, (cpu_of(pid) - cpu) * 1e3);
}

static void await(int pid, const string& prefix, int64_t topics, int partitions) {
  const double from = now();
  int fd = try_to_connect();
  for (; fd < 0; fd = try_to_connect()) poll(nullptr, 0, 1);
  await_served(fd, prefix, topics, partitions);
  printf("served after %.1f ms, %.1f ms CPU\n", (now() - from) * 1e3, cpu_of(pid) * 1e3);
}

static void remove(const string& prefix, int64_t topics) {
  const int fd = connect_to();
  string body = i32(topics);
  for (int64_t i = 0; i < topics; ++i) body += text(name_of(prefix, i));
  send_all(fd, frame(20, 1, body + i32(kTimeoutMs)));
  const string data = reply(fd);
  Reader reader{data};
  reader.number(4);
  for (int64_t left = reader.number(4); left > 0; --left) reader.text(), must(reader.error(), "delete");
}

// Takes an answer off the socket without a copy of what is in it.
static size_t drain(int fd) {
  const string head = "0000" + receive(fd, 4);
  const size_t size = size_t(Reader{head}.number(4));
  for (size_t got = 0; got < size;) {
    const ssize_t part = recv(fd, nullptr, size - got, MSG_TRUNC);
    if (part <= 0) perror("recv"), exit(1);
    got += size_t(part);
  }
  return size;
}

static void ask(int pid, double seconds, double warm, int connections, const string& topic) {
  // Version 12: no tags, the topics (null, or one with a zero id), nothing is made, no operations, no tags.
  string topics = varint(0);
  if (!topic.empty()) topics = varint(2) + string(16, 0) + varint(topic.size() + 1) + topic + varint(0);
  const string request = i16(3) + i16(12) + i32(7) + text("bench") + varint(0) + topics + string(2, 0) + varint(0);
  const string framed = i32(int64_t(request.size())) + request;
  const int poller = epoll_create1(0);
  for (int i = 0; i < connections; ++i) {
    const int fd = connect_to();
    epoll_event event{EPOLLIN, {.fd = fd}};
    epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event);
    send_all(fd, framed);
  }
  const double begun = now();
  double from = 0, cpu = 0, until = begun + warm;
  int64_t done = 0;
  size_t size = 0;
  std::vector<epoll_event> events(64);
  for (;;) {
    const int ready = epoll_wait(poller, events.data(), int(events.size()), -1);
    for (int e = 0; e < ready; ++e) {
      size = drain(events[size_t(e)].data.fd);
      send_all(events[size_t(e)].data.fd, framed);
      ++done;
    }
    if (now() < until) continue;
    if (from != 0) break;
    from = now(), cpu = cpu_of(pid), done = 0, until = from + seconds;
  }
  const double took = now() - from;
  printf("%.1f requests/s, %.2f us CPU a request, %zu octets an answer\n", double(done) / took, (cpu_of(pid) - cpu) / double(done) * 1e6,
         size);
}

int main(int argc, char** argv) {
  if (argc < 5) return fprintf(stderr, "metadata_bench PORT PID create|await|delete|ask …\n"), 2;
  port = atoi(argv[1]);
  const int pid = atoi(argv[2]);
  const string what = argv[3];
  auto number = [&](int at) { return at < argc ? atoll(argv[at]) : 0; };
  if (what == "create") create(pid, argv[4], number(5), int(number(6)), number(7));
  if (what == "await") await(pid, argv[4], number(5), int(number(6)));
  if (what == "delete") remove(argv[4], number(5));
  if (what == "ask") ask(pid, atof(argv[4]), atof(argv[5]), int(number(6)), argc > 7 ? argv[7] : "");
}
