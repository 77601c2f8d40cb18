// meta.properties of the directories, in both forms that Kafka has: with ids of the directories, and without.
#include "segment_storage.h"

#include <barnabas/testing/storage_kit.h>

#include <gmock/gmock.h>

namespace barnabas::segment {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::text_of;

constexpr sdk::Text kTwo[] = {"/a", "/b"};
constexpr sdk::StorageFormat kQuorum{"cluster", 1, true};
constexpr sdk::StorageFormat kEnsemble{"cluster", 1, false};

class Identity : public ::testing::Test {
 protected:
  Identity() : host(disk) {}

  SegmentStorage open() {
    SegmentStorage::Options options;
    options.dirs = {kTwo, 2};
    return SegmentStorage(host, options);
  }
  std::string text(const std::string& path) {
    const std::vector<std::uint8_t> octets = disk.content(path);
    return {octets.begin(), octets.end()};
  }
  void put(const std::string& path, std::string_view text) { disk.put(path, {text.begin(), text.end()}); }

  testing::SimulatedDisk disk;
  testing::ManualHost host;
};

TEST_F(Identity, IsWrittenInTheFormThatTheMetadataHas) {
  ASSERT_TRUE(open().format(kEnsemble));
  EXPECT_THAT(text("/b/meta.properties"), AllOf(HasSubstr("broker.id=1\n"), HasSubstr("cluster.id=cluster\n"), HasSubstr("version=0\n"),
                                                Not(HasSubstr("directory.id")), Not(HasSubstr("node.id"))));
  sdk::StorageIdentity identity;
  SegmentStorage again = open();
  ASSERT_TRUE(again.identity(identity));
  EXPECT_TRUE(identity.formatted);
  EXPECT_FALSE(identity.has_directory_ids);
  EXPECT_EQ(identity.node_id, 1);
}

// Its partitions would get another owner, and with it lose their leaders.
TEST_F(Identity, ADirectoryWithPartitionsAndNoMetaPropertiesIsRefused) {
  ASSERT_TRUE(open().format(kQuorum));
  const std::string meta = text("/b/meta.properties");
  ASSERT_TRUE(disk.remove("/b/meta.properties"));
  put("/b/__cluster_metadata-0/quorum-state", "{}");
  sdk::StorageIdentity identity;
  EXPECT_TRUE(open().identity(identity)) << "a directory that is new";
  put("/b/t-0/00000000000000000000.log", "");
  EXPECT_THAT(std::string(message_of(open().identity(identity))), HasSubstr("/b/meta.properties"));
  put("/b/meta.properties", meta);
  EXPECT_TRUE(open().identity(identity));
}

TEST_F(Identity, WithoutIdsPartitionsAreMadeAndFoundAllTheSame) {
  for (const bool is_first : {true, false}) {
    SegmentStorage storage = open();
    ASSERT_TRUE(storage.format(kEnsemble));
    sdk::StartOutcome outcome;
    ASSERT_TRUE(storage.start(outcome));
    sdk::PartitionStorage* partition = nullptr;
    for (const int number : {0, 1}) {
      ASSERT_TRUE(storage.open({"t", number, {}}, {}, is_first, {}, partition)) << number;
      if (!is_first) continue;
      EXPECT_TRUE(testing::append(*partition, {testing::batch(0)}));  // the first record makes the folder
    }
    ASSERT_TRUE(storage.stop(7));
  }
  EXPECT_TRUE(disk.exists("/a/t-0"));
  EXPECT_TRUE(disk.exists("/b/t-1"));
}

TEST_F(Identity, OfTheOtherFormIsRefusedAndStays) {
  for (const auto& [first, then] : {std::pair{kQuorum, kEnsemble}, std::pair{kEnsemble, kQuorum}}) {
    disk.put("/b/meta.properties", {});
    ASSERT_TRUE(disk.remove("/b/meta.properties"));
    if (disk.exists("/a/meta.properties")) {
      ASSERT_TRUE(disk.remove("/a/meta.properties"));
    }
    ASSERT_TRUE(open().format(first));
    const std::string before = text("/a/meta.properties");
    const sdk::Status status = open().format(then);
    EXPECT_EQ(status.code(), sdk::Code::kInvalid);
    EXPECT_THAT(text_of(status), AllOf(HasSubstr("/a has a meta.properties of version"), HasSubstr("another directory")));
    EXPECT_EQ(text("/a/meta.properties"), before);
  }
}

TEST_F(Identity, DirectoriesOfBothFormsAreRefusedByName) {
  put("/a/meta.properties", "version=0\nbroker.id=1\ncluster.id=cluster\n");
  put("/b/meta.properties", "version=1\nnode.id=1\ncluster.id=cluster\n");
  sdk::StorageIdentity identity;
  SegmentStorage storage = open();
  EXPECT_THAT(text_of(storage.identity(identity)), AllOf(HasSubstr("/b has a meta.properties of version 1"), HasSubstr("version 0")));
}

// What brokers of long ago have written is completed, and what is not known is kept.
TEST_F(Identity, AClusterThatIsNotSaidIsFilledIn) {
  put("/a/meta.properties", "version=0\nbroker.id=1\nfuture=x\n");
  ASSERT_TRUE(open().format(kEnsemble));
  EXPECT_THAT(text("/a/meta.properties"), AllOf(HasSubstr("cluster.id=cluster\n"), HasSubstr("future=x\n"), HasSubstr("version=0\n")));
  EXPECT_EQ(open().format({"another", 1, false}).code(), sdk::Code::kInvalid);
}

}  // namespace
}  // namespace barnabas::segment
