// A node of a cluster under test: it listens to its metadata store, keeps the state that it was told, and checks at every single call what
// the interface promises of all of them: nothing from inside a call, snapshots that begin and end, places and terms that never go back.
//
// One thread.
#pragma once

#include <barnabas/testing/ending.h>
#include <barnabas/testing/metadata_model.h>
#include <barnabas/testing/metadata_store_world.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <utility>

namespace barnabas::testing {

class TestNode final : private sdk::MetadataListener {
 public:
  static constexpr std::string_view kCluster = "MkU3OEVBNTcwNTJENDM2Qg";

  explicit TestNode(MetadataStoreWorld& world, std::int32_t id = 1) : world_(world), id_(id), store_(&world.open(id)) {}
  TestNode(const TestNode&) = delete;
  TestNode& operator=(const TestNode&) = delete;
  ~TestNode() {
    if (running_) stop();
    if (store_ != nullptr) world_.close(*store_);
  }

  sdk::MetadataStore& store() { return *store_; }
  std::int32_t id() const { return id_; }
  const MetadataModel& model() const { return model_; }
  const sdk::MetadataLeader& leader() const { return leader_; }
  sdk::MetadataPosition position() const { return position_; }
  const RecordTexts& records() const { return records_; }  // since the last snapshot, its own included
  const std::vector<std::string>& events() const { return events_; }
  std::size_t count(std::string_view event) const { return static_cast<std::size_t>(std::count(events_.begin(), events_.end(), event)); }
  const std::string& message() const { return message_; }  // of what was awaited last

  // Called with the name of each event when it was dealt with, and for a batch of a snapshot too.
  std::function<void(std::string_view event)> on_event = [](std::string_view) {};

  // Begins a cluster where the store has none, and starts; `starting` is done, and who leads is known.
  void start() {
    EXPECT_EQ(await(begin_start(prepare())), sdk::Code::kOk) << message_;
    expect_leader();
    note_identity();
  }
  Ending& begin_start(std::string_view cluster) {
    running_ = true;
    in_snapshot_ = told_snapshot_ = false;
    leader_ = {};
    position_ = {};
    events_.clear();
    return begin([&](Ending& ending) { return store_->start({id_, cluster}, *this, ending); });
  }
  // The id of the cluster that is to be started: formats where that is needed.
  std::string prepare() {
    sdk::MetadataIdentity identity;
    const sdk::Status status = store_->identity(identity);
    EXPECT_TRUE(status) << std::string(status.message());
    if (identity.formatted) return world_.cluster_id;
    const std::string level = feature_level("metadata.version", kLevel);
    const sdk::Bytes records[] = {sdk::Bytes(level)};
    const sdk::Status formatted = store_->format({kCluster, id_, records, 1, 0, {}});
    EXPECT_TRUE(formatted) << std::string(formatted.message());
    return std::string(kCluster);
  }
  void expect_leader() {
    EXPECT_TRUE(world_.run_until([&] { return leader_.node_id >= 0; })) << "nobody leads";
  }
  bool leads() const { return leader_.is_self; }
  bool run_until_it_leads() {
    return world_.run_until([&] { return leads(); });
  }

  Ending& begin_stop() {
    return begin([&](Ending& ending) { return store_->stop(ending); });
  }
  // Cleanly: whatever is under way must end.
  void stop() {
    EXPECT_EQ(await(begin_stop()), sdk::Code::kOk) << message_;
    stopped();
  }
  // A stop that was begun is over.
  void stopped() {
    for (const auto& ending : endings_) EXPECT_EQ(ending->count, 1) << "what was under way has not ended with the stop";
    running_ = false;
  }
  // As a process does that dies. REQUIRES: nothing is under way.
  void vanish() {
    running_ = false;
    world_.close(*std::exchange(store_, nullptr));
  }
  void reopen() {
    if (store_ != nullptr) world_.close(*store_);
    store_ = &world_.open(id_);
  }
  void restart() {
    stop();
    if (world_.is_durable()) reopen();
    start();
  }

  // How it ended; an error of the call itself counts as an end.
  sdk::Code propose(const RecordTexts& records) { return await(begin_propose(records)); }
  Ending& begin_propose(const RecordTexts& records) { return begin_propose(records, leader_.term); }
  Ending& begin_propose(const RecordTexts& records, std::int32_t term, std::int64_t base_offset = -1) {
    const std::vector<sdk::Bytes> views(records.begin(), records.end());
    return begin([&](Ending& ending) { return store_->propose({term, base_offset, views.data(), views.size()}, ending); });
  }
  Ending& begin_open_session(const std::string& registration) {
    return begin([&](Ending& ending) { return store_->open_session(sdk::Bytes(registration), ending); });
  }
  sdk::Code open_session(std::string_view host) { return await(begin_open_session(broker_registration(id_, host))); }
  Ending& begin_keep_snapshot(sdk::MetadataPosition end, sdk::MetadataRecords& records) {
    return begin([&](Ending& ending) { return store_->keep_snapshot(end, records, ending); });
  }
  sdk::Code await(Ending& ending) {
    EXPECT_TRUE(world_.run_until([&] { return ending.count != 0; })) << "no end in sight";
    EXPECT_EQ(ending.count, 1);
    message_ = ending.message;
    return ending.code;
  }

