// barnabas metadata / kafka-metadata-shell.sh: looks into snapshots and logs of the cluster's metadata, ours or Apache Kafka's.
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <iostream>

#include "kernel/io/real_env.h"
#include "tools/barnabas/codec_loader.h"
#include "tools/barnabas/metadata/shell.h"
#include "tools/barnabas/options.h"

namespace barnabas::tools {
namespace {

namespace po = boost::program_options;

void converse(MetadataShell& shell) {
  const bool is_typed = isatty(STDIN_FILENO) != 0;
  for (std::string line; !shell.ended();) {
    if (is_typed) fmt::print(">> ");
    std::fflush(stdout);
    if (!std::getline(std::cin, line)) return;
    shell.run_line(line);
  }
}

}  // namespace

int metadata_command(const Arguments& arguments) {
  Options options(
      "usage: barnabas metadata cat|find|ls|tree [PATH...] --snapshot FILE\n"
      "       barnabas metadata shell --snapshot FILE [COMMAND [PATH...]]\n"
      "       kafka-metadata-shell.sh --snapshot FILE [COMMAND [PATH...]]\n"
      "Without a command the shell reads them from standard input; `help` lists them. It ends with 0 whatever was not there, as Kafka's "
      "does.");
  options.add()("snapshot,s", po::value<std::string>(),
                "a .checkpoint or .log of __cluster_metadata-0, or a folder with both: its newest state")(
      "words", po::value<std::vector<std::string>>()->default_value({}, ""), "the command and its paths");
  options.take_words_as("words");
  if (const auto code = options.parse(arguments)) return *code;
  std::vector<std::string> words = options.texts("words");
  if (words.empty()) return options.refuse("say what to do: cat, find, ls, tree or shell");
  const bool is_shell = words.front() == "shell";
  if (is_shell) words.erase(words.begin());
  if (!words.empty() && !MetadataShell::is_single(words.front()))
    return options.refuse(fmt::format("invalid choice: '{}' (choose from 'cat', 'find', 'ls', 'tree')", words.front()));
  if (!is_shell && words == std::vector<std::string>{"tree"}) words.push_back("/");
  if (!options.has("snapshot")) return options.refuse("argument --snapshot/-s is required: what to read");

  auto env = io::make_env({.loops = 1, .log_level = sdk::LogLevel::kWarn});
  if (!env) return 1;
  CodecLoader loader(**env);
  auto file = read_metadata(options.text("snapshot"), loader.load());
  if (!file) {
    fmt::print(stderr, "{}\n", message_of(file.status()));
    return 1;
  }
  if (file->unread_bytes > 0)
    fmt::print(stderr, "{}: the last {} octets are no whole batch; what is shown is the state before them\n", options.text("snapshot"),
               file->unread_bytes);
  const MetadataNode root = metadata_tree(*file);
  MetadataShell shell(root, is_shell ? stdout : stderr);  // where Kafka's has them
  if (words.empty()) return converse(shell), 0;
  const bool all = shell.run(words);
  return all || is_shell ? 0 : 1;
}

}  // namespace barnabas::tools
