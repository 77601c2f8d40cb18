// Trees in the tests of this plugin: read from golden ones, and compared by the image that their records make. One thread.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "kernel/catalog/image_builder.h"
#include "testing_golden.h"
#include "told.h"

namespace barnabas::metadata_zookeeper {

inline Tree tree_of(const GoldenTree& nodes) {
  Tree tree;
  std::int64_t created = 100;
  for (const auto& [path, node] : nodes) {
    const Status status = tree.put(path, node.data, node.version, ++created);
    EXPECT_TRUE(status.ok()) << message_of(status);
  }
  return tree;
}

using ImagePtr = std::shared_ptr<const catalog::Image>;

inline ImagePtr with(const catalog::Image& image, const record::FramedRecords& records) {
  EXPECT_TRUE(records.status().ok()) << message_of(records.status());
  catalog::ImageBuilder builder(image);
  for (const sdk::Bytes record : records.views()) {
    const Status status = builder.apply(record);
    EXPECT_TRUE(status.ok()) << message_of(status);
  }
  return builder.build();
}

inline ImagePtr image_of(const Tree& tree) {
  record::FramedRecords records;
  add_all(tree, records);
  return with(catalog::Image(), records);
}

// What an image says, as the records of its snapshot in order of their octets.
inline std::vector<std::string> contents(const catalog::Image& image) {
  std::vector<std::string> records;
  const Status status = catalog::each_record(image, [&](sdk::Bytes record) {
    records.emplace_back(record.begin(), record.end());
    return Status();
  });
  EXPECT_TRUE(status.ok());
  std::sort(records.begin(), records.end());
  return records;
}

}  // namespace barnabas::metadata_zookeeper
