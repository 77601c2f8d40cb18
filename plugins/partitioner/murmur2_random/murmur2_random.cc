// Keys as the Java client places them; a record without a key goes anywhere.
#include <barnabas/sdk/partitioner.h>

#include "partitioner/key_hash.h"

namespace barnabas::partitioner {
namespace {

class Murmur2Random {
 public:
  using Options = sdk::NoOptions;
  Murmur2Random(sdk::Host& host, const Options&) : random_(host.random()) {}

  sdk::Status choose(const sdk::TopicView& topic, sdk::AvailablePartitions available, const sdk::RecordView& record,
                     std::int32_t& partition) {
    partition = record.has_key ? partition_of_murmur2(record.key, topic.partition_count) : pick(random_.next(), topic, available);
    return {};
  }

 private:
  sdk::Random& random_;
};

}  // namespace
}  // namespace barnabas::partitioner

BARNABAS_PLUGIN(Partitioner, barnabas::partitioner::Murmur2Random, "murmur2_random", "1.0.0", "murmur2 of the key, by chance without one.")
