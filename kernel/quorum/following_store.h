// A metadata store that follows, made of one that tells everything only to the node that leads (sdk::MetadataAbilities::follows): while
// another node leads, its records are fetched from there as from a quorum's leader. A store that follows by itself is left as it is.
//
// Everything on the loop, which is that of the store.
#pragma once

#include <barnabas/sdk/metadata_store.h>

#include <map>
#include <string>
#include <vector>

#include "kernel/quorum/follower.h"

namespace barnabas::quorum {

class FollowingStore final : public sdk::MetadataStore, private sdk::MetadataListener {
 public:
  struct Settings {
    std::int32_t node_id = -1;
    std::string listener;  // of the leader, which is a broker: inter.broker.listener.name
  };

  // The arguments outlive it.
  FollowingStore(sdk::MetadataStore& own, Settings settings, Follower& follower);
  ~FollowingStore();

  Status identity(sdk::MetadataIdentity& identity) noexcept override { return own_.identity(identity); }
  Status format(const sdk::MetadataFormat& format) noexcept override { return own_.format(format); }
  Status start(const sdk::MetadataStart& start, sdk::MetadataListener& listener, sdk::Completion& completion) noexcept override;
  Status stop(sdk::Completion& completion) noexcept override;
  sdk::MetadataAbilities abilities() noexcept override;
  Status propose(const sdk::MetadataProposal& proposal, sdk::Completion& completion) noexcept override {
    return own_.propose(proposal, completion);
  }
  std::int64_t next_offset() noexcept override { return own_.next_offset(); }
  Status open_session(sdk::Bytes registration, sdk::Completion& completion) noexcept override {
    return own_.open_session(registration, completion);
  }
  Status keep_snapshot(sdk::MetadataPosition end, sdk::MetadataRecords& records, sdk::Completion& completion) noexcept override {
    return own_.keep_snapshot(end, records, completion);
  }
  void* find(sdk::Text interface_id) noexcept override { return own_.find(interface_id); }

 private:
  class Fetched;
  // A snapshot of the own store, which it read at some moment: what the leader told since may be missing in it.
  struct Kept {
    sdk::MetadataPosition end;
    std::int64_t timestamp_ms = -1;
    std::vector<std::vector<std::uint8_t>> records;
  };

  void on_snapshot_begin(sdk::MetadataPosition end) noexcept override;
  void on_snapshot_end() noexcept override;
  void on_batch(const sdk::MetadataBatch& batch) noexcept override;
  void on_leader(const sdk::MetadataLeader& leader) noexcept override;
  void on_session_lost() noexcept override;
  void on_snapshot_wanted() noexcept override;
  void on_failed(Status reason) noexcept override;

  void note_brokers(const sdk::MetadataBatch& batch);
  void tell_own_registration(const sdk::MetadataBatch& batch);
  void keep(const sdk::MetadataBatch& batch);
  void tell_kept();
  void follow();

  sdk::MetadataStore& own_;
  const Settings settings_;
  Follower& follower_;
  std::unique_ptr<Fetched> fetched_;
  sdk::MetadataListener* listener_ = nullptr;
  std::string cluster_id_;
  sdk::MetadataLeader leader_;
  sdk::MetadataPosition told_;  // the last place that the listener heard of
  bool in_snapshot_ = false;
  bool has_told_ = false;     // a snapshot, whoever it was from
  std::optional<Kept> kept_;  // until it is known who leads: only who leads needs it
  bool is_following_ = false;
  std::map<std::int32_t, base::Address> addresses_;  // of brokers, as far as the own store told
};

}  // namespace barnabas::quorum
