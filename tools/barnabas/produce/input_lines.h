// Lines of a file, a pipe or a terminal as Java reads them: "\n", "\r\n" and a lone "\r" end one. One thread reads; any may stop it.
#pragma once

#include <string>

#include "kernel/base/result.h"

namespace barnabas::tools {

class InputLines {
 public:
  // The descriptor stays the caller's.
  explicit InputLines(int descriptor);
  InputLines(const InputLines&) = delete;
  InputLines& operator=(const InputLines&) = delete;
  ~InputLines();

  // Waits for the next line, without what ends it. False: there is none any more, or stop() was called.
  Result<bool> next(std::string& line);
  // Whether there is more to read at once, so that nobody has to wait.
  bool has_more() const;
  // next() ends instead of waiting; also the one that waits already.
  void stop();

 private:
  Result<bool> read_more();  // false: the end

  const int descriptor_;
  int stop_event_;
  std::string buffer_;
  std::size_t begin_ = 0;  // of what is not handed out yet
  bool at_end_ = false;
  bool skips_newline_ = false;  // a "\r" ended the last line, so a "\n" that follows belongs to it
};

}  // namespace barnabas::tools
