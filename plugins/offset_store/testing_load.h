// Consumers that commit higher and higher offsets through a coordinator, whatever happens to the server, and the check that nothing that
// was acknowledged is lost or moved backwards, by leaders that were replaced least of all. One thread.
//
// BARNABAS_COMMITS says how many commits have to be acknowledged.
#pragma once

#include "offset_store/testing_proxy.h"
#include "offset_store/testing_service.h"
#include "offset_store/testing_world.h"

#include <cstdlib>

namespace barnabas::testing {

inline std::int64_t commits_wanted(std::int64_t usual) {
  const char* wanted = std::getenv("BARNABAS_COMMITS");
  return wanted == nullptr ? usual : std::atoll(wanted);
}

class CommitLoad {
 public:
  static constexpr std::int32_t kHome = 3;

  explicit CommitLoad(ServerWorld& world) : world_(world), leader_(std::make_unique<TestCoordinator>(world)) {
    for (int i = 0; i < 24; ++i) consumers_.push_back({.group = "group-" + std::to_string(i / 3), .partition = i % 3});
    check(take_over(*leader_));
  }

  std::int64_t acknowledged() const { return acknowledged_; }

  // Commits until so many more were acknowledged.
  void run(std::int64_t count) {
    const std::int64_t until = acknowledged_ + count;
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(3);
    while (acknowledged_ < until && std::chrono::steady_clock::now() < deadline) {
      begin();
      turn();
    }
    EXPECT_GE(acknowledged_, until) << "commits do not come through any more: " << last_error_;
  }
  // Commits until one of them fails: the fault has been noticed.
  void run_until_refused() {
    const std::int64_t until = refused_ + 1;
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    while (refused_ < until && std::chrono::steady_clock::now() < deadline) {
      begin();
      turn();
    }
    EXPECT_GE(refused_, until);
  }
  // Another coordinator takes the home over while the old one, which has not heard of it, goes on.
  void change_leader() {
    begin();
    auto next = std::make_unique<TestCoordinator>(world_);
    std::swap(leader_, next);
    const Told told = take_over(*leader_);
    const std::int32_t current = std::exchange(epoch_, epoch_ - 1);
    settle();
    check(told);
    std::swap(leader_, next);
    const std::int64_t before = acknowledged_;
    begin();
    settle();
    EXPECT_EQ(acknowledged_, before) << "a coordinator that is none any more was told that its commits are kept";
    std::swap(leader_, next);
    epoch_ = current;
    check(take_over(*leader_));
  }
  // What is stored is what was acknowledged, or what was written after it with an unknown end.
  void check_all() {
    settle();
    check(take_over(*leader_));
  }

 private:
  struct Consumer {
    std::string group;
    std::int32_t partition;
    std::int64_t written = 0;
    std::int64_t acknowledged = 0;
    Ending* under_way = nullptr;
  };

  void begin() {
    for (Consumer& consumer : consumers_)
      if (consumer.under_way == nullptr)
        consumer.under_way = &leader_->begin_write(
            {consumer.group, {{.topic = "orders", .partition = consumer.partition, .offset = ++consumer.written}}, {}, {}}, kHome, epoch_);
  }
  void turn() {
    const std::int64_t refused = refused_;
    world_.host.run_until([this] { return collect(); });
    // A consumer that was refused asks again a little later.
    if (refused != refused_) world_.host.run_until([] { return false; }, std::chrono::milliseconds(5));
  }
  bool collect() {
    bool any = false;
    for (Consumer& consumer : consumers_) {
      if (consumer.under_way == nullptr || consumer.under_way->count == 0) continue;
      any = true;
      if (consumer.under_way->code == sdk::Code::kOk) {
        consumer.acknowledged = consumer.written;
        ++acknowledged_;
      } else {
        EXPECT_NE(consumer.under_way->code, sdk::Code::kInvalid) << consumer.under_way->message;
        last_error_ = consumer.under_way->message;
        ++refused_;
      }
      consumer.under_way = nullptr;
    }
    return any;
  }
  void settle() {
    EXPECT_TRUE(world_.run_until([this] {
      collect();
      return std::all_of(consumers_.begin(), consumers_.end(), [](const Consumer& each) { return each.under_way == nullptr; });
    }));
  }
  Told take_over(TestCoordinator& coordinator) {
    ++epoch_;
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    for (;;) {
      Told told;
      const sdk::Code code = coordinator.take_over(kHome, epoch_, told);
      if (code == sdk::Code::kOk) return told;
      EXPECT_NE(code, sdk::Code::kFenced);
      if (std::chrono::steady_clock::now() > deadline) {
        ADD_FAILURE() << "the home can not be taken over";
        return told;
      }
      world_.host.run_until([] { return false; }, std::chrono::milliseconds(20));
    }
  }
  void check(const Told& told) {
    for (const Consumer& consumer : consumers_) {
      const auto found = told.offsets.find({consumer.group, "orders", consumer.partition});
      const std::int64_t offset = found == told.offsets.end() ? 0 : found->second.offset;
      EXPECT_GE(offset, consumer.acknowledged) << consumer.group << " lost an acknowledged commit of partition " << consumer.partition;
      EXPECT_LE(offset, consumer.written);
    }
  }

  ServerWorld& world_;
  std::unique_ptr<TestCoordinator> leader_;
  std::int32_t epoch_ = 0;
  std::vector<Consumer> consumers_;
  std::int64_t acknowledged_ = 0;
  std::int64_t refused_ = 0;
  std::string last_error_;
};

// Rounds of faults: each kind once a round, commits in between. `marker` stands in the request whose answer gets lost.
inline void commit_through_faults(ServerWorld& world, Service& service, CuttingProxy& proxy, const std::string& marker, int rounds) {
  CommitLoad load(world);
  constexpr std::int64_t kFaults = 5;
  const std::int64_t share = commits_wanted(6000) / (rounds * kFaults) + 1;
  for (int round = 0; round < rounds; ++round) {
    load.run(share);
    service.kill();
    load.run_until_refused();
    service.start();
    load.run(share);
    service.pause();
    load.run_until_refused();
    service.resume();
    load.run(share);
    const int lost = proxy.lost();
    proxy.lose_answer_to(marker);
    load.run_until_refused();
    EXPECT_EQ(proxy.lost(), lost + 1);
    load.run(share);
    proxy.cut();
    load.run(share);
    load.change_leader();
    load.check_all();
  }
  ::testing::Test::RecordProperty("acknowledged", std::to_string(load.acknowledged()));
}

}  // namespace barnabas::testing
