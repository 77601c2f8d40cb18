// Kafka's metadata in ZooKeeper, with Kafka's znodes: this node stands for election, and as the controller it writes what is proposed by
// multi-operations that name the version of /controller_epoch.
//
// Everything that waits for the ensemble runs as a job on a helper thread, one at a time; the library's own threads only post what they
// noticed. What is not certain any more (a write without an answer, a change by somebody else) is read again and told as the difference;
// until then nothing is proposed. [executor of the host]
#pragma once

#include <barnabas/sdk/metadata_store.h>

#include <atomic>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "ensemble.h"
#include "job_queue.h"
#include "kernel/record/framed.h"
#include "reader.h"

namespace barnabas::metadata_zookeeper {

struct ZookeeperOptions {
  sdk::Text connect = "127.0.0.1:2181";
  sdk::Text auth = "";
  sdk::Millis session_timeout{18'000};
  sdk::Millis connection_timeout{18'000};

  BARNABAS_OPTIONS(f) {
    f("connect", &ZookeeperOptions::connect,
      "HOST:PORT of each server, with commas between, and at the end perhaps a path (chroot) that is there");
    f("auth", &ZookeeperOptions::auth, "USER:PASSWORD of scheme digest; new nodes are then this user's alone", sdk::secret());
    f("session_timeout", &ZookeeperOptions::session_timeout, "after how long a silence this broker counts as gone",
      sdk::range(100, 600'000));
    f("connection_timeout", &ZookeeperOptions::connection_timeout, "how long a start may wait for the ensemble", sdk::range(1, 600'000));
  }
};

class ZookeeperStore {
 public:
  using Options = ZookeeperOptions;

  ZookeeperStore(sdk::Host& host, const Options& options);
  ~ZookeeperStore();

  void* find(sdk::Text id) { return id == sdk::MetadataReader::kId ? static_cast<sdk::MetadataReader*>(&reader_) : nullptr; }
  // Before start() these two ask the ensemble, and wait.
  Status identity(sdk::MetadataIdentity& identity);
  Status format(const sdk::MetadataFormat& format);
  Status start(const sdk::MetadataStart& start, sdk::MetadataListener& listener, sdk::Completion& completion);
  Status stop(sdk::Completion& completion);
  sdk::MetadataAbilities abilities();
  Status propose(const sdk::MetadataProposal& proposal, sdk::Completion& completion);
  std::int64_t next_offset() { return position_.offset; }
  Status open_session(sdk::Bytes registration, sdk::Completion& completion);
  Status keep_snapshot(sdk::MetadataPosition, sdk::MetadataRecords&, sdk::Completion&) {
    return Status::unsupported("the zookeeper store wants no snapshots: the znodes are the state");
  }

 private:
  class Events;
  struct Establishing;
  struct Proposal;
  // What has to be done before anything can be proposed again; the later one includes the earlier ones.
  enum class Doubt : std::uint8_t { kNone, kOffice, kTree, kSession };

  void doubt(Doubt doubt);
  void establish();
  void established(Establishing& made);
  void take(Establishing& made);
  void fail_start(Status status);
  void wait_for_id(Establishing& made);
  void lose_patience();
  void retry_later();
  void on_state(int state);
  void on_change(const std::string& path);
  void look_at_changes();
  void lose_session();
  void lose_office();
  void proposed(Proposal& proposal);
  void register_broker();
  void registered(Status status, std::int64_t epoch);
  void complain_of_foreigners();
  void tell(const record::FramedRecords& records);
  void tell_snapshot();
  void tell_leader();
  void fail(Status reason);
  void finish_stop();
  void end_registering(Status status);

  sdk::Host& host_;
  const std::int64_t session_ms_;
  const Result<zookeeper::Address> address_;
  Reader reader_;
  std::int64_t given_session_ms_;  // by the ensemble, which has a least and a most
  JobQueue jobs_;
  base::Timer retry_timer_;
  base::Timer patience_;  // with whoever has this broker's id

  std::string cluster_id_;
  std::int32_t node_id_ = -1;
  sdk::MetadataListener* listener_ = nullptr;  // null: not started
  sdk::Completion* starting_ = nullptr;
  sdk::Completion* stopping_ = nullptr;
  std::unique_ptr<Events> events_;
  std::shared_ptr<Ensemble> ensemble_;
  bool is_connected_ = false;
  bool is_establishing_ = false;
  bool has_expired_ = false;  // while it was being established
  bool has_failed_ = false;
  std::string warned_of_;
  Doubt doubt_ = Doubt::kNone;
  Doubt next_doubt_ = Doubt::kNone;  // came up while doubt_ is being settled

  Office office_;
  Tree tree_;  // as it was told; jobs read it, and only what they lead to changes it
  sdk::MetadataPosition position_;
  std::set<std::int32_t> foreigners_;  // brokers of another make, of whom it was said
  std::set<std::string> changes_;      // paths that are still to be looked at
  bool is_looking_ = false;
  std::atomic<std::uint64_t> line_ = 0;  // proposals of an earlier one fail, because one before them did
  std::vector<std::shared_ptr<Proposal>> proposals_;

  std::optional<BrokerNode> registration_;
  sdk::Completion* registering_ = nullptr;
  bool is_registered_ = false;
  bool is_patient_ = false;
  std::string taken_by_;  // what the other session says that has this broker's id
};

}  // namespace barnabas::metadata_zookeeper
