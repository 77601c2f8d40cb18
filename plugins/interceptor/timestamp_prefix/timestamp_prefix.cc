// Puts the wall time in milliseconds before every value.
#include <barnabas/sdk/interceptor.h>

#include <charconv>
#include <string>

namespace barnabas::interceptor {
namespace {

class TimestampPrefix {
 public:
  struct Options {
    sdk::Text separator = ",";
    BARNABAS_OPTIONS(f) { f("separator", &Options::separator, "what stands between the time and the value"); }
  };

  TimestampPrefix(sdk::Host& host, const Options& options) : clock_(host.clock()), separator_(std::string(options.separator)) {}

  sdk::Status on_append(const sdk::ClientView&, const sdk::TopicView&, const sdk::RecordView& record, sdk::RecordEdit& edit) {
    return prefix(record, edit);
  }
  sdk::Status on_send(const sdk::TopicView&, const sdk::RecordView& record, sdk::RecordEdit& edit) { return prefix(record, edit); }

 private:
  sdk::Status prefix(const sdk::RecordView& record, sdk::RecordEdit& edit) {
    if (!record.has_value) return {};  // a tombstone with a value would delete nothing
    char digits[24];
    const auto written = std::to_chars(digits, digits + sizeof digits, clock_.wall_ms());
    value_.assign(digits, written.ptr);
    value_ += separator_;
    value_.append(reinterpret_cast<const char*>(record.value.data), record.value.size);
    edit.set_value(value_);
    return {};
  }

  sdk::Clock& clock_;
  const std::string separator_;
  std::string value_;  // kept, so that it allocates only for larger values than before
};

}  // namespace
}  // namespace barnabas::interceptor

BARNABAS_PLUGIN(Interceptor, barnabas::interceptor::TimestampPrefix, "timestamp_prefix", "1.0.0", "Puts the time before every value.")
