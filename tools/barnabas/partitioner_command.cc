// barnabas partitioner explain: where each installed partitioner would send a record. Needs no broker.
#include <fmt/format.h>

#include <cstdio>

#include "kernel/io/real_env.h"
#include "tools/barnabas/options.h"
#include "tools/barnabas/partitioner_loader.h"

namespace barnabas::tools {
namespace {

namespace po = boost::program_options;

int explain(const Options& options, std::int32_t partitions) {
  auto env = io::make_env({.workers = 1});
  if (!env) return std::fprintf(stderr, "barnabas partitioner: %s\n", std::string(message_of(env.status())).c_str()), 1;
  TopicFacts topic;
  topic.name = options.text("topic", "topic");
  topic.partitions.resize(static_cast<std::size_t>(partitions));
  for (std::int32_t i = 0; i < partitions; ++i) {
    topic.partitions[static_cast<std::size_t>(i)].index = i;
    topic.partitions[static_cast<std::size_t>(i)].leader = 0;
  }
  LineRecord record;
  if (options.has("key")) record.key = options.text("key");
  if (options.has("value")) record.value = options.text("value");
  PartitionerLoader loader(**env);
  std::puts(fmt::format("{:<20} {}", "PARTITIONER", "PARTITION").c_str());
  const std::vector<std::string> names = options.has("partitioner") ? std::vector{options.text("partitioner")} : loader.ids();
  bool all_chose = true;
  for (const std::string& name : names) {
    std::string id = name;
    std::string shown;
    if (auto made = loader.make(name, options.texts("partitioner-property")); !made) {
      shown = message_of(made.status());
    } else if (auto chosen = ask_partitioner(*made->partitioner, topic, record, (*env)->clock().wall_ms()); !chosen) {
      shown = message_of(chosen.status());
      id = made->id;
    } else {
      std::puts(fmt::format("{:<20} {}", made->id, *chosen).c_str());
      continue;
    }
    all_chose = false;
    std::puts(fmt::format("{:<20} none: {}", id, shown).c_str());
  }
  return all_chose ? 0 : 1;
}

}  // namespace

int partitioner_command(const Arguments& arguments) {
  Options options(
      "usage: barnabas partitioner explain [--key KEY] [--value VALUE] [--partitions N] [--topic TOPIC] [--partitioner NAME|FILE]");
  options.add()("key", po::value<std::string>(), "the record's key; none when left out")(
      "value", po::value<std::string>(), "the record's value; none when left out")("partitions", po::value<std::int32_t>(), "how many, 12")(
      "topic", po::value<std::string>(), "the topic's name, for partitioners that look at it")(
      "partitioner", po::value<std::string>(), "only this one: its name or its file; every installed one when left out")(
      "partitioner-property", po::value<std::vector<std::string>>()->composing(),
      "an option of it, name=value; once for each item of a list");
  const bool is_explain = !arguments.empty() && arguments.front() == "explain";
  if (const auto code = options.parse(is_explain ? Arguments(arguments.begin() + 1, arguments.end()) : arguments)) return *code;
  if (!is_explain) return options.refuse("say what to do: explain");
  if (options.has("partitioner-property") && !options.has("partitioner"))
    return options.refuse("--partitioner-property needs --partitioner");
  constexpr std::int32_t kMostPartitions = 1'000'000;
  const auto partitions = options.number<std::int32_t>("partitions", 12);
  if (partitions < 1 || partitions > kMostPartitions) return options.refuse("--partitions is a number from 1 to 1000000");
  return explain(options, partitions);
}

}  // namespace barnabas::tools
