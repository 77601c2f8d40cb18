#include "kernel/broker/fetch_scratch.h"

#include "kernel/base/give_back.h"

namespace barnabas::broker {
namespace {

constexpr std::size_t kMostKept = 128;  // partitions

template <class T>
void trim(std::vector<T>& kept) {
  if (kept.capacity() > kMostKept) base::give_back(kept);
}

}  // namespace

void FetchScratch::take_back(std::unique_ptr<FetchPlan> done) {
  done->end();
  plan = std::move(done);
  trim(plan->parts);
  trim(named);
  trim(quiet);
  trim(gave_data);
  trim(told);
  trim(leases);
}

}  // namespace barnabas::broker
