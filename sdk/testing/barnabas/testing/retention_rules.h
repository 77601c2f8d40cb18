// What every retention must do, without a test framework. One thread.
#pragma once

#include <barnabas/sdk/split_mix.h>
#include <barnabas/testing/retained_log.h>
#include <barnabas/testing/rule_sink.h>

#include <chrono>
#include <string>
#include <vector>

namespace barnabas::testing {

// What a retention may promise beyond doing no harm.
struct RetentionPromises {
  bool by_bounds = false;  // it keeps to retention.ms and retention.bytes, and without them gives up nothing
};

namespace detail {

constexpr std::int64_t kVisitedAtMs = 1'000'000;

// Some of everything: empty and full segments, times that jump back, a high watermark anywhere.
inline MadeLog odd_log(std::uint64_t seed) {
  sdk::SplitMix random(seed);
  const auto below = [&](std::uint64_t limit) { return random.next() % limit; };
  std::vector<MadeSegment> segments(below(8));
  for (MadeSegment& segment : segments)
    segment = {static_cast<std::int64_t>(1 + below(100)), 1 + below(1000), static_cast<std::int64_t>(below(2 * kVisitedAtMs))};
  if (!segments.empty() && below(3) == 0) segments.back() = {0, 0, -1};
  MadeLog log(std::move(segments), static_cast<std::int64_t>(below(1000)));
  if (below(2) == 0)
    log.set_high_watermark(log.start() + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(log.end() - log.start()) + 1)));
  return log;
}

inline sdk::RetentionBounds odd_bounds(std::uint64_t seed) {
  sdk::SplitMix random(seed ^ 0x5eed);
  sdk::RetentionBounds bounds;
  if (random.next() % 3 != 0) bounds.retention_ms = static_cast<std::int64_t>(random.next() % kVisitedAtMs);
  if (random.next() % 3 != 0) bounds.retention_bytes = static_cast<std::int64_t>(random.next() % 3000);
  return bounds;
}

inline std::string in_log(const MadeLog& log, std::uint64_t seed) {
  return " (log " + std::to_string(seed) + ", which now has offsets " + std::to_string(log.start()) + " to " + std::to_string(log.end()) +
         ")";
}

// Visits the odd logs; `check` says what is wrong with one after its visit.
template <class Check>
std::string over_odd_logs(sdk::Retention& retention, Check&& check) {
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    MadeLog log = odd_log(seed);
    const sdk::RetentionBounds bounds = odd_bounds(seed);
    if (const sdk::Status status = retention.visit(visit_at(kVisitedAtMs, bounds), log); !status.ok())
      return "it failed: " + std::string(std::string_view(status.message())) + in_log(log, seed);
    if (std::string why = check(log, bounds); !why.empty()) return why + in_log(log, seed);
  }
  return "";
}

inline std::string spares_the_undecided(sdk::Retention& retention) {
  return over_odd_logs(retention, [](MadeLog& log, const sdk::RetentionBounds&) -> std::string {
    return log.wrong_deletions() == 0 ? "" : "it would give up records above the high watermark";
  });
}

inline std::string settles(sdk::Retention& retention) {
  return over_odd_logs(retention, [&](MadeLog& log, const sdk::RetentionBounds& bounds) -> std::string {
    const std::size_t before = log.deletions();
    const sdk::Status status = retention.visit(visit_at(kVisitedAtMs, bounds), log);
    if (!status.ok()) return "it failed: " + std::string(std::string_view(status.message()));
    return log.deletions() == before ? "" : "a second visit at the same time gave up more";
  });
}

inline std::string passes_on(sdk::Retention& retention) {
  MadeLog log({{10, 1000, 1}, {10, 1000, 2}, {10, 1000, 3}});
  MadeLog same = log;
  static_cast<void>(retention.visit(visit_at(kVisitedAtMs, {0, 0}), same));
  if (same.deletions() == 0) return "";  // this one does not make it act
  log.fail_with(sdk::Code::kIo);
  const sdk::Status status = retention.visit(visit_at(kVisitedAtMs, {0, 0}), log);
  return status.code() == sdk::Code::kIo ? "" : "the log answered kIo, and the visit did not";
}

inline std::string by_bounds(sdk::Retention& retention) {
  MadeLog unbounded({{10, 1000, 1}, {10, 1000, 2}});
  static_cast<void>(retention.visit(visit_at(kVisitedAtMs, {}), unbounded));
  if (unbounded.deletions() != 0) return "it gave up records of a log without bounds";
  return over_odd_logs(retention, [](MadeLog& log, const sdk::RetentionBounds& bounds) -> std::string {
    const sdk::SegmentInfo& oldest = log.kept().front();
    if (oldest.end_offset > log.high_watermark() || (oldest.active && oldest.size == 0)) return "";
    if (bounds.retention_ms >= 0 && oldest.max_timestamp_ms < kVisitedAtMs - bounds.retention_ms)
      return "its oldest segment ends at " + std::to_string(oldest.max_timestamp_ms) + " ms, before retention.ms";
    if (bounds.retention_bytes >= 0 && log.size() >= static_cast<std::uint64_t>(bounds.retention_bytes) + oldest.size)
      return "without its oldest segment it still is of retention.bytes";
    return "";
  });
}

// A hundred thousand segments.
inline std::string quick(sdk::Retention& retention) {
  constexpr auto kPatience = std::chrono::seconds(5);
  MadeLog log(std::vector<MadeSegment>(100'000, {1, 1, 2 * kVisitedAtMs}));
  const auto began = std::chrono::steady_clock::now();
  static_cast<void>(retention.visit(visit_at(kVisitedAtMs, {1000, 1'000'000}), log));
  return std::chrono::steady_clock::now() - began < kPatience ? "" : "a log of 100,000 segments took more than 5 s";
}

}  // namespace detail

// Reports each rule once.
inline void check_retention(sdk::Retention& retention, const RetentionPromises& promises, RuleSink& sink) {
  sink.rule("what is above the high watermark stays", [&] { return detail::spares_the_undecided(retention); });
  sink.rule("what is given up is given up at once: the next visit finds nothing", [&] { return detail::settles(retention); });
  sink.rule("a log that fails is told of", [&] { return detail::passes_on(retention); });
  if (promises.by_bounds) sink.rule("it keeps to retention.ms and retention.bytes", [&] { return detail::by_bounds(retention); });
  sink.rule("it is quick", [&] { return detail::quick(retention); });
}

}  // namespace barnabas::testing
