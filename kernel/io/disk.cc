#include "kernel/io/disk.h"

#include "kernel/io/file.h"
#include "kernel/io/os_error.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <cerrno>
#include <cstdio>
#include <memory>
#include <string>

namespace barnabas::io {

namespace {

std::string str(sdk::Text text) { return {text.data, text.size}; }

int flags_of(sdk::OpenMode mode) {
  switch (mode) {
    case sdk::OpenMode::kRead:
      return O_RDONLY;
    case sdk::OpenMode::kWrite:
      return O_RDWR | O_CREAT;
    case sdk::OpenMode::kCreate:
      return O_RDWR | O_CREAT | O_EXCL;
  }
  return O_RDONLY;
}

void fill(const struct stat& found, sdk::FileInfo& info) {
  info.is_directory = S_ISDIR(found.st_mode);
  info.size = info.is_directory ? 0 : static_cast<std::uint64_t>(found.st_size);
  info.modified_ms = found.st_mtim.tv_sec * std::int64_t{1000} + found.st_mtim.tv_nsec / 1'000'000;
}

bool is_directory(const std::string& path) {
  struct stat found {};
  return ::stat(path.c_str(), &found) == 0 && S_ISDIR(found.st_mode);
}

}  // namespace

sdk::Status SystemDisk::open(sdk::Text path, sdk::OpenMode mode, sdk::File*& file) noexcept {
  std::string name = str(path);
  Descriptor descriptor;
  do {
    descriptor = Descriptor(::open(name.c_str(), flags_of(mode) | O_CLOEXEC, 0644));
  } while (!descriptor.valid() && errno == EINTR);
  if (!descriptor.valid()) return file_error(errno, "cannot open " + name);
  file = new SystemFile(std::move(descriptor), std::move(name));
  return {};
}

void SystemDisk::close(sdk::File* file) noexcept { delete static_cast<SystemFile*>(file); }

sdk::Status SystemDisk::rename(sdk::Text from, sdk::Text to) noexcept {
  const std::string old_name = str(from);
  const std::string new_name = str(to);
  if (::rename(old_name.c_str(), new_name.c_str()) == 0) return {};
  return file_error(errno, "cannot rename " + old_name + " to " + new_name);
}

sdk::Status SystemDisk::remove(sdk::Text path) noexcept {
  const std::string name = str(path);
  if (std::remove(name.c_str()) == 0) return {};
  return file_error(errno, "cannot remove " + name);
}

sdk::Status SystemDisk::make_directory(sdk::Text path) noexcept {
  const std::string name = str(path);
  for (std::size_t end = name.find('/', 1); !name.empty(); end = name.find('/', end + 1)) {
    const std::string part = name.substr(0, end);
    if (::mkdir(part.c_str(), 0755) != 0 && !(errno == EEXIST && is_directory(part))) {
      const int error = errno == EEXIST ? ENOTDIR : errno;
      // A parent may exist and yet forbid being made (a read-only or foreign one): only what is missing counts.
      if (!is_directory(part)) return file_error(error, "cannot make the directory " + part);
    }
    if (end == std::string::npos) return {};
  }
  return Status::invalid("a directory needs a name");
}

sdk::Status SystemDisk::sync_directory(sdk::Text path) noexcept {
  const std::string name = str(path);
  const Descriptor directory(::open(name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.valid()) return file_error(errno, "cannot open the directory " + name);
  if (::fsync(directory.get()) != 0) return Status::io("cannot sync the directory " + name + ": " + os_words(errno));
  return {};
}

sdk::Status SystemDisk::list(sdk::Text path, sdk::DirectoryVisitor& visitor) noexcept {
  const std::string name = str(path);
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir(name.c_str()), &::closedir);
  if (directory == nullptr) return file_error(errno, "cannot list the directory " + name);
  for (;;) {
    errno = 0;
    const dirent* entry = ::readdir(directory.get());
    if (entry == nullptr) break;
    const std::string_view entry_name = entry->d_name;
    if (entry_name == "." || entry_name == "..") continue;
    struct stat found {};
    if (::fstatat(::dirfd(directory.get()), entry->d_name, &found, 0) != 0) {
      if (errno == ENOENT) continue;  // removed meanwhile, or a link to nowhere
      return file_error(errno, "cannot look at " + name + "/" + std::string(entry_name));
    }
    sdk::FileInfo info;
    info.name = entry_name;
    fill(found, info);
    visitor.visit(info);
  }
  return errno == 0 ? sdk::Status() : file_error(errno, "cannot list the directory " + name);
}

sdk::Status SystemDisk::info(sdk::Text path, sdk::FileInfo& info) noexcept {
  const std::string name = str(path);
  struct stat found {};
  if (::stat(name.c_str(), &found) != 0) return file_error(errno, "cannot look at " + name);
  fill(found, info);
  return {};
}

sdk::Status SystemDisk::set_modified(sdk::Text path, std::int64_t wall_ms) noexcept {
  const std::string name = str(path);
  timespec times[2] = {};
  times[0].tv_nsec = UTIME_OMIT;
  times[1].tv_sec = wall_ms / 1000;
  times[1].tv_nsec = wall_ms % 1000 * 1'000'000;
  if (::utimensat(AT_FDCWD, name.c_str(), times, 0) == 0) return {};
  return file_error(errno, "cannot set the time of " + name);
}

sdk::Status SystemDisk::space(sdk::Text path, std::uint64_t& total, std::uint64_t& free) noexcept {
  const std::string name = str(path);
  struct statvfs found {};
  if (::statvfs(name.c_str(), &found) != 0) return file_error(errno, "cannot see how much room there is at " + name);
  total = std::uint64_t{found.f_blocks} * found.f_frsize;
  free = std::uint64_t{found.f_bavail} * found.f_frsize;
  return {};
}

sdk::Status SystemDisk::lock(sdk::Text path) noexcept { return locks_.lock(str(path)); }

void SystemDisk::unlock(sdk::Text path) noexcept { locks_.unlock(str(path)); }

}  // namespace barnabas::io
