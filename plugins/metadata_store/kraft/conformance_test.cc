// The rules of metadata stores, on a simulated disk, which can break and be spoilt, and on a real directory.
#include <barnabas/testing/metadata_manual_world.h>
#include <barnabas/testing/metadata_store_conformance.h>
#include <barnabas/testing/simulated_disk.h>

#include <cstdlib>
#include <filesystem>

#include "kernel/io/disk.h"
#include "kraft_store.h"
#include "quorum_state.h"

namespace barnabas::kraft {
namespace {

using testing::ManualMetadataWorld;
using testing::SpoiltContent;

KraftOptions options(sdk::Text directory, std::int64_t segment_bytes) {
  KraftOptions options;
  options.dir = directory;
  options.segment_bytes = {segment_bytes};
  options.snapshot_bytes = {5 << 20};
  return options;
}

// Every file below a directory: its path and its octets. Locks are not content.
std::string all_files(sdk::Disk& disk, const std::string& directory) {
  class Names final : public sdk::DirectoryVisitor {
   public:
    void visit(const sdk::FileInfo& info) noexcept override { found.emplace(std::string(info.name), info.is_directory); }
    std::map<std::string, bool> found;
  } names;
  std::string all;
  if (!disk.list(directory, names)) return all;
  for (const auto& [name, is_directory] : names.found) {
    const std::string path = directory + "/" + name;
    if (is_directory) {
      all += all_files(disk, path);
    } else if (name != ".lock") {
      const auto content = read_file(disk, path);
      all += path + ": " + (content ? std::string(content->begin(), content->end()) : "unreadable") + "\n";
    }
  }
  return all;
}

struct HasDisk {
  testing::SimulatedDisk disk;
};

class SimulatedWorld final : private HasDisk, public ManualMetadataWorld<KraftStore> {
 public:
  SimulatedWorld() : ManualMetadataWorld(disk, options("/data", 500)) {}

  void close(sdk::MetadataStore& store) override {
    host.run();
    ManualMetadataWorld::close(store);
    disk.restart(testing::Crash::kKill);  // the end of a process gives its locks up
  }
  bool break_next_write() override {
    disk.fail_at(1, testing::Fault::kIo, 1000);
    return true;
  }
  void mend() override { disk.fail_at(std::uint64_t{1} << 40, testing::Fault::kIo); }
  std::string content() override { return all_files(disk, "/data"); }
  std::optional<SpoiltContent> spoil(int nth) override;

 private:
  void put(const std::string& path, const std::string& text) { disk.put(path, {text.begin(), text.end()}); }
  void edit(const std::string& path, const std::string& from, const std::string& to) {
    const auto octets = disk.content(path);
    std::string text(octets.begin(), octets.end());
    const std::size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos) << from << " is not in " << path;
    put(path, text.replace(at, from.size(), to));
  }
  std::string segment(std::size_t nth) {
    const auto names = list_files(disk, kLog);
    for (const std::string& name : *names)
      if (name.ends_with(".log") && nth-- == 0) return kLog + "/" + name;
    ADD_FAILURE() << "too few segments";
    return {};
  }
  void flip(const std::string& path, std::size_t at) {
    auto octets = disk.content(path);
    octets[at] ^= 1;
    disk.put(path, octets);
  }
  std::string torn_tail() {
    const auto names = list_files(disk, kLog);
    std::string last;
    for (const std::string& name : *names)
      if (name.ends_with(".log")) last = kLog + "/" + name;
    auto octets = disk.content(last);
    octets.insert(octets.end(), {1, 2, 3});
    disk.put(last, octets);
    return last;
  }
  // As a crash leaves it: without the indexes that a stop writes.
  void crashed_tail() {
    const std::string log = torn_tail();
    for (const char* suffix : {".index", ".timeindex"}) EXPECT_TRUE(disk.remove(log.substr(0, log.size() - 4) + suffix));
  }

  const std::string kProperties = "/data/meta.properties";
  const std::string kLog = "/data/__cluster_metadata-0";
  const std::string kState = kLog + "/quorum-state";
};

std::optional<SpoiltContent> SimulatedWorld::spoil(int nth) {
  switch (nth) {
    case 0:
      put(kProperties, "version=1\nthis is no such file\n");
      return SpoiltContent{"meta.properties that is none", kProperties};
    case 1:
      edit(kProperties, "node.id=1", "node.id=9");
      return SpoiltContent{"the directory of another node", "belongs to node 9"};
    case 2:
      edit(kProperties, "cluster.id=" + cluster_id, "cluster.id=b3RoZXJfY2x1c3Rlcl9pZA");
      return SpoiltContent{"the directory of another cluster", "b3RoZXJfY2x1c3Rlcl9pZA"};
    case 3:
      put(kState, "no JSON");
      return SpoiltContent{"quorum-state that is none", "quorum-state"};
    case 4:
      edit(kState, R"([{"voterId":1}])", R"([{"voterId":1},{"voterId":2},{"voterId":3}])");
      return SpoiltContent{"the log of a larger quorum", "voters 1, 2, 3"};
    case 5:
      edit(kState, R"([{"voterId":1}])", R"([{"voterId":7}])");
      crashed_tail();
      return SpoiltContent{"the log of another voter, with a tail that is not ours to cut", "voters 7"};
    case 6: {
      const std::string path = segment(1);
      flip(path, 70);
      return SpoiltContent{"a flipped bit in a segment that was finished", path};
    }
    case 7: {
      const std::string path = segment(1);
      EXPECT_TRUE(disk.remove(path));
      return SpoiltContent{"a segment that is missing", "missing"};
    }
    case 8: {
      EXPECT_TRUE(disk.remove(segment(0)));
      return SpoiltContent{"the first segment is missing", "missing"};
    }
    case 9:
      disk.lock_elsewhere("/data/.lock");
      return SpoiltContent{"a directory that another process has", "/data"};
    case 10:
      put("/data/bootstrap.checkpoint", "nothing");
      put(kLog + "/00000000000000000004-0000000001.checkpoint", "nothing");
      EXPECT_TRUE(disk.remove(segment(0)));
      return SpoiltContent{"a damaged snapshot, and no log that has what was in it", "missing"};
    case 11:
      return SpoiltContent{"a tail that is none behind a stop in good order", torn_tail()};
    default:
      return std::nullopt;
  }
}

// A directory of this machine, gone with the world.
struct HasDirectory {
  HasDirectory() {
    std::string pattern = (std::filesystem::temp_directory_path() / "kraft-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) std::abort();
    path = pattern;
  }
  ~HasDirectory() { std::filesystem::remove_all(path); }

  std::string path;
  io::SystemDisk disk;
};

class DirectoryWorld final : private HasDirectory, public ManualMetadataWorld<KraftStore> {
 public:
  DirectoryWorld() : ManualMetadataWorld(disk, options(sdk::Text(path), 1 << 20)) {}

  void close(sdk::MetadataStore& store) override {
    host.run();
    ManualMetadataWorld::close(store);
    disk.unlock(path + "/.lock");
  }
  std::string content() override { return all_files(disk, path); }
};

}  // namespace
}  // namespace barnabas::kraft

BARNABAS_METADATA_STORE_CONFORMANCE(kraft, [] { return std::make_unique<barnabas::kraft::SimulatedWorld>(); })
BARNABAS_METADATA_STORE_CONFORMANCE(kraft_directory, [] { return std::make_unique<barnabas::kraft::DirectoryWorld>(); })
