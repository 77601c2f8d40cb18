// Kafka's metadata log with one voter: this node. It leads from start() to stop(), in a new epoch each time, and the high watermark is what
// is on the device.
//
// Proposals are put into batches at once and written by a helper thread, as many with one fsync as came while the last one ran. Fsync comes
// before a proposal is done, whatever the node's flush mode. A failed write or fsync ends the store: it is never tried again. A device
// without room does not: what finds none is refused (kUnavailable), and the log goes on when there is some. [executor of the host]
#pragma once

#include <barnabas/sdk/metadata_store.h>

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "metadata_log.h"
#include "recovery.h"

namespace barnabas::kraft {

struct KraftOptions {
  sdk::Text dir = "";
  sdk::Size segment_bytes = {1 << 30};
  sdk::Size snapshot_bytes = {20 << 20};

  BARNABAS_OPTIONS(f) {
    f("dir", &KraftOptions::dir, "directory that holds the metadata log; the node's first log directory when it is not said");
    f("segment_bytes", &KraftOptions::segment_bytes, "size at which a new segment of the metadata log is begun",
      sdk::range(1 << 20, 1 << 30));
    f("snapshot_bytes", &KraftOptions::snapshot_bytes, "a snapshot is taken after so many octets of records", sdk::at_least(1));
  }
};

class KraftStore {
 public:
  using Options = KraftOptions;

  KraftStore(sdk::Host& host, const Options& options);

  Status identity(sdk::MetadataIdentity& identity);
  Status format(const sdk::MetadataFormat& format);
  Status start(const sdk::MetadataStart& start, sdk::MetadataListener& listener, sdk::Completion& completion);
  Status stop(sdk::Completion& completion);
  sdk::MetadataAbilities abilities();
  Status propose(const sdk::MetadataProposal& proposal, sdk::Completion& completion);
  std::int64_t next_offset() { return next_offset_; }
  Status open_session(sdk::Bytes registration, sdk::Completion& completion);
  Status keep_snapshot(sdk::MetadataPosition end, sdk::MetadataRecords& records, sdk::Completion& completion);

 private:
  struct Proposal {
    Octets batch;
    std::vector<std::string> records;
    sdk::MetadataPosition end;
    std::int64_t timestamp_ms = 0;
    sdk::Completion* completion = nullptr;
  };
  // What a helper thread works at; nobody else touches the log meanwhile.
  struct Work {
    std::vector<Proposal> proposals;
    std::size_t appended = 0;  // so many; the next one was refused
    Status refused;
    std::int64_t trim_to = -1;
    bool close = false;
    Status status;
  };

  void started(const std::shared_ptr<Recovery>& recovery, Status status, sdk::Completion& completion);
  void tell(const record::ToldBatch& batch);
  void write();
  void written(Work& work);
  std::vector<Proposal> without_room(Work& work);
  void fail(Status status);
  void finish_stop();
  void ask_for_snapshot();
  void unlock();

  sdk::Host& host_;
  std::string directory_;
  const Options options_;
  std::string cluster_id_;  // read by identity(), which hands out a view
  sdk::MetadataListener* listener_ = nullptr;
  sdk::Completion* stopping_ = nullptr;
  std::unique_ptr<MetadataLog> log_;
  QuorumFacts facts_;
  std::int32_t node_id_ = -1;
  std::int32_t term_ = 0;
  std::int64_t next_offset_ = 0;
  std::int64_t last_timestamp_ms_ = -1;
  std::vector<Proposal> queue_;
  std::size_t queued_bytes_ = 0;
  std::int64_t trim_to_ = -1;
  std::int64_t snapshot_end_ = 0;
  std::uint64_t bytes_since_snapshot_ = 0;
  std::uint64_t snapshot_due_ = 0;  // at so many
  std::uint64_t bytes_at_asking_ = 0;
  bool snapshot_asked_ = false;
  bool keeping_snapshot_ = false;
  bool busy_ = false;  // a helper thread has the log
  bool started_ = false;
  bool failed_ = false;
  bool finishing_ = false;  // the end of a stop is posted
  bool locked_ = false;
  bool told_of_room_ = false;  // once until there is some again
};

}  // namespace barnabas::kraft
