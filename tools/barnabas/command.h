// A command of the program: its words, what it is for, and the function that runs it.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace barnabas::tools {

using Arguments = std::vector<std::string>;

// Each returns the exit code: 0 done, 1 failed, 2 wrong use. Output goes to standard output, what went wrong to standard error.
int server_command(const Arguments& arguments);
int config_command(const Arguments& arguments);
int plugins_command(const Arguments& arguments);
int storage_command(const Arguments& arguments);
int wire_command(const Arguments& arguments);
int log_command(const Arguments& arguments);
int metadata_command(const Arguments& arguments);
int topics_command(const Arguments& arguments);
int configs_command(const Arguments& arguments);
int cluster_command(const Arguments& arguments);
int groups_command(const Arguments& arguments);
int produce_command(const Arguments& arguments);
int consume_command(const Arguments& arguments);
int partitioner_command(const Arguments& arguments);

// What --version prints.
inline constexpr const char* kVersion = "barnabas 0.1.0";

struct Command {
  std::string_view name;        // `barnabas NAME …`
  std::string_view kafka_name;  // the script of Apache Kafka that it stands in for; empty: none
  std::string_view about;
  int (*run)(const Arguments&);
  std::string_view implied = "";  // the first argument when it is called by Kafka's name
};

std::span<const Command> commands();

}  // namespace barnabas::tools
