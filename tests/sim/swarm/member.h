// A member of a group: what it is given it "reads" up to what is known to be there, commits that, and after a rebalance begins where the
// group was. By the classic protocol or the newer one.
#pragma once

#include <map>

#include "kernel/client/group_session.h"
#include "sim/swarm/actor.h"

namespace barnabas::sdk {
class Assignor;
}

namespace barnabas::sim {

class Member final : public Actor, private client::GroupSession::Owner {
 public:
  Member(Scene& scene, int number, sdk::Assignor& assignor);
  ~Member() override;

  bool is_done() const override;
  std::string state() const override { return ended_.empty() ? std::to_string(positions_.size()) + " partitions" : ended_; }

 private:
  void act() override;
  std::int64_t pause_ns() override { return 100 * kMillisecondNs; }
  void on_give_up(const client::TopicPartitions& keep, bool lost) override;
  void on_assigned(const client::TopicPartitions& partitions) override;
  void on_ended(const Status& why) override;

  std::string key(std::int32_t partition) const { return "group of " + topic_ + "-" + std::to_string(partition); }
  void look_where_to_begin();
  void commit(std::function<void()> then);
  bool wants(std::int32_t partition) const;

  const std::string topic_;
  std::unique_ptr<client::GroupSession> session_;
  client::TopicPartitions wanted_;
  std::map<std::int32_t, std::int64_t> positions_;
  bool looks_ = false;
  bool committed_after_all_ = false;
  int ticks_ = 0;
  std::string ended_;
};

}  // namespace barnabas::sim
