#include "file_cache.h"

#include <barnabas/testing/simulated_disk.h>

#include <gtest/gtest.h>

#include <thread>

namespace barnabas::segment {
namespace {

class Cache : public ::testing::Test {
 protected:
  Cache() {
    for (int i = 0; i < 20; ++i) files.push_back(FileRef::make(cache, "/f" + std::to_string(i)));
  }

  testing::SimulatedDisk disk;
  std::shared_ptr<FileCache> cache = std::make_shared<FileCache>(disk, 4);
  std::vector<FileRef> files;
};

TEST_F(Cache, KeepsNoMoreOpenThanItMay) {
  for (int round = 0; round < 3; ++round) {
    for (FileRef& file : files) {
      Pin pin;
      ASSERT_TRUE(pin.open(*file));
    }
  }
  EXPECT_EQ(cache->open_files(), 4u);
  EXPECT_EQ(disk.open_files(), 4u);
  files.clear();
  EXPECT_EQ(disk.open_files(), 0u);
}

TEST_F(Cache, KeepsOpenWhatIsUsedAgainAndAgain) {
  sdk::File* first = nullptr;
  for (int round = 0; round < 10; ++round) {
    for (std::size_t i = 1; i < files.size(); ++i) {
      for (const std::size_t each : {std::size_t{0}, i}) {
        Pin pin;
        ASSERT_TRUE(pin.open(*files[each]));
        if (first == nullptr) first = &*pin;
        if (each == 0) {
          ASSERT_EQ(&*pin, first) << "it was opened again";
        }
      }
    }
  }
}

TEST_F(Cache, NeverClosesWhatIsInUse) {
  std::vector<std::unique_ptr<Pin>> pins;
  for (FileRef& file : files) {
    pins.push_back(std::make_unique<Pin>());
    ASSERT_TRUE(pins.back()->open(*file));
  }
  EXPECT_EQ(cache->open_files(), 20u);
  for (auto& pin : pins) {
    const sdk::Bytes octet("x", 1);
    EXPECT_TRUE((*pin)->write_at(0, &octet, 1));
  }
}

TEST_F(Cache, ALentFileOutlivesItsOwnerAndTheCache) {
  sdk::File* file = nullptr;
  ASSERT_TRUE(files[0]->lend(file));
  CachedFile* token = &*files[0];
  EXPECT_TRUE(token->lent());
  const sdk::Bytes octet("x", 1);
  ASSERT_TRUE(file->write_at(0, &octet, 1));
  files.clear();
  cache.reset();
  std::uint8_t read = 0;
  std::size_t count = 0;
  ASSERT_TRUE(file->read_at(0, {&read, 1}, count));
  EXPECT_EQ(read, 'x');
  CachedFile::return_lent(nullptr, token);
  EXPECT_EQ(disk.open_files(), 0u);
}

TEST_F(Cache, ARenamedFileIsOpenedUnderItsNewName) {
  {
    Pin pin;
    ASSERT_TRUE(pin.open(*files[0]));
  }
  ASSERT_TRUE(disk.rename("/f0", "/g0"));
  files[0]->set_path("/g0");
  for (int i = 1; i < 20; ++i) {
    Pin pin;
    ASSERT_TRUE(pin.open(*files[static_cast<std::size_t>(i)]));
  }
  {
    Pin pin;
    ASSERT_TRUE(pin.open(*files[0]));
  }
  EXPECT_FALSE(disk.exists("/f0"));
}

TEST_F(Cache, ARetiredFileIsNotMadeAgain) {
  sdk::File* file = nullptr;
  ASSERT_TRUE(files[0]->lend(file));
  files[0]->retire();
  ASSERT_TRUE(disk.remove("/f0"));
  {
    Pin pin;
    EXPECT_TRUE(pin.open(*files[0])) << "while it is open";
  }
  CachedFile::return_lent(nullptr, &*files[0]);
  for (FileRef& each : files) {
    Pin pin;
    (void)pin.open(*each);
  }
  Pin pin;
  EXPECT_EQ(pin.open(*files[0]).code(), sdk::Code::kNotFound);
  EXPECT_FALSE(disk.exists("/f0"));
}

TEST_F(Cache, ManyThreadsMayUseIt) {
  std::vector<std::thread> threads;
  for (unsigned seed = 0; seed < 4; ++seed) {
    threads.emplace_back([this, seed] {
      sdk::SplitMix random(seed);
      for (int i = 0; i < 5000; ++i) {
        FileRef& file = files[random.next() % files.size()];
        if (random.next() % 2 == 0) {
          Pin pin;
          ASSERT_TRUE(pin.open(*file));
          std::uint64_t size = 0;
          ASSERT_TRUE(pin->size(size));
        } else {
          sdk::File* lent = nullptr;
          ASSERT_TRUE(file->lend(lent));
          std::uint64_t size = 0;
          ASSERT_TRUE(lent->size(size));
          CachedFile::return_lent(nullptr, &*file);
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  files.clear();
  EXPECT_EQ(disk.open_files(), 0u);
}

}  // namespace
}  // namespace barnabas::segment
