// How long a program takes from exec to its first answer: start_bench PORT COMMAND…
// Starts it, connects as soon as somebody listens, sends ApiVersions, prints milliseconds until the answer was there, and ends the program.
#include "probe.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

int main(int count, char** words) {
  if (count < 3) return fprintf(stderr, "usage: start_bench PORT COMMAND...\n"), 2;
  port = atoi(words[1]);
  const double began = now();
  const pid_t child = fork();
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);  // nobody else knows of it
    const int log = open("start_bench.log", O_WRONLY | O_CREAT | O_APPEND, 0644);
    dup2(log, 1), dup2(log, 2);
    execvp(words[2], words + 2);
    _exit(127);
  }
  int fd = -1;
  while ((fd = try_to_connect()) < 0) {
    if (waitpid(child, nullptr, WNOHANG) != 0) return fprintf(stderr, "%s ended\n", words[2]), 1;
    usleep(100);  // nothing says when another process listens
  }
  send_all(fd, frame(18, 0, ""));
  const string answer = reply(fd);
  printf("%.2f ms\n", (now() - began) * 1000);
  fflush(stdout);
  must(Reader{answer}.error(), "ApiVersions");
  kill(child, SIGTERM);
  waitpid(child, nullptr, 0);
  return 0;
}
