// Any partition with a leader, whatever the key.
#include <barnabas/sdk/partitioner.h>

#include "partitioner/key_hash.h"

namespace barnabas::partitioner {
namespace {

class RandomChoice {
 public:
  using Options = sdk::NoOptions;
  RandomChoice(sdk::Host& host, const Options&) : random_(host.random()) {}

  sdk::Status choose(const sdk::TopicView& topic, sdk::AvailablePartitions available, const sdk::RecordView&, std::int32_t& partition) {
    partition = pick(random_.next(), topic, available);
    return {};
  }

 private:
  sdk::Random& random_;
};

}  // namespace
}  // namespace barnabas::partitioner

BARNABAS_PLUGIN(Partitioner, barnabas::partitioner::RandomChoice, "random", "1.0.0", "Any partition that has a leader, by chance.")
