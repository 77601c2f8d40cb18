#include "kernel/log/log_life.h"

namespace barnabas::log {
namespace {

class FakeMachine final : public Machine {
 public:
  sdk::PartitionStorage& start() override {
    storage_ = std::make_unique<FakePartition>(disk_, LogLife::settings().storage);
    return *storage_;
  }
  void stop(bool clean) override {
    storage_.reset();
    disk_.clean = clean;
  }

 private:
  FakeDisk disk_;
  std::unique_ptr<FakePartition> storage_;
};

RC_GTEST_PROP(PartitionLogProperty, LivesLikeTheModel, ()) {
  FakeMachine machine;
  live(machine);
}

}  // namespace
}  // namespace barnabas::log
