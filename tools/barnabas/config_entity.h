// What a command line of `barnabas configs` means: the kind of resource, and which of them. One thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/base/result.h"
#include "tools/barnabas/blocking_client.h"
#include "tools/barnabas/options.h"

namespace barnabas::tools {

struct EntityKind {
  std::int8_t type;         // of the protocol
  std::string_view plural;  // "topics"
  std::string_view word;    // "topic"
  std::string_view flag;    // "topic", the short form
  std::int8_t source;       // of what was set on one of them
  bool is_looked_up;        // whether there is such a one is known from a list, not from the answer to its name
};

struct Entity {
  const EntityKind* kind = nullptr;
  std::optional<std::string> name;  // nothing: all of them, one by one
  bool is_default = false;          // what all brokers share

  std::int8_t type() const { return kind->type; }
  bool is_broker() const;
  // The source of what was set on this very entity.
  std::int8_t own_source() const;
  std::string described() const;
  // Who knows the configuration of `one`: a broker its own, of everything else any. REQUIRES: of brokers, names_of() has listed it.
  client::Target asked(const std::string& one) const;
};

// What the options say, or one sentence for the user.
Result<Entity> entity_of(const Options& options);
// All that there are of a kind.
Result<std::vector<std::string>> names_of(BlockingClient& client, const EntityKind& kind);
std::string_view config_source_name(std::int8_t source);  // "DYNAMIC_TOPIC_CONFIG"

}  // namespace barnabas::tools
