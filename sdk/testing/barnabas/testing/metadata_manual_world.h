// A world for metadata stores that live on their node alone: objects behind the plugin border, on a host that stands still. One thread.
#pragma once

#include <barnabas/testing/manual_host.h>
#include <barnabas/testing/metadata_store_world.h>

#include <algorithm>
#include <memory>
#include <vector>

namespace barnabas::testing {

template <class Store>
class ManualMetadataWorld : public MetadataStoreWorld {
 public:
  explicit ManualMetadataWorld(typename Store::Options options = {}) : options_(options) {}
  ManualMetadataWorld(sdk::Disk& disk, typename Store::Options options) : host(disk), options_(options) {}

  sdk::MetadataStore& open(std::int32_t) override { return *stores_.emplace_back(std::make_unique<Guarded>(host, options_)); }
  void close(sdk::MetadataStore& store) override {
    std::erase_if(stores_, [&](const auto& one) { return one.get() == &store; });
  }
  bool run_until(const std::function<bool()>& ended) override {
    while (!ended())
      if (!host.step()) return false;
    return true;
  }
  void settle() override { host.run(); }

  ManualHost host;

 private:
  struct Id {
    static constexpr sdk::Text text() { return "store"; }
  };
  using Guarded = sdk::MetadataStore::Guarded<Store, Id>;

  typename Store::Options options_;
  std::vector<std::unique_ptr<Guarded>> stores_;
};

}  // namespace barnabas::testing
