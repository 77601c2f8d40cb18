// What all clients of a simulated run share: a process with a network of its own, a clock to act by, and the scene that they all play in.
//
// Requests view what their author keeps; a call here keeps it until the answer came. On the world's one thread.
#pragma once

#include <barnabas/sdk/split_mix.h>

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/base/task.h"
#include "kernel/client/client.h"
#include "sim/sim_env.h"
#include "sim/swarm/history.h"
#include "sim/swarm/mischief.h"
#include "sim/swarm/swarm.h"

namespace barnabas::sim {

constexpr std::int64_t kMillisecondNs = 1'000'000;
constexpr std::int64_t kSecondNs = 1'000 * kMillisecondNs;
constexpr std::int16_t kLastFetchByName = 12;
constexpr std::int16_t kLastProduceByName = 12;

struct SceneTopic {
  std::string name;
  sdk::Uuid id;
  std::vector<std::size_t> places;  // of its partitions
  bool lasting = true;              // nobody deletes it
  bool goes = false;                // somebody is about to, or has done so
};

struct Scene {
  SimWorld& world;
  const Swarm& swarm;
  History& history;
  Mischief& mischief;
  std::deque<SceneTopic> topics = {};
  bool settling = false;  // nothing fails any more, and nobody begins anything new

  SceneTopic& add_topic(std::string name, const sdk::Uuid& id, std::uint32_t partitions, bool lasting) {
    SceneTopic topic{std::move(name), id, {}, lasting};
    for (std::uint32_t i = 0; i < partitions; ++i) topic.places.push_back(history.add_place(topic.name + "-" + std::to_string(i)));
    return topics.emplace_back(std::move(topic));
  }
};

class Actor {
 public:
  Actor(Scene& scene, const std::string& name, int number);
  virtual ~Actor();
  Actor(const Actor&) = delete;
  Actor& operator=(const Actor&) = delete;

  // It says and hears nothing any more.
  void leave_the_scene();
  // Everything that it wanted has come to its end.
  virtual bool is_done() const = 0;
  virtual std::string state() const = 0;  // for whoever asks why it is not done
  const std::string& name() const { return env_->name(); }

 protected:
  // Every so often, until the end of the run.
  virtual void act() = 0;
  virtual std::int64_t pause_ns() { return below(20) * kMillisecondNs + kMillisecondNs; }

  // `kept` lives until `then` was called.
  template <class Response, class Request, class Kept>
  void call(const Request& request, std::shared_ptr<Kept> kept, std::function<void(Result<client::Reply<Response>>)> then,
            std::int16_t max_version = INT16_MAX) {
    client_->call<Response>(
        client::Target::any(), request,
        [kept = std::move(kept), here = here_, then = std::move(then)](Result<client::Reply<Response>> reply) {
          if (*here) then(std::move(reply));
        },
        max_version);
  }

  std::int64_t below(std::uint64_t bound) { return static_cast<std::int64_t>(random_.next() % bound); }
  bool one_in(std::uint64_t count) { return random_.next() % count == 0; }
  // What it knows, in the trace.
  void note(std::string_view what) { scene_.world.note(name() + ": " + std::string(what)); }
  std::int64_t now_ns() const { return scene_.world.now_ns(); }
  base::Loop& loop() { return env_->loop(0); }
  SimLoop& sim_loop() { return static_cast<SimLoop&>(env_->loop(0)); }
  static client::ClientSettings client_settings();

  Scene& scene_;

 private:
  const std::shared_ptr<bool> here_ = std::make_shared<bool>(true);
  testing::SimulatedDisk disk_;
  std::unique_ptr<SimEnv> env_;
  sdk::SplitMix random_;
  std::unique_ptr<client::Client> client_;
  base::Timer timer_;
};

}  // namespace barnabas::sim
