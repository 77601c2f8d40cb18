// The tree of real files, beside what Apache Kafka's shell printed of them; and the commands.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "tools/barnabas/metadata/shell.h"

namespace barnabas::tools {
namespace {

namespace fs = std::filesystem;
using testing::internal::CaptureStderr;
using testing::internal::CaptureStdout;
using testing::internal::GetCapturedStderr;
using testing::internal::GetCapturedStdout;

const fs::path kGolden = fs::path(BARNABAS_SOURCE_DIR) / "tests/golden/metadata";

std::string content(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

MetadataNode tree_of(const fs::path& path) {
  auto file = read_metadata(path.string(), record::Codecs());
  EXPECT_TRUE(file.ok()) << message_of(file.status());
  return file ? metadata_tree(*file) : MetadataNode();
}

std::string printed(MetadataShell& shell, const std::string& line, bool is_right = true) {
  CaptureStdout();
  EXPECT_EQ(shell.run_line(line), is_right) << line;
  return GetCapturedStdout();
}

TEST(MetadataTest, ShowsTheLogsOfKafkaAsItsShellDoes) {
  for (const char* cluster : {"kafka_3_9_2", "kafka_4_3_1", "kafka_4_3_1_dynamic", "kafka_4_3_1_snapshots"}) {
    const MetadataNode root = tree_of(kGolden / cluster / "__cluster_metadata-0/00000000000000000000.log");
    MetadataShell shell(root, stderr);
    EXPECT_EQ(printed(shell, "tree /image"), content(kGolden / cluster / "metadata_shell_tree.txt")) << cluster;
  }
}

TEST(MetadataTest, AFolderIsItsNewestSnapshotAndTheLogBehindIt) {
  const fs::path folder = kGolden / "kafka_4_3_1_snapshots";
  const MetadataNode root = tree_of(folder);
  MetadataShell shell(root, stderr);
  EXPECT_EQ(printed(shell, "tree /image"), content(folder / "metadata_shell_tree.txt"));
}

TEST(MetadataTest, ASnapshotStandsWhereItsNameSays) {
  const MetadataNode root = tree_of(kGolden / "kafka_4_3_1_snapshots/__cluster_metadata-0/00000000000000000064-0000000001.checkpoint");
  EXPECT_THAT(*root.child("image")->child("provenance")->text, testing::StartsWith("offset 63, epoch 1, "));
}

TEST(MetadataTest, WhatIsNoMetadataIsSaidToBeNone) {
  const fs::path folder = fs::path(testing::TempDir()) / "metadata_test";
  fs::create_directories(folder);
  const auto why = [](const fs::path& path) { return std::string(message_of(read_metadata(path.string(), record::Codecs()).status())); };
  EXPECT_THAT(why(folder), testing::HasSubstr("no snapshot"));
  EXPECT_THAT(why(folder / "none.log"), testing::HasSubstr("No such file"));
  std::ofstream(folder / "text.log") << "these are no batches of records, whatever their name says they might be";
  EXPECT_THAT(why(folder / "text.log"), testing::HasSubstr("position 0"));
  std::string log = content(kGolden / "kafka_4_3_1/__cluster_metadata-0/00000000000000000000.log");
  log[80] ^= 1;
  std::ofstream(folder / "damaged.log", std::ios::binary) << log;
  EXPECT_THAT(why(folder / "damaged.log"), testing::HasSubstr("at offset 0: its checksum is wrong"));
  std::ofstream(folder / "cut.log", std::ios::binary)
      << content(kGolden / "kafka_4_3_1/__cluster_metadata-0/00000000000000000000.log").substr(0, 100);
  EXPECT_EQ(read_metadata((folder / "cut.log").string(), record::Codecs())->unread_bytes, 9u) << "the first batch has 91 octets";
  fs::remove_all(folder);
}

class ShellTest : public testing::Test {
 protected:
  ShellTest() {
    MetadataNode& byName = root.children["image"].children["topics"].children["byName"];
    for (const char* name : {"a b", "many"}) {
      byName.children[name].children["id"].text = "ID";
      for (int i = 0; i < 12; ++i) byName.children[name].children[std::to_string(i)].text = "partition " + std::to_string(i);
    }
    root.children["image"].children["topics"].children["byId"];
  }

  MetadataNode root;
  MetadataShell shell{root, stderr};
};

TEST_F(ShellTest, ListsFoldersWithTheirNamesWhenThereAreSeveral) {
  EXPECT_EQ(printed(shell, "ls"), "image\n");
  EXPECT_EQ(printed(shell, "ls /image/topics/{byId,byName}"), "byId:\n\nbyName:\na b\nmany\n");
  EXPECT_EQ(printed(shell, "ls /image/topics/byName/many/1?"), "10\n11\n");
}

TEST_F(ShellTest, GoesAboutAndReadsFromThere) {
  EXPECT_EQ(printed(shell, "cd image/topics/*/many"), "");
  EXPECT_EQ(printed(shell, "pwd"), "/image/topics/byName/many\n");
  EXPECT_EQ(printed(shell, "cat 3 ../'x' 11", false), "partition 3\npartition 11\n");
  EXPECT_EQ(printed(shell, "cat \"../a b/id\""), "ID\n");
  EXPECT_EQ(printed(shell, "cd"), "");
  EXPECT_EQ(printed(shell, "pwd"), "/\n");
  EXPECT_EQ(printed(shell, "find /image/topics/byId"), "/image/topics/byId\n");
  EXPECT_EQ(printed(shell, "history 1"), "    7  history 1\n");
}

TEST_F(ShellTest, SaysWhatIsNotThere) {
  CaptureStderr();
  for (const char* line :
       {"ls nope", "cat image", "cat nope", "tree nope", "find nope", "cd nope", "cd image/topics/byName/many/id", "foo"})
    EXPECT_FALSE(shell.run_line(line)) << line;
  EXPECT_EQ(GetCapturedStderr(),
            "ls: nope: no such file or directory.\n"
            "cat: image: Is a directory\n"
            "cat: nope: No such file or directory.\n"
            "tree: nope: No such file or directory.\n"
            "find: nope: no such file or directory.\n"
            "cd: nope: no such directory.\n"
            "cd: image/topics/byName/many/id: not a directory.\n"
            "invalid choice: 'foo' (choose from 'cat', 'cd', 'exit', 'find', 'help', 'history', 'ls', 'man', 'pwd', 'tree')\n");
}

TEST_F(ShellTest, EndsWhenToldTo) {
  EXPECT_FALSE(shell.ended());
  shell.run_line("exit");
  EXPECT_TRUE(shell.ended());
}

}  // namespace
}  // namespace barnabas::tools
