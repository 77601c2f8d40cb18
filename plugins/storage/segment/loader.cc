#include "loader.h"

#include "folder_scan.h"

#include <algorithm>

namespace barnabas::segment {
namespace {

class Loader {
 public:
  Loader(SegmentContext& context, const LoadRequest& request) : context_(context), request_(request) {}

  Result<Partition::Opened> run() {
    auto content = scan_folder(context_.host.disk(), context_.folder);
    if (!content) return std::move(content).status();
    opened_.new_names = content->changed;
    opened_.new_metadata = request_.new_metadata;
    opened_.new_names |= request_.new_metadata;
    for (const auto& [base_offset, stored] : content->segments) {
      segments().push_back(std::make_shared<LogSegment>(context_, stored, 0));
      if (segments().size() > 1) finish(*segments()[segments().size() - 2], base_offset);
    }
    const std::int64_t log_start = std::max<std::int64_t>(request_.marks.log_start, 0);
    if (segments().empty()) BARNABAS_TRY(begin_at(log_start));
    BARNABAS_TRY(request_.unclean ? recover(std::max<std::int64_t>(request_.marks.recovery_point, 0)) : trust());
    tell_of_loss();
    if (end() < log_start) {
      BARNABAS_TRY(drop_from(0));
      BARNABAS_TRY(begin_at(log_start));
    }
    opened_.log_start = std::max(log_start, segments().front()->base_offset());
    opened_.recovery_point = opened_.recovered ? std::min(std::max<std::int64_t>(request_.marks.recovery_point, 0), end()) : end();
    opened_.high_watermark = std::clamp<std::int64_t>(request_.marks.high_watermark, std::min(opened_.log_start, end()), end());
    return std::move(opened_);
  }

 private:
  Partition::Segments& segments() { return opened_.segments; }
  std::int64_t end() { return segments().back()->end_offset(); }

  static void finish(LogSegment& segment, std::int64_t next_base_offset) {
    segment.set_end_offset(next_base_offset);
    segment.mark_sealed();
  }

  Status begin_at(std::int64_t offset) {
    auto made = LogSegment::create(context_, offset, 0);
    if (!made) return std::move(made).status();
    segments().push_back(std::move(*made));
    opened_.new_names = true;
    return {};
  }

  // A clean stop: only where the log ends has to be learned.
  Status trust() {
    Status status = segments().back()->read_end();
    if (status.code() != Code::kCorrupt) return status;
    context_.host.log(sdk::LogLevel::kWarn, context_.folder + " was stopped cleanly, and yet " + std::string(message_of(status)) +
                                                ": its last segment is checked");
    return recover(segments().back()->base_offset());
  }

  // What the checkpoints have seen was there once: a file that is gone, cut short or old again leaves no other trace.
  void tell_of_loss() {
    const std::int64_t known = request_.marks.seen_end();
    if (end() >= known) return;
    context_.host.log(sdk::LogLevel::kError, context_.folder + " ends at offset " + std::to_string(end()) + ", and went on to " +
                                                 std::to_string(known) + " before: records are missing");
  }

  // From the segment that holds the recovery point on, every batch is checked.
  Status recover(std::int64_t recovery_point) {
    opened_.recovered = true;
    bool holes = false;  // inside of a segment only compaction leaves them, and then it may have left some between segments too
    std::size_t at = 0;
    while (at + 1 < segments().size() && segments()[at + 1]->base_offset() <= recovery_point) ++at;
    for (std::int64_t expected = segments()[at]->base_offset(); at < segments().size(); ++at) {
      LogSegment& segment = *segments()[at];
      if (segment.base_offset() < expected || (lost_before(segment, expected) && !holes)) {
        say(segment, "does not begin where the one before it ends");
        return drop_from(at);
      }
      LogSegment::Recovered seen;
      BARNABAS_TRY(segment.recover(expected, seen));
      if (context_.counts_synced) BARNABAS_TRY(segment.write_again(recovery_point));
      expected = segment.end_offset();
      holes |= seen.holes;
      if (!seen.cut) continue;
      say(segment, "is cut off at offset " + std::to_string(expected) + ", where its sound batches end");
      return drop_from(at + 1);
    }
    return {};
  }

  // A segment is begun where the log ends, so what is missing before it was lost, unless Kafka's cleaner took it: that reaches segments
  // of which nobody wrote down yet that they are on the device.
  bool lost_before(LogSegment& segment, std::int64_t expected) const {
    const bool gap = segment.base_offset() != expected && segment.base_offset() - expected <= INT32_MAX;
    return gap && segment.base_offset() > request_.marks.cleaned;
  }

  void say(LogSegment& segment, const std::string& what) {
    context_.host.log(sdk::LogLevel::kWarn, "recovery: " + segment.log().path() + " " + what);
  }

  // Newest first, so that a crash leaves no gap.
  Status drop_from(std::size_t first) {
    if (first >= segments().size()) return {};
    for (; segments().size() > first; segments().pop_back()) BARNABAS_TRY(segments().back()->remove());
    return context_.host.disk().sync_directory(context_.folder);
  }

  SegmentContext& context_;
  const LoadRequest& request_;
  Partition::Opened opened_;
};

}  // namespace

Partition::Opened new_partition(SegmentContext& context, const sdk::Uuid& topic_id) {
  Partition::Opened opened;
  opened.segments.push_back(LogSegment::first(context));
  opened.stored = false;
  opened.topic_id = topic_id;
  return opened;
}

Result<Partition::Opened> load_partition(SegmentContext& context, const LoadRequest& request) { return Loader(context, request).run(); }

}  // namespace barnabas::segment
