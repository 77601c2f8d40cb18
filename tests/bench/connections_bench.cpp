// Many connections to any broker.
//   connections_bench PORT PID storm COUNT     connect, ApiVersions, close, one after another: a second, and CPU of the broker each
//   connections_bench PORT PID idle COUNT      holds so many that have asked once, says "ready", and ends when its input does
#include "probe.hpp"

#include <sys/resource.h>

static int greeted() {
  const int fd = connect_to();
  send_all(fd, frame(18, 0, ""));
  must(Reader{reply(fd)}.error(), "ApiVersions");
  return fd;
}

int main(int count, char** words) {
  if (count != 5) return fprintf(stderr, "usage: connections_bench PORT PID storm|idle COUNT\n"), 2;
  port = atoi(words[1]);
  const int pid = atoi(words[2]), wanted = atoi(words[4]);
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  if (string(words[3]) == "storm") {
    const double began = now(), used = cpu_of(pid);
    const linger at_once{1, 0};  // no port waits behind a closed connection
    for (int i = 0; i < wanted; ++i) {
      const int fd = greeted();
      setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
      close(fd);
    }
    printf("%.0f connections/s %.1f us\n", wanted / (now() - began), (cpu_of(pid) - used) / wanted * 1e6);
    return 0;
  }
  for (int i = 0; i < wanted; ++i) greeted();
  puts("ready");
  fflush(stdout);
  getchar();
  return 0;
}
