// All partitions, by topic and number, dealt around the circle of members; who is not subscribed is passed over.
#include <barnabas/sdk/assignor.h>

#include "assignor/subscribers.h"

namespace barnabas::assignor {
namespace {

class RoundRobin {
 public:
  using Options = sdk::NoOptions;
  RoundRobin(sdk::Host&, const Options&) {}

  sdk::Status assign(const sdk::AssignorGroup& group, sdk::AssignorSink& sink) {
    const std::vector<std::int32_t> order = static_first(group);
    const Subscribers subscribers(group, order);
    std::vector<std::size_t> place(order.size());  // of a member in the circle
    for (std::size_t i = 0; i < order.size(); ++i) place[static_cast<std::size_t>(order[i])] = i;
    std::size_t turn = 0;  // the place in the circle that comes next
    for (std::size_t t = 0; t < group.topic_count; ++t) {
      const auto may_read = subscribers.of(t);
      if (may_read.empty() || group.topics[t].partition_count <= 0) continue;
      const auto place_of = [&](std::int32_t member) { return place[static_cast<std::size_t>(member)]; };
      auto next =
          std::lower_bound(may_read.begin(), may_read.end(), turn, [&](std::int32_t m, std::size_t at) { return place_of(m) < at; });
      for (std::int32_t p = 0; p < group.topics[t].partition_count; ++p) {
        if (next == may_read.end()) next = may_read.begin();
        sink.assign(static_cast<std::size_t>(*next), {static_cast<std::int32_t>(t), p});
        turn = (place_of(*next) + 1) % order.size();
        ++next;
      }
    }
    return {};
  }
};

}  // namespace
}  // namespace barnabas::assignor

BARNABAS_PLUGIN(Assignor, barnabas::assignor::RoundRobin, "roundrobin", "1.0.0", "All partitions dealt around the circle of members.")
