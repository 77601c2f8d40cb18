// Kind `metadata_store`: where the cluster's metadata lives: topics, partitions, configurations, registrations, features.
//
// A store keeps an ordered stream of records and says who may add to it. Records are Kafka's metadata records, framed as in
// __cluster_metadata: unsigned varint 1, record type, version, then the body. What they mean is decided above: the image is built from
// them, the controller writes them. A store reads only those that it has to write in another form (a ZooKeeper keeps znodes), and keeps
// every other one as it is.
//
// Threads: every function is called on the executor of the store's Host, and every listener and completion is called there, never from
// inside the call that caused it; format() and identity() may also be called before there is a running loop. Functions that take a
// Completion return an error only when nothing was begun; then done() is not called. A listener or completion may call any function but the
// destructor from inside its own call, stop() too.
#pragma once

#include <barnabas/sdk/plugin.h>

namespace barnabas::sdk {

// A place in the stream. Only the store knows what the numbers stand for; a later place has the larger offset.
struct MetadataPosition {
  std::int64_t offset = 0;  // of the next record
  std::int32_t term = 0;    // in which the last record was written

  friend constexpr bool operator==(const MetadataPosition&, const MetadataPosition&) = default;
};

// Records that take effect together. Views are valid during the call that hands them over.
struct MetadataBatch {
  const Bytes* records = nullptr;
  std::size_t record_count = 0;
  MetadataPosition end;  // the place behind them
  std::int64_t timestamp_ms = -1;
};

struct MetadataLeader {
  std::int32_t node_id = -1;  // -1: none is known
  std::int32_t term = 0;
  bool is_self = false;            // this store may propose under `term`
  std::int16_t kraft_version = 0;  // the level of Kafka's feature kraft.version, which is kept by the store and not in the records
};

// Told what happens, in order. [executor of the store]
class MetadataListener {
 public:
  // Forget everything: a snapshot follows, in one or more on_batch() with one and the same `end`, up to on_snapshot_end().
  virtual void on_snapshot_begin(MetadataPosition end) noexcept = 0;
  virtual void on_snapshot_end() noexcept = 0;
  // Records that no failure takes back.
  virtual void on_batch(const MetadataBatch& batch) noexcept = 0;
  // Comes after every record of earlier terms. Of a term's proposals nothing is written any more once another term was told.
  virtual void on_leader(const MetadataLeader& leader) noexcept = 0;
  // The store that keeps sessions lost this node's own: it counts as gone until it opens another. If it led, on_leader() follows and says
  // that it does so no more.
  virtual void on_session_lost() noexcept = 0;
  // The log has grown: a keep_snapshot() would let the store forget the older part of it.
  virtual void on_snapshot_wanted() noexcept = 0;
  // The store cannot go on, the node must stop.
  virtual void on_failed(Status reason) noexcept = 0;

 protected:
  ~MetadataListener() = default;
};

// What this store can do; constant once start() is done.
struct MetadataAbilities {
  bool proposes = false;        // this node may become the leader. Otherwise another program decides, and requests go to it
  bool keeps_sessions = false;  // the store itself notices brokers that are gone. Otherwise the leader does, by their heartbeats
  bool knows_offsets =
      false;  // next_offset() is known, which is what broker epochs are made of. Otherwise the store gives the epochs (open_session)
  bool wants_snapshots = false;
  bool fixed_features = false;  // the levels of features are the store's own: no proposal changes them
  // Records come back octet for octet, those of one proposal in one on_batch(), and offsets count records. Otherwise they come back in
  // another form that means the same, and offsets count what the store likes.
  bool keeps_records = false;
  // A store that does not lead is told everything as well. Otherwise it is told a snapshot at its start and from then
  // on configurations, its own session, who leads and, where the store keeps sessions, the leader's registration: before on_leader() names
  // it, or, when it is registered only afterwards, as soon as it is. What else there is comes to such a node from the program that leads.
  bool follows = false;
  std::uint32_t max_records = 0;  // of one proposal
  std::uint64_t max_bytes = 0;
  // A proposal of more records than this may be written in steps, in the order of its records. Each is told when it is written; when a
  // later one fails, what was told stays, and the proposal ends with kUnknown. The partitions of a topic are made at once: those that were
  // not reached are told with leader and epochs -1, until a change elects their leader. 0: none is.
  std::uint32_t atomic_records = 0;
};

// Who the stored metadata belongs to, as far as it is known without asking another machine.
struct MetadataIdentity {
  bool formatted = false;         // format() is not needed; false beside a storage that belongs to a cluster refuses the start
  Text cluster_id;                // empty: not known yet, it comes with start()
  std::int32_t node_id = -1;      // before: of who asks, -1: nobody; then: whose it is
  bool has_directory_ids = true;  // the records can say in which directory of a broker a replica lies
};

// What a new cluster begins with.
struct MetadataFormat {
  Text cluster_id;
  std::int32_t node_id = -1;
  const Bytes* records = nullptr;  // the level of metadata.version first
  std::size_t record_count = 0;
  std::int16_t kraft_version = 0;
  Text controller_listener;  // where this voter is reached, "NAME://host:port"; with kraft_version 1
};

struct MetadataStart {
  std::int32_t node_id = -1;
  Text cluster_id;  // of the node's storage; another one in the store is refused. Empty: whatever the store says
};

// A snapshot as its owner reads it out. One thread at a time, any thread.
class MetadataRecords {
 public:
  virtual bool next(Bytes& record) noexcept = 0;  // false: that was all. The view is valid until the next call

