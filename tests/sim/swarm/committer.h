// A client that keeps its place in a group without members: commits ever higher offsets, one at a time, and asks now and then what is
// committed.
#pragma once

#include "sim/swarm/actor.h"

namespace barnabas::sim {

class Committer final : public Actor {
 public:
  Committer(Scene& scene, int number);

  bool is_done() const override { return farewell_ == Farewell::kTold; }
  std::string state() const override { return "committed " + std::to_string(offset_); }

 private:
  enum class Farewell : std::uint8_t { kNone, kCommitted, kTold };

  void act() override;
  std::int64_t pause_ns() override;
  void find_coordinator();
  void commit();
  void look();
  std::string key() const { return group_ + " of " + scene_.topics.front().name; }

  const std::string group_;
  std::int64_t offset_ = 0;
  bool asks_ = false;
  bool knows_coordinator_ = false;
  Farewell farewell_ = Farewell::kNone;
};

}  // namespace barnabas::sim
