// One partition after the other, whatever the key; each topic has its own turn.
#include <barnabas/sdk/partitioner.h>

#include <map>
#include <string>

#include "partitioner/key_hash.h"

namespace barnabas::partitioner {
namespace {

class RoundRobin {
 public:
  using Options = sdk::NoOptions;
  RoundRobin(sdk::Host&, const Options&) {}

  sdk::Status choose(const sdk::TopicView& topic, sdk::AvailablePartitions available, const sdk::RecordView&, std::int32_t& partition) {
    partition = pick(turns_[std::string(topic.name)]++, topic, available);
    return {};
  }

 private:
  std::map<std::string, std::uint64_t> turns_;
};

}  // namespace
}  // namespace barnabas::partitioner

BARNABAS_PLUGIN(Partitioner, barnabas::partitioner::RoundRobin, "round_robin", "1.0.0", "One partition after the other.")
