// A consumer of a simulated run: reads every partition from its beginning and follows it, with or without fetch sessions (KIP-227), by name
// or by id. It never jumps unless it is told that its position does not exist.
#pragma once

#include <map>

#include "kernel/record/codecs.h"
#include "kernel/record/record_reader.h"
#include "sim/swarm/actor.h"

namespace barnabas::sim {

class Reader final : public Actor {
 public:
  // `is_last`: it reads once everything that there is, and then says so to the history.
  Reader(Scene& scene, int number, bool is_last = false);

  bool is_done() const override;
  std::string state() const override;

 private:
  struct Following {
    std::size_t topic = 0;
    std::int32_t partition = 0;
    std::int64_t position = 0;
    std::int64_t begin = -1;          // where the first record that it got lies
    std::int64_t told_position = -1;  // of the session
    bool is_lost = false;             // its position does not exist; a better one is being asked for
    bool at_end = false;
    Watch watch;
  };
  using Key = std::pair<std::size_t, std::int32_t>;
  using Answer = wire::FetchResponse::PartitionData;
  struct Asked;

  void act() override;
  std::int64_t pause_ns() override;
  std::size_t place(const Following& one) const { return scene_.topics[one.topic].places[static_cast<std::size_t>(one.partition)]; }
  void follow_topics();
  void fetch();
  void took(const Asked& asked, client::Reply<wire::FetchResponse>& reply);
  void took(Following& one, std::int64_t asked_offset, Moment asked, Answer& answer);
  void take_records(Following& one, Moment asked, const Answer& answer);
  void refused(Following& one, wire::ErrorCode error);
  void look_for_position(Following& one);
  void ask_for_position(const Key& key, std::int64_t timestamp, std::function<void(std::int64_t)> then);

  const bool is_last_;
  const bool by_name_;
  const bool in_session_;
  const std::int32_t most_bytes_;
  std::map<Key, Following> followed_;
  bool asks_ = false;
  std::int32_t session_id_ = 0;
  std::int32_t session_epoch_ = 0;
  record::Codecs codecs_;
  record::RecordReader records_;
};

}  // namespace barnabas::sim