 protected:
  ~MetadataRecords() = default;
};

struct MetadataProposal {
  std::int32_t term = 0;          // kFenced when it is over
  std::int64_t base_offset = -1;  // the place that the first record must get: kUnavailable when it cannot; -1: any
  const Bytes* records = nullptr;
  std::size_t record_count = 0;
};

class MetadataStore : public Object {
 public:
  static constexpr Text kName = "metadata_store";
  static constexpr std::int32_t kRevision = 3;

  virtual Status identity(MetadataIdentity& identity) noexcept = 0;
  // Begins a cluster where there is none; may block. kExists where the same cluster is already there, kInvalid where another one is.
  virtual Status format(const MetadataFormat& format) noexcept = 0;

  // Tells `listener` a snapshot (empty where nothing was ever written), then everything after it, and who leads. Done when everything that
  // is stored here was told. The listener lives until stop() is done. Content that is damaged, or not this cluster's or this node's, is
  // refused with its name, and stays as it is. What cannot be reached ends the start with kUnavailable, after a time that has a limit.
  virtual Status start(const MetadataStart& start, MetadataListener& listener, Completion& completion) noexcept = 0;
  // Gives up leadership and session, and ends a start that is under way. Proposals still under way end with kUnknown. Afterwards nobody is
  // told anything, and the store may be started again.
  virtual Status stop(Completion& completion) noexcept = 0;
  // REQUIRES: start() is done.
  virtual MetadataAbilities abilities() noexcept = 0;

  // [leader] Adds all of the records, or none. Several may be under way; they take effect in order, and when one fails those behind it fail
  // too. Done after on_batch() told them: they are durable, on a majority where there is one. The views are valid until this returns.
  // kInvalid: no records. kExhausted: larger than abilities() say. kUnsupported: one of them has no place in this store. kUnavailable: not
  // now, or the metadata has changed meanwhile; nothing was written.
  // kUnknown: the outcome is not known, and the next on_leader() or on_batch() shows it. Until then no other proposal is taken
  // (kUnavailable); when they are again, and nothing was told, nothing was written.
  virtual Status propose(const MetadataProposal& proposal, Completion& completion) noexcept = 0;
  // [leader] The place of the first record of a proposal made now.
  virtual std::int64_t next_offset() noexcept = 0;

  // Where the store keeps sessions: registers this broker (a RegisterBrokerRecord, its epoch not yet known) for as long as it lives. Done
  // after on_batch() told the registration with its epoch, whether this node leads or not; whoever leads is told too, and when the broker
  // is gone, an UnregisterBrokerRecord. kExists: another session has the broker's id. Called again while the session lives, it changes what
  // the session says. kUnsupported elsewhere: there, registering is a request to the leader.
  virtual Status open_session(Bytes registration, Completion& completion) noexcept = 0;

  // Keeps the state at `end`, a place told before, so that older records may be forgotten. `records` lives until done. kInvalid: `end` is
  // older than a snapshot that is kept. kUnsupported: no snapshots are wanted.
  virtual Status keep_snapshot(MetadataPosition end, MetadataRecords& records, Completion& completion) noexcept = 0;

  // An author's class has all of these functions; they may throw.
  template <class T, class Id>
  class Guarded;

 protected:
  ~MetadataStore() = default;
};

template <class T, class Id>
class MetadataStore::Guarded final : public MetadataStore {
 public:
  Guarded(Host& host, const typename T::Options& options) : author_(host, options) {}

  Status identity(MetadataIdentity& out) noexcept override {
    return detail::guarded(Id::text(), "identity", [&] { return author_.identity(out); });
  }
  Status format(const MetadataFormat& format) noexcept override {
    return detail::guarded(Id::text(), "format", [&] { return author_.format(format); });
  }
  Status start(const MetadataStart& start, MetadataListener& listener, Completion& completion) noexcept override {
    return detail::guarded(Id::text(), "start", [&] { return author_.start(start, listener, completion); });
  }
  Status stop(Completion& completion) noexcept override {
    return detail::guarded(Id::text(), "stop", [&] { return author_.stop(completion); });
  }
  MetadataAbilities abilities() noexcept override {
    return detail::guarded_value(MetadataAbilities{}, [&] { return author_.abilities(); });
  }
  Status propose(const MetadataProposal& proposal, Completion& completion) noexcept override {
    return detail::guarded(Id::text(), "propose", [&] { return author_.propose(proposal, completion); });
  }
  std::int64_t next_offset() noexcept override {
    return detail::guarded_value(std::int64_t{-1}, [&] { return author_.next_offset(); });
  }
  Status open_session(Bytes registration, Completion& completion) noexcept override {
    return detail::guarded(Id::text(), "open_session", [&] { return author_.open_session(registration, completion); });
  }
  Status keep_snapshot(MetadataPosition end, MetadataRecords& records, Completion& completion) noexcept override {
    return detail::guarded(Id::text(), "keep_snapshot", [&] { return author_.keep_snapshot(end, records, completion); });
  }
  void* find(Text interface_id) noexcept override {
    if constexpr (requires { author_.find(interface_id); }) return author_.find(interface_id);
    return nullptr;
  }

 private:
  T author_;
};

}  // namespace barnabas::sdk
