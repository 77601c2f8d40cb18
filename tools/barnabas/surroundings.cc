#include "tools/barnabas/surroundings.h"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "kernel/config/tree.h"

namespace barnabas::tools {

std::optional<std::string> RealSurroundings::environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

Result<std::string> RealSurroundings::read_file(const std::string& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return Status::invalid(path + " is a directory; name a file in it");
  std::ifstream file(path, std::ios::binary);
  if (!file) return Status::not_found(path + " cannot be read: " + std::strerror(errno));
  // Not the size that a file has, because a pipe has none, and a device has no end.
  std::string content(config::kLargestFileBytes + 1, '\0');
  file.read(content.data(), static_cast<std::streamsize>(content.size()));
  if (file.bad()) return Status::not_found(path + " cannot be read: " + std::strerror(errno));
  content.resize(static_cast<std::size_t>(file.gcount()));
  if (content.size() > config::kLargestFileBytes)
    return Status::invalid(
        fmt::format("{} has more than {} octets; a deployment has fewer, so this is another file", path, config::kLargestFileBytes));
  return content;
}

std::string RealSurroundings::host_name() {
  char name[256] = {};
  return gethostname(name, sizeof name - 1) == 0 && name[0] != 0 ? name : "localhost";
}

}  // namespace barnabas::tools
