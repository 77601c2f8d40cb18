// Keys by FNV-1a, as librdkafka and Sarama place them; all records without a key go where the empty key goes.
#include <barnabas/sdk/partitioner.h>

#include "partitioner/key_hash.h"

namespace barnabas::partitioner {
namespace {

class Fnv1a {
 public:
  using Options = sdk::NoOptions;
  Fnv1a(sdk::Host&, const Options&) {}

  sdk::Status choose(const sdk::TopicView& topic, sdk::AvailablePartitions, const sdk::RecordView& record, std::int32_t& partition) {
    partition = partition_of(fnv1a(record.key), topic.partition_count);
    return {};
  }
};

}  // namespace
}  // namespace barnabas::partitioner

BARNABAS_PLUGIN(Partitioner, barnabas::partitioner::Fnv1a, "fnv1a", "1.0.0", "FNV-1a of the key.")
