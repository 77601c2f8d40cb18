// The operating system's file system. Any thread.
#pragma once

#include "kernel/base/result.h"
#include "kernel/io/file_locks.h"

#include <barnabas/sdk/host.h>

namespace barnabas::io {

class SystemDisk final : public sdk::Disk {
 public:
  sdk::Status open(sdk::Text path, sdk::OpenMode mode, sdk::File*& file) noexcept override;
  void close(sdk::File* file) noexcept override;
  sdk::Status rename(sdk::Text from, sdk::Text to) noexcept override;
  sdk::Status remove(sdk::Text path) noexcept override;
  sdk::Status make_directory(sdk::Text path) noexcept override;
  sdk::Status sync_directory(sdk::Text path) noexcept override;
  sdk::Status list(sdk::Text path, sdk::DirectoryVisitor& visitor) noexcept override;
  sdk::Status info(sdk::Text path, sdk::FileInfo& info) noexcept override;
  sdk::Status set_modified(sdk::Text path, std::int64_t wall_ms) noexcept override;
  sdk::Status space(sdk::Text path, std::uint64_t& total, std::uint64_t& free) noexcept override;
  sdk::Status lock(sdk::Text path) noexcept override;
  void unlock(sdk::Text path) noexcept override;

 private:
  FileLocks locks_;
};

}  // namespace barnabas::io
