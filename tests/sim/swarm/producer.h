// A producer of a simulated run. The careful kind is idempotent: at most five batches of a partition are on their way, and each is sent
// again, with the same sequence, until the broker has said where it is. Where the broker has lost what came before, what was sent is given
// up, for it may be there, and the partition goes on with a new producer id: what is under way to others keeps the old one. The careless
// kind sends each once and asks no more.
#pragma once

#include <deque>
#include <map>

#include "kernel/record/batch_builder.h"
#include "sim/swarm/actor.h"

namespace barnabas::sim {

class Producer final : public Actor {
 public:
  Producer(Scene& scene, int number, bool is_careful);

  bool is_done() const override;
  std::string state() const override;

 private:
  struct Batch {
    RecordId first = 0;
    std::uint32_t count = 0;
    std::int32_t sequence = 0;
    std::int64_t timestamp_ms = 0;
    bool on_its_way = false;
    bool was_sent = false;
    bool was_refused = false;
    std::uint32_t life = 0;  // of the broker, when it was sent first
  };
  // What goes to one partition.
  struct Line {
    std::size_t topic = 0;
    std::int32_t partition = 0;
    std::deque<Batch> batches;
    std::uint32_t next_number = 0;
    std::int32_t next_sequence = 0;
    std::int64_t producer_id = -1;
    std::int16_t producer_epoch = -1;
    bool asks = false;
    bool begins_anew = false;  // with an id that it shares with nobody
    std::int64_t rest_until_ns = 0;
    bool said_farewell = false;  // after everything healed
  };
  using Answer = wire::ProduceResponse::PartitionProduceResponse;
  using Key = std::pair<std::size_t, std::int32_t>;

  void act() override;
  std::int64_t pause_ns() override;
  void ask_for_an_id(const Key& key, Line& line);
  void begin_batch(Line& line);
  void pump(const Key& key, Line& line);
  void send(const Key& key, Line& line, Batch& batch);
  void answered(const Key& key, RecordId first, std::int64_t id_then, Moment asked, const Answer* answer);
  void lost(Line& line);
  void refused(Line& line, std::size_t index, wire::ErrorCode error);
  const std::string& where(const Line& line) const {
    return scene_.history.name(scene_.topics[line.topic].places[static_cast<std::size_t>(line.partition)]);
  }
  bool goes_to(const SceneTopic& topic) const { return !topic.goes && (topic.lasting || !by_name_); }
  bool is_gone(const Line& line) const { return scene_.topics[line.topic].goes; }

  const std::size_t number_;
  const bool careful_;
  const bool by_name_;
  const std::int16_t acks_;
  std::map<Key, Line> lines_;
  record::BatchBuilder builder_;
};

}  // namespace barnabas::sim
