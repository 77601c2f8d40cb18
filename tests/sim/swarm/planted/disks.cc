#include "sim/swarm/planted/disks.h"

#include <string_view>
#include <vector>

namespace barnabas::sim {
namespace {

constexpr int kWritesUntilDamage = 60;
constexpr int kSyncsUntilBroken = 12;

bool is_log(std::string_view path) { return path.ends_with(".log") && path.find("__cluster_metadata") == std::string_view::npos; }
std::string_view view(sdk::Text text) { return {text.data, text.size}; }

class WithoutSync final : public DiskBefore {
 public:
  using DiskBefore::DiskBefore;

 private:
  sdk::Status sync(sdk::File& file, const std::string& path, bool data_only) override {
    return is_log(path) ? sdk::Status() : file.sync(data_only);
  }
};

class WithoutDirectorySync final : public DiskBefore {
 public:
  using DiskBefore::DiskBefore;
  sdk::Status sync_directory(sdk::Text) noexcept override { return {}; }
};

class KeepsTheMark final : public DiskBefore {
 public:
  using DiskBefore::DiskBefore;
  sdk::Status remove(sdk::Text path) noexcept override {
    return view(path).ends_with(".kafka_cleanshutdown") ? sdk::Status() : inner().remove(path);
  }
};

class HidesFailures final : public DiskBefore {
 public:
  using DiskBefore::DiskBefore;

 private:
  sdk::Status write(sdk::File& file, const std::string& path, std::uint64_t offset, const sdk::Bytes* pieces, std::size_t count) override {
    sdk::Status status = file.write_at(offset, pieces, count);
    return is_log(path) ? sdk::Status() : std::move(status);
  }
};

class WithoutCuts final : public DiskBefore {
 public:
  using DiskBefore::DiskBefore;

 private:
  sdk::Status truncate(sdk::File& file, const std::string& path, std::uint64_t size) override {
    return is_log(path) ? sdk::Status() : file.truncate(size);
  }
};

class Damages final : public DiskBefore {
 public:
  using DiskBefore::DiskBefore;

 private:
  sdk::Status write(sdk::File& file, const std::string& path, std::uint64_t offset, const sdk::Bytes* pieces, std::size_t count) override {
    if (!is_log(path) || ++writes_ % kWritesUntilDamage != 0) return file.write_at(offset, pieces, count);
    std::vector<std::uint8_t> octets;
    for (std::size_t i = 0; i < count; ++i) octets.insert(octets.end(), pieces[i].begin(), pieces[i].end());
    octets.back() ^= 1;
    const sdk::Bytes damaged(octets);
    return file.write_at(offset, &damaged, 1);
  }
  int writes_ = 0;
};

class Breaks final : public DiskBefore {
 public:
  using DiskBefore::DiskBefore;

 private:
  sdk::Status sync(sdk::File& file, const std::string& path, bool data_only) override {
    const bool is_metadata = path.find("__cluster_metadata") != std::string::npos;
    if (is_metadata && ++syncs_ > kSyncsUntilBroken) return sdk::Status::io("planted: the device is broken");
    return file.sync(data_only);
  }
  int syncs_ = 0;
};

}  // namespace

std::unique_ptr<DiskBefore> disk_without_sync(sdk::Disk& disk) { return std::make_unique<WithoutSync>(disk); }
std::unique_ptr<DiskBefore> disk_without_directory_sync(sdk::Disk& disk) { return std::make_unique<WithoutDirectorySync>(disk); }
std::unique_ptr<DiskBefore> disk_that_keeps_the_mark(sdk::Disk& disk) { return std::make_unique<KeepsTheMark>(disk); }
std::unique_ptr<DiskBefore> disk_that_hides_failures(sdk::Disk& disk) { return std::make_unique<HidesFailures>(disk); }
std::unique_ptr<DiskBefore> disk_without_cuts(sdk::Disk& disk) { return std::make_unique<WithoutCuts>(disk); }
std::unique_ptr<DiskBefore> disk_that_damages(sdk::Disk& disk) { return std::make_unique<Damages>(disk); }
std::unique_ptr<DiskBefore> disk_that_breaks(sdk::Disk& disk) { return std::make_unique<Breaks>(disk); }

}  // namespace barnabas::sim
