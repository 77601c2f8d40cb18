#include "kernel/io/machine.h"

#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <string_view>

namespace barnabas::io {
namespace {

// What "no limit" is written as in cgroup v1: the largest number of pages. No machine has a tenth of it.
constexpr std::uint64_t kNoLimit = 1ull << 60;

std::optional<std::uint64_t> number_in(const std::string& path) {
  std::ifstream file(path);
  std::string word;
  if (!(file >> word)) return std::nullopt;
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc() || end != word.data() + word.size() || value >= kNoLimit) return std::nullopt;  // "max" is no number
  return value;
}

// The limits of `folder` and of all above it, which hold too.
void look_upwards(const std::string& mount, std::string folder, const char* file, std::optional<std::uint64_t>& least) {
  while (true) {
    if (const auto limit = number_in(mount + folder + "/" + file); limit && (!least || *limit < *least)) least = limit;
    if (folder.empty()) return;
    folder.resize(folder.rfind('/') == std::string::npos ? 0 : folder.rfind('/'));
  }
}

}  // namespace

std::optional<std::uint64_t> control_group_memory(const std::string& root) {
  std::optional<std::uint64_t> least;
  std::ifstream groups(root + "/proc/self/cgroup");
  // A line is "number:controllers:/folder"; the number of v2 is 0, and it names no controllers.
  for (std::string line; std::getline(groups, line);) {
    const std::size_t first = line.find(':');
    const std::size_t second = first == std::string::npos ? first : line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string controllers = "," + line.substr(first + 1, second - first - 1) + ",";
    std::string folder = line.substr(second + 1);
    if (folder == "/") folder.clear();
    if (controllers == ",,") look_upwards(root + "/sys/fs/cgroup", folder, "memory.max", least);
    if (controllers.find(",memory,") != std::string::npos)
      look_upwards(root + "/sys/fs/cgroup/memory", folder, "memory.limit_in_bytes", least);
  }
  return least;
}

base::Machine measure_machine() {
  base::Machine machine;
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) == 0) machine.open_files = files.rlim_max;
  const long pages = ::sysconf(_SC_PHYS_PAGES);
  const long page_bytes = ::sysconf(_SC_PAGESIZE);
  if (pages > 0 && page_bytes > 0) machine.memory_bytes = static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(page_bytes);
  if (const auto group = control_group_memory(); group && *group < machine.memory_bytes) {
    machine.memory_bytes = *group;
    machine.memory_is_of = "the control group";
  }
  for (const auto& [resource, name] : {std::pair(RLIMIT_AS, "the process (ulimit -v)"), {RLIMIT_DATA, "the process (ulimit -d)"}}) {
    rlimit memory{};
    if (::getrlimit(resource, &memory) != 0 || memory.rlim_cur == RLIM_INFINITY || memory.rlim_cur >= machine.memory_bytes) continue;
    machine.memory_bytes = memory.rlim_cur;
    machine.memory_is_of = name;
  }
  cpu_set_t allowed;
  if (::sched_getaffinity(0, sizeof allowed, &allowed) == 0) machine.cores = static_cast<std::uint32_t>(std::max(CPU_COUNT(&allowed), 1));
  return machine;
}

}  // namespace barnabas::io
