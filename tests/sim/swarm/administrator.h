// An administrator of a simulated run: makes and deletes a topic under the same name again and again, deletes records, changes settings,
// and looks whether what it made is there. One question at a time; an answer that did not come leaves open what was done, until the
// metadata tell it.
#pragma once

#include "sim/swarm/actor.h"

namespace barnabas::sim {

class Administrator final : public Actor {
 public:
  Administrator(Scene& scene, int number, bool changes_things);

  // The topics that last, from the first moment on.
  bool is_ready() const { return made_ == scene_.swarm.topics; }
  bool is_done() const override { return is_ready() && !asks_ && (fleeting_ == Fleeting::kAbsent || fleeting_ == Fleeting::kPresent); }
  std::string state() const override { return std::to_string(made_) + " topics made"; }

 private:
  enum class Fleeting : std::uint8_t { kAbsent, kPresent, kUnknown, kGoing };

  void act() override;
  std::int64_t pause_ns() override { return (made_ < scene_.swarm.topics ? 20 : 100 + below(500)) * kMillisecondNs; }
  void make(const std::string& name, std::uint32_t partitions, bool lasting);
  void look_for(const std::string& name, std::uint32_t partitions, bool lasting);
  void found(const std::string& name, const sdk::Uuid& id, std::uint32_t partitions, bool lasting);
  void delete_fleeting();
  void delete_records();
  void change_setting();

  const bool changes_things_;
  std::uint32_t made_ = 0;
  bool doubts_ = false;  // whether the next lasting topic is there
  Fleeting fleeting_ = Fleeting::kAbsent;
  std::size_t fleeting_topic_ = 0;
  bool asks_ = false;
};

}  // namespace barnabas::sim
