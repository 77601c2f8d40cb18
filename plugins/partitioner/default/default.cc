// As the Java client chooses: the partition that the sender named; else the key's murmur2; else one partition for a while (KIP-794).
#include <barnabas/sdk/partitioner.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "partitioner/key_hash.h"

namespace barnabas::partitioner {
namespace {

class Default : public sdk::PartitionLoad {
 public:
  struct Options {
    sdk::Size batch_size{16384};
    bool ignore_keys = false;
    BARNABAS_OPTIONS(f) {
      f("batch_size", &Options::batch_size, "octets that records without a key bring to one partition before the next", sdk::at_least(1));
      f("ignore_keys", &Options::ignore_keys, "treat every record as one without a key");
    }
  };
  Default(sdk::Host& host, const Options& options)
      : random_(host.random()), batch_size_(static_cast<std::uint64_t>(options.batch_size.bytes)), ignore_keys_(options.ignore_keys) {}

  sdk::Status choose(const sdk::TopicView& topic, sdk::AvailablePartitions available, const sdk::RecordView& record,
                     std::int32_t& partition) {
    if (topic.partition >= 0)
      partition = topic.partition;
    else if (record.has_key && !ignore_keys_)
      partition = partition_of_murmur2(record.key, topic.partition_count);
    else
      partition = stay(topic, available, record.key.size + record.value.size);
    return {};
  }

  void batch_full(const sdk::TopicView& topic) {
    const auto found = topics_.find(std::string(topic.name));
    if (found == topics_.end()) return;
    Sticky& sticky = found->second;
    if (sticky.octets >= batch_size_) sticky.partition = -1;
  }

  void set_load(const sdk::TopicView& topic, sdk::AvailablePartitions available, const std::int32_t* waiting) noexcept override {
    Sticky& sticky = topics_[std::string(topic.name)];
    sticky.weights.clear();
    if (available.size < 2) return;
    const auto [least, most] = std::minmax_element(waiting, waiting + available.size);
    if (*least == *most) return;  // tells nothing
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < available.size; ++i) {
      sum += static_cast<std::uint64_t>(std::int64_t{*most} - waiting[i] + 1);
      sticky.weights.push_back({sum, available.data[i]});
    }
  }

 private:
  struct Weight {
    std::uint64_t up_to;  // the sum of the weights to here
    std::int32_t partition;
  };
  struct Sticky {
    std::int32_t partition = -1;
    std::uint64_t octets = 0;
    std::vector<Weight> weights;  // empty: nothing is known
  };

  std::int32_t stay(const sdk::TopicView& topic, sdk::AvailablePartitions available, std::size_t octets) {
    Sticky& sticky = topics_[std::string(topic.name)];
    // A batch that never becomes full does not hold the producer for longer than two.
    if (sticky.partition < 0 || sticky.partition >= topic.partition_count || sticky.octets >= 2 * batch_size_) {
      sticky.partition = next(sticky, topic, available);
      sticky.octets = 0;
    }
    sticky.octets += octets;
    return sticky.partition;
  }

  std::int32_t next(const Sticky& sticky, const sdk::TopicView& topic, sdk::AvailablePartitions available) {
    if (sticky.weights.empty()) return pick(random_.next(), topic, available);
    const std::uint64_t point = random_.next() % sticky.weights.back().up_to;
    const auto found = std::upper_bound(sticky.weights.begin(), sticky.weights.end(), point,
                                        [](std::uint64_t at, const Weight& weight) { return at < weight.up_to; });
    return found->partition < topic.partition_count ? found->partition : pick(random_.next(), topic, available);
  }

  sdk::Random& random_;
  const std::uint64_t batch_size_;
  const bool ignore_keys_;
  std::map<std::string, Sticky> topics_;
};

}  // namespace
}  // namespace barnabas::partitioner

BARNABAS_PLUGIN(Partitioner, barnabas::partitioner::Default, "default", "1.0.0", "As the Java client chooses.")
