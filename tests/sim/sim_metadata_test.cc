// The simulated metadata engine keeps the rules of metadata stores, and so shows that the rules about several nodes, sessions and lost
// answers can be kept; each with a store that follows everything, and with one that is told a part, as over a ZooKeeper.
#include <barnabas/testing/manual_host.h>
#include <barnabas/testing/metadata_store_conformance.h>

#include <algorithm>
#include <memory>

#include "sim/sim_metadata_store.h"

namespace barnabas::sim {
namespace {

class SimMetadataWorld final : public testing::MetadataStoreWorld {
 public:
  explicit SimMetadataWorld(const SimMetadataRules& rules, std::uint64_t seed) : engine_(host_, rules, seed) {}

  sdk::MetadataStore& open(std::int32_t) override { return *stores_.emplace_back(std::make_unique<SimMetadataStore>(engine_, host_)); }
  void close(sdk::MetadataStore& store) override {
    std::erase_if(stores_, [&](const auto& one) { return one.get() == &store; });
  }
  bool run_until(const std::function<bool()>& ended) override {
    for (int i = 0; i < 60'000 && !ended(); ++i)
      if (!host_.step()) host_.advance(1'000'000);
    return ended();
  }
  void settle() override { host_.advance(100'000'000); }
  bool is_shared() const override { return true; }

  bool expire(sdk::MetadataStore& store) override { return engine_.expire(own(store)), true; }
  bool depose(sdk::MetadataStore& leader) override { return engine_.depose(own(leader)), true; }
  bool lose_answers(sdk::MetadataStore& store) override { return engine_.deafen(own(store)), true; }
  bool cut(sdk::MetadataStore& store) override { return engine_.cut(own(store)), true; }
  void heal(sdk::MetadataStore& store) override { engine_.heal(own(store)); }
  std::string content() override {
    std::string all = engine_.cluster_id();
    for (const SimMetadataEntry& entry : engine_.log())
      for (const std::string& record : entry.records) all += record;
    return all;
  }

 private:
  static SimMetadataStore& own(sdk::MetadataStore& store) { return static_cast<SimMetadataStore&>(store); }

  testing::ManualHost host_;
  SimMetadata engine_;
  std::vector<std::unique_ptr<SimMetadataStore>> stores_;
};

}  // namespace
}  // namespace barnabas::sim

BARNABAS_METADATA_STORE_CONFORMANCE(follows,
                                    [] { return std::make_unique<barnabas::sim::SimMetadataWorld>(barnabas::sim::SimMetadataRules(), 1); })
BARNABAS_METADATA_STORE_CONFORMANCE(told_a_part, [] {
  return std::make_unique<barnabas::sim::SimMetadataWorld>(barnabas::sim::SimMetadataRules{.follows = false}, 2);
})
