// A loop of a simulated process, on the world's one thread. Tasks that one loop posts to another keep their order; between posters the seed
// decides.
#pragma once

#include "kernel/base/env.h"
#include "sim/sim_world.h"

#include <deque>
#include <memory>
#include <string>
#include <vector>

namespace barnabas::sim {

class SimEnv;
class SimStream;

class SimLoop final : public base::Loop {
 public:
  SimLoop(SimEnv& env, std::size_t index);
  ~SimLoop();

  std::size_t index() const override { return index_; }
  sdk::Clock& clock() override;
  sdk::Random& random() override { return random_; }
  void connect(const base::Address& to, std::unique_ptr<base::StreamHandler> handler) override;
  std::int64_t turn_mono_ns() const override { return turn_mono_ns_; }
  std::int64_t turn_wall_ms() const override { return turn_wall_ms_; }

  void post(sdk::Task& task) noexcept override;
  sdk::TimerId after(std::int64_t delay_ns, sdk::Task& task) noexcept override;
  void cancel(sdk::TimerId timer) noexcept override { world_.cancel(timer); }
  void offload(sdk::Task& work, sdk::Task& done) noexcept override;

  // --- for the world and its network ---

  SimWorld& world() { return world_; }
  SimEnv& env() { return env_; }
  const std::string& name() const { return name_; }
  void begin_turn();
  std::size_t queue_count() const { return queues_.size(); }
  bool has_task(std::size_t queue) const { return !queues_[queue].tasks.empty(); }
  bool busy() const;
  void run_task(std::size_t queue);
  sdk::MutableBytes receive_buffer() { return {receive_buffer_.data(), receive_buffer_.size()}; }
  SimStream& adopt(std::unique_ptr<SimStream> stream);
  void destroy(SimStream& stream);
  void die();  // the process is gone without a word
  // The process ends: streams are closed and what is posted runs once more. True while there may be more.
  bool wind_up();

 private:
  struct Queue {
    std::uint64_t poster;  // a loop's number; 0: the test itself
    std::deque<sdk::Task*> tasks;
  };

  SimEnv& env_;
  SimWorld& world_;
  const std::size_t index_;
  const std::string name_;
  const std::uint64_t number_;
  sdk::SplitMix random_;
  std::vector<Queue> queues_;
  std::vector<std::unique_ptr<SimStream>> streams_;
  std::vector<std::uint8_t> receive_buffer_;
  std::int64_t turn_mono_ns_ = 0;
  std::int64_t turn_wall_ms_ = 0;
};

}  // namespace barnabas::sim
