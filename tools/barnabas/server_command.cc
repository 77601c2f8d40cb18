// barnabas server start: a broker from one file, until SIGTERM, SIGHUP or Ctrl-C.
#include <fmt/format.h>
#include <signal.h>

#include <cstdio>
#include <cstdlib>

#include "kernel/io/machine.h"
#include "kernel/io/real_env.h"
#include "kernel/node/capacity.h"
#include "kernel/node/node.h"
#include "tools/barnabas/assembly.h"
#include "tools/barnabas/command.h"

namespace barnabas::tools {
namespace {

constexpr const char* kUsage =
    "usage: barnabas server start [FILE.yaml|server.properties] [--override KEY=VALUE]…\n"
    "\n"
    "Runs a broker until SIGTERM or Ctrl-C. Without a file: segment storage under ./data on 127.0.0.1:9092.\n"
    "KEY is one of Kafka's broker keys (listeners, log.dirs, num.partitions, …) or a path in the YAML file\n"
    "that begins with '/' (/storage/use).\n";

// Nothing when the arguments make no sense; a message was printed.
std::optional<config::LoadRequest> parse(const Arguments& arguments) {
  config::LoadRequest request;
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    const std::string& word = arguments[i];
    if (word == "--override" && i + 1 < arguments.size()) {
      request.overrides.push_back(arguments[++i]);
    } else if (word.starts_with("--override=")) {
      request.overrides.push_back(word.substr(11));
    } else if (word.starts_with("-")) {
      std::fprintf(stderr, "barnabas server start: '%s' is not known%s\n%s", word.c_str(),
                   word == "--override" ? " without KEY=VALUE behind it" : "", kUsage);
      return std::nullopt;
    } else if (!request.path) {
      request.path = word;
    } else {
      std::fprintf(stderr, "barnabas server start: one file is enough, '%s' is the second\n%s", word.c_str(), kUsage);
      return std::nullopt;
    }
  }
  return request;
}

// Nothing that is wrong: findings were printed otherwise.
bool prepare(const config::LoadRequest& request, const base::Machine& machine, Assembly& assembly) {
  assemble(request, assembly);
  if (!assembly.loaded.findings.has_errors())
    node::check_capacity(assembly.loaded.deployment, machine, config::Severity::kError, assembly.loaded.findings);
  std::fputs(assembly.loaded.findings.text().c_str(), stderr);
  return !assembly.loaded.findings.has_errors();
}

// A second signal does not wait for the first one's good manners. It ends the process without asking this thread, which may wait for a
// device; the next start recovers, as after a kill.
void let_signals_end() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

class Server {
 public:
  Server(io::RealEnv& env, host::Registry& registry, const config::Deployment& deployment, const base::Machine& machine)
      : env_(env), deployment_(deployment), node_(env, registry, deployment, machine) {}

  int run() {
    if (Status status = env_.on_stop_signal([this](int) { stop(); }); !status.ok()) return fail(status);
    node_.start([this](Status status) { started(std::move(status)); },
                [this](Status status) {
                  fail(status);
                  stop();
                });
    if (!ended_) env_.run();
    return exit_code_;
  }

 private:
  int fail(const Status& status) {
    std::fprintf(stderr, "barnabas server: %s\n", std::string(message_of(status)).c_str());
    return exit_code_ = 1;
  }

  void started(Status status) {
    if (!status.ok()) {
      fail(status);
      return stop();
    }
    for (const config::Listener& listener : deployment_.listeners)
      env_.log(sdk::LogLevel::kInfo, fmt::format("serving {} on {}, cluster {}, node {}", listener.name,
                                                 base::to_string(node_.address(listener.name)), node_.cluster_id(), deployment_.node_id));
  }

  void stop() {
    if (stopping_) {
      env_.stop();
      return;
    }
    stopping_ = true;
    let_signals_end();
    node_.stop([this](Status status) {
      if (!status.ok()) fail(status);
      ended_ = true;
      env_.stop();
    });
  }

  io::RealEnv& env_;
  const config::Deployment& deployment_;
  node::Node node_;
  int exit_code_ = 0;
  bool stopping_ = false;
  bool ended_ = false;
};

// Everything that could be closed is closed by then.
[[noreturn]] void end_at_once() {
  std::fputs("barnabas server: work that a plugin was given does not end; the process ends without it\n", stderr);
  std::_Exit(1);
}

int start(const Arguments& arguments) {
  const auto request = parse(arguments);
  if (!request) return 2;
  Assembly assembly;
  const base::Machine machine = io::measure_machine();
  if (!prepare(*request, machine, assembly)) return 1;
  const config::Deployment& deployment = assembly.loaded.deployment;
  const std::size_t loops = deployment.loops > 0 ? static_cast<std::size_t>(deployment.loops) : machine.cores;
  auto env = io::make_env({.loops = std::min<std::size_t>(loops, 64), .on_endless_work = end_at_once});
  if (!env) {
    std::fprintf(stderr, "barnabas server: %s\n", std::string(message_of(env.status())).c_str());
    return 1;
  }
  return Server(**env, assembly.plugins, deployment, machine).run();
}

}  // namespace

int server_command(const Arguments& arguments) {
  if (arguments.empty() || arguments[0] != "start") {
    const bool help = !arguments.empty() && (arguments[0] == "--help" || arguments[0] == "-h");
    std::fputs(kUsage, help ? stdout : stderr);
    return help ? 0 : 2;
  }
  if (arguments.size() > 1 && (arguments[1] == "--help" || arguments[1] == "-h")) {
    std::fputs(kUsage, stdout);
    return 0;
  }
  return start(arguments);
}

}  // namespace barnabas::tools
