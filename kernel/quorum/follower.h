// Follows the metadata log of a controller in another process: finds out who leads, fetches, takes a snapshot where it is too far behind,
// and tells a listener what is final (KIP-595, KIP-630). Nothing of it is written down here.
//
// A snapshot may be older than what the listener knows already. It is told together with everything final behind it, so that the listener
// never hears of an earlier state: a broker would take partitions away that are missing in it.
//
// As long as nobody answers it asks one candidate after another; only controllers of another cluster, and some that lost what was final,
// end it. Everything on the loop.
#pragma once

#include <barnabas/sdk/metadata_store.h>

#include <functional>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include "kernel/base/task.h"
#include "kernel/client/backoff.h"
#include "kernel/client/client.h"
#include "kernel/quorum/leader.h"
#include "kernel/quorum/pending_log.h"
#include "kernel/wire/messages/01_fetch.h"
#include "kernel/wire/messages/59_fetch_snapshot.h"

namespace barnabas::quorum {

class Follower {
 public:
  struct Settings {
    std::int32_t node_id = -1;
    std::int64_t fetch_timeout_ns = 2'000'000'000;  // controller.quorum.fetch.timeout.ms
  };
  using Log = std::function<void(sdk::LogLevel, std::string_view)>;
  // Whether an offset means the same under every leader, as in a log that is kept. Elsewhere each leader counts from where it begins.
  enum class Offsets : std::uint8_t { kKept, kOfLeader };

  Follower(base::Loop& loop, Settings settings, Log log);
  ~Follower();

  // From nothing, or from other candidates than before. The listener hears of snapshots, batches and leaders, and of failures that no other
  // candidate can mend. `cluster_id`: a controller of another cluster is one of these; empty: whatever it says.
  void follow(std::vector<Candidate> candidates, std::string cluster_id, sdk::MetadataListener& listener, Offsets offsets = Offsets::kKept);
  // The listener hears no more.
  void stop();

  const Leader& leader() const { return leader_; }
  // Whether everything is known that was final when the leader last answered.
  bool is_caught_up() const {
    return leader_.known() && high_watermark_ >= 0 && !has_untold_snapshot_ && log_.told_end() >= high_watermark_;
  }
  const std::string& last_failure() const { return last_failure_; }
  // Called after each answer of a leader.
  std::function<void()> on_progress;
  // Runs `then` when what the leader has written by now is told here; after some time in any case.
  void when_caught_up(std::function<void()> then);

 private:
  struct Fetch;
  struct SnapshotFetch;
  struct Waiting;

  std::shared_ptr<Fetch> next_fetch() const;
  void ask();
  void ask_later();
  void answered(Result<client::Reply<wire::FetchResponse>> reply);
  void take(const wire::FetchResponse& response);
  void take_partition(const wire::FetchResponse& response, const wire::FetchResponse::PartitionData& partition);
  void turn_to(const wire::FetchResponse& response, const wire::FetchResponse::PartitionData& partition);
  void ask_snapshot();
  void snapshot_answered(Result<client::Reply<wire::FetchSnapshotResponse>> reply);
  Status tell_snapshot(std::int64_t high_watermark);
  void forget();
  void begin_anew();
  void note_leader(Leader leader);
  void failed(std::string_view why);
  void tell_waiting();
  base::Address target() const;

  base::Loop& loop_;
  const Settings settings_;
  const Log log_line_;
  client::Client fetches_;
  client::Client questions_;  // beside the fetch that waits at the leader
  sdk::MetadataListener* listener_ = nullptr;
  std::vector<Candidate> candidates_;
  std::size_t next_candidate_ = 0;
  std::string cluster_id_;
  Offsets offsets_ = Offsets::kKept;
  Leader leader_;
  bool is_sure_of_leader_ = false;    // it answered last time
  bool has_untold_snapshot_ = false;  // all of it is here; what the leader wrote after it is still fetched
  PendingLog log_;
  std::int64_t high_watermark_ = -1;
  std::int64_t least_ = 0;          // was told to the listener before it was begun anew
  sdk::MetadataPosition snapshot_;  // that is being taken
  std::vector<std::uint8_t> snapshot_octets_;
  client::Backoff backoff_;
  base::Timer timer_;
  std::string last_failure_;
  std::list<std::unique_ptr<Waiting>> waiting_;
  std::uint64_t last_waiting_ = 0;
  // Answers to an earlier follow(), or after the end, find another number or nothing.
  std::shared_ptr<std::uint64_t> line_ = std::make_shared<std::uint64_t>(0);
};

}  // namespace barnabas::quorum
