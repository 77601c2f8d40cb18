// Small files as a whole, and names, over sdk::Disk. [any thread]
#pragma once

#include <barnabas/sdk/host.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/base/result.h"

namespace barnabas::kraft {

using Octets = std::vector<std::uint8_t>;

// An open file that is closed with this object.
class OpenFile {
 public:
  OpenFile() = default;
  OpenFile(OpenFile&& other) noexcept : disk_(other.disk_), file_(std::exchange(other.file_, nullptr)) {}
  OpenFile& operator=(OpenFile&& other) noexcept {
    std::swap(disk_, other.disk_);
    std::swap(file_, other.file_);
    return *this;
  }
  ~OpenFile() { close(); }

  Status open(sdk::Disk& disk, const std::string& path, sdk::OpenMode mode);
  void close();
  bool is_open() const { return file_ != nullptr; }
  sdk::File* operator->() const { return file_; }

 private:
  sdk::Disk* disk_ = nullptr;
  sdk::File* file_ = nullptr;
};

Result<Octets> read_file(sdk::Disk& disk, const std::string& path);  // kNotFound where there is none
enum class Durable : std::uint8_t { kYes, kNo };
// The old content or the new one, whatever happens: NAME.tmp, fsync, rename, fsync of the directory. kNo: without both fsyncs, for what can
// be made again; after a loss of power it may be the old one, the new one, or damaged.
Status replace_file(sdk::Disk& disk, const std::string& directory, const std::string& name, sdk::Bytes content,
                    Durable durable = Durable::kYes, std::string_view suffix = ".tmp");
// Without sync, for what can be made again.
Status write_file(sdk::Disk& disk, const std::string& path, sdk::Bytes content);
Result<std::vector<std::string>> list_files(sdk::Disk& disk, const std::string& directory);  // sorted; nothing where there is no directory
// With its parents, each on the device when this returns.
Status make_durable_directory(sdk::Disk& disk, const std::string& path);
Result<bool> file_exists(sdk::Disk& disk, const std::string& path);

}  // namespace barnabas::kraft