 private:
  static constexpr std::int16_t kLevel = 14;  // of metadata.version: no directories in partitions, no eligible leaders

  template <class Call>
  Ending& begin(Call&& call) {
    Ending& ending = *endings_.emplace_back(std::make_unique<Ending>());
    ++calling_;
    sdk::Status status = call(ending);
    --calling_;
    EXPECT_EQ(ending.count, 0) << "a completion from inside the call";
    if (!status) {
      EXPECT_FALSE(status.message().empty()) << "a refusal without a word";
      ending.done(std::move(status));
    }
    return ending;
  }
  void note_identity() {
    sdk::MetadataIdentity identity;
    EXPECT_TRUE(store_->identity(identity));
    const std::string told(identity.cluster_id);
    EXPECT_NE(told, "") << "a store that was started knows its cluster";
    if (!world_.cluster_id.empty()) {
      EXPECT_EQ(told, world_.cluster_id);
    }
    world_.cluster_id = told;
  }

  void heard(const char* event) {
    EXPECT_EQ(calling_, 0) << event << ": told from inside the call that caused it";
    EXPECT_TRUE(running_) << event << ": told to a node that is stopped";
    events_.emplace_back(event);
  }
  void on_snapshot_begin(sdk::MetadataPosition end) noexcept override {
    heard("snapshot begin");
    EXPECT_FALSE(std::exchange(in_snapshot_, true)) << "a snapshot inside a snapshot";
    EXPECT_GE(end.offset, position_.offset) << "a snapshot that goes back";
    told_snapshot_ = true;
    position_ = end;
    model_ = {};
    records_.clear();
    on_event("snapshot begin");
  }
  void on_snapshot_end() noexcept override {
    heard("snapshot end");
    EXPECT_TRUE(std::exchange(in_snapshot_, false)) << "the end of no snapshot";
    on_event("snapshot end");
  }
  void on_batch(const sdk::MetadataBatch& batch) noexcept override {
    heard("batch");
    EXPECT_TRUE(told_snapshot_) << "records before the first snapshot";
    EXPECT_NE(batch.record_count, 0u) << "a batch without records";
    if (in_snapshot_) {
      EXPECT_EQ(batch.end, position_) << "a batch of a snapshot with another end";
    } else {
      EXPECT_GT(batch.end.offset, position_.offset);
      EXPECT_GE(batch.end.term, position_.term);
      EXPECT_GE(batch.end.term, leader_.term) << "a record of an earlier term, after the leader of a later one";
    }
    position_ = batch.end;
    for (std::size_t i = 0; i < batch.record_count; ++i) {
      const std::string problem = model_.apply(batch.records[i]);
      EXPECT_EQ(problem, "") << "record " << i << " of a batch that ends at " << batch.end.offset;
      records_.emplace_back(batch.records[i].begin(), batch.records[i].end());
    }
    on_event("batch");
  }
  void on_leader(const sdk::MetadataLeader& told) noexcept override {
    heard("leader");
    EXPECT_TRUE(told_snapshot_ && !in_snapshot_) << "a leader before everything of earlier terms was told";
    EXPECT_GE(told.term, leader_.term) << "a term that goes back";
    EXPECT_GE(told.term, position_.term) << "a term older than the records";
    if (told.is_self) {
      EXPECT_EQ(told.node_id, id_);
      EXPECT_GT(told.term, std::exchange(led_term_, told.term)) << "the same term is led twice";
    }
    leader_ = told;
    on_event("leader");
  }
  void on_session_lost() noexcept override {
    heard("session lost");
    on_event("session lost");
  }
  void on_snapshot_wanted() noexcept override {
    heard("snapshot wanted");
    on_event("snapshot wanted");
  }
  void on_failed(sdk::Status reason) noexcept override {
    heard("failed");
    EXPECT_EQ(count("failed"), 1u) << "failed twice";
    EXPECT_FALSE(reason.message().empty()) << "a failure without a word";
    on_event("failed");
  }

  MetadataStoreWorld& world_;
  const std::int32_t id_;
  sdk::MetadataStore* store_;
  MetadataModel model_;
  sdk::MetadataLeader leader_;
  sdk::MetadataPosition position_;
  RecordTexts records_;
  std::vector<std::string> events_;
  std::vector<std::unique_ptr<Ending>> endings_;
  std::string message_;
  std::int32_t led_term_ = -1;
  int calling_ = 0;
  bool running_ = false;
  bool in_snapshot_ = false;
  bool told_snapshot_ = false;
};

}  // namespace barnabas::testing
