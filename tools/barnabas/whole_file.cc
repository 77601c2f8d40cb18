#include "tools/barnabas/whole_file.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <vector>

namespace barnabas::tools {

Result<std::string> read_whole(const std::string& path, std::uint64_t max_bytes) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return Status::invalid("is a directory; name a file in it");
  std::ifstream file(path, std::ios::binary);
  if (!file) return Status::not_found(std::string("cannot be read: ") + std::strerror(errno));
  // Piece by piece, since a pipe does not know its size.
  std::string content;
  std::vector<char> piece(1 << 20);
  while (content.size() < max_bytes) {
    file.read(piece.data(), static_cast<std::streamsize>(std::min<std::uint64_t>(piece.size(), max_bytes - content.size())));
    content.append(piece.data(), static_cast<std::size_t>(file.gcount()));
    if (file.bad()) return Status::io(std::string("cannot be read: ") + std::strerror(errno));
    if (!file) break;
  }
  return content;
}

}  // namespace barnabas::tools
