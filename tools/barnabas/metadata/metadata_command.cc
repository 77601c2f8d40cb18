// barnabas metadata / kafka-metadata-shell.sh: looks into snapshots and logs of the cluster's metadata, or into its znodes, ours or Apache
// Kafka's.
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <iostream>

#include "kernel/io/real_env.h"
#include "tools/barnabas/codec_loader.h"
#include "tools/barnabas/metadata/metadata_store_look.h"
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

// From the one source that is named.
Result<MetadataFile> read_source(const Options& options, base::Env& env) {
  CodecLoader loader(env);
  if (options.has("snapshot")) return read_metadata(options.text("snapshot"), loader.load());
  Assembly assembly;
  config::LoadRequest request;
  if (options.has("config")) request.path = options.text("config");
  if (options.has("zookeeper")) request.overrides = {"/metadata/use=zookeeper", "zookeeper.connect=" + options.text("zookeeper")};
  assemble(request, assembly);
  if (assembly.loaded.findings.has_errors()) {
    std::string text = assembly.loaded.findings.text();
    text.pop_back();  // the end of its last line
    return Status::invalid(text);
  }
  return look_at_metadata(assembly, env, loader.load());
}

}  // namespace

int metadata_command(const Arguments& arguments) {
  Options options(
      "usage: barnabas metadata cat|find|ls|tree [PATH...] --snapshot FILE | --zookeeper SERVERS | --config FILE\n"
      "       barnabas metadata shell --snapshot FILE | --zookeeper SERVERS | --config FILE [COMMAND [PATH...]]\n"
      "       kafka-metadata-shell.sh --snapshot FILE [COMMAND [PATH...]]\n"
      "Without a command the shell reads them from standard input; `help` lists them. It ends with 0 whatever was not there, as Kafka's "
      "does.");
  options.add()("snapshot,s", po::value<std::string>(),
                "a .checkpoint or .log of __cluster_metadata-0, or a folder with both: its newest state")(
      "zookeeper,z", po::value<std::string>(),
      "HOST:PORT of each server of an ensemble, with commas between, and at the end perhaps a path: the cluster that is there. Nothing is "
      "written; access control, quotas and credentials are not shown")(
      "config,c", po::value<std::string>(), "a deployment (YAML or a server.properties): wherever its metadata is")(
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
  if (options.has("snapshot") + options.has("zookeeper") + options.has("config") != 1)
    return options.refuse("one of the arguments --snapshot/-s, --zookeeper/-z and --config/-c is required: what to read");

  auto env = io::make_env({.loops = 1, .log_level = sdk::LogLevel::kWarn});
  if (!env) return 1;
  auto file = read_source(options, **env);
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
