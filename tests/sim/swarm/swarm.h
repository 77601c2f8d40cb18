// What a seed makes of a run: how the broker is set up, who its clients are, and which faults come how often. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace barnabas::sim {

// Faults by how often they are drawn against each other; 0: never in this run.
struct FaultWeights {
  std::uint32_t kill = 0;     // kill -9
  std::uint32_t power = 0;    // unsynced writes are lost, torn or reordered
  std::uint32_t restart = 0;  // a clean one
  std::uint32_t cut = 0;      // both ways, or one
  std::uint32_t slow = 0;     // a slow link
  std::uint32_t disk = 0;     // EIO, ENOSPC
  std::uint32_t read = 0;     // EIO of a read
  std::uint32_t clock = 0;    // the clock on the wall jumps
  std::uint32_t quiet = 1;    // nothing but load
  std::uint32_t sum() const { return kill + power + restart + cut + slow + disk + read + clock + quiet; }
};

struct Swarm {
  std::uint64_t seed = 0;
  bool in_memory = false;  // storage memory: nothing outlives the process, so it lives as long as the run
  bool flush_ack = true;
  std::uint32_t index_bytes = 0;  // of a segment's index: a full one begins a segment. 0: Kafka's default
  std::uint32_t index_interval = 4096;
  std::uint32_t fetch_sessions = 1000;
  std::uint32_t topics = 1;
  std::uint32_t partitions = 1;
  std::uint32_t producers = 1;
  std::uint32_t careless_producers = 0;  // those that never send again
  std::uint32_t readers = 1;
  std::uint32_t committers = 1;
  std::uint32_t members = 0;
  bool classic_members = false;
  bool administrator = false;
  std::uint32_t resets_per_million = 0;
  std::uint32_t chunk_bytes = 65536;
  std::uint32_t start_crashes_percent = 0;  // starts that are cut short
  std::uint32_t acts = 12;
  FaultWeights faults;
};

Swarm draw_swarm(std::uint64_t seed);
std::string to_text(const Swarm& swarm);
// The deployment of its broker. The bugs: what is wrong with the planted storage and the planted offset store; empty: the real plugins.
std::string deployment_of(const Swarm& swarm, std::string_view storage_bug = {}, std::string_view offsets_bug = {});

}  // namespace barnabas::sim
