// Partitions by the beginning of the key: `anna:17` and `anna:18` go to one partition. Change choose() to a rule of your own.
#include <barnabas/sdk/partitioner.h>

#include <cstdint>
#include <stdexcept>
#include <string>

namespace {

namespace sdk = barnabas::sdk;

class MyPluginPartitioner {
 public:
  struct Options {
    sdk::Text separator = ":";
    BARNABAS_OPTIONS(f) { f("separator", &Options::separator, "what ends the part of the key that counts"); }
  };

  MyPluginPartitioner(sdk::Host&, const Options& options) : separator_(std::string(options.separator)) {
    if (separator_.empty()) throw std::invalid_argument("the separator is empty");
  }

  // For every record, one after the other. `partition`: 0 to topic.partition_count - 1.
  sdk::Status choose(const sdk::TopicView& topic, sdk::AvailablePartitions, const sdk::RecordView& record, std::int32_t& partition) {
    const std::string key(reinterpret_cast<const char*>(record.key.data), record.key.size);  // empty where there is none
    const std::uint32_t hash = fnv1a(key.substr(0, key.find(separator_)));
    partition = static_cast<std::int32_t>(hash % static_cast<std::uint32_t>(topic.partition_count));
    return {};
  }

 private:
  static std::uint32_t fnv1a(const std::string& text) {
    std::uint32_t hash = 2166136261;
    for (const char c : text) hash = (hash ^ static_cast<std::uint8_t>(c)) * 16777619;
    return hash;
  }

  const std::string separator_;
};

}  // namespace

BARNABAS_PLUGIN(Partitioner, MyPluginPartitioner, "my_plugin", "0.1.0", "Partitions by the beginning of the key.")
