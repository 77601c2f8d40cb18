// An assignor that deals partitions out in the way that the name of the group's first topic says: "twice", "unknown-partition", …
#include "faults.h"

#include <barnabas/sdk/assignor.h>

#include <string>

namespace {

using namespace barnabas;

class FaultyAssignor {
 public:
  using Options = sdk::NoOptions;
  FaultyAssignor(sdk::Host&, const Options&) {}

  sdk::Status assign(const sdk::AssignorGroup& group, sdk::AssignorSink& sink) {
    const std::string how(std::string_view(group.topics[0].name));
    if (how == "throws-a-number") throw 42;
    faulty::misbehave(how);
    for (std::int32_t p = 0; p < group.topics[0].partition_count; ++p) {
      if (how == "none") continue;
      sink.assign(how == "unknown-member" ? group.member_count + 7 : 0,
                  {how == "unknown-topic" ? 99 : 0, how == "unknown-partition" ? p + 1000
                                                    : how == "negative"        ? -1 - p
                                                                               : p});
      if (how == "twice") sink.assign(0, {0, p});
    }
    if (how == "fails-with-a-novel") return sdk::Status::internal(sdk::Text(std::string(100'000, 'n')));
    return {};
  }
};

}  // namespace

BARNABAS_PLUGIN(Assignor, FaultyAssignor, "faulty_assignor", "1.0.0", "Deals out as the name of the topic says.")
