// A whole broker in a simulated process: a deployment text, the built plugins, a node.
#pragma once

#include "kernel/config/load.h"
#include "kernel/host/registry.h"
#include "kernel/node/node.h"
#include "sim/sim_env.h"

#include <memory>
#include <string>

namespace barnabas::sim {

class SimBroker {
 public:
  // `deployment`: the YAML text; its listener must be on `host`:9092.
  SimBroker(SimWorld& world, testing::SimulatedDisk& disk, const std::string& deployment, const std::string& host = "10.0.0.1",
            std::size_t loops = 1);
  // The registry has been filled already, and outlives it: finding all plugins anew takes longer than a start does.
  SimBroker(SimWorld& world, testing::SimulatedDisk& disk, const std::string& deployment, const SimEnvOptions& options,
            host::Registry& registry);
  ~SimBroker();

  // True when clients are served; otherwise failure() says why not.
  bool start();
  // The same, without waiting for the end: serves() tells, or failure().
  void begin_start();
  bool serves() const { return serves_; }
  // True when it stopped cleanly.
  bool stop();
  // kill -9: nothing reaches its disk or the network from now on. Destroy it afterwards.
  void kill() { env_->go_down(); }
  const std::string& failure() const { return failure_; }
  SimEnv& env() { return *env_; }
  const SimEnv& env() const { return *env_; }

 private:
  void load(const std::string& deployment);

  SimWorld& world_;
  std::unique_ptr<SimEnv> env_;
  host::Registry own_registry_;
  host::Registry& registry_;
  config::Loaded loaded_;
  std::unique_ptr<node::Node> node_;
  std::string failure_;
  bool serves_ = false;
  bool start_ended_ = false;
};

}  // namespace barnabas::sim
