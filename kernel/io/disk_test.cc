#include "kernel/io/disk.h"

#include "kernel/io/temporary_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <map>

namespace barnabas::io {
namespace {

using sdk::OpenMode;

class DiskTest : public testing::Test {
 protected:
  ~DiskTest() override {
    for (sdk::File* file : open_) disk_.close(file);
  }
  sdk::File* open(const std::string& name, OpenMode mode = OpenMode::kWrite) {
    sdk::File* file = nullptr;
    const Status status = disk_.open(directory_.file(name), mode, file);
    EXPECT_TRUE(status.ok()) << message_of(status);
    open_.push_back(file);
    return file;
  }
  void write(sdk::File* file, std::uint64_t offset, std::string_view text) {
    const sdk::Bytes piece(text);
    EXPECT_TRUE(file->write_at(offset, &piece, 1).ok());
  }
  std::string read(sdk::File* file) {
    std::string text(1000, '\0');
    std::size_t count = 0;
    EXPECT_TRUE(file->read_at(0, {reinterpret_cast<std::uint8_t*>(text.data()), text.size()}, count).ok());
    text.resize(count);
    return text;
  }

  TemporaryDirectory directory_;
  SystemDisk disk_;
  std::vector<sdk::File*> open_;
};

TEST_F(DiskTest, PiecesAreWrittenOneBehindTheOther) {
  sdk::File* file = open("a");
  std::vector<std::string> texts;
  std::string all;
  for (int i = 0; i < 300; ++i) all += texts.emplace_back(std::to_string(i % 10));  // more than one call of the system takes
  texts[5].clear();
  all.erase(5, 1);
  std::vector<sdk::Bytes> pieces(texts.begin(), texts.end());
  ASSERT_TRUE(file->write_at(0, pieces.data(), pieces.size()).ok());
  EXPECT_EQ(read(file), all);
  std::uint64_t size = 0;
  ASSERT_TRUE(file->size(size).ok());
  EXPECT_EQ(size, all.size());
}

TEST_F(DiskTest, AFileIsCutAndReservedWithoutChangingItsSize) {
  sdk::File* file = open("a");
  write(file, 0, "hello");
  ASSERT_TRUE(file->reserve(0, 1 << 20).ok());
  ASSERT_TRUE(file->truncate(3).ok());
  ASSERT_TRUE(file->sync(true).ok());
  EXPECT_EQ(read(file), "hel");
}

TEST_F(DiskTest, ModesDecideWhetherAFileMayOrMustExist) {
  sdk::File* file = nullptr;
  const Status missing = disk_.open(directory_.file("none"), OpenMode::kRead, file);
  EXPECT_EQ(missing.code(), Code::kNotFound);
  EXPECT_EQ(message_of(missing), "cannot open " + directory_.file("none") + ": No such file or directory");
  open("made", OpenMode::kCreate);
  EXPECT_EQ(disk_.open(directory_.file("made"), OpenMode::kCreate, file).code(), Code::kExists);
}

TEST_F(DiskTest, RenameReplacesAndRemoveTakesFilesAndEmptyDirectories) {
  write(open("old"), 0, "new content");
  write(open("target"), 0, "what was there");
  ASSERT_TRUE(disk_.rename(directory_.file("old"), directory_.file("target")).ok());
  EXPECT_EQ(read(open("target", OpenMode::kRead)), "new content");
  EXPECT_EQ(disk_.remove(directory_.file("old")).code(), Code::kNotFound);
  EXPECT_EQ(disk_.remove(directory_.path()).code(), Code::kExists);  // not empty
  ASSERT_TRUE(disk_.remove(directory_.file("target")).ok());
  ASSERT_TRUE(disk_.make_directory(directory_.file("sub")).ok());
  ASSERT_TRUE(disk_.remove(directory_.file("sub")).ok());
  EXPECT_TRUE(disk_.sync_directory(directory_.path()).ok());
}

TEST_F(DiskTest, DirectoriesComeWithTheirParents) {
  ASSERT_TRUE(disk_.make_directory(directory_.file("a/b/c")).ok());
  ASSERT_TRUE(disk_.make_directory(directory_.file("a/b/c/")).ok());
  write(open("file"), 0, "x");
  const Status refused = disk_.make_directory(directory_.file("file/sub"));
  EXPECT_EQ(refused.code(), Code::kInvalid);
  EXPECT_EQ(message_of(refused), "cannot make the directory " + directory_.file("file") + ": Not a directory");
}

TEST_F(DiskTest, ListsWhatIsThere) {
  struct Visitor : sdk::DirectoryVisitor {
    std::map<std::string, std::pair<std::uint64_t, bool>> found;
    void visit(const sdk::FileInfo& info) noexcept override {
      found[std::string(info.name.data, info.name.size)] = {info.size, info.is_directory};
    }
  } visitor;
  write(open("file"), 0, "12345");
  ASSERT_TRUE(disk_.make_directory(directory_.file("sub")).ok());
  ASSERT_TRUE(disk_.list(directory_.path(), visitor).ok());
  EXPECT_THAT(visitor.found, testing::ElementsAre(testing::Pair("file", std::pair(5u, false)), testing::Pair("sub", std::pair(0u, true))));
  EXPECT_EQ(disk_.list(directory_.file("none"), visitor).code(), Code::kNotFound);
}

TEST_F(DiskTest, TimesAreSetInMilliseconds) {
  write(open("file"), 0, "12345");
  ASSERT_TRUE(disk_.set_modified(directory_.file("file"), 1'700'000'000'123).ok());
  sdk::FileInfo info;
  ASSERT_TRUE(disk_.info(directory_.file("file"), info).ok());
  EXPECT_EQ(info.modified_ms, 1'700'000'000'123);
  EXPECT_EQ(info.size, 5u);
  EXPECT_EQ(disk_.info(directory_.file("none"), info).code(), Code::kNotFound);
}

TEST_F(DiskTest, KnowsItsRoom) {
  std::uint64_t total = 0;
  std::uint64_t free = 0;
  ASSERT_TRUE(disk_.space(directory_.path(), total, free).ok());
  EXPECT_GT(total, 0u);
  EXPECT_LE(free, total);
}

// What another process finds when it asks for the lock.
Code lock_elsewhere(const std::string& path) {
  const pid_t child = ::fork();
  if (child == 0) {
    SystemDisk disk;
    ::_exit(static_cast<int>(disk.lock(path).code()));
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return static_cast<Code>(WEXITSTATUS(status));
}

TEST_F(DiskTest, ALockHoldsBetweenProcessesAndIsCountedWithin) {
  const std::string path = directory_.file(".lock");
  const std::string detour = directory_.file("../" + directory_.path().substr(directory_.path().rfind('/') + 1) + "/.lock");
  ASSERT_TRUE(disk_.lock(path).ok());
  ASSERT_TRUE(disk_.lock(detour).ok());
  EXPECT_EQ(lock_elsewhere(path), Code::kExists);
  disk_.unlock(path);
  EXPECT_EQ(lock_elsewhere(path), Code::kExists);
  disk_.unlock(path);
  EXPECT_EQ(lock_elsewhere(path), Code::kOk);
}

}  // namespace
}  // namespace barnabas::io
