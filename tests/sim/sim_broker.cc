#include "sim/sim_broker.h"

namespace barnabas::sim {
namespace {

constexpr std::int64_t kPatienceNs = 60'000'000'000;

// Deployments of these tests ask nothing of the machine.
class NoSurroundings final : public config::Surroundings {
 public:
  std::optional<std::string> environment(const std::string&) override { return std::nullopt; }
  Result<std::string> read_file(const std::string& path) override { return Status::not_found(path + " is not there"); }
  std::string host_name() override { return "simulated"; }
};

}  // namespace

SimBroker::SimBroker(SimWorld& world, testing::SimulatedDisk& disk, const std::string& deployment, const std::string& host,
                     std::size_t loops)
    : world_(world),
      env_(std::make_unique<SimEnv>(world, "broker " + host, disk, SimEnvOptions{.loops = loops, .host = host})),
      registry_(own_registry_) {
  registry_.scan(BARNABAS_BINARY_DIR "/lib/barnabas/plugins", true);
  load(deployment);
}

SimBroker::SimBroker(SimWorld& world, testing::SimulatedDisk& disk, const std::string& deployment, const SimEnvOptions& options,
                     host::Registry& registry)
    : world_(world), env_(std::make_unique<SimEnv>(world, "broker " + options.host, disk, options)), registry_(registry) {
  load(deployment);
}

void SimBroker::load(const std::string& deployment) {
  NoSurroundings surroundings;
  loaded_ = config::load_text(deployment, "simulated.yaml", {}, surroundings);
  config::check_plugins(loaded_.deployment, registry_, loaded_.findings);
  if (loaded_.findings.has_errors()) failure_ = loaded_.findings.text();
}

SimBroker::~SimBroker() {
  env_->end();  // connections use the node
  node_.reset();
  env_.reset();
}

void SimBroker::begin_start() {
  if (!failure_.empty()) return;
  node_ = std::make_unique<node::Node>(*env_, registry_, loaded_.deployment);
  world_.run_on(static_cast<SimLoop&>(env_->loop(0)), [this] {
    node_->start(
        [this](Status status) {
          start_ended_ = true;
          serves_ = status.ok();
          if (!status.ok()) failure_ = std::string(message_of(status));
        },
        [this](Status status) {
          serves_ = false;
          failure_ = std::string(message_of(status));
        });
  });
}

bool SimBroker::start() {
  begin_start();
  if (failure_.empty() && !world_.run_until([&] { return start_ended_; }, kPatienceNs)) failure_ = "the start does not end";
  return failure_.empty();
}

bool SimBroker::stop() {
  bool ended = false;
  Status outcome;
  world_.run_on(static_cast<SimLoop&>(env_->loop(0)), [&] {
    node_->stop([&](Status status) {
      ended = true;
      outcome = std::move(status);
    });
  });
  return world_.run_until([&] { return ended; }, kPatienceNs) && outcome.ok();
}

}  // namespace barnabas::sim
