// The described options of a plugin, as its manifest states them, and the check of a `config:` block against them.
//
// Plain values. Text forms of values are the canonical ones of sdk::Setting: numbers in decimal, sizes in octets, times in milliseconds.
#pragma once

#include <barnabas/sdk/describe.h>

#include "kernel/base/result.h"
#include "kernel/config/findings.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace barnabas::config {

using sdk::OptionType;

struct OptionSchema {
  std::string name;
  OptionType type = OptionType::kText;
  std::string help;
  bool required = false;
  bool secret = false;
  std::string default_value;               // canonical; of every type but a list
  std::vector<std::string> default_items;  // of a list
  std::optional<std::int64_t> min;         // in the canonical unit
  std::optional<std::int64_t> max;
  std::vector<std::string> choices;
};

struct PluginSchema {
  std::string kind;
  std::string id;
  std::vector<OptionSchema> options;

  const OptionSchema* find(std::string_view name) const;
};

std::string_view type_name(OptionType type);  // as in a manifest: "bool", "int32", …
std::optional<OptionType> parse_type_name(std::string_view name);
// "a number of 1..9", "a size such as 64 MiB", …: what would be right.
std::string expected(const OptionSchema& option);

// One value as somebody wrote it, not yet checked.
struct RawSetting {
  std::string name;
  std::vector<std::string> values;  // exactly one unless is_list
  bool is_list = false;
  bool is_quoted = false;      // of a single value
  bool is_secret = false;      // it came from ${env:…} or ${file:…}
  bool is_unresolved = false;  // what it refers to is missing, which was said already
  bool only_if_known = false;  // derived from a Kafka key: dropped without a word where the plugin has no such option
  Position name_at;
  Position at;
};

// One value that was checked against a schema, in canonical form.
struct Setting {
  std::string name;
  std::string value;
  std::vector<std::string> items;  // of a list
  bool is_list = false;
  bool is_secret = false;
  Position at;
};

// The settings that are right; what is wrong goes to `findings`. `block_at` is where a missing required option is reported.
std::vector<Setting> check_settings(const PluginSchema& schema, const std::vector<RawSetting>& raw, const Position& block_at,
                                    Findings& findings);

// Canonical form of one value, or one sentence without a place that says what would be right.
Result<std::string> canonical_value(const OptionSchema& option, std::string_view written, bool is_quoted);

// For settings that come from elsewhere than check_settings: the same schema against values already canonical.
Status check_canonical(const PluginSchema& schema, const std::vector<Setting>& settings);

}  // namespace barnabas::config
