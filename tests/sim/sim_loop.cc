#include "sim/sim_loop.h"

#include "sim/sim_env.h"
#include "sim/sim_network.h"
#include "sim/sim_stream.h"

#include <algorithm>

namespace barnabas::sim {

SimLoop::SimLoop(SimEnv& env, std::size_t index)
    : env_(env),
      world_(env.world()),
      index_(index),
      name_(env.name() + "/" + std::to_string(index)),
      number_(world_.join(*this)),
      random_(world_.random().next()),
      receive_buffer_(std::size_t{64} << 10) {
  begin_turn();
}

SimLoop::~SimLoop() { world_.leave(*this); }

sdk::Clock& SimLoop::clock() { return env_.clock(); }

void SimLoop::connect(const base::Address& to, std::unique_ptr<base::StreamHandler> handler) {
  world_.network().connect(*this, to, std::move(handler));
}

void SimLoop::post(sdk::Task& task) noexcept {
  // A number, not an address: addresses are used again, and differently in each run.
  const std::uint64_t poster = world_.current() == nullptr ? 0 : world_.current()->number_;
  auto queue = std::find_if(queues_.begin(), queues_.end(), [&](const Queue& one) { return one.poster == poster; });
  if (queue == queues_.end()) queue = queues_.insert(queue, Queue{poster, {}});
  queue->tasks.push_back(&task);
}

sdk::TimerId SimLoop::after(std::int64_t delay_ns, sdk::Task& task) noexcept {
  return world_.at(world_.now_ns() + std::max<std::int64_t>(delay_ns, 0), *this, [this, &task] {
    world_.note(name_ + " timer");
    task.run();
  });
}

void SimLoop::offload(sdk::Task& work, sdk::Task& done) noexcept {
  if (env_.ending()) {  // there is no later any more
    work.run();
    post(done);
    return;
  }
  env_.begin_offload();
  world_.at(world_.now_ns() + world_.between(0, world_.rules().offload_cost_max_ns), *this, [this, &work, &done] {
    world_.note(name_ + " work");
    work.run();
    post(done);
    env_.end_offload();
  });
}

void SimLoop::begin_turn() {
  turn_mono_ns_ = env_.clock().mono_ns();
  turn_wall_ms_ = env_.clock().wall_ms();
  env_.simulated_disk().set_time(turn_wall_ms_);
}

bool SimLoop::busy() const {
  return std::any_of(queues_.begin(), queues_.end(), [](const Queue& queue) { return !queue.tasks.empty(); });
}

void SimLoop::run_task(std::size_t queue) {
  world_.note(name_ + " task " + std::to_string(queue));
  sdk::Task* task = queues_[queue].tasks.front();
  queues_[queue].tasks.pop_front();
  task->run();
}

SimStream& SimLoop::adopt(std::unique_ptr<SimStream> stream) { return *streams_.emplace_back(std::move(stream)); }

void SimLoop::destroy(SimStream& stream) {
  const auto found = std::find_if(streams_.begin(), streams_.end(), [&](const auto& one) { return one.get() == &stream; });
  const std::unique_ptr<SimStream> last = std::move(*found);
  streams_.erase(found);
}

void SimLoop::die() {
  for (const auto& stream : streams_) stream->die();
}

bool SimLoop::wind_up() {
  world_.run_on(*this, [this] {
    for (std::size_t i = 0; i < streams_.size(); ++i) streams_[i]->end();
    for (std::size_t queue = 0; queue < queues_.size(); ++queue) {
      for (std::size_t count = queues_[queue].tasks.size(); count != 0; --count) run_task(queue);
    }
  });
  return busy() || !streams_.empty();
}

}  // namespace barnabas::sim
