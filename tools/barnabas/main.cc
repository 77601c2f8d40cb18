// barnabas: one program for the broker and for everything around it.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>

#include "tools/barnabas/command.h"

namespace barnabas::tools {

std::span<const Command> commands() {
  static constexpr Command kCommands[] = {
      {"server", "kafka-server-start.sh", "server start [FILE]: run a broker", server_command, "start"},
      {"topics", "kafka-topics.sh", "create, list, describe, alter and delete topics", topics_command},
      {"produce", "kafka-console-producer.sh", "send lines of standard input as records", produce_command},
      {"consume", "kafka-console-consumer.sh", "print records of a topic", consume_command},
      {"configs", "kafka-configs.sh", "show and change topic and broker configuration", configs_command},
      {"groups", "kafka-consumer-groups.sh", "list, describe, reset and delete consumer groups; say why they rebalance", groups_command},
      {"cluster", "kafka-cluster.sh", "describe the cluster and its brokers", cluster_command},
      {"log", "kafka-dump-log.sh", "log dump: print segments, indexes and snapshots", log_command, "dump"},
      {"metadata", "kafka-metadata-shell.sh", "show the cluster's metadata as its files or its ZooKeeper keep it", metadata_command,
       "shell"},
      {"storage", "kafka-storage.sh", "format data directories and look at them", storage_command},
      {"config", "", "validate, explain and render deployment files", config_command},
      {"plugins", "", "list and inspect plugins, begin and test your own", plugins_command},
      {"partitioner", "", "partitioner explain: where each partitioner would send a record", partitioner_command},
      {"wire", "", "wire decode: print a captured request or response", wire_command},
  };
  return kCommands;
}

namespace {

void print_usage(std::FILE* to) {
  std::fputs("usage: barnabas COMMAND [ARGUMENTS]\n\n", to);
  for (const Command& command : commands())
    std::fprintf(to, "  %-12.*s%.*s\n", static_cast<int>(command.name.size()), command.name.data(), static_cast<int>(command.about.size()),
                 command.about.data());
  std::fputs("\n`barnabas COMMAND --help` says more. Kafka's script names (kafka-topics.sh, …) are links to this program.\n", to);
}

int run(std::string_view program, Arguments arguments) {
  program = program.substr(program.rfind('/') + 1);
  for (const Command& command : commands()) {
    if (command.kafka_name != program) continue;
    if (!command.implied.empty()) arguments.emplace(arguments.begin(), command.implied);
    return command.run(arguments);
  }
  if (arguments.empty()) {
    print_usage(stderr);
    return 2;
  }
  const std::string name = arguments.front();
  if (name == "--help" || name == "-h" || name == "help") {
    print_usage(stdout);
    return 0;
  }
  if (name == "--version") {
    std::puts(kVersion);
    return 0;
  }
  arguments.erase(arguments.begin());
  for (const Command& command : commands())
    if (command.name == name) return command.run(arguments);
  std::fprintf(stderr, "barnabas: there is no command '%s'\n\n", name.c_str());
  print_usage(stderr);
  return 2;
}

// Whoever starts a program with its standard streams closed gives it the numbers 0, 1 and 2 for the next files that it opens: what is
// printed would then end up in a socket or a segment.
void occupy_standard_streams() {
  int descriptor = 0;
  while (descriptor >= 0 && descriptor <= 2) descriptor = open("/dev/null", O_RDWR);
  if (descriptor > 2) close(descriptor);
}

// What was printed has to have arrived: a full disk behind standard output is a failure of the command.
int after_output(int code) {
  if ((std::fflush(stdout) == 0 && std::ferror(stdout) == 0) || code != 0) return code;
  std::fprintf(stderr, "barnabas: cannot write to standard output%s%s\n", errno == 0 ? "" : ": ", errno == 0 ? "" : std::strerror(errno));
  return 1;
}

}  // namespace
}  // namespace barnabas::tools

int main(int argc, char** argv) {
  barnabas::tools::occupy_standard_streams();
  try {
    return barnabas::tools::after_output(barnabas::tools::run(argv[0], {argv + 1, argv + argc}));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "barnabas: %s\n", error.what());
    return 1;
  }
}
