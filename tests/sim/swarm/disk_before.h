// A disk that stands before another one and passes everything on: what a planted bug derives from, to change one thing. On the world's one
// thread.
#pragma once

#include <barnabas/sdk/host.h>

#include <string>

namespace barnabas::sim {

class DiskBefore : public sdk::Disk {
 public:
  explicit DiskBefore(sdk::Disk& disk) : disk_(disk) {}
  virtual ~DiskBefore() = default;

  sdk::Status open(sdk::Text path, sdk::OpenMode mode, sdk::File*& file) noexcept override {
    sdk::File* inner = nullptr;
    if (sdk::Status status = disk_.open(path, mode, inner); !status) return status;
    file = new FileBefore(*this, *inner, std::string(path.data, path.size));
    return {};
  }
  void close(sdk::File* file) noexcept override {
    auto* outer = static_cast<FileBefore*>(file);
    disk_.close(&outer->inner);
    delete outer;
  }
  sdk::Status rename(sdk::Text from, sdk::Text to) noexcept override { return disk_.rename(from, to); }
  sdk::Status remove(sdk::Text path) noexcept override { return disk_.remove(path); }
  sdk::Status make_directory(sdk::Text path) noexcept override { return disk_.make_directory(path); }
  sdk::Status sync_directory(sdk::Text path) noexcept override { return disk_.sync_directory(path); }
  sdk::Status list(sdk::Text path, sdk::DirectoryVisitor& visitor) noexcept override { return disk_.list(path, visitor); }
  sdk::Status info(sdk::Text path, sdk::FileInfo& info) noexcept override { return disk_.info(path, info); }
  sdk::Status set_modified(sdk::Text path, std::int64_t wall_ms) noexcept override { return disk_.set_modified(path, wall_ms); }
  sdk::Status space(sdk::Text path, std::uint64_t& total, std::uint64_t& free) noexcept override { return disk_.space(path, total, free); }
  sdk::Status lock(sdk::Text path) noexcept override { return disk_.lock(path); }
  void unlock(sdk::Text path) noexcept override { disk_.unlock(path); }

 protected:
  virtual sdk::Status write(sdk::File& file, const std::string& /*path*/, std::uint64_t offset, const sdk::Bytes* pieces,
                            std::size_t count) {
    return file.write_at(offset, pieces, count);
  }
  virtual sdk::Status sync(sdk::File& file, const std::string& /*path*/, bool data_only) { return file.sync(data_only); }
  virtual sdk::Status truncate(sdk::File& file, const std::string& /*path*/, std::uint64_t size) { return file.truncate(size); }
  sdk::Disk& inner() { return disk_; }

 private:
  class FileBefore final : public sdk::File {
   public:
    FileBefore(DiskBefore& owner, sdk::File& file, std::string path) : inner(file), owner_(owner), path_(std::move(path)) {}
    sdk::Status read_at(std::uint64_t offset, sdk::MutableBytes into, std::size_t& count) noexcept override {
      return inner.read_at(offset, into, count);
    }
    sdk::Status write_at(std::uint64_t offset, const sdk::Bytes* pieces, std::size_t count) noexcept override {
      return owner_.write(inner, path_, offset, pieces, count);
    }
    sdk::Status sync(bool data_only) noexcept override { return owner_.sync(inner, path_, data_only); }
    sdk::Status truncate(std::uint64_t size) noexcept override { return owner_.truncate(inner, path_, size); }
    sdk::Status reserve(std::uint64_t offset, std::uint64_t size) noexcept override { return inner.reserve(offset, size); }
    sdk::Status size(std::uint64_t& size) noexcept override { return inner.size(size); }

    sdk::File& inner;

   private:
    DiskBefore& owner_;
    const std::string path_;
  };

  sdk::Disk& disk_;
};

}  // namespace barnabas::sim
