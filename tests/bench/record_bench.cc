// What a batch costs on its way in: checksum, validation of 16 KB and 1 MB batches of 100-octet values, plain and through each codec,
// building. `allocations` counts calls of operator new per batch: none for whatever is on the hot path.
#include "kernel/base/crc32c.h"
#include "kernel/record/record_reader.h"
#include "kernel/record/testing.h"
#include "kernel/record/validate.h"

#include "record/real_codecs.h"

#include <benchmark/benchmark.h>

#include <atomic>
#include <new>

namespace {
std::atomic<std::int64_t> allocations{0};
}

[[gnu::noinline]] void* operator new(std::size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace barnabas::record {
namespace {

using testing::Octets;

const testing::RealCodecs& codecs() {
  static const testing::RealCodecs all;
  return all;
}

Octets batch_of(std::size_t size, std::int8_t codec) {
  const Octets prose = barnabas::testing::prose(size);
  BatchBuilder builder;
  builder.start({.codec = codecs().find(codec)});
  for (std::size_t at = 0; at + 100 <= size; at += 100)
    builder.append({.timestamp_ms = 1700000000000, .key = sdk::Bytes(prose).slice(at, 8), .value = sdk::Bytes(prose).slice(at, 100)});
  const auto built = builder.finish();
  return Octets(built->data, built->data + built->size);
}

class CountAllocations {
 public:
  explicit CountAllocations(benchmark::State& state) : state_(state), before_(allocations) {}
  ~CountAllocations() {
    state_.counters["allocations"] = static_cast<double>(allocations - before_) / static_cast<double>(state_.iterations());
  }

 private:
  benchmark::State& state_;
  std::int64_t before_;
};

void checksum(benchmark::State& state) {
  const Octets octets(static_cast<std::size_t>(state.range(0)), 0x5a);
  for (auto _ : state) benchmark::DoNotOptimize(base::crc32c(octets));
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(checksum)->Arg(64)->Arg(255)->Arg(256)->Arg(16 << 10)->Arg(1 << 20);

void validate(benchmark::State& state) {
  const auto codec = static_cast<std::int8_t>(state.range(1));
  const Octets octets = batch_of(static_cast<std::size_t>(state.range(0)), codec);
  ValidationRules rules;
  rules.max_message_bytes = INT32_MAX;
  rules.now_ms = 1700000000000;
  Validator validator(codecs());
  if (validator.validate(octets, rules).verdict != Verdict::kNone) state.SkipWithError("refused");
  {
    const CountAllocations counted(state);
    for (auto _ : state) benchmark::DoNotOptimize(validator.validate(octets, rules).verdict);
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
  state.SetLabel(std::string(codec_name(codec)));
}
BENCHMARK(validate)->ArgsProduct({{16 << 10, 1 << 20}, {0, 1, 2, 3, 4}});

void read(benchmark::State& state) {
  const Octets octets = batch_of(static_cast<std::size_t>(state.range(0)), kCodecNone);
  RecordReader reader(codecs());
  {
    const CountAllocations counted(state);
    for (auto _ : state) {
      if (!reader.open(BatchView(octets)).ok()) state.SkipWithError("refused");
      for (RecordView record; reader.next(record);) benchmark::DoNotOptimize(record.offset);
    }
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(read)->Arg(16 << 10)->Arg(1 << 20);

void build(benchmark::State& state) {
  const auto size = static_cast<std::size_t>(state.range(0));
  const auto codec = static_cast<std::int8_t>(state.range(1));
  const Octets prose = barnabas::testing::prose(size);
  BatchBuilder builder;
  const auto once = [&] {
    builder.start({.codec = codecs().find(codec)});
    for (std::size_t at = 0; at + 100 <= size; at += 100)
      builder.append({.timestamp_ms = 1700000000000, .key = sdk::Bytes(prose).slice(at, 8), .value = sdk::Bytes(prose).slice(at, 100)});
    benchmark::DoNotOptimize(builder.finish().ok());
  };
  once();
  {
    const CountAllocations counted(state);
    for (auto _ : state) once();
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
  state.SetLabel(std::string(codec_name(codec)));
}
BENCHMARK(build)->ArgsProduct({{16 << 10, 1 << 20}, {0, 3, 4}});

}  // namespace
}  // namespace barnabas::record
