// Many threads on one log: the sanitizers watch, and the offsets must come out as if one had written.
#include "kernel/log/log_fixture.h"
#include "kernel/log/null_storage.h"

#include <atomic>
#include <thread>

namespace barnabas::log {
namespace {

constexpr int kWriters = 3;
constexpr int kBatches = 300;

struct CountingObserver final : LogObserver {
  void on_change(PartitionLog& log, std::uint32_t changes) noexcept override {
    if ((changes & kHighWatermarkChanged) != 0) {
      // Never backwards, whichever thread tells.
      const std::int64_t now = log.high_watermark();
      std::int64_t before = highest.load();
      while (before < now && !highest.compare_exchange_weak(before, now)) {
      }
    }
  }
  std::atomic<std::int64_t> highest{0};
};

TEST(Concurrency, WritersReadersAndAFlusher) {
  NullPartition storage;
  OpenReport report;
  LogSettings settings;
  settings.flush = FlushMode::kAck;
  const auto log = *PartitionLog::open("topic", 0, {}, storage, settings, 0, report);
  CountingObserver observer;
  log->set_observer(&observer);
  ASSERT_TRUE(log->become_leader({.epoch = 0, .replica_id = 1}).ok());

  std::vector<std::vector<std::int64_t>> offsets(kWriters);
  std::atomic<int> writing{kWriters};
  std::vector<std::thread> threads;
  for (int writer = 0; writer < kWriters; ++writer)
    threads.emplace_back([&, writer] {
      for (int i = 0; i < kBatches; ++i) {
        Octets octets = make_batch({.records = 2, .producer_id = writer, .epoch = 0, .sequence = i * 2});
        offsets[static_cast<std::size_t>(writer)].push_back(log->append_as_leader({.batches = {octets.data(), octets.size()}}).base_offset);
      }
      --writing;
    });
  std::atomic<bool> bounds_hold{true};
  threads.emplace_back([&] {
    std::vector<AbortedProducer> aborted;
    std::int64_t last = 0;
    while (writing > 0) {
      const LogReadOutcome outcome = log->read({.max_bytes = 100}, aborted);
      if (outcome.high_watermark < last || outcome.last_stable > outcome.high_watermark || outcome.high_watermark > outcome.log_end)
        bounds_hold = false;
      last = outcome.high_watermark;
    }
  });
  threads.emplace_back([&] {
    while (writing > 0 || log->flush_needed()) static_cast<void>(log->flush().ok());
  });
  for (std::thread& thread : threads) thread.join();

  EXPECT_TRUE(bounds_hold);
  std::vector<std::int64_t> all;
  for (const auto& list : offsets) {
    EXPECT_TRUE(std::is_sorted(list.begin(), list.end()));
    all.insert(all.end(), list.begin(), list.end());
  }
  std::sort(all.begin(), all.end());
  ASSERT_EQ(all.size(), static_cast<std::size_t>(kWriters * kBatches));
  for (std::size_t i = 0; i < all.size(); ++i) ASSERT_EQ(all[i], static_cast<std::int64_t>(i) * 2);
  EXPECT_EQ(log->high_watermark(), kWriters * kBatches * 2);
  EXPECT_EQ(observer.highest, kWriters * kBatches * 2);
  ASSERT_TRUE(log->close(true).ok());
}

}  // namespace
}  // namespace barnabas::log
