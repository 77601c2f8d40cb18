// What tests of offset stores share: the place a store lives in, values that own what the SDK's views point to, and a coordinator's hands.
//
// One thread calls; a store may have threads of its own, whose completions come through the world.
#pragma once

#include <barnabas/sdk/offset_store.h>
#include <barnabas/testing/ending.h>

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace barnabas::testing {

// Where a store keeps things, empty when made: a server with a database of its own, a log, nothing at all.
class OffsetStoreWorld {
 public:
  virtual ~OffsetStoreWorld() = default;
  // A new object, not started; another coordinator's, as far as it is concerned. The world keeps it.
  virtual sdk::OffsetStore& open() = 0;
  // Destroys it; without stop() before, as the end of a process would.
  virtual void close(sdk::OffsetStore& store) = 0;
  // Turns the executor of the stores until `ended`; false when that takes unreasonably long.
  virtual bool run_until(const std::function<bool()>& ended) = 0;
  // The metadata has begun this epoch of `home`; whoever took over an earlier one does not lead any more.
  virtual void lead([[maybe_unused]] std::int32_t home, [[maybe_unused]] std::int32_t epoch) {}
  // Whether two objects see the same content, as those of two brokers would.
  virtual bool is_shared() const { return true; }
  // Whether clusters may share the place.
  virtual bool is_shared_by_clusters() const { return is_shared(); }
};

struct TestOffset {
  std::string topic;
  std::int32_t partition = 0;
  std::int64_t offset = 0;
  std::int32_t leader_epoch = -1;
  std::string metadata = {};
  std::int64_t commit_ms = 1'700'000'000'000;
  std::int64_t expire_ms = -1;
  sdk::Uuid topic_id = {};

  friend bool operator==(const TestOffset&, const TestOffset&) = default;
};

struct TestWrite {
  std::string group;
  std::vector<TestOffset> offsets;
  std::vector<std::pair<std::string, std::int32_t>> forgotten;
  std::vector<std::pair<std::string, std::optional<std::string>>> records;  // no value: the key is forgotten
};

// A key as Kafka makes them: its type, the group, then what else the type has.
inline std::string record_key(std::int16_t type, std::string_view group, std::string_view rest = {}) {
  std::string key;
  for (std::size_t number : {static_cast<std::size_t>(type), group.size()})
    key.append({static_cast<char>(number >> 8), static_cast<char>(number & 0xff)});
  return key.append(group).append(rest);
}

// What a take-over told.
class Told final : public sdk::OffsetLoad {
 public:
  using OffsetName = std::tuple<std::string, std::string, std::int32_t>;  // group, topic, partition
  using RecordName = std::pair<std::string, std::string>;                 // group, key

  void on_offset(sdk::Text group, const sdk::CommittedOffset& offset) noexcept override {
    const TestOffset told{std::string(offset.topic),    offset.partition, offset.offset,    offset.leader_epoch,
                          std::string(offset.metadata), offset.commit_ms, offset.expire_ms, offset.topic_id};
    EXPECT_TRUE(offsets.emplace(OffsetName{std::string(group), told.topic, told.partition}, told).second)
        << told.topic << "-" << told.partition << " is told twice";
  }
  void on_record(sdk::Text group, const sdk::GroupRecord& record) noexcept override {
    EXPECT_TRUE(record.has_value);
    std::string key(record.key.begin(), record.key.end());
    EXPECT_TRUE(
        records.emplace(RecordName{std::string(group), std::move(key)}, std::string(record.value.begin(), record.value.end())).second)
        << "a record is told twice";
  }

  // What `write` makes of this.
  void apply(const TestWrite& write) {
    for (const TestOffset& offset : write.offsets) offsets[{write.group, offset.topic, offset.partition}] = offset;
    for (const auto& [topic, partition] : write.forgotten) offsets.erase({write.group, topic, partition});
    for (const auto& [key, value] : write.records) {
      if (value) records[{write.group, key}] = *value;
      if (!value) records.erase({write.group, key});
    }
  }
  friend bool operator==(const Told& a, const Told& b) { return a.offsets == b.offsets && a.records == b.records; }

  std::map<OffsetName, TestOffset> offsets;
  std::map<RecordName, std::string> records;
};

// A coordinator over one object. What is begun and not awaited may end at any time until the coordinator ends.
class TestCoordinator {
 public:
  explicit TestCoordinator(OffsetStoreWorld& world, std::string_view cluster = "MkU3OEVBNTcwNTJENDM2Qg")
      : world_(world), store_(&world.open()) {
    Ending& started = new_ending();
    const sdk::Status status = store_->start({cluster, 1, 50}, started);
    EXPECT_TRUE(status) << std::string(status.message());
    EXPECT_EQ(started.count, 0) << "a completion from inside the call";
    if (status) expect_good(started);
  }
  TestCoordinator(const TestCoordinator&) = delete;
  TestCoordinator& operator=(const TestCoordinator&) = delete;
  ~TestCoordinator() { stop(); }

  sdk::OffsetStore& store() { return *store_; }

  // How each ended; an error of the call itself counts as an end.
  sdk::Code take_over(std::int32_t home, std::int32_t epoch, Told& told) { return await(begin_take_over(home, epoch, told)); }
  sdk::Code write(const TestWrite& write, std::int32_t home, std::int32_t epoch) { return await(begin_write(write, home, epoch)); }

  Ending& begin_take_over(std::int32_t home, std::int32_t epoch, Told& told) {
    return begin([&](Ending& ending) { return store_->take_over(home, epoch, told, ending); });
  }
  Ending& begin_write(const TestWrite& write, std::int32_t home, std::int32_t epoch) {
    std::vector<sdk::CommittedOffset> offsets;
    for (const TestOffset& offset : write.offsets)
      offsets.push_back({offset.topic, offset.topic_id, offset.partition, offset.offset, offset.leader_epoch, offset.metadata,
                         offset.commit_ms, offset.expire_ms});
    std::vector<sdk::OffsetKey> forgotten;
    for (const auto& [topic, partition] : write.forgotten) forgotten.push_back({topic, partition});
    std::vector<sdk::GroupRecord> records;
    for (const auto& [key, value] : write.records)
      records.push_back({sdk::Bytes(key), value ? sdk::Bytes(*value) : sdk::Bytes(), value.has_value()});
    const sdk::GroupWrite view{
        write.group,      home,           epoch,         1'700'000'000'000, offsets.data(), offsets.size(), forgotten.data(),
        forgotten.size(), records.data(), records.size()};
    return begin([&](Ending& ending) { return store_->write(view, ending); });
  }
  sdk::Code await(Ending& ending) {
    EXPECT_TRUE(world_.run_until([&] { return ending.count != 0; })) << "no end in sight";
    EXPECT_EQ(ending.count, 1);
    return ending.code;
  }

  // Cleanly.
  void stop() {
    if (store_ == nullptr) return;
    Ending& stopped = new_ending();
    const sdk::Status status = store_->stop(stopped);
    EXPECT_TRUE(status) << std::string(status.message());
    if (status) expect_good(stopped);
    for (const auto& ending : endings_) EXPECT_EQ(ending->count, 1) << "what was under way has not ended with the stop";
    vanish();
  }
  // As a process does that dies. REQUIRES: nothing is under way.
  void vanish() { world_.close(*std::exchange(store_, nullptr)); }

 private:
  void expect_good(Ending& ending) { EXPECT_EQ(await(ending), sdk::Code::kOk) << ending.message; }
  template <class Call>
  Ending& begin(Call&& call) {
    Ending& ending = new_ending();
    sdk::Status status = call(ending);
    EXPECT_EQ(ending.count, 0) << "a completion from inside the call";
    if (!status) ending.done(std::move(status));
    return ending;
  }
  Ending& new_ending() { return *endings_.emplace_back(std::make_unique<Ending>()); }

  OffsetStoreWorld& world_;
  sdk::OffsetStore* store_;
  std::vector<std::unique_ptr<Ending>> endings_;
};

}  // namespace barnabas::testing
