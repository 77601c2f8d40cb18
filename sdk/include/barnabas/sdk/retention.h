// Kind `retention`: gives up what a log need not keep any longer. A topic asks for it by a word of its cleanup.policy, and the deployment
// says which plugin answers to the word: `retention: {delete: {use: delete}}`.
//
// The broker comes by with one log after another, every log.retention.check.interval.ms. A plugin looks at the log and acts through it; it
// keeps nothing between two calls that it could not do without.
//
// Threads: one call at a time, on a helper thread, while the log is written and read elsewhere. A call may take long and read from the
// disk.
#pragma once

#include <barnabas/sdk/storage.h>

namespace barnabas::sdk {

// The topic's configuration, its defaults filled in. -1: without a bound.
struct RetentionBounds {
  std::int64_t retention_ms = -1;     // retention.ms
  std::int64_t retention_bytes = -1;  // retention.bytes, of each partition
};

struct RetentionVisit {
  Text topic;
  std::int32_t partition = 0;
  RetentionBounds bounds;
  // The clock on the wall. One that jumps is believed after a day, lest a wrong answer of it be the end of everything.
  std::int64_t now_ms = 0;
};

struct RetainedState {
  std::int64_t log_start = 0;
  std::int64_t high_watermark = 0;  // nothing from here on may be given up
  std::int64_t log_end = 0;
  std::uint64_t size = 0;  // octets of all segments
};

// The log that is visited. It may grow at any time, and never shrinks by itself during a visit.
class RetainedLog {
 public:
  virtual Status state(RetainedState& state) noexcept = 0;
  virtual Status segments(Visitor<SegmentInfo>& visitor) noexcept = 0;  // oldest first; the visitor must not call the log
  // Records below `offset` are gone for every reader: the log starts there. Room is given back by whole segments, those that lie below it
  // wholly; at the log's end that is all of them. What is gone already is no error. kInvalid: above the high watermark.
  virtual Status delete_before(std::int64_t offset) noexcept = 0;

 protected:
  ~RetainedLog() = default;
};

class Retention : public Object {
 public:
  static constexpr Text kName = "retention";
  static constexpr std::int32_t kRevision = 1;

  // Views are valid until it returns. An error is logged with the plugin's name and the partition's; the next visit comes all the same.
  virtual Status visit(const RetentionVisit& visit, RetainedLog& log) noexcept = 0;

  // An author's class has: using Options; a constructor (Host&, const Options&); visit(), which may throw.
  template <class T, class Id>
  class Guarded;

 protected:
  ~Retention() = default;
};

template <class T, class Id>
class Retention::Guarded final : public Retention {
 public:
  Guarded(Host& host, const typename T::Options& options) : author_(host, options) {}

  Status visit(const RetentionVisit& visit, RetainedLog& log) noexcept override {
    return detail::guarded(Id::text(), "visit", [&] { return author_.visit(visit, log); });
  }
  void* find([[maybe_unused]] Text interface_id) noexcept override {
    if constexpr (requires { author_.find(interface_id); }) return author_.find(interface_id);
    return nullptr;
  }

 private:
  T author_;
};

}  // namespace barnabas::sdk
