#include "kernel/io/file_locks.h"

#include "kernel/io/os_error.h"

#include <fcntl.h>
#include <sys/types.h>

#include <cerrno>
#include <filesystem>

namespace barnabas::io {

namespace {

// The same file under two names must be opened once: closing the second descriptor would free the first one's lock.
std::string plain(const std::string& path) {
  std::error_code error;
  const auto found = std::filesystem::weakly_canonical(path, error);
  return error ? path : found.string();
}

struct flock whole_file(short type) {
  struct flock region {};
  region.l_type = type;
  region.l_whence = SEEK_SET;
  return region;
}

}  // namespace

Status FileLocks::lock(const std::string& path) {
  std::lock_guard guard(mutex_);
  Held& held = held_[plain(path)];
  if (held.count > 0) {
    ++held.count;
    return {};
  }
  const auto refuse = [&](Status status) {
    held_.erase(plain(path));
    return status;
  };
  Descriptor descriptor(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
  if (!descriptor.valid()) return refuse(file_error(errno, "cannot open the lock file " + path));
  struct flock region = whole_file(F_WRLCK);
  if (::fcntl(descriptor.get(), F_SETLK, &region) != 0) {
    if (errno != EACCES && errno != EAGAIN) return refuse(file_error(errno, "cannot lock " + path));
    struct flock holder = whole_file(F_WRLCK);
    std::string who = "another process";
    if (::fcntl(descriptor.get(), F_GETLK, &holder) == 0 && holder.l_type != F_UNLCK && holder.l_pid > 0)
      who += " (pid " + std::to_string(holder.l_pid) + ")";
    return refuse(Status::error(Code::kExists, who + " holds the lock on " + path + ": stop it, or use a directory of your own"));
  }
  held.descriptor = std::move(descriptor);
  held.count = 1;
  return {};
}

void FileLocks::unlock(const std::string& path) {
  std::lock_guard guard(mutex_);
  const auto found = held_.find(plain(path));
  if (found != held_.end() && --found->second.count == 0) held_.erase(found);
}

}  // namespace barnabas::io
