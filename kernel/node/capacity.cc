#include "kernel/node/capacity.h"

#include <fmt/format.h>

#include "kernel/node/settings.h"
#include "kernel/wire/decode_limit.h"

namespace barnabas::node {
namespace {

// What a loop takes before anybody has asked for anything, and what a request may be taken apart into while it is served.
constexpr std::uint64_t kLoopBytes = 2 << 20;
constexpr std::uint64_t kLeastConnections = 16;

class Capacity {
 public:
  Capacity(const config::Deployment& deployment, const base::Machine& machine, config::Severity severity, config::Findings& findings)
      : deployment_(deployment),
        machine_(machine),
        severity_(severity),
        findings_(findings),
        settings_(connection_settings(deployment, machine)) {}

  void check() {
    check_files();
    check_memory();
    check_frames();
    check_loops();
  }

 private:
  void say(const config::Position& at, std::string message) {
    if (severity_ == config::Severity::kError) return findings_.error(at, std::move(message));
    findings_.warn(at, std::move(message));
  }
  // Where the limit was said; the storage's place, or none, where it is a default.
  config::Position place_of(std::string_view key) const {
    const config::KafkaSetting* said = deployment_.kafka.find(key);
    return said != nullptr ? said->at : deployment_.storage.at;
  }

  void check_files() {
    const std::uint64_t files = storage_files(deployment_);
    const std::uint64_t beside = files + kOwnFiles + settings_.broker_connections;
    const bool is_said = deployment_.kafka.find("max.connections") != nullptr;
    const std::uint64_t connections = is_said ? settings_.connections : kLeastConnections;
    if (beside + connections <= machine_.open_files) return;
    const std::string parts = fmt::format("{} files of the storage (max_open_files), {} connections of brokers and {} of its own", files,
                                          settings_.broker_connections, kOwnFiles);
    if (beside + kLeastConnections > machine_.open_files)
      return say(place_of("max.connections"),
                 fmt::format("this process may have {} open files (RLIMIT_NOFILE) and needs {} for {}: raise the limit to {} or more",
                             machine_.open_files, beside, parts, beside + connections));
    say(place_of("max.connections"),
        fmt::format("max.connections is {}, which with {} takes {} open files; this process may have {} (RLIMIT_NOFILE): set "
                    "max.connections to at most {}, or raise the limit to {}",
                    connections, parts, beside + connections, machine_.open_files, machine_.open_files - beside, beside + connections));
  }

  void check_memory() {
    const std::uint64_t loops = deployment_.loops > 0 ? static_cast<std::uint64_t>(deployment_.loops) : machine_.cores;
    const std::uint64_t stored = storage_memory_bytes(deployment_);
    const std::uint64_t beside = stored + settings_.connections * kIdleConnectionBytes + loops * (kLoopBytes + wire::kMostDecodedBytes);
    const std::uint64_t in_all = settings_.request_memory_bytes + settings_.answer_memory_bytes + beside;
    if (in_all <= machine_.memory_bytes) return;
    const std::uint64_t left = machine_.memory_bytes > beside ? (machine_.memory_bytes - beside) / 2 : 0;
    say(place_of("queued.max.request.bytes"),
        fmt::format("limits of memory add up to {} octets, and {} has {}: {} for requests (queued.max.request.bytes) and as many for "
                    "answers, {} for records in memory (max_bytes), {} for {} connections and {} loops; {}",
                    in_all, machine_.memory_is_of, machine_.memory_bytes, settings_.request_memory_bytes, stored, beside - stored,
                    settings_.connections, loops,
                    left < kLeastRequestBytes ? "allow fewer connections or records in memory"
                                              : fmt::format("set queued.max.request.bytes to at most {}", left)));
  }

  void check_frames() {
    const config::KafkaSetting* said = deployment_.kafka.find("socket.request.max.bytes");
    const auto wanted = static_cast<std::uint64_t>(deployment_.kafka.integer("socket.request.max.bytes"));
    if (said == nullptr || wanted <= settings_.request_memory_bytes) return;
    findings_.warn(said->at,
                   fmt::format("socket.request.max.bytes is {}, but all requests together may take {} (queued.max.request.bytes): "
                               "larger ones are refused",
                               wanted, settings_.request_memory_bytes));
  }

  void check_loops() {
    if (deployment_.loops <= 0 || static_cast<std::uint32_t>(deployment_.loops) <= machine_.cores) return;
    findings_.warn(deployment_.storage.at, fmt::format("/node/loops is {} on {} cores: more loops than cores take turns on them, and serve "
                                                       "nobody faster; 0 makes one for each core",
                                                       deployment_.loops, machine_.cores));
  }

  static constexpr std::uint64_t kLeastRequestBytes = 1 << 20;

  const config::Deployment& deployment_;
  const base::Machine& machine_;
  const config::Severity severity_;
  config::Findings& findings_;
  const ConnectionLimits::Settings settings_;
};

}  // namespace

void check_capacity(const config::Deployment& deployment, const base::Machine& machine, config::Severity severity,
                    config::Findings& findings) {
  Capacity(deployment, machine, severity, findings).check();
}

}  // namespace barnabas::node
