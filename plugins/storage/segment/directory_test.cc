// Marks of partitions: how long they are kept.
#include "directory.h"

#include <barnabas/testing/storage_kit.h>

namespace barnabas::segment {
namespace {

TEST(DirectoryTest, MarksOfARemovedPartitionGoWithTheNextCheckpoint) {
  testing::SimulatedDisk disk;
  testing::ManualHost host(disk);
  ASSERT_TRUE(disk.make_directory("/data"));
  Directory directory(host, "/data");
  const FolderName name{"t", 0};
  Marks marks;
  marks.recovery_point = 10;
  directory.set_marks(name, marks);
  ASSERT_TRUE(directory.write_checkpoints());
  directory.note_gone(name);
  EXPECT_TRUE(directory.marks(name).gone) << "the file names it still";
  disk.fail_at(1, testing::Fault::kNoSpace);
  EXPECT_FALSE(directory.write_checkpoints());
  EXPECT_TRUE(directory.marks(name).gone);
  ASSERT_TRUE(directory.write_checkpoints());
  EXPECT_FALSE(directory.marks(name).gone);
  EXPECT_LE(directory.marks(name).seen_end(), 0) << "nothing is known of it any more";
  const auto text = disk.content("/data/recovery-point-offset-checkpoint");
  EXPECT_EQ(std::string(text.begin(), text.end()), "0\n0\n");
}

}  // namespace
}  // namespace barnabas::segment
