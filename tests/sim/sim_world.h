// A world on virtual time: one thread, one seed, any number of simulated processes (SimEnv) that share a network. The same seed gives the
// same run, event for event.
//
//   SimWorld world(seed);
//   testing::SimulatedDisk disk(seed);
//   SimEnv broker(world, "broker", disk);
//   … listen, connect, start timers …
//   world.run_until([&] { return done; }, 60'000'000'000);
//   world.trace_hash()   // of everything that happened: equal for equal seeds, or something depends on more than the seed
#pragma once

#include <barnabas/sdk/split_mix.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace barnabas::sim {

class SimLoop;
class SimNetwork;

// How much the world may trouble its inhabitants.
struct SimRules {
  std::int64_t latency_min_ns = 20'000;
  std::int64_t latency_max_ns = 2'000'000;
  std::uint32_t chunk_bytes_max = 65536;   // streams arrive in chunks of random size up to this; 0: as they were sent
  std::uint32_t resets_per_million = 0;    // chunks whose connection breaks instead
  std::int64_t task_cost_max_ns = 20'000;  // each task takes a random time up to this
  std::int64_t offload_cost_max_ns = 3'000'000;
  std::uint64_t window_bytes = 256 << 10;  // sent and not yet received, per direction
};

class SimWorld {
 public:
  using EventId = std::uint64_t;

  explicit SimWorld(std::uint64_t seed, const SimRules& rules = {});
  ~SimWorld();
  SimWorld(const SimWorld&) = delete;
  SimWorld& operator=(const SimWorld&) = delete;

  // --- for tests ---

  // One task or event. False: nothing is left to do, ever.
  bool step();
  // True as soon as `done()`; false when `limit_ns` of virtual time have passed or nothing is left.
  bool run_until(const std::function<bool()>& done, std::int64_t limit_ns);
  void run_for(std::int64_t ns);

  std::int64_t now_ns() const { return now_ns_; }
  std::uint64_t trace_hash() const { return trace_hash_; }
  std::uint64_t steps() const { return steps_; }
  // Every line of the trace, for finding where two runs part.
  void on_trace(std::function<void(std::string_view)> to) { on_trace_ = std::move(to); }
  SimRules& rules() { return rules_; }
  SimNetwork& network() { return *network_; }

  // --- for the simulated parts ---

  sdk::SplitMix& random() { return random_; }
  std::uint64_t below(std::uint64_t bound) { return bound == 0 ? 0 : random_.next() % bound; }
  std::int64_t between(std::int64_t least, std::int64_t most) {
    return least + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(most - least + 1)));
  }

  void note(std::string_view line);

  // `call` at a time to come, on `loop`; forgotten with it.
  EventId at(std::int64_t time_ns, SimLoop& loop, std::function<void()> call);
  void cancel(EventId event);
  // The loop whose task runs; null between tasks.
  SimLoop* current() const { return current_; }
  std::uint64_t join(SimLoop& loop);  // gives it its number, from 1
  void leave(SimLoop& loop);
  // Runs `call` as a task of `loop`, at the present time.
  void run_on(SimLoop& loop, const std::function<void()>& call);

 private:
  struct Event {
    SimLoop* loop;
    std::function<void()> call;
  };
  using Key = std::pair<std::int64_t, EventId>;

  void run_event();

  SimRules rules_;
  sdk::SplitMix random_;
  std::unique_ptr<SimNetwork> network_;
  std::int64_t now_ns_ = 1'000'000'000;
  std::uint64_t trace_hash_ = 0xcbf29ce484222325;
  std::uint64_t steps_ = 0;
  std::function<void(std::string_view)> on_trace_;
  std::vector<SimLoop*> loops_;
  SimLoop* current_ = nullptr;
  std::map<Key, Event> events_;
  std::unordered_map<EventId, std::int64_t> event_times_;
  EventId last_event_ = 0;
  std::uint64_t last_loop_ = 0;
};

}  // namespace barnabas::sim
