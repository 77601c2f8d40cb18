#include "kernel/group/consumer/metadata_hash.h"

#include <xxhash.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>
#include <vector>

#include "kernel/group/utf16.h"

namespace barnabas::group {
namespace {

static_assert(std::endian::native == std::endian::little, "what is hashed is little-endian");

// What is to be hashed.
class Octets {
 public:
  template <class Integer>
  void add(Integer value) {
    const char* begin = reinterpret_cast<const char*>(&value);
    octets_.append(begin, sizeof value);
  }
  void add_text(const std::u16string& units) {
    octets_.append(reinterpret_cast<const char*>(units.data()), units.size() * sizeof(char16_t));
    add(static_cast<std::int32_t>(units.size()));
  }
  std::int64_t hash() const { return static_cast<std::int64_t>(XXH3_64bits(octets_.data(), octets_.size())); }

 private:
  std::string octets_;
};

std::uint64_t half(const Uuid& id, std::size_t from) {
  std::uint64_t value = 0;
  for (std::size_t i = from; i < from + 8; ++i) value = value << 8 | id.octets[i];
  return value;
}

std::vector<std::u16string> racks_of(const catalog::Image& image, const catalog::Partition& partition) {
  std::vector<std::u16string> racks;
  for (const std::int32_t replica : partition.replicas) {
    const catalog::Broker* broker = image.broker(replica);
    if (broker != nullptr && broker->rack) racks.push_back(utf16_of(*broker->rack));
  }
  std::ranges::sort(racks);
  return racks;
}

}  // namespace

std::int64_t topic_hash(const catalog::Image& image, const catalog::Topic& topic) {
  Octets octets;
  octets.add(std::uint8_t{0});
  octets.add(half(topic.id, 0));
  octets.add(half(topic.id, 8));
  octets.add_text(utf16_of(topic.name));
  octets.add(topic.partition_count());
  for (std::int32_t i = 0; i < topic.partition_count(); ++i) {
    octets.add(i);
    const catalog::Partition* partition = topic.partition(i);
    if (partition == nullptr) continue;
    for (const std::u16string& rack : racks_of(image, *partition)) {
      octets.add(static_cast<std::int32_t>(rack.size()));
      octets.add_text(rack);
    }
  }
  return octets.hash();
}

void MetadataHashes::on_image(std::shared_ptr<const catalog::Image> image) {
  // Images share what did not change, so that the same object is the same topic.
  if (image_ == nullptr || &image->brokers() != &image_->brokers()) {
    hashes_.clear();
  } else {
    std::erase_if(hashes_, [&](const auto& entry) { return image->topic(entry.first) != image_->topic(entry.first); });
  }
  image_ = std::move(image);
}

std::int64_t MetadataHashes::of(const catalog::Topic& topic) {
  const auto [at, is_new] = hashes_.try_emplace(topic.id);
  if (is_new) at->second = topic_hash(*image_, topic);
  return at->second;
}

std::int64_t MetadataHashes::of(const std::set<std::string, std::less<>>& names) {
  Octets octets;
  bool none = true;
  for (const std::string& name : names) {
    const catalog::Topic* topic = image_ == nullptr ? nullptr : image_->topic(name);
    if (topic == nullptr) continue;
    octets.add(of(*topic));
    none = false;
  }
  return none ? 0 : octets.hash();
}

}  // namespace barnabas::group
