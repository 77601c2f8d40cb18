// One object of the plugin that a test's own program is made of, made through the plugin's door as a host makes it, on a host whose time
// stands still and whose disk is in memory. One thread.
//
//   PluginUnderTest<sdk::Partitioner> plugin{{"separator", "-", {}}};
//   plugin->choose(…);
//
// An option that is a list: const sdk::Text items[] = {"eu", "us"}; … plugin{{"regions", {}, {items, 2}}};
#pragma once

#include <barnabas/sdk/plugin.h>
#include <barnabas/testing/manual_host.h>
#include <barnabas/testing/simulated_disk.h>

#include <initializer_list>
#include <string>
#include <vector>

extern "C" const barnabas::sdk::Entry barnabas_plugin;

namespace barnabas::testing {

template <class Kind>
class PluginUnderTest {
 public:
  PluginUnderTest() : PluginUnderTest(std::initializer_list<sdk::Setting>{}) {}
  // The settings that differ from the defaults, in canonical form: "true", octets, milliseconds.
  PluginUnderTest(std::initializer_list<sdk::Setting> settings) : settings_(settings) {
    const sdk::Status status = barnabas_plugin.create(host_, {settings_.data(), settings_.size()}, object_);
    if (!status.ok()) refusal_ = std::string(status.message());
  }
  PluginUnderTest(const PluginUnderTest&) = delete;
  PluginUnderTest& operator=(const PluginUnderTest&) = delete;
  ~PluginUnderTest() {
    if (object_ != nullptr) barnabas_plugin.destroy(object_);
  }

  // Why there is no object; empty: there is one.
  const std::string& refusal() const { return refusal_; }
  Kind& operator*() { return *static_cast<Kind*>(object_); }
  Kind* operator->() { return static_cast<Kind*>(object_); }
  ManualHost& host() { return host_; }

 private:
  std::vector<sdk::Setting> settings_;
  SimulatedDisk disk_;
  ManualHost host_{disk_};
  void* object_ = nullptr;
  std::string refusal_;
};

}  // namespace barnabas::testing
