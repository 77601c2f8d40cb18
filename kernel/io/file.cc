#include "kernel/io/file.h"

#include "kernel/io/os_error.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>

#include <algorithm>
#include <cerrno>

namespace barnabas::io {

namespace {
constexpr std::size_t kPiecesPerCall = 128;
}

sdk::Status SystemFile::read_at(std::uint64_t offset, sdk::MutableBytes into, std::size_t& count) noexcept {
  count = 0;
  while (count < into.size) {
    const ssize_t got = ::pread(descriptor_.get(), into.data + count, into.size - count, static_cast<off_t>(offset + count));
    if (got == 0) break;
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return file_error(errno, "cannot read " + path_);
    count += static_cast<std::size_t>(got);
  }
  return {};
}

sdk::Status SystemFile::write_at(std::uint64_t offset, const sdk::Bytes* pieces, std::size_t piece_count) noexcept {
  std::size_t first = 0;  // the first piece not wholly written, and how much of it was
  std::size_t begun = 0;
  while (first < piece_count) {
    iovec vectors[kPiecesPerCall];
    const std::size_t count = std::min(piece_count - first, kPiecesPerCall);
    for (std::size_t i = 0; i < count; ++i) {
      const sdk::Bytes rest = i == 0 ? pieces[first].slice(begun) : pieces[first + i];
      vectors[i] = {const_cast<std::uint8_t*>(rest.data), rest.size};
    }
    const ssize_t written = ::pwritev(descriptor_.get(), vectors, static_cast<int>(count), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return file_error(errno, "cannot write to " + path_);
    offset += static_cast<std::uint64_t>(written);
    begun += static_cast<std::size_t>(written);
    while (first < piece_count && begun >= pieces[first].size) begun -= pieces[first++].size;
  }
  return {};
}

sdk::Status SystemFile::sync(bool data_only) noexcept {
  const int outcome = data_only ? ::fdatasync(descriptor_.get()) : ::fsync(descriptor_.get());
  // Never tried again: after a failed sync the system may have forgotten what was not written.
  return outcome == 0 ? sdk::Status() : Status::io("cannot sync " + path_ + ": " + os_words(errno));
}

sdk::Status SystemFile::truncate(std::uint64_t size) noexcept {
  while (::ftruncate(descriptor_.get(), static_cast<off_t>(size)) != 0) {
    if (errno != EINTR) return file_error(errno, "cannot cut " + path_ + " to " + std::to_string(size) + " bytes");
  }
  return {};
}

sdk::Status SystemFile::reserve(std::uint64_t offset, std::uint64_t size) noexcept {
  while (::fallocate(descriptor_.get(), FALLOC_FL_KEEP_SIZE, static_cast<off_t>(offset), static_cast<off_t>(size)) != 0) {
    if (errno == EOPNOTSUPP || errno == ENOSYS) return {};  // a file system without reservations: appends take their blocks one by one
    if (errno != EINTR) return file_error(errno, "cannot reserve " + std::to_string(size) + " bytes for " + path_);
  }
  return {};
}

sdk::Status SystemFile::size(std::uint64_t& size) noexcept {
  struct stat found {};
  if (::fstat(descriptor_.get(), &found) != 0) return file_error(errno, "cannot look at " + path_);
  size = static_cast<std::uint64_t>(found.st_size);
  return {};
}

}  // namespace barnabas::io
