// A placement that is wrong on purpose: its replicas go to a broker that is not there.
#include <barnabas/sdk/placement.h>

namespace {

class Misplacing {
 public:
  using Options = barnabas::sdk::NoOptions;
  Misplacing(barnabas::sdk::Host&, const Options&) {}

  barnabas::sdk::Status place(const barnabas::sdk::PlacementCluster&, const barnabas::sdk::PlacementRequest& request,
                              barnabas::sdk::PlacementSink& sink) {
    const std::int32_t nobody = 1000;
    for (std::int32_t i = 0; i < request.partition_count; ++i) sink.place(&nobody, 1);
    return {};
  }
};

}  // namespace

BARNABAS_PLUGIN(Placement, Misplacing, "misplacing", "1.0.0", "Places on a broker that is not there.")
