#include "sim/swarm/actor.h"

namespace barnabas::sim {

Actor::Actor(Scene& scene, const std::string& name, int number)
    : scene_(scene),
      disk_(static_cast<std::uint64_t>(number)),
      env_(std::make_unique<SimEnv>(scene.world, name, disk_, SimEnvOptions{.host = "10.0.1." + std::to_string(number)})),
      random_(scene.world.random().next()),
      client_(std::make_unique<client::Client>(env_->loop(0), client_settings())),
      timer_(env_->loop(0), [this] {
        timer_.start(pause_ns());
        act();
      }) {
  timer_.start(kMillisecondNs);
}

Actor::~Actor() { leave_the_scene(); }

void Actor::leave_the_scene() {
  *here_ = false;
  timer_.cancel();
  client_.reset();
  env_->end();
}

client::ClientSettings Actor::client_settings() {
  client::ClientSettings settings;
  settings.bootstrap = {{"10.0.0.1", 9092}};
  settings.connection.connect_timeout_ns = kSecondNs;
  settings.connection.request_timeout_ns = 2 * kSecondNs;
  return settings;
}

}  // namespace barnabas::sim
