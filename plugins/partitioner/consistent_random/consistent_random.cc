// Keys by their CRC, as librdkafka places them by default; an empty key counts as none.
#include <barnabas/sdk/partitioner.h>

#include "partitioner/key_hash.h"

namespace barnabas::partitioner {
namespace {

class ConsistentRandom {
 public:
  using Options = sdk::NoOptions;
  ConsistentRandom(sdk::Host& host, const Options&) : random_(host.random()) {}

  sdk::Status choose(const sdk::TopicView& topic, sdk::AvailablePartitions available, const sdk::RecordView& record,
                     std::int32_t& partition) {
    partition = record.has_key && !record.key.empty() ? partition_of(crc32(record.key), topic.partition_count)
                                                      : pick(random_.next(), topic, available);
    return {};
  }

 private:
  sdk::Random& random_;
};

}  // namespace
}  // namespace barnabas::partitioner

BARNABAS_PLUGIN(Partitioner, barnabas::partitioner::ConsistentRandom, "consistent_random", "1.0.0",
                "crc32 of the key, by chance without one.")
