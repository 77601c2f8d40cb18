// What tests of storages share: batches that look like Kafka's, a machine that can be switched off, and helpers that read whole logs. One
// thread.
//
//   StorageMachine machine(settings);
//   machine.start();
//   auto* partition = machine.open("orders", 0);
//   machine.append(*partition, {batch(0, 3)});
#pragma once

#include <barnabas/sdk/storage.h>
#include <barnabas/testing/manual_host.h>
#include <barnabas/testing/simulated_disk.h>

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

extern "C" const barnabas::sdk::Entry barnabas_plugin;

namespace barnabas::testing {

struct TestBatch {
  sdk::BatchInfo info;
  std::vector<std::uint8_t> octets;

  friend bool operator==(const TestBatch& a, const TestBatch& b) {
    return a.info.base_offset == b.info.base_offset && a.octets == b.octets;
  }
};

inline std::uint32_t crc32c_of(const std::uint8_t* data, std::size_t size) {
  std::uint32_t crc = 0xffffffff;
  for (std::size_t i = 0; i < size; ++i) {
    crc ^= data[i];
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ (0x82f63b78 & (0 - (crc & 1)));
  }
  return ~crc;
}

// A batch v2 with a sound header and checksum, and noise where the records would be.
inline TestBatch batch(std::int64_t base_offset, std::int32_t count = 1, std::int64_t timestamp_ms = 1000, std::size_t payload = 20,
                       std::uint64_t salt = 0, std::int32_t epoch = 0) {
  TestBatch made;
  std::vector<std::uint8_t>& to = made.octets;
  const auto put = [&to](std::uint64_t value, int size) {
    for (int shift = 8 * (size - 1); shift >= 0; shift -= 8) to.push_back(static_cast<std::uint8_t>(value >> shift));
  };
  put(static_cast<std::uint64_t>(base_offset), 8);
  put(49 + payload, 4);
  put(static_cast<std::uint64_t>(epoch), 4);
  put(2, 1);
  put(0, 4);  // the checksum, below
  put(0, 2);
  put(static_cast<std::uint64_t>(count - 1), 4);
  put(static_cast<std::uint64_t>(timestamp_ms), 8);
  put(static_cast<std::uint64_t>(timestamp_ms), 8);
  put(~std::uint64_t{0}, 8);
  put(~std::uint64_t{0}, 2);
  put(~std::uint64_t{0}, 4);
  put(static_cast<std::uint64_t>(count), 4);
  sdk::SplitMix noise(salt * 1000003 + static_cast<std::uint64_t>(base_offset));
  for (std::size_t i = 0; i < payload; ++i) to.push_back(static_cast<std::uint8_t>(noise.next()));
  const std::uint32_t crc = crc32c_of(to.data() + 21, to.size() - 21);
  for (int i = 0; i < 4; ++i) to[17 + static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(crc >> (24 - 8 * i));
  made.info = {base_offset, base_offset + count - 1, timestamp_ms, epoch, static_cast<std::uint32_t>(to.size()), 2};
  return made;
}

// Octets of a lease, which is given back.
inline std::vector<std::uint8_t> octets_of(const sdk::Lease& lease) {
  std::vector<std::uint8_t> octets;
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < lease.region_count; ++i) {
    const sdk::Region& region = lease.regions[i];
    sum += region.size;
    if (region.file == nullptr) {
      EXPECT_EQ(region.memory.size, region.size);
      octets.insert(octets.end(), region.memory.begin(), region.memory.end());
      continue;
    }
    const std::size_t before = octets.size();
    octets.resize(before + region.size);
    std::size_t count = 0;
    EXPECT_TRUE(region.file->read_at(region.position, {octets.data() + before, static_cast<std::size_t>(region.size)}, count));
    EXPECT_EQ(count, region.size) << "a region goes beyond its file";
  }
  EXPECT_EQ(sum, lease.size);
  return octets;
}
inline void give_back(sdk::Lease& lease) {
  if (lease.release != nullptr) lease.release(lease.owner, lease.token);
  lease = {};
}

inline std::string text_of(const sdk::Status& status) { return {status.message().data, status.message().size}; }

// Collects what a visitor is shown.
template <class T>
class Collect final : public sdk::Visitor<T> {
 public:
  bool visit(const T& item) noexcept override {
    items.push_back(item);
    return items.size() < limit;
  }
  std::vector<T> items;
  std::size_t limit = SIZE_MAX;
};
template <>
class Collect<sdk::Text> final : public sdk::Visitor<sdk::Text> {
 public:
  bool visit(const sdk::Text& item) noexcept override {
    items.emplace_back(item.data, item.size);
    return true;
  }
  std::vector<std::string> items;
};

class TextSink final : public sdk::Sink {
 public:
  sdk::Status append(sdk::Bytes octets) noexcept override {
    text.append(reinterpret_cast<const char*>(octets.data), octets.size);
    return {};
  }
  std::string text;
};

inline sdk::Status append(sdk::PartitionStorage& partition, const std::vector<TestBatch>& batches, std::int64_t* rolled_at = nullptr) {
  std::vector<sdk::Bytes> pieces;
  std::vector<sdk::BatchInfo> infos;
  for (const TestBatch& each : batches) {
    // In pieces that end elsewhere than batches do.
    const sdk::Bytes whole(each.octets);
    pieces.push_back(whole.slice(0, whole.size / 3));
    pieces.push_back(whole.slice(whole.size / 3));
    infos.push_back(each.info);
  }
  sdk::AppendOutcome outcome;
  sdk::Status status = partition.append({pieces.data(), pieces.size(), infos.data(), infos.size()}, outcome);
  if (rolled_at != nullptr) *rolled_at = outcome.rolled_at;
  return status;
}

// Cuts octets into batches; the rest must be nothing.
inline std::vector<TestBatch> split(const std::vector<std::uint8_t>& octets) {
  std::vector<TestBatch> batches;
  const auto number = [&](std::size_t at, int size) {
    std::uint64_t value = 0;
    for (int i = 0; i < size; ++i) value = value << 8 | octets[at + static_cast<std::size_t>(i)];
    return value;
  };
  for (std::size_t at = 0; at < octets.size();) {
    if (octets.size() - at < 61 || octets.size() - at < 12 + number(at + 8, 4)) {
      ADD_FAILURE() << "the octets end in the middle of a batch";
      break;
    }
    const auto size = static_cast<std::size_t>(12 + number(at + 8, 4));
    TestBatch found;
    found.octets.assign(octets.begin() + static_cast<std::ptrdiff_t>(at), octets.begin() + static_cast<std::ptrdiff_t>(at + size));
    found.info.base_offset = static_cast<std::int64_t>(number(at, 8));
    found.info.last_offset = found.info.base_offset + static_cast<std::int64_t>(number(at + 23, 4));
    found.info.leader_epoch = static_cast<std::int32_t>(number(at + 12, 4));
    found.info.max_timestamp_ms = static_cast<std::int64_t>(number(at + 35, 8));
    found.info.size = static_cast<std::uint32_t>(size);
    batches.push_back(std::move(found));
    at += size;
  }
  return batches;
}

// Everything from `offset` on, read in steps of whole batches.
inline std::vector<TestBatch> read_all(sdk::PartitionStorage& partition, std::int64_t offset) {
  std::vector<TestBatch> all;
  const std::int64_t end = partition.state().log_end;
  while (offset < end) {
    sdk::Lease lease;
    const sdk::Status status = partition.read({offset, end, 1, true}, lease);
    if (!status) ADD_FAILURE() << text_of(status);
    const std::vector<TestBatch> some = split(octets_of(lease));
    give_back(lease);
    if (some.empty()) break;
    offset = some.back().info.last_offset + 1;
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

// A computer with a storage on it.
class StorageMachine {
 public:
  explicit StorageMachine(std::vector<sdk::Setting> settings, std::uint64_t seed = 1)
      : disk(seed), host(disk), settings_(std::move(settings)) {
    host.seed = seed;
    partition_settings.segment_bytes = 600;
    partition_settings.index_interval_bytes = 100;
  }
  ~StorageMachine() {
    switch_off();
    host.run();
  }

  // The first time it is formatted, too.
  sdk::Status start(sdk::StartOutcome* told = nullptr) {
    sdk::StartOutcome outcome;
    void* object = nullptr;
    if (sdk::Status status = barnabas_plugin.create(host, {settings_.data(), settings_.size()}, object); !status) return status;
    storage_ = static_cast<sdk::Storage*>(object);
    if (sdk::Status status = storage_->format({cluster_id, 1}); !status) return status;
    sdk::Status status = storage_->start(outcome);
    if (told != nullptr) *told = outcome;
    return status;
  }
  // As a process that ends without a word.
  void switch_off() {
    if (storage_ != nullptr) barnabas_plugin.destroy(storage_);
    storage_ = nullptr;
  }
  sdk::Status stop(std::int64_t broker_epoch = 7) {
    sdk::Status status = storage_->stop(broker_epoch);
    switch_off();
    return status;
  }

  sdk::Storage& storage() { return *storage_; }
  sdk::Status open(const std::string& topic, std::int32_t number, sdk::PartitionStorage*& partition, bool create = true,
                   const sdk::Uuid& id = {}) {
    partition = nullptr;
    return storage_->open({topic, number, id}, {}, create, partition_settings, partition);
  }
  // REQUIRES: it can be opened.
  sdk::PartitionStorage& open(const std::string& topic = "orders", std::int32_t number = 0) {
    sdk::PartitionStorage* partition = nullptr;
    const sdk::Status status = open(topic, number, partition);
    if (!status) ADD_FAILURE() << text_of(status);
    return *partition;
  }

  SimulatedDisk disk;
  ManualHost host;
  sdk::PartitionSettings partition_settings;
  std::string cluster_id = "cluster";

 private:
  std::vector<sdk::Setting> settings_;
  sdk::Storage* storage_ = nullptr;
};

}  // namespace barnabas::testing
