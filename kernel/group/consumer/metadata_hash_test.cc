#include "kernel/group/consumer/metadata_hash.h"

#include <gtest/gtest.h>

#include "kernel/catalog/framed.h"
#include "kernel/catalog/image_builder.h"
#include "kernel/wire/messages/record_brokers.h"
#include "kernel/wire/messages/record_topics.h"

namespace barnabas::group {
namespace {

using Names = std::set<std::string, std::less<>>;

class MetadataHashTest : public ::testing::Test {
 protected:
  template <class M>
  void apply(const M& message, int version) {
    catalog::FramedRecords records;
    records.add(message, version);
    catalog::ImageBuilder builder(*image);
    ASSERT_TRUE(builder.apply(records[0]).ok());
    image = builder.build();
    hashes.on_image(image);
  }
  void topic(std::string_view name, std::string_view id, const std::vector<std::vector<std::int32_t>>& partitions) {
    wire::TopicRecord record;
    record.name = name;
    record.topic_id = base::parse_uuid(id).value();
    apply(record, 0);
    for (std::size_t i = 0; i < partitions.size(); ++i) {
      wire::PartitionRecord partition;
      partition.partition_id = static_cast<std::int32_t>(i);
      partition.topic_id = record.topic_id;
      partition.replicas = partition.isr = partitions[i];
      partition.leader = partitions[i].front();
      apply(partition, 0);
    }
  }
  void broker(std::int32_t id, std::string_view rack) {
    wire::RegisterBrokerRecord record;
    record.broker_id = id;
    record.rack = rack;
    apply(record, 0);
  }

  std::shared_ptr<const catalog::Image> image = catalog::ImageBuilder().build();
  MetadataHashes hashes;
};

TEST_F(MetadataHashTest, IsKafkas) {
  topic("a", "Al0M4ByaQqSETlmH9qeIbg", {{1}});
  EXPECT_EQ(hashes.of(Names{"a"}), 174'150'443'147'791'152);
  topic("orders", "Amu23W3XTOqPrYraUezIhw", {{1}, {1}, {1}});
  topic("other", "yUowFOREQ8-NtAfAoVXbiA", {{1}, {1}});
  EXPECT_EQ(hashes.of(Names{"other", "orders"}), 0x22a47df8dc63273c);  // tests/golden/group
}

// Three brokers of Apache Kafka 4.3.1 in the racks b, a and a.
TEST_F(MetadataHashTest, CountsTheRackOfEveryReplica) {
  broker(1, "b");
  broker(2, "a");
  broker(3, "a");
  topic("racked", "wBy-3GtpRJ-l5kHkBQJXkA", {{1, 2, 3}, {3, 1, 2}});
  EXPECT_EQ(static_cast<std::uint64_t>(hashes.of(Names{"racked"})), 0xdabf731473837f64);
}

TEST_F(MetadataHashTest, TopicsThatAreNotThereDoNotCount) {
  EXPECT_EQ(hashes.of(Names{"a"}), 0);
  topic("a", "Al0M4ByaQqSETlmH9qeIbg", {{1}});
  EXPECT_EQ(hashes.of(Names{"a", "missing"}), hashes.of(Names{"a"}));
  EXPECT_EQ(hashes.of(Names{}), 0);
}

TEST_F(MetadataHashTest, ChangesWithPartitionsAndRacksAndNothingElse) {
  topic("a", "Al0M4ByaQqSETlmH9qeIbg", {{1}});
  const std::int64_t before = hashes.of(Names{"a"});
  topic("b", "Amu23W3XTOqPrYraUezIhw", {{1}});
  EXPECT_EQ(hashes.of(Names{"a"}), before);
  broker(1, "r");
  const std::int64_t racked = hashes.of(Names{"a"});
  EXPECT_NE(racked, before);
  wire::PartitionRecord partition;
  partition.partition_id = 1;
  partition.topic_id = base::parse_uuid("Al0M4ByaQqSETlmH9qeIbg").value();
  const std::int32_t replicas[] = {1};
  partition.replicas = partition.isr = replicas;
  partition.leader = 1;
  apply(partition, 0);
  EXPECT_NE(hashes.of(Names{"a"}), racked);
}

}  // namespace
}  // namespace barnabas::group
