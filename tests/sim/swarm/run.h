// One simulated run: a broker, its clients, and the faults that a seed drew. First everything under load while things fail, then nothing
// fails any more and everything must come to its end; whatever breaks a promise on the way is told. On the caller's thread.
//
//   SwarmRun run(draw_swarm(seed), stage);
//   run.play();
//   run.wrong()        // empty, or the first promise that was broken
//   run.trace_hash()   // equal for equal seeds
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "kernel/host/registry.h"
#include "sim/sim_broker.h"
#include "sim/swarm/administrator.h"
#include "sim/swarm/disk_before.h"
#include "sim/swarm/history.h"
#include "sim/swarm/swarm.h"

namespace barnabas::sdk {
class Assignor;
}

namespace barnabas::sim {

// What all runs of a program share, and what a planted bug changes.
struct Stage {
  host::Registry& registry;
  sdk::Assignor& assignor;
  std::string storage_bug = {};  // of deployment_of()
  std::string offsets_bug = {};
  std::function<std::unique_ptr<Mischief>()> mischief = {};
  // Between the broker and its disk; it lives as long as the run.
  std::function<std::unique_ptr<DiskBefore>(sdk::Disk&)> disk_before = {};
  std::function<void(std::string_view)> on_trace = {};
};

class SwarmRun {
 public:
  SwarmRun(const Swarm& swarm, const Stage& stage);
  ~SwarmRun();
  SwarmRun(const SwarmRun&) = delete;
  SwarmRun& operator=(const SwarmRun&) = delete;

  void play();
  const std::string& wrong() const { return history_.wrong(); }
  std::uint64_t trace_hash() const { return world_.trace_hash(); }
  std::uint64_t steps() const { return world_.steps(); }
  std::uint64_t acknowledgements() const { return history_.acknowledgements(); }
  std::int64_t virtual_ns() const { return world_.now_ns(); }
  int starts() const { return starts_; }

 private:
  bool goes_on() const { return history_.wrong().empty(); }
  std::uint64_t below(std::uint64_t bound) { return random_.next() % bound; }
  std::int64_t between_ms(std::uint64_t least, std::uint64_t most) {
    return static_cast<std::int64_t>(least + below(most - least + 1)) * kMillisecondNs;
  }

  void cast_actors();
  void act();
  void act_on_network(bool slow);
  void fail_disk(bool reads);
  void jump_clock();
  void crash(bool power);
  void come_up(bool power);  // again and again, until it serves
  bool start();              // false: it was cut short
  void restart();
  void look_after_broker();
  void settle();
  void last_look();
  void wait_for(const std::vector<std::unique_ptr<Actor>>& actors, const char* phase);

  const Swarm swarm_;
  const Stage stage_;
  SimWorld world_;
  sdk::SplitMix random_;
  testing::SimulatedDisk disk_;
  std::unique_ptr<DiskBefore> disk_before_;
  std::unique_ptr<Mischief> mischief_;
  History history_;
  Scene scene_;
  std::unique_ptr<SimBroker> broker_;
  std::vector<std::unique_ptr<Actor>> actors_;
  std::vector<std::unique_ptr<Actor>> administrators_;
  std::int64_t wall_offset_ms_ = 0;
  bool disk_failed_ = false;  // in this life of the broker
  bool memory_lies_ = false;  // the machine's, about its disk
  int starts_ = 0;
};

}  // namespace barnabas::sim
