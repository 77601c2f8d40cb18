// A partitioner of the test's own program on a host that stands still. One thread.
#pragma once

#include <barnabas/sdk/partitioner.h>
#include <barnabas/testing/manual_host.h>

#include <gtest/gtest.h>

#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

extern "C" const barnabas::sdk::Entry barnabas_plugin;

namespace barnabas::testing {

class Choice : public ::testing::Test {
 protected:
  ~Choice() override {
    if (object_ != nullptr) barnabas_plugin.destroy(object_);
  }
  void make(sdk::SettingList settings = {}) { ASSERT_TRUE(barnabas_plugin.create(host_, settings, object_).ok()); }
  sdk::Partitioner& partitioner() {
    if (object_ == nullptr) make();
    return *static_cast<sdk::Partitioner*>(object_);
  }

  std::int32_t choose(std::optional<std::string> key, std::string_view value = "v", std::int32_t count = 7) {
    sdk::RecordView record;
    record.has_key = key.has_value();
    if (key) record.key = *key;
    record.value = value;
    record.has_value = true;
    topic_.partition_count = count;
    std::int32_t partition = -1;
    EXPECT_TRUE(partitioner().choose(topic_, {available_.data(), available_.size()}, record, partition).ok());
    EXPECT_GE(partition, 0);
    EXPECT_LT(partition, count);
    return partition;
  }

  // Every key of tests/golden/partitioner goes where the clients of others send it. `hash`: murmur2, crc32 or fnv1a.
  void expect_golden(const std::string& hash, bool empty_key_is_none = false) {
    std::ifstream file(BARNABAS_SOURCE_DIR "/tests/golden/partitioner/keys.tsv");
    int keys = 0;
    for (std::string line; std::getline(file, line);) {
      if (line.starts_with('#')) continue;
      ++keys;
      const std::size_t tab = line.find('\t');
      std::string key;
      for (std::size_t i = 0; i < tab; i += 2) key += static_cast<char>(std::stoi(line.substr(i, 2), nullptr, 16));
      if (key.empty() && empty_key_is_none) continue;
      std::istringstream words(line.substr(tab + 1));
      std::string name, value;
      std::int32_t of_7 = -1, of_100 = -1;
      while (words >> name >> value >> of_7 >> of_100 && name != hash) {
      }
      ASSERT_EQ(name, hash) << line;
      EXPECT_EQ(choose(key, "v", 7), of_7) << line;
      EXPECT_EQ(choose(key, "v", 100), of_100) << line;
    }
    EXPECT_EQ(keys, 200);
  }

  ManualHost host_;
  sdk::TopicView topic_{"t", {}, -1, 7};
  std::vector<std::int32_t> available_;  // empty: none is known to have a leader

 private:
  void* object_ = nullptr;
};

}  // namespace barnabas::testing
