// Which brokers are alive, as far as their heartbeats say. Known to the leader alone and never written: a new leader gives everybody a
// whole session from its beginning.
//
// Pure: times come in. One thread at a time.
#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "kernel/base/uuid.h"

namespace barnabas::controller {

class Sessions {
 public:
  explicit Sessions(std::int64_t timeout_ns) : timeout_ns_(timeout_ns) {}

  // A sign of life; an epoch other than the last one begins a new session.
  void touch(std::int32_t broker, std::int64_t epoch, std::int64_t now_ns);
  // How far the broker has applied the metadata, as it said itself.
  void note_offset(std::int32_t broker, std::int64_t metadata_offset);
  // The broker waits to be let go once everybody has seen `offset`.
  void begin_shutdown(std::int32_t broker, std::int64_t offset);
  // The leader itself stood still for that long: heartbeats that came meanwhile wait to be read, so nobody's time has run.
  void forgive(std::int64_t pause_ns);
  void forget(std::int32_t broker) { sessions_.erase(broker); }
  void clear() {
    sessions_.clear();
    followed_.clear();
    following_.clear();
    renewed_.clear();
    renewing_.clear();
  }

  bool alive(std::int32_t broker, std::int64_t epoch, std::int64_t now_ns) const;
  bool known(std::int32_t broker) const { return sessions_.count(broker) != 0; }
  // Brokers whose session is over.
  std::vector<std::int32_t> expired(std::int64_t now_ns) const;
  // -1: no shutdown was begun.
  std::int64_t shutdown_offset(std::int32_t broker) const;
  // Whether every broker with a live session has applied the metadata up to `offset`; the one that asks is not waited for.
  bool everybody_has(std::int64_t offset, std::int32_t except, std::int64_t now_ns) const;
  std::int64_t timeout_ns() const { return timeout_ns_; }

  // Where the store keeps the sessions: the registrations by which leaders of partitions were chosen. One look at the partitions at a
  // time; it may have to begin again before it ends, and counts once it is written.
  void begin_following();
  void end_following(bool written);
  void follow(std::int32_t broker, std::int64_t epoch) { following_.insert_or_assign(broker, epoch); }
  bool follows(std::int32_t broker, std::int64_t epoch) const;
  // The look went through all partitions.
  void settle() { settled_ = true; }
  bool settled() const { return settled_; }
  // What looks that did not come to the end have begun anew for this registration of its leader.
  void renew(const Uuid& topic, std::int32_t partition, std::int64_t epoch) { renewing_.insert_or_assign({topic, partition}, epoch); }
  bool is_renewed(const Uuid& topic, std::int32_t partition, std::int64_t epoch) const;

 private:
  struct Session {
    std::int64_t epoch = -1;
    std::int64_t seen_ns = 0;
    std::int64_t metadata_offset = -1;
    std::int64_t shutdown_offset = -1;
  };

  std::int64_t timeout_ns_;
  std::map<std::int32_t, Session> sessions_;
  std::map<std::int32_t, std::int64_t> followed_;
  std::map<std::int32_t, std::int64_t> following_;
  std::map<std::pair<Uuid, std::int32_t>, std::int64_t> renewed_;
  std::map<std::pair<Uuid, std::int32_t>, std::int64_t> renewing_;
  bool settled_ = true;
};

}  // namespace barnabas::controller
