// What the partition log adds to a storage: appends of 16 KB batches into one that keeps nothing, without producer, idempotent and
// repeated; reads.
#include "kernel/log/null_storage.h"
#include "kernel/log/partition_log.h"
#include "kernel/record/batch_builder.h"
#include "kernel/record/octets.h"

#include <benchmark/benchmark.h>

#include <string>
#include <vector>

namespace barnabas::log {
namespace {

constexpr std::size_t kBatchBytes = 16 << 10;

std::vector<std::uint8_t> make_batch(std::int64_t producer_id) {
  record::BatchBuilder builder;
  builder.start({.producer_id = producer_id,
                 .producer_epoch = static_cast<std::int16_t>(producer_id < 0 ? -1 : 0),
                 .base_sequence = producer_id < 0 ? -1 : 0});
  const std::string value(100, 'v');
  while (builder.size() < kBatchBytes) builder.append({.timestamp_ms = 1, .value = sdk::Bytes(value)});
  const sdk::Bytes octets = *builder.finish();
  return {octets.begin(), octets.end()};
}

struct Leader {
  Leader() {
    OpenReport report;
    log = *PartitionLog::open("topic", 0, {}, storage, {}, 0, report);
    static_cast<void>(log->become_leader({.epoch = 0, .replica_id = 1}).ok());
  }
  NullPartition storage;
  std::shared_ptr<PartitionLog> log;
};

void append(benchmark::State& state, std::int64_t producer_id, bool repeated) {
  Leader leader;
  std::vector<std::uint8_t> octets = make_batch(producer_id);
  const std::int32_t records = record::BatchHeader(octets.data()).record_count();
  std::int32_t sequence = 0;
  for (auto _ : state) {
    if (producer_id >= 0 && !repeated) {
      record::store(octets.data() + record::kBaseSequenceAt, sequence);
      sequence = record::add_sequence(sequence, records);
    }
    benchmark::DoNotOptimize(leader.log->append_as_leader({.batches = {octets.data(), octets.size()}}));
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) * static_cast<std::int64_t>(octets.size()));
}

void append_plain(benchmark::State& state) { append(state, -1, false); }
void append_idempotent(benchmark::State& state) { append(state, 7, false); }
void append_repeated(benchmark::State& state) { append(state, 7, true); }

void read(benchmark::State& state) {
  Leader leader;
  std::vector<std::uint8_t> octets = make_batch(-1);
  static_cast<void>(leader.log->append_as_leader({.batches = {octets.data(), octets.size()}}));
  std::vector<AbortedProducer> aborted;
  for (auto _ : state) benchmark::DoNotOptimize(leader.log->read({.max_bytes = 1 << 20}, aborted));
}

BENCHMARK(append_plain);
BENCHMARK(append_idempotent);
BENCHMARK(append_repeated);
BENCHMARK(read);

}  // namespace
}  // namespace barnabas::log
