// A metadata store over the simulated engine: what a ZooKeeper or a quorum is to a node, without one. [executor of its host]
#pragma once

#include <map>
#include <memory>
#include <string>

#include "sim/sim_metadata.h"

namespace barnabas::sim {

class SimMetadataStore final : public sdk::MetadataStore {
 public:
  SimMetadataStore(SimMetadata& engine, sdk::Host& host);
  ~SimMetadataStore();  // without stop(): the process is gone, its session goes on for a while
  SimMetadataStore(const SimMetadataStore&) = delete;
  SimMetadataStore& operator=(const SimMetadataStore&) = delete;

  sdk::Status identity(sdk::MetadataIdentity& identity) noexcept override;
  sdk::Status format(const sdk::MetadataFormat& format) noexcept override;
  sdk::Status start(const sdk::MetadataStart& start, sdk::MetadataListener& listener, sdk::Completion& completion) noexcept override;
  sdk::Status stop(sdk::Completion& completion) noexcept override;
  sdk::MetadataAbilities abilities() noexcept override;
  sdk::Status propose(const sdk::MetadataProposal& proposal, sdk::Completion& completion) noexcept override;
  std::int64_t next_offset() noexcept override { return -1; }
  sdk::Status open_session(sdk::Bytes registration, sdk::Completion& completion) noexcept override;
  sdk::Status keep_snapshot(sdk::MetadataPosition end, sdk::MetadataRecords& records, sdk::Completion& completion) noexcept override;

 private:
  friend class SimMetadata;
  enum class Life : std::uint8_t { kStopped, kStarting, kRunning, kStopping };

  // News of the engine.
  void heard() { heard_ns_ = host_.clock().mono_ns(); }
  void connected(std::uint64_t session, bool goes_on, const std::string& cluster_id);
  void refused(const std::string& cluster_id);
  void told_snapshot(const std::vector<std::string>& records, sdk::MetadataPosition end, std::size_t count);
  void told_entry(const SimMetadataEntry& entry, std::size_t count);
  void told_leader(const sdk::MetadataLeader& leader);
  void synced();
  void answered(std::uint64_t request, sdk::Status status);
  void closed();

  void ask(std::function<void()> request);
  void connect();
  void disconnected();
  void tick();
  void end_all(sdk::Code code, const std::string& why);
  void end_start(sdk::Status status);
  std::uint64_t add_pending(sdk::Completion& completion);

  SimMetadata& engine_;
  sdk::Host& host_;
  SimPipe requests_;
  SimPipe news_;
  base::Timer timer_;
  bool is_cut_ = false;   // the engine's faults
  bool is_deaf_ = false;  //
  Life life_ = Life::kStopped;
  sdk::MetadataListener* listener_ = nullptr;
  sdk::Completion* starting_ = nullptr;
  sdk::Completion* stopping_ = nullptr;
  std::int32_t node_id_ = -1;
  std::string wanted_cluster_;
  std::string cluster_id_;
  std::uint64_t session_ = 0;
  bool is_connected_ = false;
  std::uint64_t connection_ = 0;
  std::uint64_t engines_connection_ = 0;  // the one that the engine knows of
  bool is_registered_ = false;
  std::size_t position_ = 0;  // entries that were told
  sdk::MetadataLeader leader_;
  std::map<std::uint64_t, sdk::Completion*> pending_;
  std::uint64_t last_request_ = 0;
  std::int64_t heard_ns_ = 0;
  std::int64_t began_ns_ = 0;  // starting or stopping
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace barnabas::sim
