// Metadata that lives as long as the process: for tests and for brokers that keep nothing.
//
// One node, always the leader. What start() tells after a stop() is the last snapshot and everything behind it. [executor of the host]
#pragma once

#include <barnabas/sdk/metadata_store.h>

#include <cstdint>
#include <string>
#include <vector>

namespace barnabas::metadata_memory {

class MemoryStore {
 public:
  using Options = sdk::NoOptions;

  MemoryStore(sdk::Host& host, const Options&) : host_(host) {}

  sdk::Status identity(sdk::MetadataIdentity& identity);
  sdk::Status format(const sdk::MetadataFormat& format);
  sdk::Status start(const sdk::MetadataStart& start, sdk::MetadataListener& listener, sdk::Completion& completion);
  sdk::Status stop(sdk::Completion& completion);
  sdk::MetadataAbilities abilities();
  sdk::Status propose(const sdk::MetadataProposal& proposal, sdk::Completion& completion);
  std::int64_t next_offset() { return next_offset_; }
  sdk::Status open_session(sdk::Bytes registration, sdk::Completion& completion);
  sdk::Status keep_snapshot(sdk::MetadataPosition end, sdk::MetadataRecords& records, sdk::Completion& completion);

 private:
  struct Batch {
    std::vector<std::string> records;
    sdk::MetadataPosition end;
    std::int64_t timestamp_ms = -1;
  };

  // From start() to stop(), each of which ends later than its call.
  enum class Life : std::uint8_t { kStopped, kStarting, kRunning, kStopping };

  void tell(const Batch& batch);
  void tell_everything();
  void ask_for_snapshot();
  sdk::Status check_owner(const std::string& cluster_id, std::int32_t node_id) const;
  void add(const sdk::Bytes* records, std::size_t count);

  sdk::Host& host_;
  Life life_ = Life::kStopped;
  sdk::MetadataListener* listener_ = nullptr;  // null: nobody is told anything, any more or yet
  std::string cluster_id_;
  std::int32_t node_id_ = -1;
  std::int32_t term_ = 0;
  std::int64_t next_offset_ = 0;
  Batch snapshot_;
  std::vector<Batch> batches_;  // behind the snapshot
  std::size_t bytes_since_snapshot_ = 0;
  bool snapshot_asked_ = false;
};

}  // namespace barnabas::metadata_memory
