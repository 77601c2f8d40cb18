#include <gmock/gmock.h>

#include "kernel/controller/testing.h"

namespace barnabas::controller {
namespace {

using enum FeatureChange;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kAllFail = "The update failed for all features since the following feature had an error: ";

class FeaturesTest : public Cluster {
 protected:
  explicit FeaturesTest(std::int16_t level = catalog::kLatestMetadataLevel) : Cluster(level) {}
  void SetUp() override {
    Cluster::SetUp();
    up(1);
  }
  UpdateFeaturesReply update(std::vector<FeatureUpdate> updates, bool validate_only = false) {
    return ask(UpdateFeaturesRequest{std::move(updates), validate_only});
  }
  std::string refusal(std::vector<FeatureUpdate> updates) {
    const UpdateFeaturesReply reply = update(std::move(updates));
    EXPECT_EQ(reply.error, ErrorCode::kInvalidUpdateVersion);
    EXPECT_THAT(types, IsEmpty());
    EXPECT_TRUE(reply.message.starts_with(kAllFail)) << reply.message;
    return reply.message.substr(std::min(kAllFail.size(), reply.message.size()));
  }
};

TEST_F(FeaturesTest, GroupsOfTheNewProtocolGoAndComeBack) {
  EXPECT_EQ(refusal({{"group.version", 0, kUpgrade}}),
            "Invalid update version 0 for feature group.version. Can't downgrade the version of this feature without setting the upgrade "
            "type to either safe or unsafe downgrade.");
  EXPECT_TRUE(update({{"group.version", 0, kSafeDowngrade}}, true).ok());
  EXPECT_EQ(image->feature("group.version"), 1);
  EXPECT_TRUE(update({{"group.version", 0, kSafeDowngrade}}).ok());
  EXPECT_THAT(types, ElementsAre(12));
  EXPECT_EQ(image->feature("group.version"), 0);
  EXPECT_EQ(refusal({{"group.version", 1, kSafeDowngrade}}),
            "Invalid update version 1 for feature group.version. Can't downgrade to a newer version.");
  EXPECT_TRUE(update({{"group.version", 1, kUpgrade}}).ok());
  EXPECT_EQ(image->feature("group.version"), 1);
}

TEST_F(FeaturesTest, OneBadFeatureFailsAll) {
  EXPECT_EQ(refusal({{"group.version", 0, kSafeDowngrade}, {"nothing", 1, kUpgrade}}),
            "Invalid update version 1 for feature nothing. Local controller 1 does not support this feature.");
  EXPECT_EQ(image->feature("group.version"), 1);
  EXPECT_EQ(refusal({{"group.version", 2, kUpgrade}}),
            "Invalid update version 2 for feature group.version. Local controller 1 only supports versions 0-1");
  EXPECT_EQ(refusal({{"group.version", -1, kUpgrade}}),
            "Invalid update version -1 for feature group.version. A feature version cannot be less than 0.");
  EXPECT_EQ(refusal({{"group.version", 1, static_cast<FeatureChange>(4)}}),
            "Invalid update version 1 for feature group.version. The controller does not support the given upgrade type.");
}

TEST_F(FeaturesTest, TheVersionOfTheQuorumStays) {
  EXPECT_TRUE(update({{"kraft.version", 0, kUpgrade}}).ok());
  EXPECT_EQ(refusal({{"group.version", 1, kUpgrade}, {"kraft.version", 1, kUpgrade}}),
            "Invalid update version 1 for feature kraft.version. Here kraft.version stays what it was when the storage was formatted; name "
            "the other features one by one (--feature).");
}

TEST_F(FeaturesTest, MetadataIsNotLostByGoingBack) {
  EXPECT_EQ(refusal({{"metadata.version", 29, kSafeDowngrade}}),
            "Unsupported metadata.version downgrade from 30 to 29. Refusing to perform the requested downgrade because it might delete "
            "metadata information.");
  EXPECT_EQ(refusal({{"metadata.version", 7, kUnsafeDowngrade}}),
            "Unsupported metadata.version downgrade from 30 to 7. Unsafe metadata downgrade is not supported in this version.");
  EXPECT_EQ(refusal({{"metadata.version", 6, kSafeDowngrade}}),
            "Invalid update version 6 for feature metadata.version. Local controller 1 only supports versions 7-30");
  EXPECT_TRUE(update({{"metadata.version", 30, kUpgrade}}).ok());
}

TEST_F(FeaturesTest, ABrokerThatDoesNotKnowTheLevelIsNamed) {
  BrokerRegistration old;
  old.id = 2;
  old.cluster_id = "cluster";
  old.incarnation = base::make_uuid(9, 2);
  old.endpoints.push_back({"PLAINTEXT", "host", 9093, 0});
  for (const auto& f : catalog::supported_features())
    old.features.push_back({std::string(f.name), f.min_level, f.name == "group.version" ? std::int16_t{1} : f.max_level});
  old.features.pop_back();  // transaction.version
  old.directories.push_back(directory(2));
  ASSERT_TRUE(update({{"transaction.version", 0, kSafeDowngrade}}).ok());
  ASSERT_TRUE(ask(old).ok());
  EXPECT_EQ(refusal({{"transaction.version", 1, kUpgrade}}),
            "Invalid update version 1 for feature transaction.version. Broker 2 does not support this feature.");
}

TEST_F(FeaturesTest, EligibleLeadersComeWithTheirMinIsr) {
  EXPECT_TRUE(update({{"eligible.leader.replicas.version", 0, kSafeDowngrade}}).ok());
  EXPECT_TRUE(update({{"eligible.leader.replicas.version", 1, kUpgrade}}).ok());
  EXPECT_THAT(types, ElementsAre(12, 4));
  EXPECT_EQ(*image->config(ResourceType::kBroker, "", "min.insync.replicas"), "1");
}

class OldFeaturesTest : public FeaturesTest {
 protected:
  OldFeaturesTest() : FeaturesTest(21) {}
};

TEST_F(OldFeaturesTest, RequirementsAreLookedForInTheSameRequestToo) {
  EXPECT_THAT(refusal({{"eligible.leader.replicas.version", 1, kUpgrade}}), HasSubstr("depends on metadata.version level 23"));
  EXPECT_TRUE(update({{"eligible.leader.replicas.version", 1, kUpgrade}, {"metadata.version", 25, kUpgrade}}).ok());
  EXPECT_EQ(image->metadata_version(), 25);
  EXPECT_TRUE(update({{"metadata.version", 23, kSafeDowngrade}}).ok());
  EXPECT_TRUE(update({{"metadata.version", 25, kUpgrade}}).ok());
  EXPECT_TRUE(update({{"metadata.version", 23, kUnsafeDowngrade}}).ok());
}

}  // namespace
}  // namespace barnabas::controller
