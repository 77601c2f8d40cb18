// A metadata store for tests of the controller: its proposals end when the test says so. One thread.
#pragma once

#include <barnabas/sdk/host.h>
#include <barnabas/sdk/metadata_store.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "kernel/base/task.h"

namespace barnabas::controller {

class TestStore final : public sdk::MetadataStore {
 public:
  explicit TestStore(sdk::Host& host) : host_(host) {}

  Status identity(sdk::MetadataIdentity& identity) noexcept override {
    identity.formatted = true;
    identity.cluster_id = "cluster";
    return {};
  }
  Status format(const sdk::MetadataFormat&) noexcept override { return {}; }
  Status start(const sdk::MetadataStart&, sdk::MetadataListener& listener, sdk::Completion& completion) noexcept override {
    listener_ = &listener;
    base::post(host_.executor(), [this, &completion] {
      listener_->on_snapshot_begin({0, 0});
      listener_->on_snapshot_end();
      lead(true);
      completion.done({});
    });
    return {};
  }
  Status stop(sdk::Completion& completion) noexcept override {
    end_all(Status::error(Code::kUnknown, "stopped"));
    base::post(host_.executor(), [&completion] { completion.done({}); });
    return {};
  }
  sdk::MetadataAbilities abilities() noexcept override {
    return {.proposes = true, .knows_offsets = true, .wants_snapshots = true, .max_records = 20, .max_bytes = 1 << 20};
  }
  Status propose(const sdk::MetadataProposal& proposal, sdk::Completion& completion) noexcept override {
    if (!refusal.empty()) return Status::error(Code::kFenced, refusal);
    if (proposal.record_count == 0) return Status::invalid("no records");
    if (full > 0 && full-- > 0) return Status::unavailable("full");
    std::vector<std::string> records;
    for (std::size_t i = 0; i < proposal.record_count; ++i) records.emplace_back(proposal.records[i].begin(), proposal.records[i].end());
    proposals.push_back(records.size());
    waiting_.push_back({std::move(records), &completion});
    if (!hold) base::post(host_.executor(), [this] { accept(); });
    return {};
  }
  std::int64_t next_offset() noexcept override { return next_; }
  Status open_session(sdk::Bytes, sdk::Completion&) noexcept override { return Status::unsupported(""); }
  Status keep_snapshot(sdk::MetadataPosition, sdk::MetadataRecords& records, sdk::Completion& completion) noexcept override {
    ++snapshots;
    for (sdk::Bytes record; records.next(record);) kept.emplace_back(record.begin(), record.end());
    base::post(host_.executor(), [&completion] { completion.done({}); });
    return {};
  }

  void accept() {
    auto [records, completion] = std::move(waiting_.front());
    waiting_.erase(waiting_.begin());
    const std::vector<sdk::Bytes> views(records.begin(), records.end());
    next_ += static_cast<std::int64_t>(records.size());
    listener_->on_batch({views.data(), views.size(), {next_, term_}, 0});
    completion->done({});
  }
  void end_all(Status status) {
    for (auto& [records, completion] : std::exchange(waiting_, {})) completion->done(status.copy());
  }
  void lead(bool self) { listener_->on_leader({self ? 1 : 2, ++term_, self, 0}); }
  sdk::MetadataListener& listener() { return *listener_; }

  bool hold = false;
  std::string refusal;
  int full = 0;                        // for so many proposals
  std::vector<std::size_t> proposals;  // how many records each had
  std::vector<std::string> kept;
  int snapshots = 0;

 private:
  sdk::Host& host_;
  sdk::MetadataListener* listener_ = nullptr;
  std::vector<std::pair<std::vector<std::string>, sdk::Completion*>> waiting_;
  std::int64_t next_ = 0;
  std::int32_t term_ = 0;
};

}  // namespace barnabas::controller
