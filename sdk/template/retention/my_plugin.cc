// Keeps the last records of each partition. Change visit() to a rule of your own.
#include <barnabas/sdk/retention.h>

#include <algorithm>
#include <cstdint>

namespace {

namespace sdk = barnabas::sdk;

class MyPluginRetention {
 public:
  struct Options {
    std::int64_t records = 1000;
    BARNABAS_OPTIONS(f) { f("records", &Options::records, "how many records of each partition are kept", sdk::at_least(1)); }
  };

  MyPluginRetention(sdk::Host&, const Options& options) : options_(options) {}

  // visit.bounds has the topic's retention.ms and retention.bytes, log.segments() says what is stored.
  sdk::Status visit(const sdk::RetentionVisit&, sdk::RetainedLog& log) {
    sdk::RetainedState state;
    if (sdk::Status status = log.state(state); !status.ok()) return status;
    const std::int64_t first = std::min(state.log_end - options_.records, state.high_watermark);
    return first > state.log_start ? log.delete_before(first) : sdk::Status();
  }

 private:
  const Options options_;
};

}  // namespace

BARNABAS_PLUGIN(Retention, MyPluginRetention, "my_plugin", "0.1.0", "Keeps the last records of each partition.")
