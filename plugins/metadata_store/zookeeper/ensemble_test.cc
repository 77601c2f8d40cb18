#include "ensemble.h"

#include <gmock/gmock.h>

#include "testing_world.h"

namespace barnabas::metadata_zookeeper {
namespace {

// A change is announced by a node of its own; nobody takes them away but those who read them.
TEST(Ensemble, AnnouncedChangesDoNotPileUp) {
  ZookeeperWorld world;
  Ensemble ensemble({ZookeeperWorld::at(zookeeper_service().port()) + world.chroot, "", 30'000, 60'000}, nullptr);
  ASSERT_TRUE(ensemble.connect());
  ASSERT_TRUE(ensemble.make_cluster("MkU3OEVBNTcwNTJENDM2Qg"));
  ASSERT_TRUE(ensemble.make_folders());
  auto tree = ensemble.read(Watch::kYes);
  ASSERT_TRUE(tree) << std::string(tree.status().message());
  const auto announce = [&](int number) {
    const std::string path = world.chroot + "/config/changes/config_change_000000000" + std::to_string(number);
    EXPECT_EQ(world.admin.wait(world.admin.create(path, print_config_change("topics/orders"))), ZOK);
    world.settle();  // the next one is younger
  };
  const auto left = [&] {
    const zookeeper::Call call = world.admin.children(world.chroot + "/config/changes");
    EXPECT_EQ(world.admin.wait(call), ZOK);
    return call->children;
  };
  for (int number : {1, 2, 3}) announce(number);
  auto same = ensemble.is_as_read(kConfigChanges, *tree);
  ASSERT_TRUE(same);
  EXPECT_TRUE(*same);
  EXPECT_EQ(left().size(), 3u);
  ensemble.keep_changes_for(100);
  announce(4);
  ASSERT_TRUE(ensemble.is_as_read(kConfigChanges, *tree));
  EXPECT_THAT(left(), ::testing::ElementsAre("config_change_0000000004"));
  // That is a change, too, and nothing comes of it.
  ASSERT_TRUE(ensemble.is_as_read(kConfigChanges, *tree));
  EXPECT_EQ(left().size(), 1u);
}

}  // namespace
}  // namespace barnabas::metadata_zookeeper
