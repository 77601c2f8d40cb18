#include "tools/barnabas/produce/batch_part.h"

#include "kernel/record/record_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace barnabas::tools {
namespace {

using ::testing::ElementsAre;

sdk::Bytes octets(const std::string& text) { return sdk::Bytes(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()); }

// "offset@timestamp key=value" of each record, a header's name behind it.
std::vector<std::string> read(sdk::Bytes batch) {
  std::vector<std::string> all;
  record::Codecs codecs;
  record::BatchReader batches(batch);
  record::RecordReader records(codecs);
  record::BatchView view;
  EXPECT_TRUE(batches.next(view));
  EXPECT_TRUE(view.crc_valid());
  EXPECT_TRUE(records.open(view).ok());
  for (record::RecordView record; records.next(record);)
    all.push_back(std::to_string(record.offset) + "@" + std::to_string(record.timestamp_ms) + " " +
                  std::string(record.key->begin(), record.key->end()) + "=" + std::string(record.value->begin(), record.value->end()));
  EXPECT_TRUE(records.take_status().ok());
  return all;
}

TEST(BatchPartTest, HasItsRecordsAndNumbersOfItsOwn) {
  record::BatchBuilder whole;
  whole.start({});
  const std::string keys = "abc", values = "xyz";
  for (std::size_t i = 0; i < 3; ++i) {
    const std::string key = keys.substr(i, 1), value = values.substr(i, 1);
    whole.append({.timestamp_ms = 1'000 + static_cast<std::int64_t>(i), .key = octets(key), .value = octets(value)});
  }
  auto batch = whole.finish();
  ASSERT_TRUE(batch.ok());
  record::BatchBuilder part;
  part.start({.producer_id = 7, .producer_epoch = 0, .base_sequence = 41});
  ASSERT_TRUE(copy_part(*batch, {}, 0, 2, part).ok());
  auto first = part.finish();
  ASSERT_TRUE(first.ok());
  EXPECT_THAT(read(*first), ElementsAre("0@1000 a=x", "1@1001 b=y"));
  part.start({});
  ASSERT_TRUE(copy_part(*batch, {}, 2, 1, part).ok());
  auto second = part.finish();
  ASSERT_TRUE(second.ok());
  EXPECT_THAT(read(*second), ElementsAre("0@1002 c=z"));
}

}  // namespace
}  // namespace barnabas::tools
