#include "kernel/host/trial_load.h"

#include <dlfcn.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include <fmt/format.h>

namespace barnabas::host {
namespace {

constexpr int kCameBack = 42;  // the child's exit code; a plugin that ends the process says another
constexpr int kPatienceMs = 10'000;

[[noreturn]] void be_the_child(const char* path) noexcept {
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  ::dlopen(path, RTLD_NOW | RTLD_LOCAL);
  ::_exit(kCameBack);
}

// Who starts this program may have it ignore the end of children, and then the system forgets how they ended.
class ChildrenAreKept {
 public:
  ChildrenAreKept() {
    struct sigaction usual {};
    usual.sa_handler = SIG_DFL;
    ::sigaction(SIGCHLD, &usual, &before_);
  }
  ChildrenAreKept(const ChildrenAreKept&) = delete;
  ChildrenAreKept& operator=(const ChildrenAreKept&) = delete;
  ~ChildrenAreKept() { ::sigaction(SIGCHLD, &before_, nullptr); }

 private:
  struct sigaction before_ {};
};

// Whether the process ended in time.
bool wait_for_end(pid_t pid) {
  const int ended = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
  if (ended < 0) return true;  // an old system: waitpid() waits
  pollfd watched{ended, POLLIN, 0};
  int count = 0;
  do {
    count = ::poll(&watched, 1, kPatienceMs);
  } while (count < 0 && errno == EINTR);
  ::close(ended);
  return count != 0;
}

}  // namespace

Status try_to_load(const std::string& path) {
  const ChildrenAreKept kept;
  const pid_t pid = ::fork();
  if (pid < 0) return {};  // it cannot be tried here
  if (pid == 0) be_the_child(path.c_str());
  const bool in_time = wait_for_end(pid);
  if (!in_time) ::kill(pid, SIGKILL);
  int how = 0;
  pid_t ended = 0;
  do {
    ended = ::waitpid(pid, &how, 0);
  } while (ended < 0 && errno == EINTR);
  if (!in_time)
    return Status::invalid(fmt::format("{} does not come back from being loaded within {} s: one of its static objects waits for something",
                                       path, kPatienceMs / 1000));
  if (ended < 0) return {};  // nobody knows how it ended: it cannot be tried here
  if (WIFSIGNALED(how))
    return Status::invalid(fmt::format("{} ends the process when it is loaded (signal {}, {}): one of its static objects does", path,
                                       WTERMSIG(how), ::strsignal(WTERMSIG(how))));
  if (WEXITSTATUS(how) != kCameBack)
    return Status::invalid(
        fmt::format("{} ends the process when it is loaded (exit code {}): one of its static objects does", path, WEXITSTATUS(how)));
  return {};
}

}  // namespace barnabas::host
