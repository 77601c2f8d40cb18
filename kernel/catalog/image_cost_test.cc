// What a change of the metadata costs does not depend on how much metadata there is: counted in topics looked at and in allocations.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

#include "kernel/catalog/framed.h"
#include "kernel/catalog/image_builder.h"
#include "kernel/wire/messages/record_settings.h"
#include "kernel/wire/messages/record_topics.h"

namespace {
thread_local std::size_t allocations = 0;
}

// Counts for the whole test program; tests look at differences.
void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace barnabas::catalog {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::int32_t kPartitions = 10;

Uuid id_of(std::uint64_t number) { return base::make_uuid(number * 0x9e3779b97f4a7c15, number * 0xbf58476d1ce4e5b9); }
std::string name_of(std::uint64_t number) { return "orders-of-shop-" + std::to_string(number); }

std::shared_ptr<const Image> with_topics(std::shared_ptr<const Image> image, std::uint64_t from, std::uint64_t until) {
  ImageBuilder builder(*image);
  for (std::uint64_t number = from; number < until; ++number) {
    FramedRecords records;
    const std::string name = name_of(number);
    wire::TopicRecord topic;
    topic.name = name;
    topic.topic_id = id_of(number);
    records.add(topic);
    const std::int32_t replicas[] = {1};
    for (std::int32_t i = 0; i < kPartitions; ++i) {
      wire::PartitionRecord partition;
      partition.partition_id = i;
      partition.topic_id = topic.topic_id;
      partition.replicas = partition.isr = replicas;
      partition.leader = 1;
      records.add(partition);
    }
    for (const auto record : records.views()) EXPECT_TRUE(builder.apply(record).ok());
  }
  return builder.build();
}

template <class M>
std::shared_ptr<const Image> with(const Image& image, const M& message) {
  FramedRecords records;
  records.add(message);
  ImageBuilder builder(image);
  const Status status = builder.apply(records[0]);
  EXPECT_TRUE(status.ok()) << message_of(status);
  return builder.build();
}

struct Change {
  std::vector<std::string> changed, gone, configured;

  static Change between(const Image& now, const Image& earlier) {
    Change change;
    now.each_changed_topic(
        earlier, [&](const Topic& topic) { change.changed.push_back(topic.name); },
        [&](const Topic& topic) { change.gone.push_back(topic.name); });
    now.each_changed_config(earlier, [&](ResourceType, std::string_view name) { change.configured.emplace_back(name); });
    return change;
  }
};

std::size_t cost_of_one_more(std::uint64_t topics) {
  const std::shared_ptr<const Image> before = with_topics(std::make_shared<Image>(), 0, topics);
  const std::size_t at_first = allocations;
  const std::shared_ptr<const Image> after = with_topics(before, topics, topics + 1);
  std::size_t looked_at = 0;
  after->each_changed_topic(
      *before, [&](const Topic&) { ++looked_at; }, [](const Topic&) {});
  const std::size_t cost = allocations - at_first;
  EXPECT_EQ(looked_at, 1u);
  EXPECT_EQ(after->topic_count(), topics + 1);
  return cost;
}

// A bucket of the shared map is copied: of 1,000 topics one holds four on average.
TEST(ImageCostTest, ATopicOnTopOfTenThousandPartitionsCostsWhatOneOnTopOfTenCosts) {
  const std::size_t on_few = cost_of_one_more(1);
  const std::size_t on_many = cost_of_one_more(1000);
  EXPECT_GT(on_few, 10u);
  EXPECT_LE(on_many, on_few + 20);
}

TEST(ImageCostTest, WhatChangedIsToldAndNothingElse) {
  const std::shared_ptr<const Image> before = with_topics(std::make_shared<Image>(), 0, 1000);
  EXPECT_THAT(Change::between(*before, *before).changed, IsEmpty());

  wire::PartitionChangeRecord change;
  change.topic_id = id_of(500);
  change.partition_id = 3;
  change.leader = -1;
  wire::RemoveTopicRecord removal;
  removal.topic_id = id_of(77);
  wire::ConfigRecord config;
  const std::string name = name_of(600);
  config.resource_type = static_cast<std::int8_t>(ResourceType::kTopic);
  config.resource_name = name;
  config.name = "retention.ms";
  config.value = std::string_view("1");
  const std::shared_ptr<const Image> after =
      with_topics(with(*with(*with(*before, change), removal), config), 2000, 2001);  // several images on
  const Change told = Change::between(*after, *before);
  EXPECT_THAT(told.changed, ::testing::UnorderedElementsAre(name_of(500), name_of(2000)));
  EXPECT_THAT(told.gone, ElementsAre(name_of(77)));
  EXPECT_THAT(told.configured, ElementsAre(name_of(600)));

  const Change back = Change::between(*before, *after);
  EXPECT_THAT(back.changed, ::testing::UnorderedElementsAre(name_of(500), name_of(77)));
  EXPECT_THAT(back.gone, ElementsAre(name_of(2000)));
  EXPECT_THAT(back.configured, ElementsAre(name_of(600)));
}

// A request may set ten thousand: copying what is set for each of them would cost the square.
TEST(ImageCostTest, ManySettingsOfOneResourceAreCopiedOnce) {
  const auto cost_of = [](int count) {
    ImageBuilder builder;
    const std::size_t before = allocations;
    for (int i = 0; i < count; ++i) {
      FramedRecords records;
      wire::ConfigRecord record;
      record.resource_type = static_cast<std::int8_t>(ResourceType::kBroker);
      record.resource_name = "1";
      const std::string name = "a.plugin.reads." + std::to_string(i);
      record.name = name;
      record.value = std::string_view("a value");
      records.add(record);
      EXPECT_TRUE(builder.apply(records[0]).ok());
    }
    const std::size_t cost = allocations - before;
    EXPECT_EQ(builder.build()->configs(ResourceType::kBroker, "1").size(), static_cast<std::size_t>(count));
    return cost;
  };
  EXPECT_LE(cost_of(1000), 12 * cost_of(100));
}

TEST(ImageCostTest, WhatIsSetLaterDoesNotChangeAnImageThatWasGivenAway) {
  const auto set = [](ImageBuilder& builder, std::optional<std::string_view> value) {
    FramedRecords records;
    wire::ConfigRecord record;
    record.resource_type = static_cast<std::int8_t>(ResourceType::kBroker);
    record.resource_name = "1";
    record.name = "key";
    record.value.reset();
    if (value) record.value = *value;
    records.add(record);
    EXPECT_TRUE(builder.apply(records[0]).ok());
  };
  ImageBuilder builder;
  set(builder, "one");
  const std::shared_ptr<const Image> first = builder.build();
  set(builder, "two");
  const std::shared_ptr<const Image> second = builder.build();
  set(builder, std::nullopt);
  set(builder, "three");
  set(builder, std::nullopt);
  EXPECT_EQ(*first->config(ResourceType::kBroker, "1", "key"), "one");
  EXPECT_EQ(*second->config(ResourceType::kBroker, "1", "key"), "two");
  EXPECT_EQ(builder.build()->config(ResourceType::kBroker, "1", "key"), nullptr);
}

TEST(ImageCostTest, FromNothingEverythingIsNew) {
  const Image nothing;
  const std::shared_ptr<const Image> image = with_topics(std::make_shared<Image>(), 0, 300);
  EXPECT_EQ(Change::between(*image, nothing).changed.size(), 300u);
  EXPECT_EQ(Change::between(nothing, *image).gone.size(), 300u);
}

}  // namespace
}  // namespace barnabas::catalog
