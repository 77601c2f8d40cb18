// What all simulated runs of a test program share: the plugins as they were built, found once.
#pragma once

#include <barnabas/sdk/assignor.h>
#include <barnabas/testing/manual_host.h>

#include "sim/swarm/run.h"

namespace barnabas::sim {

class SharedStage {
 public:
  SharedStage() {
    registry_.scan(BARNABAS_BINARY_DIR "/lib/barnabas/plugins", true);
    auto assignor = registry_.create<sdk::Assignor>("range", host_, {});
    assignor_ = *std::move(assignor);
  }

  Stage stage() { return {registry_, *assignor_}; }
  host::Registry& registry() { return registry_; }

 private:
  testing::ManualHost host_;
  host::Registry registry_;
  host::Handle<sdk::Assignor> assignor_;
};

}  // namespace barnabas::sim
