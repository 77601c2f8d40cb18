#include "tools/barnabas/plugins/rule_runner.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <barnabas/sdk/manifest.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <set>
#include <utility>

#include "kernel/io/descriptor.h"
#include "kernel/io/os_error.h"
#include "tools/barnabas/plugins/rule_teller.h"

namespace barnabas::tools {
namespace {

using Clock = std::chrono::steady_clock;

// The last rule of every child, told of by its end.
constexpr char kEndsWell[] = "the process ends well";

// noexcept: what is thrown here must not unwind into what the parent does next.
[[noreturn]] void be_the_child(const RuleBody& body, int channel, const std::set<std::string>& done) noexcept {
  setpgid(0, 0);                     // so that whatever the plugin starts can be ended with it
  prctl(PR_SET_PDEATHSIG, SIGKILL);  // and nothing is left when the parent is interrupted
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  constexpr rlim_t kMostMemory = rlim_t{2} << 30;
  const rlimit memory{kMostMemory, kMostMemory};
  constexpr bool kIsSanitized = std::string_view(BARNABAS_STAMP_SANITIZER) != "none";
  if (!kIsSanitized) setrlimit(RLIMIT_DATA, &memory);  // a sanitizer's own tables would count
  if (const int nothing = open("/dev/null", O_RDONLY); nothing > 0) dup2(nothing, STDIN_FILENO);
  dup2(STDERR_FILENO, STDOUT_FILENO);  // what a plugin prints is not part of the report
  RuleTeller teller(channel, done);
  body(teller);
  teller.begin(kEndsWell);
  std::exit(0);
}

class Child {
 public:
  Child(const RuleBody& body, const std::set<std::string>& done) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return;
    channel_ = io::Descriptor(ends[0]);
    io::Descriptor write_end(ends[1]);
    fcntl(channel_.get(), F_SETFL, O_NONBLOCK);
    std::fflush(nullptr);  // or the child would print it once more
    pid_ = fork();
    if (pid_ == 0) be_the_child(body, write_end.get(), done);
    if (pid_ > 0) ended_ = io::Descriptor(static_cast<int>(syscall(SYS_pidfd_open, pid_, 0)));
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (pid_ > 0) end();
  }

  bool exists() const { return pid_ > 0 && ended_.valid(); }

  enum class Event { kLine, kEnd, kSilence };
  // The next line, or what came instead of it before `until`.
  Event next(std::string& line, Clock::time_point until) {
    while (true) {
      if (const auto end = unread_.find('\n'); end != std::string::npos) {
        line = unread_.substr(0, end);
        unread_.erase(0, end + 1);
        return Event::kLine;
      }
      if (read_some()) continue;
      if (has_ended_) return Event::kEnd;
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
      if (left <= 0) return Event::kSilence;
      wait_for(static_cast<int>(left));
    }
  }

  // Ends it, if it has not ended, and all that it started; how it ended.
  int end() {
    kill(-pid_, SIGKILL);
    kill(pid_, SIGKILL);
    int how = 0;
    while (waitpid(pid_, &how, 0) < 0 && errno == EINTR) continue;
    pid_ = -1;
    return how;
  }

 private:
  bool read_some() {
    char octets[4096];
    const ssize_t count = ::read(channel_.get(), octets, sizeof octets);
    if (count > 0) unread_.append(octets, static_cast<std::size_t>(count));
    if (count == 0) channel_.reset();
    return count > 0;
  }
  void wait_for(int milliseconds) {
    pollfd watched[] = {{ended_.get(), POLLIN, 0}, {channel_.get(), POLLIN, 0}};
    poll(watched, 2, milliseconds);
    has_ended_ = watched[0].revents != 0;
  }

  pid_t pid_ = -1;
  io::Descriptor channel_;
  io::Descriptor ended_;  // readable when the child is dead, whoever else may still hold the channel
  std::string unread_;
  bool has_ended_ = false;
};

std::string how_it_ended(int how) {
  if (WIFSIGNALED(how)) return fmt::format("it died there: {} (signal {})", strsignal(WTERMSIG(how)), WTERMSIG(how));
  return fmt::format("it ended the process, with exit code {}", WEXITSTATUS(how));
}

}  // namespace

Result<bool> run_rules(const RuleBody& body, std::chrono::seconds patience, const RuleHeard& heard) {
  std::set<std::string> done;
  while (true) {
    Child child(body, done);
    if (!child.exists()) return Status::unavailable("cannot start a process for the plugin: " + io::os_words(errno));
    std::string open, line;  // the rule that is being tried
    auto event = Child::Event::kLine;
    while ((event = child.next(line, Clock::now() + patience)) == Child::Event::kLine) {
      const std::string text = line.substr(std::min<std::size_t>(line.size(), 1));
      if (line.starts_with(kRuleBegins)) open = text;
      if (!line.starts_with(kRuleEnds)) continue;
      heard(open, text);
      if (done.empty() && !text.empty()) return false;
      done.insert(std::exchange(open, ""));
    }
    const int how = child.end();
    const bool ended_well = event == Child::Event::kEnd && open == kEndsWell && WIFEXITED(how) && WEXITSTATUS(how) == 0;
    const std::string why = ended_well                        ? ""
                            : event == Child::Event::kSilence ? fmt::format("it did not come back within {} s", patience.count())
                                                              : how_it_ended(how);
    heard(open.empty() ? kEndsWell : open, why);
    if (open == kEndsWell) return true;
    if (done.empty() || open.empty()) return false;
    done.insert(open);
  }
}

}  // namespace barnabas::tools
