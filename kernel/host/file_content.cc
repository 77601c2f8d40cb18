#include "kernel/host/file_content.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

namespace barnabas::host {

namespace {
// With debug information a plugin has some ten megabytes; what is larger than this is something else.
constexpr std::uintmax_t kLargestPlugin = std::uintmax_t{512} << 20;
}  // namespace

Result<std::vector<std::uint8_t>> read_file(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error))
    return Status::not_found(error ? fmt::format("cannot be read: {}", error.message()) : "is not a file");
  const auto size = std::filesystem::file_size(path, error);
  if (error) return Status::io(fmt::format("cannot be read: {}", error.message()));
  if (size > kLargestPlugin) return Status::exhausted(fmt::format("has {} octets, more than any plugin ({})", size, kLargestPlugin));
  std::ifstream file(path, std::ios::binary);
  std::vector<std::uint8_t> octets(size);
  if (!file || !file.read(reinterpret_cast<char*>(octets.data()), static_cast<std::streamsize>(size)))
    return Status::io(fmt::format("cannot be read: {}", std::strerror(errno)));
  return octets;
}

}  // namespace barnabas::host
