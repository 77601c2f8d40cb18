// Two stores, the cluster's metadata, and a coordinator that moves a group between them: for tests.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kernel/group/testing.h"

namespace barnabas::group {

// Two stores and the cluster's metadata, whose operations end one by one, as the test wants.
class MoveWorld final : public Journal, public Stores {
 public:
  // kUnknownLate: it takes effect when other operations have ended meanwhile. kDoneLate: so does what the metadata say, which the
  // controller has noted and this broker has not heard yet.
  enum class End { kDone, kRefused, kUnknownDone, kUnknownNot, kUnknownLate, kFenced, kDoneLate };
  struct Operation {
    std::string what;  // "write 0", "choose"
    std::function<void()> take;
    std::function<void(ErrorCode)> tell;
    std::size_t store = 99;  // of a write of the coordinator's own
  };

  std::uint64_t max_write_bytes(std::string_view) override { return max_bytes; }
  void too_large(std::string_view, std::uint64_t) override {}
  void write(GroupChange change, std::function<void(ErrorCode)> done) override {
    const std::size_t store = store_of(change.group);
    write_to(store, std::move(change), std::move(done));
    under_way.back().store = store;
  }
  std::size_t count() const override { return stores.size(); }
  std::string_view name(std::size_t store) const override { return named.at(store); }
  std::vector<std::string_view> names() const override { return {named.begin(), named.end()}; }
  std::size_t find(std::string_view name) const override {
    return static_cast<std::size_t>(std::ranges::find(named, name) - named.begin());
  }
  std::size_t store_of(std::string_view) const override { return chosen; }
  ErrorCode readiness(std::string_view, std::int32_t) const override {
    return chosen == count() ? ErrorCode::kCoordinatorNotAvailable
           : chosen == away  ? ErrorCode::kCoordinatorLoadInProgress
                             : ErrorCode::kNone;
  }
  bool is_loaded(std::size_t store, std::int32_t) const override { return store != away; }
  bool same_place(std::size_t a, std::size_t b) const override { return a == b || a + b == 3; }
  sdk::OffsetStoreAbilities abilities(std::size_t store) override {
    return {store == 0 ? sdk::Durability::kPowerLoss : sdk::Durability::kCrash, max_bytes};
  }
  void write_to(std::size_t store, GroupChange change, std::function<void(ErrorCode)> done) override {
    auto shared = std::make_shared<GroupChange>(std::move(change));
    add(
        "write " + std::to_string(store), [this, store, shared] { stores.at(store).take(*shared); }, std::move(done));
  }
  void choose(std::string_view, std::int32_t, std::int32_t, std::size_t store, std::function<void(ErrorCode, std::string)> done) override {
    add(
        "choose", [this, store] { chosen = store; }, [done = std::move(done)](ErrorCode error) { done(error, "The controller says no."); });
  }

  // Ends the operation that began first.
  void end(End how) {
    if (late && --late_after == 0) take_late();
    Operation one = std::move(under_way.front());
    under_way.pop_front();
    log.push_back(one.what);
    const bool is_late = one.what == "choose" && (how == End::kUnknownLate || how == End::kDoneLate);
    if (how == End::kDone || how == End::kUnknownDone || (how == End::kDoneLate && !is_late)) one.take();
    if (one.store != 99 && (how == End::kUnknownDone || how == End::kUnknownNot || how == End::kUnknownLate)) return lose_reply(one);
    // A write of a store takes effect before those behind it, so only the metadata may be late.
    if (is_late) late = one.take, late_after = 3;
    one.tell(how == End::kDone || how == End::kDoneLate ? ErrorCode::kNone
             : how == End::kRefused                     ? ErrorCode::kCoordinatorNotAvailable
             : how == End::kFenced                      ? ErrorCode::kNotCoordinator
                                                        : ErrorCode::kRequestTimedOut);
  }
  void settle() {
    while (!under_way.empty()) end(End::kDone);
  }

  void take_late() {
    if (late) std::exchange(late, nullptr)();
  }

  // Those behind it fail, and what is stored is told again.
  void lose_reply(const Operation& one) {
    std::vector<Operation> behind;
    for (auto at = under_way.begin(); at != under_way.end();) {
      if (at->store != one.store) {
        ++at;
        continue;
      }
      behind.push_back(std::move(*at));
      at = under_way.erase(at);
    }
    tell_again(one.store);
    one.tell(ErrorCode::kRequestTimedOut);
    for (const Operation& each : behind) each.tell(ErrorCode::kCoordinatorNotAvailable);
  }

