// Settings of Kafka's clients, as the tools take them: a properties file, and name=value texts on top of it.
#pragma once

#include <initializer_list>
#include <map>
#include <string>

#include "kernel/base/result.h"
#include "tools/barnabas/options.h"

namespace barnabas::tools {

using Properties = std::map<std::string, std::string>;

// Where a group of properties comes from on a command line.
struct PropertyFlags {
  const char* file = nullptr;      // --command-config FILE
  const char* old_file = nullptr;  // its name before Kafka 4.2; using it prints Kafka's warning
  const char* text = nullptr;      // --command-property NAME=VALUE
  const char* old_text = nullptr;
};

// `warning` is what Kafka's tool begins its warning about an old name with: "Option" or "Warning:".
Result<Properties> read_properties(const Options& options, const PropertyFlags& flags, const char* warning = "Option");

// Refuses what these tools cannot do (TLS, SASL), so that nobody believes that it was done.
Status check_client_properties(const Properties& properties);

// "true" in any case, as in Java's Boolean.parseBoolean; and "false", as Kafka's settings of that type take it.
bool is_true(std::string_view text);
bool is_false(std::string_view text);

}  // namespace barnabas::tools
