// The plugin under test over a real server: objects made through the plugin's door, as a broker makes them, on the test's own loop. One
// thread.
#pragma once

#include "offset_store/testing_loop.h"

#include <barnabas/sdk/offset_store_place.h>
#include <barnabas/testing/offset_store_kit.h>

extern "C" const barnabas::sdk::Entry barnabas_plugin;

namespace barnabas::testing {

// Where the store says that it is.
inline std::string place_of(sdk::OffsetStore& store) {
  auto* place = static_cast<sdk::OffsetStorePlace*>(store.find(sdk::OffsetStorePlace::kId));
  return place == nullptr ? "nowhere" : std::string(place->place());
}

class ServerWorld : public OffsetStoreWorld {
 public:
  using Settings = std::vector<std::pair<std::string, std::string>>;

  explicit ServerWorld(Settings settings) : settings_(std::move(settings)) {}

  sdk::OffsetStore& open() override {
    std::vector<sdk::Setting> settings;
    for (const auto& [name, value] : settings_) settings.push_back({name, value, {}});
    void* made = nullptr;
    const sdk::Status status = barnabas_plugin.create(host, {settings.data(), settings.size()}, made);
    if (!status) ADD_FAILURE() << std::string(status.message());
    return *static_cast<sdk::OffsetStore*>(made);
  }
  void close(sdk::OffsetStore& store) override { barnabas_plugin.destroy(&store); }
  bool run_until(const std::function<bool()>& ended) override { return host.run_until(ended); }

  // How a start of a broker would end.
  Ending start() {
    sdk::OffsetStore& store = open();
    Ending started;
    if (sdk::Status status = store.start({sdk::Text("cluster"), 1, 50}, started); !status) started.done(std::move(status));
    EXPECT_TRUE(run_until([&] { return started.count != 0; }));
    close(store);
    return started;
  }
  // Asks again and again, as a coordinator does, until the answer is another one than "later".
  sdk::Code persist(const std::function<sdk::Code()>& call) {
    for (int attempt = 0; attempt < 1000; ++attempt) {
      const sdk::Code code = call();
      if (code != sdk::Code::kUnavailable && code != sdk::Code::kUnknown) return code;
      host.run_until([] { return false; }, std::chrono::milliseconds(20));
    }
    return sdk::Code::kUnavailable;
  }
  void set(const std::string& name, const std::string& value) {
    for (auto& setting : settings_)
      if (setting.first == name) {
        setting.second = value;
        return;
      }
    settings_.emplace_back(name, value);
  }

  LoopHost host;

 private:
  Settings settings_;
};

}  // namespace barnabas::testing
