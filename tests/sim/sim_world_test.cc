#include "kernel/base/task.h"
#include "sim/sim_env.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace barnabas::sim {
namespace {

constexpr std::int64_t kMs = 1'000'000;
constexpr std::int64_t kLong = 3600 * 1000 * kMs;

TEST(SimWorldTest, TimersRunInOrderOnVirtualTime) {
  SimWorld world(1);
  testing::SimulatedDisk disk;
  SimEnv env(world, "a", disk);
  std::vector<std::pair<char, std::int64_t>> ran;
  const auto note = [&](char name) { return [&, name] { ran.emplace_back(name, env.loop(0).turn_mono_ns() / kMs); }; };
  base::Timer hour(env.loop(0), note('h'));
  base::Timer second(env.loop(0), note('s'));
  base::Timer never(env.loop(0), note('x'));
  const std::int64_t begin = world.now_ns() / kMs;
  hour.start(3'600'000 * kMs);
  second.start(1000 * kMs);
  never.start(500 * kMs);
  never.cancel();
  EXPECT_FALSE(world.run_until([] { return false; }, 2 * kLong));  // nothing is left
  EXPECT_THAT(ran, ::testing::ElementsAre(::testing::Pair('s', begin + 1000), ::testing::Pair('h', begin + 3'600'000)));
}

TEST(SimWorldTest, TasksOfOnePosterKeepTheirOrder) {
  std::set<std::string> orders;
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    SimWorld world(seed);
    testing::SimulatedDisk disk;
    SimEnv env(world, "a", disk, {.loops = 3});
    std::string ran;
    for (std::size_t poster = 1; poster <= 2; ++poster) {
      base::post(env.loop(poster), [&, poster] {
        for (char c : {'0', '1'})
          base::post(env.loop(0), [&ran, poster, c] { ran += std::string(1, static_cast<char>('a' + poster)) + c; });
      });
    }
    world.run_until([&] { return ran.size() == 8; }, kLong);
    EXPECT_LT(ran.find("b0"), ran.find("b1"));
    EXPECT_LT(ran.find("c0"), ran.find("c1"));
    orders.insert(ran);
  }
  EXPECT_GE(orders.size(), 4u);  // and between posters anything may happen
}

TEST(SimWorldTest, OffloadedWorkComesLaterAndThenTheEndOfIt) {
  SimWorld world(1);
  testing::SimulatedDisk disk;
  SimEnv env(world, "a", disk);
  std::string ran;
  base::offload(
      env.loop(0), [&] { ran += 'w'; }, [&] { ran += 'd'; });
  EXPECT_EQ(ran, "");
  world.run_until([&] { return ran.size() == 2; }, kLong);
  EXPECT_EQ(ran, "wd");
}

TEST(SimWorldTest, NothingThatWasUnderwayIsLostAtTheEnd) {
  int done = 0;
  {
    SimWorld world(1);
    testing::SimulatedDisk disk;
    SimEnv env(world, "a", disk);
    base::offload(
        env.loop(0), [&] { ++done; }, [&] { base::post(env.loop(0), [&] { ++done; }); });
  }
  EXPECT_EQ(done, 2);
}

TEST(SimWorldTest, ClocksMayBeWrong) {
  SimWorld world(1);
  testing::SimulatedDisk disk;
  SimEnv right(world, "right", disk, {.wall_start_ms = 1000});
  testing::SimulatedDisk other;
  SimEnv wrong(world, "wrong", other, {.wall_start_ms = 5000, .mono_skew_ns = 7});
  EXPECT_EQ(wrong.clock().wall_ms() - right.clock().wall_ms(), 4000);
  EXPECT_EQ(wrong.clock().mono_ns() - right.clock().mono_ns(), 7);
}

// Whoever brings in something that the seed does not decide, an address for example, is found out by the hash.
TEST(SimWorldTest, TheTraceTellsRunsApart) {
  const auto run = [](std::string_view said) {
    SimWorld world(1);
    testing::SimulatedDisk disk;
    SimEnv env(world, "a", disk);
    env.log(sdk::LogLevel::kInfo, said);
    sdk::File* file = nullptr;
    EXPECT_TRUE(env.disk().open("f", sdk::OpenMode::kWrite, file).ok());
    env.disk().close(file);
    return world.trace_hash();
  };
  EXPECT_EQ(run("x"), run("x"));
  EXPECT_NE(run("x"), run("y"));
}

TEST(SimWorldTest, RunForStopsAtItsTime) {
  SimWorld world(1);
  testing::SimulatedDisk disk;
  SimEnv env(world, "a", disk);
  int ran = 0;
  base::Timer early(env.loop(0), [&] { ++ran; });
  base::Timer late(env.loop(0), [&] { ++ran; });
  early.start(10 * kMs);
  late.start(30 * kMs);
  const std::int64_t begin = world.now_ns();
  world.run_for(20 * kMs);
  EXPECT_EQ(ran, 1);
  EXPECT_EQ(world.now_ns(), begin + 20 * kMs);
}

}  // namespace
}  // namespace barnabas::sim
