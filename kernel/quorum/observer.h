// The metadata store of a broker that is no controller: everything is fetched from the controllers' log, nothing can be proposed here, and
// nothing is kept (KIP-595's observer). Everything on the loop.
#pragma once

#include <barnabas/sdk/metadata_store.h>

#include <memory>
#include <string>
#include <vector>

#include "kernel/quorum/follower.h"

namespace barnabas::quorum {

class Observer final : public sdk::MetadataStore {
 public:
  struct Settings {
    std::vector<Candidate> controllers;
    std::int64_t patience_ns = 60'000'000'000;  // of a start with controllers that do not answer
  };

  // The arguments outlive it.
  Observer(base::Loop& loop, Settings settings, Follower& follower, Follower::Log log);

  Status identity(sdk::MetadataIdentity& identity) noexcept override;
  Status format(const sdk::MetadataFormat&) noexcept override { return Status::unsupported("the controllers are formatted, not a broker"); }
  Status start(const sdk::MetadataStart& start, sdk::MetadataListener& listener, sdk::Completion& completion) noexcept override;
  Status stop(sdk::Completion& completion) noexcept override;
  sdk::MetadataAbilities abilities() noexcept override;
  Status propose(const sdk::MetadataProposal&, sdk::Completion&) noexcept override;
  std::int64_t next_offset() noexcept override { return -1; }
  Status open_session(sdk::Bytes, sdk::Completion&) noexcept override;
  Status keep_snapshot(sdk::MetadataPosition, sdk::MetadataRecords&, sdk::Completion&) noexcept override;

 private:
  void identify();
  void ask_for_id(std::int8_t endpoint_type);
  void follow();
  void not_identified(std::string why);
  void finish_start(Status status);

  base::Loop& loop_;
  const Settings settings_;
  Follower& follower_;
  const Follower::Log log_line_;
  client::Client questions_;
  std::size_t next_ = 0;  // candidate to ask who they are
  std::string cluster_id_;
  std::string failure_;
  sdk::MetadataListener* listener_ = nullptr;
  sdk::Completion* starting_ = nullptr;
  base::Timer patience_;
  base::Timer retry_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace barnabas::quorum
