#include "kernel/io/log_writer.h"

#include <fmt/format.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>

namespace barnabas::io {

namespace {

constexpr std::string_view kLevels[] = {"DEBUG", "INFO ", "WARN ", "ERROR"};

}  // namespace

std::string log_line(std::int64_t wall_ms, sdk::LogLevel level, std::string_view message) {
  const time_t seconds = wall_ms / 1000;
  tm parts{};
  ::gmtime_r(&seconds, &parts);
  std::string line = fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}.{:03} {} ", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
                                 parts.tm_hour, parts.tm_min, parts.tm_sec, wall_ms % 1000, kLevels[static_cast<std::size_t>(level)]);
  line.reserve(line.size() + message.size() + 1);
  for (const char c : message) {
    const auto octet = static_cast<unsigned char>(c);
    if (octet >= 0x20 && octet != 0x7f) {
      line.push_back(c);
    } else if (c == '\n') {
      line += "\\n";
    } else {
      line += fmt::format("\\x{:02x}", octet);
    }
  }
  line.push_back('\n');
  return line;
}

void LogWriter::write(std::int64_t wall_ms, sdk::LogLevel level, std::string_view message) const {
  if (level < least_) return;
  const std::string line = log_line(wall_ms, level, message);
  for (std::size_t done = 0; done < line.size();) {
    const ssize_t count = ::write(fd_, line.data() + done, line.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return;  // nobody reads standard error: there is nowhere left to say so
    done += static_cast<std::size_t>(count);
  }
}

}  // namespace barnabas::io
