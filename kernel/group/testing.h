// A coordinator on virtual time with a journal that can be held, failed, and loaded from: for tests.
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "kernel/group/coordinator.h"
#include "kernel/group/cutter.h"
#include "kernel/group/testing_background.h"

namespace barnabas::group {

class FakeJournal final : public Journal {
 public:
  std::uint64_t max_write_bytes(std::string_view) override { return most; }
  void too_large(std::string_view group, std::uint64_t bytes) override { said_too_large[std::string(group)] = bytes; }
  void write(GroupChange change, std::function<void(ErrorCode)> done) override {
    under_way.push_back({std::move(change), std::move(done)});
  }
  // Ends everything that is under way.
  void settle(ErrorCode error = ErrorCode::kNone) {
    while (!under_way.empty()) {
      auto [change, done] = std::move(under_way.front());
      under_way.pop_front();
      const bool is_too_large = most != 0 && bytes_of(change) > most;
      if (error == ErrorCode::kNone && !is_too_large) take(change);
      done(error == ErrorCode::kNone && is_too_large ? ErrorCode::kInvalidCommitOffsetSize : error);
    }
  }
  void take(const GroupChange& change) {
    for (const StoredOffset& offset : change.offsets) offsets[{change.group, {offset.topic, offset.partition}}] = offset;
    for (const StoredOffsetKey& key : change.forgotten) offsets.erase({change.group, key});
    for (const StoredRecord& record : change.records) {
      records.erase(record.key);
      if (record.value) records[record.key] = *record.value;
    }
  }

  std::deque<std::pair<GroupChange, std::function<void(ErrorCode)>>> under_way;
  std::map<std::pair<std::string, StoredOffsetKey>, StoredOffset> offsets;
  std::map<std::string, std::string> records;
  std::uint64_t most = 0;                               // octets of a write
  std::map<std::string, std::uint64_t> said_too_large;  // by group
};

class CountingRandom final : public sdk::Random {
 public:
  std::uint64_t next() noexcept override { return ++last_ * 0x9e3779b97f4a7c15u; }

 private:
  std::uint64_t last_ = 0;
};

class GroupTest : public ::testing::Test {
 protected:
  template <class T>
  using Answer = std::shared_ptr<std::optional<T>>;

  void SetUp() override {
    settings.home_count = 1;
    start();
  }
  // Also: the coordinator moves, and the next one knows what is stored.
  void start() {
    background.jobs.clear();
    coordinator = std::make_unique<Coordinator>(settings, journal, random, background);
    if (image != nullptr) coordinator->on_image(image);
    coordinator->advance({now_ms, kWall + wall_ahead_ms + now_ms});
    coordinator->begin_loading(0, ++epoch);
    load();
  }
  void load() {
    for (const auto& [key, offset] : journal.offsets) coordinator->load_offset(0, key.first, offset);
    for (const auto& [key, value] : journal.records) coordinator->load_record(0, key, value);
    coordinator->finish_loading(0);
  }
  // As Journal says: what is stored is read before anybody hears that a write's fate is not known.
  void lose_replies(bool kept) {
    auto lost = std::exchange(journal.under_way, {});
    for (const auto& [change, done] : lost)
      if (kept) journal.take(change);
    coordinator->load_again(0, 0);
    for (const auto& [change, done] : lost) done(ErrorCode::kRequestTimedOut);
    load();
  }
  void pass(std::int64_t ms) {
    const std::int64_t end = now_ms + ms;
    while (true) {
      const auto next = coordinator->next_deadline_ms();
      now_ms = next && *next < end ? std::max(*next, now_ms) : end;
      coordinator->advance({now_ms, kWall + wall_ahead_ms + now_ms});
      if (now_ms == end) return;
    }
  }

  Answer<JoinReply> join(std::string member_id, std::string metadata = "m", std::optional<std::string> instance = {},
                         std::int16_t version = 9) {
    JoinRequest request;
    request.group = "g";
    request.member_id = std::move(member_id);
    request.instance_id = std::move(instance);
    request.client = {"client", "/127.0.0.1"};
    request.session_timeout_ms = 10'000;
    request.rebalance_timeout_ms = 60'000;
    request.protocol_type = "consumer";
    request.protocols = {{"range", std::move(metadata)}};
    request.version = version;
    auto answer = std::make_shared<std::optional<JoinReply>>();
    coordinator->join(std::move(request), [answer](JoinReply reply) { *answer = std::move(reply); });
    return answer;
  }
  Answer<SyncReply> sync(const std::string& member, std::int32_t generation, std::vector<SyncRequest::Assignment> assignments = {}) {
    SyncRequest request;
    request.group = "g";
    request.member_id = member;
    request.generation = generation;
    request.assignments = std::move(assignments);
    auto answer = std::make_shared<std::optional<SyncReply>>();
    coordinator->sync(std::move(request), [answer](SyncReply reply) { *answer = std::move(reply); });
    return answer;
  }
  ErrorCode heartbeat(const std::string& member, std::int32_t generation, std::optional<std::string> instance = {}) {
    std::optional<ErrorCode> error;
    coordinator->heartbeat({"g", generation, member, std::move(instance)}, [&](HeartbeatReply reply) { error = reply.error; });
    return error.value();
  }
  Answer<OffsetCommitReply> commit(std::int64_t offset, std::int32_t generation = -1, std::string member = "", std::string metadata = "",
                                   std::int64_t retention_ms = -1) {
    OffsetCommitRequest request;
    request.group = "g";
    request.generation_or_epoch = generation;
    request.member_id = std::move(member);
    request.retention_ms = retention_ms;
    request.topics.push_back({"t", {}, {{0, offset, 1, std::move(metadata), -1}}});
    auto answer = std::make_shared<std::optional<OffsetCommitReply>>();
    coordinator->commit(std::move(request), [answer](OffsetCommitReply reply) { *answer = std::move(reply); });
    return answer;
  }
  std::int64_t committed() {
    OffsetFetchRequest request;
    request.group = "g";
    request.topics.emplace().push_back({"t", {}, {0}});
    std::optional<std::int64_t> offset;
    coordinator->fetch(request, [&](OffsetFetchReply reply) { offset = reply.topics.at(0).partitions.at(0).offset; });
    return offset.value();
  }
  DescribeReply describe() {
    DescribeReply told;
    coordinator->describe({"g", 6}, [&](DescribeReply reply) { told = std::move(reply); });
    return told;
  }
  // Joins as a new member of an empty group, and waits for the first generation.
  std::string lone_member() {
    const std::string id = join("")->value().member_id;
    const auto joined = join(id);
    pass(settings.initial_rebalance_delay_ms);
    sync(id, joined->value().generation, {{id, "mine"}});
    journal.settle();
    return id;
  }

  static constexpr std::int64_t kWall = 1'700'000'000'000;
  GroupSettings settings;
  FakeJournal journal;
  CountingRandom random;
  FakeBackground background;
  std::shared_ptr<const catalog::Image> image;
  std::unique_ptr<Coordinator> coordinator;
  std::int64_t now_ms = 1'000;
  std::int64_t wall_ahead_ms = 0;
  std::int32_t epoch = 0;
};

}  // namespace barnabas::group
