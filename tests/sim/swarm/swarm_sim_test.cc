// One broker and its clients under a swarm of faults: nothing that was promised is broken, and what a seed does, it does again.
//
// BARNABAS_SIM_FROM and BARNABAS_SIM_SEEDS choose the seeds, BARNABAS_SIM_TRACE=1 prints every event of them.
#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

#include "sim/swarm/stage.h"

namespace barnabas::sim {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::uint64_t kSeeds = 100;
#else
constexpr std::uint64_t kSeeds = 1'000;
#endif

std::uint64_t number_of_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

// So that a long run that is ended by hand has told how far it came.
constexpr std::uint64_t kSeedsOfAWord = 5'000;

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

TEST(SimulatedSwarm, NoPromiseIsBroken) {
  SharedStage shared;
  Stage stage = shared.stage();
  if (number_of_environment("BARNABAS_SIM_TRACE", 0) != 0)
    stage.on_trace = [](std::string_view line) { std::printf("%.*s\n", static_cast<int>(line.size()), line.data()); };
  const std::uint64_t from = number_of_environment("BARNABAS_SIM_FROM", 1);
  const std::uint64_t seeds = number_of_environment("BARNABAS_SIM_SEEDS", kSeeds);
  const std::uint64_t most_failures = number_of_environment("BARNABAS_SIM_FAILURES", 1);
  std::uint64_t failures = 0, acknowledgements = 0, starts = 0, steps = 0;
  std::int64_t virtual_ns = 0;
  const double begin = cpu_seconds();
  std::uint64_t seed = from;
  for (; seed < from + seeds && failures < most_failures; ++seed) {
    SwarmRun run(draw_swarm(seed), stage);
    run.play();
    if (!run.wrong().empty()) {
      ++failures;
      ADD_FAILURE() << run.wrong() << "\n" << to_text(draw_swarm(seed));
    }
    acknowledgements += run.acknowledgements();
    starts += static_cast<std::uint64_t>(run.starts());
    steps += run.steps();
    virtual_ns += run.virtual_ns();
    if (const std::uint64_t done = seed - from + 1; done % kSeedsOfAWord == 0)
      std::fprintf(stderr, "swarm: %llu seeds from %llu, %llu failed, %.0f ms of processor time a seed\n",
                   static_cast<unsigned long long>(done), static_cast<unsigned long long>(from), static_cast<unsigned long long>(failures),
                   (cpu_seconds() - begin) * 1e3 / static_cast<double>(done));
  }
  const double cpu = cpu_seconds() - begin;
  const auto count = static_cast<double>(seed - from);
  std::printf(
      "%llu seeds, %llu failed, %.1f ms of processor time a seed; a seed: %.0f acknowledgements, %.1f starts, %.0f steps, %.1f virtual s\n",
      static_cast<unsigned long long>(seed - from), static_cast<unsigned long long>(failures), cpu * 1e3 / count,
      static_cast<double>(acknowledgements) / count, static_cast<double>(starts) / count, static_cast<double>(steps) / count,
      static_cast<double>(virtual_ns) / 1e9 / count);
}

// Each found a fault that is mended; those that are among the first anyway are here for what they found.
struct Regression {
  std::uint64_t seed;
  const char* found;
};
constexpr Regression kRegressions[] = {
    {627, "a torn partition.metadata is a topic's id"},
    {1152, "the number of a fetch session from before a start is that of somebody else's session"},
    {7009, "a metadata log is begun upon that a failed sync left in memory alone"},
    {50089, "a topic is not served when a log of one with its name, that was deleted, is in the way at a start"},
    {69973, "the file of a segment for which there was no room stays, and the next start cuts the log where it lies"},
    {84573, "the history wants a batch that was given up, and came by another connection, before what was sent after it"},
    {87912, "the history takes the answer of a broker that is gone, which a slow link held up, for one of the next broker"},
    {203412, "who wrote only below the beginning of the log is forgotten by a kill, though the batches are stored still"},
};

TEST(SimulatedSwarm, SeedsThatOnceFailedDoNot) {
  SharedStage shared;
  for (const auto& [seed, found] : kRegressions) {
    SwarmRun run(draw_swarm(seed), shared.stage());
    run.play();
    EXPECT_EQ(run.wrong(), "") << "seed " << seed << ", which found before: " << found;
  }
}

TEST(SimulatedSwarm, TheSameSeedIsTheSameRun) {
  SharedStage shared;
  std::uint64_t before = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const auto hash = [&] {
      SwarmRun run(draw_swarm(seed), shared.stage());
      run.play();
      return run.trace_hash();
    };
    const std::uint64_t first = hash();
    EXPECT_EQ(hash(), first) << "seed " << seed;
    EXPECT_NE(first, before) << "seed " << seed;
    before = first;
  }
}

}  // namespace
}  // namespace barnabas::sim
