#include "sim/swarm/swarm.h"

#include <barnabas/sdk/split_mix.h>

#include <fmt/format.h>

namespace barnabas::sim {
namespace {

class Draw {
 public:
  explicit Draw(std::uint64_t seed) : random_(seed) {}

  std::uint32_t below(std::uint32_t bound) { return static_cast<std::uint32_t>(random_.next() % bound); }
  std::uint32_t between(std::uint32_t least, std::uint32_t most) { return least + below(most - least + 1); }
  bool percent(std::uint32_t chance) { return below(100) < chance; }
  template <std::size_t N>
  std::uint32_t of(const std::uint32_t (&values)[N]) {
    return values[below(N)];
  }
  // Half of the faults are not there at all: what hides behind a frequent one is found in runs without it.
  std::uint32_t weight() { return percent(50) ? 0 : between(1, 4); }

 private:
  sdk::SplitMix random_;
};

FaultWeights draw_faults(Draw& draw, bool in_memory) {
  FaultWeights faults;
  faults.quiet = draw.between(1, 3);
  faults.cut = draw.weight();
  faults.slow = draw.weight();
  faults.clock = draw.weight();
  if (in_memory) return faults;
  faults.kill = draw.weight();
  faults.power = draw.weight();
  faults.restart = draw.weight();
  faults.disk = draw.percent(40) ? draw.between(1, 2) : 0;
  faults.read = draw.percent(20) ? 1 : 0;
  return faults;
}

}  // namespace

Swarm draw_swarm(std::uint64_t seed) {
  Draw draw(seed * 0x9e3779b97f4a7c15 + 1);
  Swarm swarm;
  swarm.seed = seed;
  swarm.in_memory = draw.percent(10);
  swarm.flush_ack = !swarm.in_memory && draw.percent(60);
  swarm.index_bytes = draw.of({0, 48, 96, 400});
  swarm.index_interval = draw.of({0, 0, 100, 4096});
  swarm.fetch_sessions = draw.of({0, 1, 2, 1000});
  swarm.topics = draw.between(1, 2);
  swarm.partitions = draw.between(1, 3);
  swarm.producers = draw.between(1, 3);
  swarm.careless_producers = draw.below(2);
  swarm.readers = draw.between(1, 2);
  swarm.committers = draw.between(1, 2);
  swarm.members = draw.percent(30) ? draw.between(1, 2) : 0;
  swarm.classic_members = draw.percent(50);
  swarm.administrator = draw.percent(60);
  swarm.resets_per_million = draw.of({0, 300, 2'000, 10'000});
  swarm.chunk_bytes = draw.of({0, 200, 65'536});
  swarm.start_crashes_percent = draw.of({0, 20, 50});
  swarm.acts = draw.between(4, 9);
  swarm.faults = draw_faults(draw, swarm.in_memory);
  return swarm;
}

std::string to_text(const Swarm& swarm) {
  const FaultWeights& faults = swarm.faults;
  return fmt::format(
      "seed {}: {}, flush {}, index {}/{}, {} fetch sessions, {} topics of {}, {}+{} producers, {} readers, {} committers, {} {} members, "
      "administrator {}, resets {}, chunks {}, start crashes {} %, {} acts; kill {} power {} restart {} cut {} slow {} disk {} read {} "
      "clock {} quiet {}",
      swarm.seed, swarm.in_memory ? "memory" : "segment", swarm.flush_ack ? "ack" : "os", swarm.index_bytes, swarm.index_interval,
      swarm.fetch_sessions, swarm.topics, swarm.partitions, swarm.producers, swarm.careless_producers, swarm.readers, swarm.committers,
      swarm.members, swarm.classic_members ? "classic" : "consumer", swarm.administrator, swarm.resets_per_million, swarm.chunk_bytes,
      swarm.start_crashes_percent, swarm.acts, faults.kill, faults.power, faults.restart, faults.cut, faults.slow, faults.disk, faults.read,
      faults.clock, faults.quiet);
}

std::string deployment_of(const Swarm& swarm, std::string_view storage_bug, std::string_view offsets_bug) {
  const std::string bug = storage_bug.empty() ? std::string() : fmt::format(", bug: {}", storage_bug);
  const std::string storage = swarm.in_memory ? std::string("{use: memory}")
                                              : fmt::format("{{use: {}, config: {{dirs: [/data], flush: {}{}}}}}",
                                                            bug.empty() ? "segment" : "planted", swarm.flush_ack ? "ack" : "os", bug);
  std::string kafka = fmt::format(
      "group.initial.rebalance.delay.ms: 0, offsets.topic.num.partitions: 2, auto.create.topics.enable: false, "
      "max.incremental.fetch.session.cache.slots: {}, log.index.interval.bytes: {}, log.flush.offset.checkpoint.interval.ms: 1500",
      swarm.fetch_sessions, swarm.index_interval);
  if (swarm.index_bytes != 0) kafka += fmt::format(", log.index.size.max.bytes: {}", swarm.index_bytes);
  return fmt::format(
      "node: {{id: 1}}\nallow_insecure: true\nlisteners: [{{name: PLAINTEXT, address: '10.0.0.1:9092'}}]\nstorage: {}\nmetadata: {{use: "
      "{}}}\n"
      "{}kafka: {{{}}}\n",
      storage, swarm.in_memory ? "memory" : "kraft",
      offsets_bug.empty() ? std::string() : fmt::format("offsets: {{use: planted, config: {{bug: {}}}}}\n", offsets_bug), kafka);
}

}  // namespace barnabas::sim
