#include "kernel/io/machine.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <filesystem>
#include <fstream>

#include "kernel/io/temporary_directory.h"

namespace barnabas::io {
namespace {

class ControlGroupTest : public testing::Test {
 protected:
  void write(const std::string& path, const std::string& text) {
    const std::filesystem::path file = folder_.path() + path;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text << "\n";
  }
  std::optional<std::uint64_t> limit() { return control_group_memory(folder_.path()); }

  TemporaryDirectory folder_;
};

TEST_F(ControlGroupTest, NoneIsNoLimit) {
  EXPECT_EQ(limit(), std::nullopt);
  write("/proc/self/cgroup", "0::/");
  write("/sys/fs/cgroup/memory.max", "max");
  EXPECT_EQ(limit(), std::nullopt);
}

TEST_F(ControlGroupTest, TheLeastOnTheWayUpHolds) {
  write("/proc/self/cgroup", "0::/house/room");
  write("/sys/fs/cgroup/house/room/memory.max", "max");
  write("/sys/fs/cgroup/house/memory.max", "1000000");
  EXPECT_EQ(limit(), 1000000u);
  write("/sys/fs/cgroup/house/room/memory.max", "900000");
  EXPECT_EQ(limit(), 900000u);
}

TEST_F(ControlGroupTest, TheFirstVersionHasAFolderOfItsOwn) {
  write("/proc/self/cgroup", "7:cpu,memory:/house\n3:cpuset:/other");
  write("/sys/fs/cgroup/memory/house/memory.limit_in_bytes", "2000000");
  write("/sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712");
  EXPECT_EQ(limit(), 2000000u);
}

TEST_F(ControlGroupTest, WhatIsNotUnderstoodIsNoLimit) {
  write("/proc/self/cgroup", "nonsense\n0::/house");
  write("/sys/fs/cgroup/house/memory.max", "potatoes");
  EXPECT_EQ(limit(), std::nullopt);
}

TEST(MachineTest, IsThisOne) {
  rlimit files{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &files), 0);
  const base::Machine machine = measure_machine();
  EXPECT_EQ(machine.open_files, files.rlim_max);
  EXPECT_GT(machine.memory_bytes, 64u << 20);
  EXPECT_GE(machine.cores, 1u);
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // their address space is larger than any machine's memory
TEST(MachineTest, WhatTheProcessMayHaveIsItsMemory) {
  for (const auto& [resource, name] : {std::pair(RLIMIT_AS, "-v"), {RLIMIT_DATA, "-d"}}) {
    rlimit before{};
    ASSERT_EQ(::getrlimit(resource, &before), 0);
    rlimit lower = before;
    lower.rlim_cur = measure_machine().memory_bytes - 1;
    ASSERT_EQ(::setrlimit(resource, &lower), 0);
    const base::Machine machine = measure_machine();
    EXPECT_EQ(::setrlimit(resource, &before), 0);
    EXPECT_EQ(machine.memory_bytes, lower.rlim_cur);
    EXPECT_NE(machine.memory_is_of.find(name), std::string::npos) << machine.memory_is_of;
  }
}
#endif

}  // namespace
}  // namespace barnabas::io