  std::function<void(std::size_t store)> tell_again;
  std::array<FakeJournal, 3> stores;
  std::vector<std::string> named{"old", "new", "new-again"};
  std::size_t chosen = 0;  // by the metadata
  std::size_t away = 99;   // it has not told its groups
  std::uint64_t max_bytes = 0;
  std::deque<Operation> under_way;
  std::function<void()> late;
  int late_after = 0;
  std::vector<std::string> log;

 private:
  void add(std::string what, std::function<void()> take, std::function<void(ErrorCode)> tell) {
    under_way.push_back({std::move(what), std::move(take), std::move(tell), 99});
  }
};

class MoveTest : public ::testing::Test {
 protected:
  using End = MoveWorld::End;

  void SetUp() override {
    settings.home_count = 1;
    start();
  }
  // The coordinator begins, after a crash or for the first time, and is told what is stored.
  void start() {
    world.under_way.clear();
    world.take_late();
    coordinator = std::make_unique<Coordinator>(settings, world, random);
    coordinator->allow_moves(world);
    advance(0);
    coordinator->begin_loading(0, ++epoch);
    for (std::size_t store = 0; store < world.stores.size(); ++store) tell(store);
    world.tell_again = [this](std::size_t store) {
      coordinator->load_again(0, store);
      tell(store);
    };
  }
  void tell(std::size_t store) {
    for (const auto& [key, offset] : world.stores[store].offsets) {
      if (store == world.chosen) coordinator->load_offset(0, key.first, offset, store);
      if (store != world.chosen) coordinator->load_stray_offset(0, store, key.first, key.second);
    }
    for (const auto& [key, value] : world.stores[store].records) {
      if (store == world.chosen) coordinator->load_record(0, key, value, store);
      if (store != world.chosen) coordinator->load_stray_record(0, store, "g", key);
    }
    if (store != world.away) coordinator->finish_loading(0, store);
  }
  void advance(std::int64_t ms) { coordinator->advance({now_ms += ms, 1'700'000'000'000 + now_ms}); }

  // The error is there once it is answered.
  std::shared_ptr<std::optional<ErrorCode>> commit(std::int64_t offset, std::int32_t partition = 0) {
    OffsetCommitRequest request;
    request.group = "g";
    request.member_id = member;
    if (!member.empty()) request.generation_or_epoch = 1;
    request.topics.push_back({"t", {}, {{partition, offset, 1, "", -1}}});
    auto answer = std::make_shared<std::optional<ErrorCode>>();
    coordinator->commit(std::move(request), [answer](const OffsetCommitReply& reply) { *answer = reply.error_of(0); });
    return answer;
  }
  std::int64_t committed(std::int32_t partition = 0) {
    OffsetFetchRequest request;
    request.group = "g";
    request.topics.emplace().push_back({"t", {}, {partition}});
    std::optional<OffsetFetchReply> reply;
    coordinator->fetch(request, [&](OffsetFetchReply told) { reply = std::move(told); });
    EXPECT_EQ(reply->error, ErrorCode::kNone);
    return reply->topics.at(0).partitions.at(0).offset;
  }
  std::shared_ptr<std::optional<MoveReply>> move(std::string to, bool validate_only = false, std::int32_t timeout_ms = 10'000) {
    auto answer = std::make_shared<std::optional<MoveReply>>();
    coordinator->move({"g", std::move(to), timeout_ms, validate_only}, [answer](MoveReply reply) { *answer = std::move(reply); });
    return answer;
  }
  // A member of one in generation 1, whose record is stored.
  void join() {
    JoinRequest request;
    request.group = "g";
    request.client = {"c", "/h"};
    request.session_timeout_ms = 10'000;
    request.rebalance_timeout_ms = 60'000;
    request.protocol_type = "consumer";
    request.protocols = {{"range", "m"}};
    request.version = 3;
    std::optional<JoinReply> joined;
    coordinator->join(request, [&](JoinReply reply) { joined = std::move(reply); });
    advance(settings.initial_rebalance_delay_ms);
    SyncRequest sync;
    sync.group = "g";
    sync.member_id = joined.value().member_id;
    sync.generation = 1;
    sync.assignments = {{sync.member_id, "mine"}};
    coordinator->sync(sync, [](const SyncReply&) {});
    world.settle();
    member = sync.member_id;
  }
  ErrorCode heartbeat() {
    std::optional<ErrorCode> error;
    coordinator->heartbeat({"g", 1, member, {}}, [&](HeartbeatReply reply) { error = reply.error; });
    return error.value();
  }

  GroupSettings settings;
  MoveWorld world;
  CountingRandom random;
  std::unique_ptr<Coordinator> coordinator;
  std::string member;
  std::int64_t now_ms = 1'000;
  std::int32_t epoch = 0;
};

}  // namespace barnabas::group
