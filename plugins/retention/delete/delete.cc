// Old segments go: those whose youngest record is older than retention.ms, then as many more as a log of retention.bytes has no room for.
// Apache Kafka's rules: whole segments from the beginning, none that reaches the high watermark.
#include <barnabas/sdk/retention.h>

#include <cstdint>
#include <vector>

namespace {

namespace sdk = barnabas::sdk;

struct Segments final : sdk::Visitor<sdk::SegmentInfo> {
  bool visit(const sdk::SegmentInfo& segment) noexcept override {
    list.push_back(segment);
    return true;
  }
  std::vector<sdk::SegmentInfo> list;
};

class Delete {
 public:
  using Options = sdk::NoOptions;

  Delete(sdk::Host&, const Options&) {}

  sdk::Status visit(const sdk::RetentionVisit& visit, sdk::RetainedLog& log) {
    if (visit.bounds.retention_ms < 0 && visit.bounds.retention_bytes < 0) return {};
    sdk::RetainedState state;
    if (sdk::Status status = log.state(state); !status.ok()) return status;
    if (state.size == 0) return {};
    Segments segments;
    if (sdk::Status status = log.segments(segments); !status.ok()) return status;
    std::size_t count = 0;
    for (std::size_t before = 1; before != count;) {  // what goes for the size may have stood before something old
      before = count;
      count = too_old(visit, state, segments.list, count);
      count = too_large(visit.bounds, state, segments.list, count);
    }
    if (count == 0) return {};
    // What was appended to the youngest segment since then is above what was looked at, and stays.
    const bool all = count == segments.list.size();
    return log.delete_before(all ? segments.list.back().end_offset : segments.list[count].base_offset);
  }

 private:
  static bool may_go(const sdk::RetainedState& state, const sdk::SegmentInfo& segment) {
    return segment.end_offset <= state.high_watermark && !(segment.active && segment.size == 0);
  }

  // How many of the oldest segments, of which the first `count` go anyway.
  static std::size_t too_old(const sdk::RetentionVisit& visit, const sdk::RetainedState& state,
                             const std::vector<sdk::SegmentInfo>& segments, std::size_t count) {
    if (visit.bounds.retention_ms < 0) return count;
    while (count < segments.size() && may_go(state, segments[count]) &&
           segments[count].max_timestamp_ms < visit.now_ms - visit.bounds.retention_ms)
      ++count;
    return count;
  }

  static std::size_t too_large(const sdk::RetentionBounds& bounds, const sdk::RetainedState& state,
                               const std::vector<sdk::SegmentInfo>& segments, std::size_t count) {
    if (bounds.retention_bytes < 0) return count;
    const auto bound = static_cast<std::uint64_t>(bounds.retention_bytes);
    std::uint64_t size = 0;
    for (std::size_t i = count; i < segments.size(); ++i) size += segments[i].size;
    for (; count < segments.size() && may_go(state, segments[count]) && size >= bound + segments[count].size; ++count)
      size -= segments[count].size;
    return count;
  }
};

}  // namespace

BARNABAS_PLUGIN(Retention, Delete, "delete", "1.0.0", "Gives up old segments by retention.ms and retention.bytes, as Apache Kafka does.")
