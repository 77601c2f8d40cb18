// A placement that is wrong in the way that the number of partitions says.
#include "faults.h"

#include <barnabas/sdk/placement.h>

#include <string>
#include <vector>

namespace {

using namespace barnabas;

class FaultyPlacement {
 public:
  using Options = sdk::NoOptions;
  FaultyPlacement(sdk::Host&, const Options&) {}

  sdk::Status place(const sdk::PlacementCluster& cluster, const sdk::PlacementRequest& request, sdk::PlacementSink& sink) {
    const std::int32_t right = cluster.brokers[0].id;
    const std::int32_t wrong[] = {-5, 1 << 30};
    const std::int32_t twice[] = {right, right};
    std::int32_t count = request.partition_count;
    if (count == 11) throw std::runtime_error("a fault on purpose");
    if (count == 12) throw 42;
    if (count == 13) --count;
    if (count == 14) ++count;
    if (count == 15) return sink.place(nullptr, 0), sdk::Status();
    for (std::int32_t i = 0; i < count; ++i) {
      if (request.partition_count == 16) {
        sink.place(wrong, 1);
      } else if (request.partition_count == 17) {
        sink.place(twice, 2);
      } else {
        sink.place(&right, 1);
      }
    }
    return {};
  }
};

}  // namespace

BARNABAS_PLUGIN(Placement, FaultyPlacement, "faulty_placement", "1.0.0", "Wrong in the way that the number of partitions says.")
