// What fetches of one loop need for a moment, kept from one to the next, so that one that is answered at once asks for no memory. Nothing
// in it outlives the fetch that filled it. On the loop.
#pragma once

#include <memory>
#include <vector>

#include "kernel/broker/fetch_plan.h"

namespace barnabas::broker {

struct FetchScratch {
  std::vector<FollowedPartition> named;             // by the request, or by its session
  std::vector<FollowedPartition> quiet, gave_data;  // of a session that is left
  std::vector<FetchPart*> told;
  std::vector<sdk::Lease> leases;
  std::unique_ptr<FetchPlan> plan;  // null while one is under way

  // A plan that is done with, for the next fetch. What a large fetch made of this is given back.
  void take_back(std::unique_ptr<FetchPlan> done);
};

}  // namespace barnabas::broker
