// A file or directory of the simulated disk: what programs see, and what the device would still have after a loss of power.
//
// Only SimulatedDisk uses these; its lock guards them.
#pragma once

#include <barnabas/sdk/host.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace barnabas::testing {

// What becomes of unsynced work when the machine stops.
enum class Crash : std::uint8_t {
  kKill,  // only the process died: everything written is there, the last write perhaps in part, and what was not synced is so still
  kLose,  // power was lost, and nothing unsynced reached the device
  kTear,  // power was lost, and any part of it did: pages old or new, sizes in between, renames done or not
};

struct SimulatedNode {
  static constexpr std::size_t kPage = 4096;
  using Entries = std::map<std::string, std::shared_ptr<SimulatedNode>>;

  bool is_directory = false;
  std::int64_t modified_ms = 0;
  Entries entries;  // of a directory
  Entries durable_entries;
  std::vector<std::uint8_t> octets;  // of a file
  std::vector<std::uint8_t> durable;
  std::size_t dirty_begin = SIZE_MAX;  // octets outside of this range are equal in both images, but for their sizes
  std::size_t dirty_end = 0;

  void touch(std::size_t begin, std::size_t end) {
    dirty_begin = std::min(dirty_begin, begin);
    dirty_end = std::max(dirty_end, end);
  }

  void write(std::uint64_t offset, const std::uint8_t* data, std::size_t count) {
    const auto at = static_cast<std::size_t>(offset);
    touch(std::min(at, octets.size()), at + count);
    if (octets.size() < at + count) octets.resize(at + count);
    std::copy(data, data + count, octets.begin() + static_cast<std::ptrdiff_t>(at));
  }

  void cut(std::uint64_t size) {
    const auto end = static_cast<std::size_t>(size);
    touch(std::min(end, octets.size()), std::max(end, octets.size()));
    octets.resize(end);
  }

  void sync() {
    durable.resize(octets.size());
    const std::size_t end = std::min(dirty_end, octets.size());
    if (dirty_begin < end)
      std::copy(octets.begin() + static_cast<std::ptrdiff_t>(dirty_begin), octets.begin() + static_cast<std::ptrdiff_t>(end),
                durable.begin() + static_cast<std::ptrdiff_t>(dirty_begin));
    forget_dirty();
  }
  // What Linux does after a failed fsync: the pages count as clean, and no later sync writes them.
  void forget_dirty() { dirty_begin = SIZE_MAX, dirty_end = 0; }

  void power_off(Crash crash, sdk::Random& random) {
    if (crash == Crash::kKill) return;
    if (is_directory) {
      if (crash == Crash::kLose || (crash == Crash::kTear && random.next() % 2 == 0)) entries = durable_entries;
      durable_entries = entries;
      for (auto& [name, node] : entries) node->power_off(crash, random);
    } else {
      if (crash == Crash::kTear) tear(random);
      octets = durable;
    }
    forget_dirty();
  }

 private:
  // Makes `durable` something between itself and `octets`.
  void tear(sdk::Random& random) {
    const std::size_t old_size = durable.size();
    if (octets.size() != old_size) {
      const std::size_t low = std::min(octets.size(), old_size);
      const std::size_t high = std::max(octets.size(), old_size);
      switch (random.next() % 4) {
        case 0:
          break;
        case 1:
          durable.resize(octets.size());
          break;
        default:
          durable.resize(low + static_cast<std::size_t>(random.next() % (high - low + 1)));
      }
    }
    const std::size_t end = std::min({dirty_end, octets.size(), durable.size()});
    for (std::size_t page = dirty_begin / kPage * kPage; dirty_begin < end && page < end; page += kPage) {
      const std::size_t from = std::max(page, dirty_begin);
      const std::size_t to = std::min(page + kPage, end);
      if (random.next() % 2 == 0) continue;  // this page stayed as it was, or zero where the file is new
      std::copy(octets.begin() + static_cast<std::ptrdiff_t>(from), octets.begin() + static_cast<std::ptrdiff_t>(to),
                durable.begin() + static_cast<std::ptrdiff_t>(from));
    }
  }
};

}  // namespace barnabas::testing
