// A simulated process: loops, a clock that may be wrong, a disk that outlives it, a place in the network. On the world's one thread.
#pragma once

#include "kernel/base/env.h"
#include "sim/sim_loop.h"
#include "sim/sim_world.h"

#include <barnabas/testing/simulated_disk.h>

#include <memory>
#include <string>
#include <vector>

namespace barnabas::sim {

struct SimEnvOptions {
  std::size_t loops = 1;
  std::string host = "127.0.0.1";                  // where wildcard listeners are found, and what peers see
  std::int64_t wall_start_ms = 1'700'000'000'000;  // the clock on the wall when the world began, right or wrong
  std::int64_t mono_skew_ns = 0;
  sdk::Disk* disk_before = nullptr;  // stands between the process and its disk, where a test wants the disk to lie
};

class SimEnv final : public base::Env, private sdk::Clock {
 public:
  // `name` stands in the trace. The disk is the test's, so that a process can be started again on it.
  SimEnv(SimWorld& world, std::string name, testing::SimulatedDisk& disk, const SimEnvOptions& options = {});
  // Like the end of a process: open connections end, what is underway is finished.
  ~SimEnv() override;

  // kill -9 or a loss of power, from the outside's point of view: nothing that the process does from now on reaches its disk or the
  // network. Then destroy what lives on it, destroy it, and let the disk restart().
  void go_down();
  // What the destructor begins with, for a process whose objects must outlive its connections: they end, and what is underway is finished.
  void end();
  bool is_down() const { return down_; }
  // The clock on the wall is set, forward or back.
  void jump_wall(std::int64_t ms) { options_.wall_start_ms += ms; }

  std::size_t loop_count() const override { return loops_.size(); }
  base::Loop& loop(std::size_t index) override { return *loops_[index]; }
  sdk::Clock& clock() override { return *this; }
  sdk::Disk& disk() override { return options_.disk_before == nullptr ? disk_ : *options_.disk_before; }
  void log(sdk::LogLevel level, std::string_view message) override;
  Result<std::unique_ptr<base::Listener>> listen(const base::Address& address, base::AcceptHandler accept) override;

  // Every line logged so far, as "WARN message".
  const std::vector<std::string>& logged() const { return logged_; }

  // --- for the world and its network ---

  SimWorld& world() { return world_; }
  const std::string& name() const { return name_; }
  const std::string& host() const { return options_.host; }
  testing::SimulatedDisk& simulated_disk() { return disk_; }
  SimLoop& any_loop() { return *loops_[world_.below(loops_.size())]; }
  bool ending() const { return ending_; }
  void begin_offload() { ++offloads_; }
  void end_offload() { --offloads_; }

 private:
  std::int64_t mono_ns() noexcept override { return world_.now_ns() + options_.mono_skew_ns; }
  std::int64_t wall_ms() noexcept override { return options_.wall_start_ms + world_.now_ns() / 1'000'000; }

  SimWorld& world_;
  std::string name_;
  testing::SimulatedDisk& disk_;
  SimEnvOptions options_;
  std::vector<std::unique_ptr<SimLoop>> loops_;
  std::vector<std::string> logged_;
  std::size_t offloads_ = 0;
  bool down_ = false;
  bool ending_ = false;
};

}  // namespace barnabas::sim
