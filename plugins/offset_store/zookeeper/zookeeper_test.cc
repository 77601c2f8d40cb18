#include "offset_store/testing_load.h"
#include "offset_store/zookeeper/node_name.h"
#include "shared/zookeeper/keeper.h"

#include <barnabas/testing/offset_store_conformance.h>

#include <gmock/gmock.h>

#include <memory>

namespace barnabas::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using zookeeper::Keeper;

Service& zookeeper() {
  static Service service("zookeeper");
  return service;
}

std::string at(int port) { return "127.0.0.1:" + std::to_string(port); }

// A chroot of its own on a server.
class ZookeeperWorld final : public ServerWorld {
 public:
  explicit ZookeeperWorld(Service& service = zookeeper(), int port = 0)
      : ServerWorld({{"answer_timeout", "1500"}, {"session_timeout", "3000"}}), chroot("/c" + std::to_string(++count_)) {
    Keeper keeper({at(service.port()), "", 5000, 5000});
    EXPECT_TRUE(keeper.open());
    EXPECT_EQ(keeper.wait(keeper.create(chroot, "")), ZOK);
    set("servers", at(port == 0 ? service.port() : port) + chroot);
  }

  const std::string chroot;

 private:
  static inline int count_ = 0;
};

TEST(Zookeeper, CommitsComeThroughFaults) {
  Service service("zookeeper");
  CuttingProxy proxy(service.port());
  ZookeeperWorld world(service, proxy.port());
  commit_through_faults(world, service, proxy, "{\"epoch\":", 2);
}

TEST(Zookeeper, OffsetsAreWhereOldConsumersKeptThem) {
  ZookeeperWorld world;
  TestCoordinator coordinator(world);
  Told told;
  ASSERT_EQ(coordinator.take_over(7, 1, told), sdk::Code::kOk);
  ASSERT_EQ(coordinator.write({"anna", {{.topic = "orders", .partition = 3, .offset = 42}}, {}, {}}, 7, 1), sdk::Code::kOk);
  Keeper keeper({at(zookeeper().port()) + world.chroot, "", 5000, 5000});
  ASSERT_TRUE(keeper.open());
  const std::string path = "/consumers/anna/offsets/orders/3";
  auto node = keeper.get(path);
  ASSERT_EQ(keeper.wait(node), ZOK);
  EXPECT_EQ(node->data, "42");
  node = keeper.get("/barnabas/MkU3OEVBNTcwNTJENDM2Qg/7/anna/offset:orders:3");
  ASSERT_EQ(keeper.wait(node), ZOK);
  EXPECT_THAT(node->data, AllOf(HasSubstr("\"epoch\":1"), HasSubstr("\"offset\":42")));
  // Somebody removes the old node: it comes back with the next commit, and goes when it is forgotten.
  ASSERT_EQ(keeper.wait(keeper.multi({{zookeeper::Operation::Kind::kDelete, path, ""}})), ZOK);
  ASSERT_EQ(coordinator.write({"anna", {{.topic = "orders", .partition = 3, .offset = 43}}, {}, {}}, 7, 1), sdk::Code::kOk);
  node = keeper.get(path);
  ASSERT_EQ(keeper.wait(node), ZOK);
  EXPECT_EQ(node->data, "43");
  ASSERT_EQ(coordinator.write({"anna", {}, {{"orders", 3}}, {}}, 7, 1), sdk::Code::kOk);
  EXPECT_EQ(keeper.wait(keeper.exists(path)), ZNONODE);
  // Also where a session before this one has made it.
  ASSERT_EQ(keeper.wait(keeper.create(path, "44")), ZOK);
  ASSERT_EQ(coordinator.write({"anna", {}, {{"orders", 3}}, {}}, 7, 1), sdk::Code::kOk);
  EXPECT_EQ(keeper.wait(keeper.exists(path)), ZNONODE);
}

// Whatever leads to it, and whoever has made it.
TEST(Zookeeper, APlaceHasOneNameForAllWhoFindIt) {
  ZookeeperWorld world;
  std::string place;
  {
    TestCoordinator first(world);
    place = place_of(first.store());
    EXPECT_EQ(place.size(), 24u);
  }
  world.set("answer_timeout", "2000");
  TestCoordinator second(world);
  EXPECT_EQ(place_of(second.store()), place);
  ZookeeperWorld other;
  TestCoordinator elsewhere(other);
  EXPECT_NE(place_of(elsewhere.store()), place);
}

// Names around an offset may be much longer than what a coordinator counts of it.
TEST(Zookeeper, AGroupOfManyPartitionsIsKeptAndForgotten) {
  constexpr std::int32_t kPartitions = 4'000;
  constexpr std::int32_t kAtOnce = 256;  // as the coordinator cuts what it writes
  ZookeeperWorld world;
  TestCoordinator coordinator(world);
  Told told;
  ASSERT_EQ(coordinator.take_over(7, 1, told), sdk::Code::kOk);
  const std::string topic(249, 't');
  TestWrite keep{std::string(200, 'g'), {}, {}, {}};
  TestWrite forget = keep;
  for (const bool keeps : {true, false}) {
    for (std::int32_t first = 0; first < kPartitions; first += kAtOnce) {
      keep.offsets.clear();
      forget.forgotten.clear();
      for (std::int32_t partition = first; partition < std::min(first + kAtOnce, kPartitions); ++partition) {
        keep.offsets.push_back({.topic = topic, .partition = partition, .offset = partition});
        forget.forgotten.emplace_back(topic, partition);
      }
      ASSERT_EQ(coordinator.write(keeps ? keep : forget, 7, 1), sdk::Code::kOk) << (keeps ? "kept from " : "forgotten from ") << first;
    }
  }
  ASSERT_EQ(coordinator.take_over(7, 2, told), sdk::Code::kOk);
  EXPECT_TRUE(told.offsets.empty());
}

