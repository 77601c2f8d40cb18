// Random lives of partition logs on the storages of the tree: what the log expects of a storage, and what they do, are the same.
#include <barnabas/testing/manual_host.h>
#include <barnabas/testing/simulated_disk.h>

#include "kernel/log/log_life.h"

#include <dlfcn.h>

#include <string>

namespace barnabas::log {
namespace {

const sdk::Entry& plugin(const std::string& name) {
  const std::string path = BARNABAS_BINARY_DIR "/lib/barnabas/plugins/storage/" + name + ".so";
  void* file = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);  // never closed, as plugins are
  const auto* entry = file == nullptr ? nullptr : static_cast<const sdk::Entry*>(dlsym(file, "barnabas_plugin"));
  if (entry == nullptr) throw std::runtime_error("no plugin at " + path);
  return *entry;
}

class PluginMachine final : public Machine {
 public:
  PluginMachine(const std::string& name, std::vector<sdk::Setting> settings, bool outlives)
      : entry_(plugin(name)), settings_(std::move(settings)), outlives_(outlives) {}
  ~PluginMachine() override {
    if (object_ != nullptr) end();
  }

  sdk::PartitionStorage& start() override {
    const bool made = object_ == nullptr;
    if (made) {
      RC_ASSERT(entry_.create(host_, {settings_.data(), settings_.size()}, object_).ok());
      RC_ASSERT(storage().format({"c2luZ2xlLWNsdXN0ZXItMQ", 1}).ok());
      sdk::StartOutcome outcome;
      RC_ASSERT(storage().start(outcome).ok());
    }
    sdk::PartitionName name;
    name.topic = "topic";
    RC_ASSERT(storage().open(name, {}, true, LogLife::settings().storage, partition_).ok());
    return *partition_;
  }
  // A storage whose content is gone with its object is only closed.
  void stop(bool clean) override {
    if (outlives_ && !clean) {
      RC_ASSERT(storage().checkpoint().ok());  // else the log's start may be an older one, as in Kafka
      end();
      disk_.restart(testing::Crash::kKill);
      return;
    }
    storage().close(partition_);
    if (!outlives_) return;
    RC_ASSERT(storage().stop(7).ok());
    end();
  }

 private:
  void end() {
    entry_.destroy(object_);
    object_ = nullptr;
    host_.run();  // what the storage posted keeps its own state alive until it ran
  }

  sdk::Storage& storage() { return *static_cast<sdk::Storage*>(object_); }

  const sdk::Entry& entry_;
  const std::vector<sdk::Setting> settings_;
  const bool outlives_;
  testing::SimulatedDisk disk_;
  testing::ManualHost host_{disk_};
  void* object_ = nullptr;
  sdk::PartitionStorage* partition_ = nullptr;
};

RC_GTEST_PROP(LogOnStorages, Segment, ()) {
  static constexpr sdk::Text kDirectory = "/data";
  PluginMachine machine("segment", {{"dirs", {}, {&kDirectory, 1}}}, true);
  live(machine);
}

RC_GTEST_PROP(LogOnStorages, Memory, ()) {
  PluginMachine machine("memory", {}, false);
  live(machine);
}

}  // namespace
}  // namespace barnabas::log
