#include "tools/barnabas/produce/input_lines.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace barnabas::tools {
namespace {

constexpr std::size_t kReadBytes = 64 << 10;

}  // namespace

InputLines::InputLines(int descriptor) : descriptor_(descriptor), stop_event_(eventfd(0, EFD_CLOEXEC)) {}

InputLines::~InputLines() { close(stop_event_); }

void InputLines::stop() { eventfd_write(stop_event_, 1); }

bool InputLines::has_more() const {
  if (at_end_ || buffer_.find_first_of("\r\n", begin_) != std::string::npos) return true;
  pollfd input{descriptor_, POLLIN, 0};
  return poll(&input, 1, 0) > 0;
}

Result<bool> InputLines::read_more() {
  pollfd both[]{{descriptor_, POLLIN, 0}, {stop_event_, POLLIN, 0}};
  while (poll(both, 2, -1) < 0 && errno == EINTR) {
  }
  if (both[1].revents != 0) return false;
  buffer_.erase(0, begin_);
  begin_ = 0;
  const std::size_t had = buffer_.size();
  buffer_.resize(had + kReadBytes);
  ssize_t count = -1;
  do {
    count = read(descriptor_, buffer_.data() + had, kReadBytes);
  } while (count < 0 && errno == EINTR);
  buffer_.resize(had + static_cast<std::size_t>(count < 0 ? 0 : count));
  if (count < 0) return Status::io(fmt::format("the input cannot be read: {}", std::strerror(errno)));
  at_end_ = count == 0;
  return !at_end_;
}

Result<bool> InputLines::next(std::string& line) {
  std::size_t searched = 0;  // behind begin_
  for (;;) {
    if (skips_newline_ && begin_ < buffer_.size()) {
      if (buffer_[begin_] == '\n') ++begin_;
      skips_newline_ = false;
    }
    const std::size_t end = buffer_.find_first_of("\r\n", begin_ + searched);
    if (end != std::string::npos) {
      line.assign(buffer_, begin_, end - begin_);
      skips_newline_ = buffer_[end] == '\r';
      begin_ = end + 1;
      return true;
    }
    searched = buffer_.size() - begin_;
    auto more = at_end_ ? Result<bool>(false) : read_more();
    if (!more) return more;
    if (*more) continue;
    if (!at_end_ || searched == 0) return false;
    line.assign(buffer_, begin_);  // the last one has no end of its own
    begin_ = buffer_.size();
    return true;
  }
}

}  // namespace barnabas::tools
