// Log lines to standard error: "2025-03-01 12:00:00.123 INFO  message", one write per line. Any thread.
#pragma once

#include <barnabas/sdk/host.h>

#include <string>
#include <string_view>

namespace barnabas::io {

class LogWriter {
 public:
  LogWriter(int fd, sdk::LogLevel least) : fd_(fd), least_(least) {}
  void write(std::int64_t wall_ms, sdk::LogLevel level, std::string_view message) const;

 private:
  int fd_;
  sdk::LogLevel least_;
};

// The line with its end. Control characters of the message are escaped, so that no peer can forge a line.
std::string log_line(std::int64_t wall_ms, sdk::LogLevel level, std::string_view message);

}  // namespace barnabas::io
