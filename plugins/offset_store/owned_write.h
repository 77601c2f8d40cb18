// A group's write and a home's content with memory of their own, so that they can go to another thread. Values; no threading rule.
#pragma once

#include <barnabas/sdk/offset_store.h>

#include <string>
#include <utility>
#include <vector>

namespace barnabas::offset_store {

struct OwnedOffset {
  std::string topic;
  sdk::Uuid topic_id;
  std::int32_t partition = 0;
  std::int64_t offset = -1;
  std::int32_t leader_epoch = -1;
  std::string metadata;
  std::int64_t commit_ms = -1;
  std::int64_t expire_ms = -1;

  sdk::CommittedOffset view() const { return {topic, topic_id, partition, offset, leader_epoch, metadata, commit_ms, expire_ms}; }
};

struct OwnedRecord {
  std::string key;
  std::string value;
  bool has_value = true;

  sdk::GroupRecord view() const { return {sdk::Bytes(key), sdk::Bytes(value), has_value}; }
};

struct OwnedWrite {
  std::string group;
  std::int32_t home = 0;
  std::int32_t epoch = 0;
  std::vector<OwnedOffset> offsets;
  std::vector<std::pair<std::string, std::int32_t>> forgotten;
  std::vector<OwnedRecord> records;
  std::uint64_t size = 0;  // octets of keys, values and metadata
  sdk::Status outcome;
};

// What is stored for a home.
struct Content {
  std::vector<std::pair<std::string, OwnedOffset>> offsets;  // with the group of each
  std::vector<std::pair<std::string, OwnedRecord>> records;
};

std::uint64_t size_of(const sdk::GroupWrite& write);
OwnedWrite owned(const sdk::GroupWrite& write);

}  // namespace barnabas::offset_store
