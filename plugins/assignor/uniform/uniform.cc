// As Apache Kafka's coordinator assigns by default: equal shares, and as little as possible moves.
#include <barnabas/sdk/assignor.h>

#include "assignor/uniform/equal_subscriptions.h"
#include "assignor/uniform/unequal_subscriptions.h"

namespace barnabas::assignor {
namespace {

class Uniform {
 public:
  using Options = sdk::NoOptions;
  Uniform(sdk::Host&, const Options&) {}

  sdk::Status assign(const sdk::AssignorGroup& group, sdk::AssignorSink& sink) {
    if (group.member_count == 0) return {};
    if (subscriptions_are_equal(group))
      assign_equal(group, sink);
    else
      assign_unequal(group, sink);
    return {};
  }
};

}  // namespace
}  // namespace barnabas::assignor

BARNABAS_PLUGIN(Assignor, barnabas::assignor::Uniform, "uniform", "1.0.0", "Equal shares, and as little as possible moves.")
