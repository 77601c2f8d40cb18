// A well-formed interceptor that marks the values it sees, and fails in whichever way its option names.
#include <barnabas/sdk/interceptor.h>

#include <chrono>
#include <stdexcept>
#include <string>

namespace {

using namespace barnabas;

struct Options {
  sdk::Text fail = "never";
  sdk::Text mark = "";
  sdk::Text needed;

  BARNABAS_OPTIONS(f) {
    f("fail", &Options::fail, "when to fail", sdk::one_of("never", "making", "making_oddly", "working", "in_time", "to_accept"));
    f("mark", &Options::mark, "what to put behind each value");
    f("needed", &Options::needed, "anything", sdk::required());
  }
};

class Moody {
 public:
  using Options = ::Options;
  Moody(sdk::Host&, const Options& options)
      : fails_in_work_(options.fail == sdk::Text("working")),
        is_slow_(options.fail == sdk::Text("in_time")),
        refuses_(options.fail == sdk::Text("to_accept")),
        mark_(std::string(options.mark)) {
    if (options.fail == sdk::Text("making")) throw std::runtime_error("not today");
    if (options.fail == sdk::Text("making_oddly")) throw 42;
  }
  sdk::Status on_append(const sdk::ClientView&, const sdk::TopicView&, const sdk::RecordView& record, sdk::RecordEdit& edit) {
    return work(record, edit);
  }
  sdk::Status on_send(const sdk::TopicView&, const sdk::RecordView& record, sdk::RecordEdit& edit) { return work(record, edit); }
  sdk::Status on_consume(const sdk::TopicView&, const sdk::RecordView& record, sdk::RecordEdit& edit) { return work(record, edit); }
  sdk::Status on_close() {
    if (fails_in_work_) throw std::runtime_error("tired of it all");
    return {};
  }

 private:
  sdk::Status work(const sdk::RecordView& record, sdk::RecordEdit& edit) {
    const std::string value(reinterpret_cast<const char*>(record.value.data), record.value.size);
    if (is_slow_) {  // takes more than an interceptor may
      const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(60);
      while (std::chrono::steady_clock::now() < until) {
      }
    }
    if (refuses_ && value.starts_with("bad")) edit.reject("it is bad");
    if (!mark_.empty()) edit.set_value(value + mark_);
    if (fails_in_work_) throw std::runtime_error("tired");
    return {};
  }

  const bool fails_in_work_;
  const bool is_slow_;
  const bool refuses_;
  const std::string mark_;
};

}  // namespace

BARNABAS_PLUGIN(Interceptor, Moody, "moody", "1.0.0", "Marks values, and fails when told to.")
