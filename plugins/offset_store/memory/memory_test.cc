#include <barnabas/testing/manual_host.h>
#include <barnabas/testing/offset_store_conformance.h>

#include "memory_store.h"

namespace barnabas::offsets_memory {
namespace {

class MemoryWorld final : public testing::OffsetStoreWorld {
 public:
  sdk::OffsetStore& open() override {
    return *stores_.emplace_back(std::make_unique<sdk::OffsetStore::Guarded<MemoryStore, Id>>(host_, MemoryStore::Options{}));
  }
  void close(sdk::OffsetStore& store) override {
    std::erase_if(stores_, [&](const auto& one) { return one.get() == &store; });
  }
  bool run_until(const std::function<bool()>& ended) override {
    while (!ended())
      if (!host_.step()) return false;
    return true;
  }
  bool is_shared() const override { return false; }

 private:
  struct Id {
    static constexpr sdk::Text text() { return "memory"; }
  };

  testing::ManualHost host_;
  std::vector<std::unique_ptr<sdk::OffsetStore::Guarded<MemoryStore, Id>>> stores_;
};

}  // namespace
}  // namespace barnabas::offsets_memory

BARNABAS_OFFSET_STORE_CONFORMANCE(memory, [] { return std::make_unique<barnabas::offsets_memory::MemoryWorld>(); })
