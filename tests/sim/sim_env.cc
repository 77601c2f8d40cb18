#include "sim/sim_env.h"

#include "sim/sim_network.h"

namespace barnabas::sim {

namespace {
constexpr std::string_view kLevels[] = {"DEBUG", "INFO", "WARN", "ERROR"};
constexpr int kMostEndRounds = 10'000;
}  // namespace

SimEnv::SimEnv(SimWorld& world, std::string name, testing::SimulatedDisk& disk, const SimEnvOptions& options)
    : world_(world), name_(std::move(name)), disk_(disk), options_(options) {
  disk_.trace([this](const std::string& operation) { world_.note(name_ + " disk " + operation); });
  for (std::size_t i = 0; i < options_.loops; ++i) loops_.push_back(std::make_unique<SimLoop>(*this, i));
}

SimEnv::~SimEnv() {
  end();
  disk_.trace(nullptr);
}

void SimEnv::end() {
  if (ending_) return;
  // Work that was handed to helper threads ends before the process does.
  world_.run_until([this] { return offloads_ == 0; }, 2 * world_.rules().offload_cost_max_ns + 1'000'000'000);
  ending_ = true;
  bool more = true;
  for (int round = 0; more && round < kMostEndRounds; ++round) {
    more = false;
    world_.network().give_up(*this);
    for (const auto& loop : loops_) more |= loop->wind_up();
  }
}

void SimEnv::go_down() {
  world_.note(name_ + " goes down");
  for (const auto& loop : loops_) loop->die();
  down_ = true;
  if (!disk_.crashed()) disk_.crash_at(1);
}

void SimEnv::log(sdk::LogLevel level, std::string_view message) {
  std::string line = std::string(kLevels[static_cast<std::size_t>(level)]) + " " + std::string(message);
  world_.note(name_ + " log " + line);
  logged_.push_back(std::move(line));
}

Result<std::unique_ptr<base::Listener>> SimEnv::listen(const base::Address& address, base::AcceptHandler accept) {
  return world_.network().listen(*this, address, std::move(accept));
}

}  // namespace barnabas::sim
