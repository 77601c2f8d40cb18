// An assignor that never returns.
#include <barnabas/sdk/assignor.h>

#include <future>

namespace {

namespace sdk = barnabas::sdk;

class EndlessAssignor {
 public:
  using Options = sdk::NoOptions;

  EndlessAssignor(sdk::Host&, const Options&) {}

  sdk::Status assign(const sdk::AssignorGroup&, sdk::AssignorSink&) {
    std::promise<void>().get_future().wait();
    return {};
  }
};

}  // namespace

BARNABAS_PLUGIN(Assignor, EndlessAssignor, "endless", "1.0.0", "Thinks for ever.")
