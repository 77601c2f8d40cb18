#include "kernel/broker/metadata_answers.h"

#include <gtest/gtest.h>

namespace barnabas::broker {
namespace {

MetadataAnswers::Body body() { return std::make_shared<const wire::Buffer::Block>(); }

TEST(MetadataAnswersTest, OneOfAnEarlierStateIsNeverGiven) {
  MetadataAnswers answers;
  const auto before = std::make_shared<const catalog::Image>();
  const auto after = std::make_shared<const catalog::Image>();
  EXPECT_EQ(answers.find(before, 12, "PLAINTEXT"), nullptr);
  const auto old = body();
  answers.keep(before, 12, "PLAINTEXT", old);
  EXPECT_EQ(answers.find(before, 12, "PLAINTEXT"), old);
  EXPECT_EQ(answers.find(after, 12, "PLAINTEXT"), nullptr);
  const auto fresh = body();
  answers.keep(after, 9, "PLAINTEXT", fresh);
  EXPECT_EQ(answers.find(after, 9, "PLAINTEXT"), fresh);
  EXPECT_EQ(answers.find(after, 12, "PLAINTEXT"), nullptr);
  EXPECT_EQ(old.use_count(), 1) << "the old one is forgotten";
}

TEST(MetadataAnswersTest, EveryVersionAndListenerHasItsOwn) {
  MetadataAnswers answers;
  const auto image = std::make_shared<const catalog::Image>();
  const auto one = body();
  const auto two = body();
  answers.keep(image, 12, "PLAINTEXT", one);
  answers.keep(image, 12, "INSIDE", two);
  EXPECT_EQ(answers.find(image, 12, "PLAINTEXT"), one);
  EXPECT_EQ(answers.find(image, 12, "INSIDE"), two);
  EXPECT_EQ(answers.find(image, 11, "INSIDE"), nullptr);
}

TEST(MetadataAnswersTest, OnlySoManyAreKept) {
  MetadataAnswers answers;
  const auto image = std::make_shared<const catalog::Image>();
  for (std::int16_t version = 0; version < 10; ++version) answers.keep(image, version, "PLAINTEXT", body());
  EXPECT_EQ(answers.find(image, 5, "PLAINTEXT"), nullptr);
  EXPECT_NE(answers.find(image, 6, "PLAINTEXT"), nullptr);
  EXPECT_NE(answers.find(image, 9, "PLAINTEXT"), nullptr);
}

}  // namespace
}  // namespace barnabas::broker
