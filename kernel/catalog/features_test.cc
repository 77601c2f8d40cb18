#include "kernel/catalog/features.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace barnabas::catalog {
namespace {

TEST(Features, ReleaseNamesItsLatestLevel) {
  EXPECT_EQ(*metadata_level_of_release("4.3"), 30);
  EXPECT_EQ(*metadata_level_of_release("4.3.1"), 30);
  EXPECT_EQ(*metadata_level_of_release("4.0"), 25);
  EXPECT_EQ(*metadata_level_of_release("4.0-IV1"), 23);
  EXPECT_EQ(*metadata_level_of_release("3.9"), 21);
}

TEST(Features, UnknownReleaseIsRefusedWithTheBounds) {
  const auto level = metadata_level_of_release("4.9");
  ASSERT_FALSE(level.ok());
  EXPECT_THAT(std::string(message_of(level.status())), testing::AllOf(testing::HasSubstr("'4.9'"), testing::HasSubstr("4.3-IV0")));
  EXPECT_FALSE(metadata_level_of_release("3.2").ok());  // older than 4.x reads
  EXPECT_FALSE(metadata_level_of_release("4").ok());
}

TEST(Features, NewClusterHasWhatKafkaGivesIt) {
  EXPECT_THAT(default_features(30),
              testing::ElementsAre(FeatureLevel("metadata.version", 30), FeatureLevel("eligible.leader.replicas.version", 1),
                                   FeatureLevel("group.version", 1), FeatureLevel("share.version", 1), FeatureLevel("streams.version", 1),
                                   FeatureLevel("transaction.version", 2)));
  EXPECT_THAT(default_features(21), testing::ElementsAre(FeatureLevel("metadata.version", 21)));
}

TEST(Features, BrokersAnnounceWhatTheyHaveAndNoMore) {
  ASSERT_EQ(served_features().size(), supported_features().size());
  for (std::size_t i = 0; i < served_features().size(); ++i) {
    const SupportedFeature& served = served_features()[i];
    EXPECT_EQ(served.name, supported_features()[i].name);
    const bool is_only_written = served.name == "share.version" || served.name == "streams.version" || served.name == "transaction.version";
    EXPECT_EQ(served.max_level, is_only_written ? 0 : supported_features()[i].max_level) << served.name;
  }
}

TEST(Features, RefusesWhatIsNotSupportedOrMissesARequirement) {
  const std::vector<FeatureLevel> elr{{"eligible.leader.replicas.version", 1}};
  EXPECT_TRUE(check_features(elr, 23).ok());
  EXPECT_THAT(std::string(message_of(check_features(elr, 22))), testing::HasSubstr("requires metadata.version to be at least 23"));
  EXPECT_THAT(std::string(message_of(check_features(std::vector<FeatureLevel>{{"group.version", 2}}, 30))), testing::HasSubstr("0 to 1"));
  EXPECT_THAT(std::string(message_of(check_features(std::vector<FeatureLevel>{{"grup.version", 1}}, 30))),
              testing::HasSubstr("'grup.version'"));
}

TEST(Features, GoingBackLosesWhatTheLevelsBetweenBrought) {
  EXPECT_TRUE(changes_records(29, 30));
  EXPECT_FALSE(changes_records(23, 29));
  EXPECT_TRUE(changes_records(22, 29));
  EXPECT_FALSE(changes_records(17, 22));
  EXPECT_FALSE(changes_records(30, 30));
}

TEST(Features, RecordVersionsFollowTheLevel) {
  EXPECT_EQ(register_broker_version(30), 4);
  EXPECT_EQ(register_broker_version(21), 3);
  EXPECT_EQ(register_broker_version(15), 2);
  EXPECT_EQ(register_broker_version(7), 1);
  EXPECT_EQ(partition_record_version(22), 1);
  EXPECT_EQ(partition_record_version(23), 2);
  EXPECT_EQ(partition_record_version(16), 0);
}

}  // namespace
}  // namespace barnabas::catalog
