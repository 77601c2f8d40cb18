// A listener that writes down what a metadata store tells. One thread.
#pragma once

#include <barnabas/sdk/metadata_store.h>
#include <barnabas/testing/ending.h>

#include <optional>
#include <string>
#include <vector>

namespace barnabas::testing {

class MetadataRecorder final : public sdk::MetadataListener {
 public:
  void on_snapshot_begin(sdk::MetadataPosition end) noexcept override {
    events.push_back("snapshot");
    records.clear();
    position = end;
  }
  void on_snapshot_end() noexcept override { events.push_back("snapshot end"); }
  void on_batch(const sdk::MetadataBatch& batch) noexcept override {
    events.push_back("batch");
    for (std::size_t i = 0; i < batch.record_count; ++i) records.emplace_back(batch.records[i].begin(), batch.records[i].end());
    position = batch.end;
  }
  void on_leader(const sdk::MetadataLeader& told) noexcept override {
    events.push_back("leader");
    leader = told;
  }
  void on_session_lost() noexcept override { events.push_back("session lost"); }
  void on_snapshot_wanted() noexcept override { events.push_back("snapshot wanted"); }
  void on_failed(sdk::Status reason) noexcept override { failure = std::string(reason.message()); }

  std::vector<std::string> events;
  std::vector<std::string> records;  // since the last snapshot began, its own included
  sdk::MetadataPosition position;
  sdk::MetadataLeader leader;
  std::optional<std::string> failure;
};

// Hands out a list of records.
class RecordList final : public sdk::MetadataRecords {
 public:
  explicit RecordList(std::vector<std::string> records) : records_(std::move(records)) {}
  bool next(sdk::Bytes& record) noexcept override {
    if (next_ == records_.size()) return false;
    record = sdk::Bytes(records_[next_++]);
    return true;
  }

 private:
  std::vector<std::string> records_;
  std::size_t next_ = 0;
};

}  // namespace barnabas::testing
