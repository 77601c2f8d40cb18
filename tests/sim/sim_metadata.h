// A metadata engine that several nodes share, simulated: one linearizable log, sessions that end when they are not heard of, one leader at
// a time. Messages between it and its clients take random times, in order, and can be lost for a while in either direction.
//
//   SimMetadata engine(host, {.follows = false}, seed);
//   SimMetadataStore one(engine, host_of_one), two(engine, host_of_two);   // sdk::MetadataStore
//   engine.deafen(one);   // what it sends arrives, and it hears nothing
//   engine.heal(one);     // its connection was reset; it makes another
//
// All on one thread.
#pragma once

#include <barnabas/sdk/metadata_store.h>
#include <barnabas/sdk/split_mix.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "kernel/base/task.h"

namespace barnabas::sim {

class SimMetadataStore;

struct SimMetadataRules {
  bool follows = true;  // as the ability of that name
  std::int64_t session_timeout_ns = 6'000'000'000;
  std::int64_t delay_max_ns = 3'000'000;  // of a message
};

// Messages one way, in order.
class SimPipe {
 public:
  SimPipe(sdk::Host& host, sdk::Random& random, std::int64_t delay_max_ns)
      : host_(host), random_(random), delay_max_ns_(delay_max_ns), timer_(host.executor(), [this] { deliver(); }) {}

  void send(std::function<void()> message);
  void reset() { messages_.clear(); }  // what is under way is lost

 private:
  struct Message {
    std::int64_t due_ns;
    std::function<void()> arrive;
  };
  void deliver();
  void wait();

  sdk::Host& host_;
  sdk::Random& random_;
  const std::int64_t delay_max_ns_;
  std::deque<Message> messages_;
  base::Timer timer_;
};

// What is in the log.
struct SimMetadataEntry {
  std::vector<std::string> records;
  sdk::MetadataPosition end;
  std::int64_t timestamp_ms = 0;
  std::int32_t broker = -1;  // whose registration begins or ends
};

class SimMetadata {
 public:
  SimMetadata(sdk::Host& host, const SimMetadataRules& rules, std::uint64_t seed);
  SimMetadata(const SimMetadata&) = delete;
  SimMetadata& operator=(const SimMetadata&) = delete;

  // --- What a test does ---

  void cut(SimMetadataStore& client);
  void deafen(SimMetadataStore& client);
  void heal(SimMetadataStore& client);
  void expire(SimMetadataStore& client);
  // Another client leads; the old leader is deaf. REQUIRES: there is another one.
  void depose(SimMetadataStore& leader);
  const std::vector<SimMetadataEntry>& log() const { return log_; }
  std::int32_t term() const { return term_; }
  // The cluster that is stored here; empty: none yet.
  const std::string& cluster_id() const { return cluster_id_; }

  // --- What clients ask, when it arrives ---

  // A session of before goes on unless it is over (0: there was none); the client is told what is behind `position`.
  // `connection` numbers the client's connections.
  void connect(SimMetadataStore& client, std::uint64_t connection, std::uint64_t session, const std::string& cluster_id,
               std::size_t position);
  void ping(SimMetadataStore& client, std::uint64_t session);
  void close(SimMetadataStore& client, std::uint64_t session);
  void propose(SimMetadataStore& client, std::uint64_t session, std::uint64_t request, std::int32_t term, std::vector<std::string> records);
  void open_session(SimMetadataStore& client, std::uint64_t session, std::uint64_t request, const std::string& registration);
  // The process of the client ended.
  void forget(SimMetadataStore& client);

  const SimMetadataRules& rules() const { return rules_; }
  sdk::Random& random() { return random_; }

 private:
  struct Session {
    std::int32_t node_id = -1;
    SimMetadataStore* client = nullptr;  // null: its process is gone
    std::int64_t seen_ns = 0;
    std::int64_t epoch = -1;  // of its registration; -1: there is none
  };

  bool touch(SimMetadataStore& client, std::uint64_t session);
  std::uint64_t session_of(const SimMetadataStore& client) const;
  void tell(SimMetadataStore& client, std::function<void(SimMetadataStore&)> news);
  void commit(std::vector<std::string> records, std::int32_t broker = -1);
  void tell_entry(const Session& to, const SimMetadataEntry& entry);
  void tell_all(SimMetadataStore& client);
  void tell_leader(SimMetadataStore& client);
  void tell_leaders_address(SimMetadataStore& client);
  void end_session(std::uint64_t session);
  void elect(const SimMetadataStore* except = nullptr);
  void expire_sessions();

  sdk::Host& host_;
  const SimMetadataRules rules_;
  sdk::SplitMix random_;
  std::string cluster_id_;
  std::vector<SimMetadataEntry> log_;
  std::int64_t next_offset_ = 0;
  std::map<std::uint64_t, Session> sessions_;
  std::uint64_t last_session_ = 0;
  std::int64_t last_broker_epoch_ = 0;
  std::uint64_t leader_ = 0;  // its session; 0: nobody leads
  std::int32_t leader_node_ = -1;
  std::int32_t term_ = 0;
  base::Timer timer_;
};

}  // namespace barnabas::sim
