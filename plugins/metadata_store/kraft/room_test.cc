// The metadata log on a device that runs full: what it holds in advance is for the deletions that make room.
#include <barnabas/testing/simulated_disk.h>

#include <gtest/gtest.h>

#include <map>
#include <memory>

#include "kernel/record/metadata_batch.h"
#include "metadata_log.h"

namespace barnabas::kraft {
namespace {

// Counts room as Linux does: a reservation takes it, also behind the end of a file, and a cut gives it back. One thread.
class SmallDisk final : public sdk::Disk {
 public:
  std::uint64_t room = 1 << 20;

  Status open(sdk::Text path, sdk::OpenMode mode, sdk::File*& file) noexcept override {
    sdk::File* inner = nullptr;
    BARNABAS_TRY(disk_.open(path, mode, inner));
    auto& made = files_.emplace_back(std::make_unique<OpenFile>(*this, *inner, taken_[std::string(std::string_view(path))]));
    file = made.get();
    return {};
  }
  void close(sdk::File* file) noexcept override {
    std::erase_if(files_, [&](const auto& one) {
      if (one.get() != file) return false;
      disk_.close(&one->inner_);
      return true;
    });
  }
  Status rename(sdk::Text from, sdk::Text to) noexcept override { return disk_.rename(from, to); }
  Status remove(sdk::Text path) noexcept override { return disk_.remove(path); }
  Status make_directory(sdk::Text path) noexcept override { return disk_.make_directory(path); }
  Status sync_directory(sdk::Text path) noexcept override { return disk_.sync_directory(path); }
  Status list(sdk::Text path, sdk::DirectoryVisitor& visitor) noexcept override { return disk_.list(path, visitor); }
  Status info(sdk::Text path, sdk::FileInfo& info) noexcept override { return disk_.info(path, info); }
  Status set_modified(sdk::Text path, std::int64_t wall_ms) noexcept override { return disk_.set_modified(path, wall_ms); }
  Status space(sdk::Text path, std::uint64_t& total, std::uint64_t& free) noexcept override { return disk_.space(path, total, free); }
  Status lock(sdk::Text path) noexcept override { return disk_.lock(path); }
  void unlock(sdk::Text path) noexcept override { disk_.unlock(path); }

 private:
  class OpenFile final : public sdk::File {
   public:
    OpenFile(SmallDisk& disk, sdk::File& inner, std::uint64_t& taken) : inner_(inner), disk_(disk), taken_(taken) {}

    Status read_at(std::uint64_t offset, sdk::MutableBytes into, std::size_t& count) noexcept override {
      return inner_.read_at(offset, into, count);
    }
    Status write_at(std::uint64_t offset, const sdk::Bytes* pieces, std::size_t count) noexcept override {
      for (std::size_t i = 0; i < count; ++i) {
        BARNABAS_TRY(take(offset + pieces[i].size));
        BARNABAS_TRY(inner_.write_at(offset, &pieces[i], 1));
        offset += pieces[i].size;
      }
      return {};
    }
    Status sync(bool data_only) noexcept override { return inner_.sync(data_only); }
    Status truncate(std::uint64_t size) noexcept override {
      if (taken_ > size) disk_.room += taken_ - size;
      taken_ = std::min(taken_, size);
      return inner_.truncate(size);
    }
    Status reserve(std::uint64_t offset, std::uint64_t size) noexcept override { return take(offset + size); }
    Status size(std::uint64_t& size) noexcept override { return inner_.size(size); }

    sdk::File& inner_;

   private:
    Status take(std::uint64_t end) {
      if (end <= taken_) return {};
      if (end - taken_ > disk_.room) return Status::error(sdk::Code::kExhausted, "the device is full");
      disk_.room -= end - taken_;
      taken_ = end;
      return {};
    }

    SmallDisk& disk_;
    std::uint64_t& taken_;
  };

  testing::SimulatedDisk disk_;
  std::map<std::string, std::uint64_t> taken_;
  std::vector<std::unique_ptr<OpenFile>> files_;
};

class RoomTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(log.read([](const record::BatchView&) { return Status(); }).ok());
    ASSERT_TRUE(log.open().ok());
  }
  sdk::Code append(std::size_t octets) {
    const std::string text = std::string("\x01\x14\x00", 3) + std::string(octets, 'x');
    const sdk::Bytes record(text);
    const Octets batch = record::metadata_batch(log.end_offset(), 1, 5, {&record, 1});
    return log.append(record::BatchView{sdk::Bytes(batch)}).code();
  }

  SmallDisk disk;
  MetadataLog log{disk, "/log", 1 << 30};
};

TEST_F(RoomTest, WhatFindsNoRoomTakesNoneFromTheNext) {
  disk.room = 0;  // others have taken it
  EXPECT_EQ(append(300'000), sdk::Code::kExhausted);
  disk.room = 0;
  EXPECT_EQ(append(1'000), sdk::Code::kOk);
}

// The whole hold has no place then, but most of what was held has.
TEST_F(RoomTest, WhatIsThereIsHeldAgain) {
  ASSERT_EQ(append(40'000), sdk::Code::kOk);
  disk.room = 0;
  EXPECT_EQ(append(300'000), sdk::Code::kExhausted);
  disk.room = 0;
  EXPECT_EQ(append(50'000), sdk::Code::kOk);
}

TEST_F(RoomTest, RoomThatComesAgainIsHeld) {
  disk.room = 0;
  for (int i = 0; i < 12; ++i) ASSERT_EQ(append(10'000), sdk::Code::kOk);
  ASSERT_EQ(append(300'000), sdk::Code::kExhausted);
  disk.room = 1 << 20;
  ASSERT_EQ(append(1'000), sdk::Code::kOk);
  disk.room = 0;  // others were quick
  EXPECT_EQ(append(100'000), sdk::Code::kOk);
}

}  // namespace
}  // namespace barnabas::kraft
