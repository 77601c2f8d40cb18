// A retention that is wrong on purpose: it would give up what is not decided yet.
#include <barnabas/sdk/retention.h>

namespace {

class Overreaching {
 public:
  using Options = barnabas::sdk::NoOptions;
  Overreaching(barnabas::sdk::Host&, const Options&) {}

  barnabas::sdk::Status visit(const barnabas::sdk::RetentionVisit&, barnabas::sdk::RetainedLog& log) {
    barnabas::sdk::RetainedState state;
    if (auto status = log.state(state); !status.ok()) return status;
    return log.delete_before(state.high_watermark + 1);
  }
};

}  // namespace

BARNABAS_PLUGIN(Retention, Overreaching, "overreaching", "1.0.0", "Gives up more than there is.")