TEST(Zookeeper, WritesThatAreTooLargeTogetherAreCarriedOutOneByOne) {
  constexpr int kWrites = 20;
  constexpr std::int32_t kPartitions = 50;
  ZookeeperWorld world;
  TestCoordinator coordinator(world);
  Told told;
  ASSERT_EQ(coordinator.take_over(7, 1, told), sdk::Code::kOk);
  std::string group;  // each octet becomes three of a node's name
  while (group.size() < 300) group += "\xc3\xa9";
  std::vector<Ending*> endings;
  for (int i = 0; i < kWrites; ++i) {
    TestWrite write{group, {}, {}, {}};
    for (std::int32_t partition = 0; partition < kPartitions; ++partition)
      write.offsets.push_back({.topic = std::string(150, 't'), .partition = i * kPartitions + partition, .offset = i});
    endings.push_back(&coordinator.begin_write(write, 7, 1));
  }
  for (Ending* ending : endings) EXPECT_EQ(coordinator.await(*ending), sdk::Code::kOk) << ending->message;
  ASSERT_EQ(coordinator.take_over(7, 2, told), sdk::Code::kOk);
  EXPECT_EQ(told.offsets.size(), static_cast<std::size_t>(kWrites * kPartitions));
}

// Chunks come and go with the value that they are parts of, and those that nobody names any more do not stay.
TEST(Zookeeper, LargeValuesAreKeptInChunks) {
  ZookeeperWorld world;
  TestCoordinator coordinator(world);
  Told told;
  ASSERT_EQ(coordinator.take_over(7, 1, told), sdk::Code::kOk);
  Keeper keeper({at(zookeeper().port()) + world.chroot, "", 5000, 5000});
  ASSERT_TRUE(keeper.open());
  const std::string folder = "/barnabas/MkU3OEVBNTcwNTJENDM2Qg/7/chunks:";
  const auto chunks = [&] {
    const auto found = keeper.children(folder);
    keeper.wait(keeper.sync(folder));
    EXPECT_EQ(keeper.wait(found), ZOK);
    return found->children.size();
  };
  const auto write = [&](std::size_t size) {
    return coordinator.write({"anna", {}, {}, {{record_key(2, "anna"), std::string(size, '+')}}}, 7, 1);
  };
  ASSERT_EQ(write(3'000'000), sdk::Code::kOk);
  EXPECT_EQ(chunks(), 4u);
  ASSERT_EQ(write(1'500'000), sdk::Code::kOk);
  ASSERT_EQ(keeper.wait(keeper.create(folder + "/1-77-1", "left behind")), ZOK);
  ASSERT_EQ(keeper.wait(keeper.create(folder + "/3-1-1", "a later leader's")), ZOK);
  ASSERT_EQ(coordinator.take_over(7, 2, told), sdk::Code::kOk);
  EXPECT_EQ(chunks(), 3u);
  EXPECT_EQ(told.records.begin()->second, std::string(1'500'000, '+'));
}

TEST(Zookeeper, ForeignNodesAreRefusedByName) {
  ZookeeperWorld world;
  Keeper keeper({at(zookeeper().port()) + world.chroot, "", 5000, 5000});
  ASSERT_TRUE(keeper.open());
  ASSERT_EQ(keeper.wait(keeper.create("/barnabas", "mine")), ZOK);
  const Ending started = world.start();
  EXPECT_EQ(started.code, sdk::Code::kUnsupported);
  EXPECT_THAT(started.message, AllOf(HasSubstr("'/barnabas'"), HasSubstr("chroot")));
}

TEST(Zookeeper, RightsAndPathsAreForTheOperator) {
  ZookeeperWorld world;
  world.set("auth", "anna:right");
  EXPECT_TRUE(world.start().ok());
  world.set("auth", "anna:wrong");
  Ending started = world.start();
  EXPECT_EQ(started.code, sdk::Code::kUnsupported);
  EXPECT_THAT(started.message, AllOf(HasSubstr("look at auth"), ::testing::Not(HasSubstr("wrong"))));
  world.set("servers", at(zookeeper().port()) + "/nowhere");
  started = world.start();
  EXPECT_EQ(started.code, sdk::Code::kUnsupported);
  EXPECT_THAT(started.message, HasSubstr("has to be there"));
}

TEST(Zookeeper, AServerThatIsAwayIsNoErrorAtStart) {
  Service service("zookeeper");
  ZookeeperWorld world(service);
  service.kill();
  TestCoordinator coordinator(world);  // expects a start without error
  Told told;
  EXPECT_EQ(coordinator.take_over(7, 1, told), sdk::Code::kUnavailable);
  service.start();
  EXPECT_EQ(world.persist([&] { return coordinator.take_over(7, 1, told); }), sdk::Code::kOk);
}

TEST(Zookeeper, NamesGoThereAndBack) {
  std::string all;
  for (int octet = 0; octet < 256; ++octet) all.push_back(static_cast<char>(octet));
  for (const std::string& octets : {std::string(), std::string("."), std::string(".."), std::string("a.b-C_9"), std::string("%"), all}) {
    const std::string name = offsets_zookeeper::node_name(octets);
    EXPECT_EQ(offsets_zookeeper::octets_of(name), octets);
    EXPECT_EQ(name.find('/'), std::string::npos);
  }
  EXPECT_EQ(offsets_zookeeper::node_name("a.b-C_9"), "a.b-C_9");
}

}  // namespace
}  // namespace barnabas::testing

BARNABAS_OFFSET_STORE_CONFORMANCE(zookeeper, [] { return std::make_unique<ZookeeperWorld>(); })
