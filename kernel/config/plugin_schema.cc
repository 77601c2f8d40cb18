#include "kernel/config/plugin_schema.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>

namespace barnabas::config {

namespace {

constexpr std::pair<OptionType, std::string_view> kTypeNames[] = {
    {OptionType::kBool, "bool"}, {OptionType::kInt32, "int32"},   {OptionType::kInt64, "int64"}, {OptionType::kDouble, "double"},
    {OptionType::kText, "text"}, {OptionType::kTextList, "list"}, {OptionType::kSize, "size"},   {OptionType::kMillis, "time"}};

struct Unit {
  std::string_view name;
  std::int64_t factor;
};
constexpr Unit kSizeUnits[] = {{"B", 1}, {"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"TiB", std::int64_t{1} << 40}};
constexpr Unit kTimeUnits[] = {{"ms", 1}, {"s", 1000}, {"min", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}};

std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  // 010 is eight to some and ten to others.
  const std::string_view digits = text.starts_with('-') ? text.substr(1) : text;
  if (digits.size() > 1 && digits[0] == '0') return std::nullopt;
  return value;
}

template <std::size_t N>
std::optional<std::int64_t> parse_quantity(std::string_view text, const Unit (&units)[N]) {
  const auto split = std::find_if(text.begin(), text.end(), [](char c) { return c != '-' && (c < '0' || c > '9'); }) - text.begin();
  const auto number = parse_integer(text.substr(0, static_cast<std::size_t>(split)));
  std::string_view unit = text.substr(static_cast<std::size_t>(split));
  while (unit.starts_with(' ')) unit.remove_prefix(1);
  if (!number) return std::nullopt;
  if (unit.empty()) return number;
  for (const Unit& known : units) {
    std::int64_t product = 0;
    if (known.name == unit && !__builtin_mul_overflow(*number, known.factor, &product)) return product;
  }
  return std::nullopt;
}

std::optional<std::int64_t> parse_whole(const OptionSchema& option, std::string_view written) {
  switch (option.type) {
    case OptionType::kInt32: {
      const auto value = parse_integer(written);
      if (!value || *value < std::numeric_limits<std::int32_t>::min() || *value > std::numeric_limits<std::int32_t>::max())
        return std::nullopt;
      return value;
    }
    case OptionType::kInt64:
      return parse_integer(written);
    case OptionType::kSize:
      return parse_quantity(written, kSizeUnits);
    case OptionType::kMillis:
      return parse_quantity(written, kTimeUnits);
    default:
      return std::nullopt;
  }
}

bool in_range(const OptionSchema& option, double value) {
  return (!option.min || value >= static_cast<double>(*option.min)) && (!option.max || value <= static_cast<double>(*option.max));
}

// The largest unit that says the number without a remainder: 67108864 is "64 MiB" to a reader.
template <std::size_t N>
std::string in_units(std::int64_t value, const Unit (&units)[N]) {
  for (std::size_t i = N; i-- > 1;)
    if (value != 0 && value % units[i].factor == 0) return fmt::format("{} {}", value / units[i].factor, units[i].name);
  return fmt::format("{} {}", value, units[0].name);
}

std::string limit(const OptionSchema& option, std::int64_t value) {
  if (option.type == OptionType::kSize) return in_units(value, kSizeUnits);
  if (option.type == OptionType::kMillis) return in_units(value, kTimeUnits);
  return std::to_string(value);
}

std::string range_text(const OptionSchema& option) {
  const bool open = !option.max || *option.max == std::numeric_limits<std::int64_t>::max();
  if (!option.min) return {};
  if (open) return fmt::format(" of at least {}", limit(option, *option.min));
  return fmt::format(" from {} to {}", limit(option, *option.min), limit(option, *option.max));
}

Status refusal(const OptionSchema& option, std::string_view written, std::string_view hint = {}) {
  if (option.secret)
    return Status::invalid(fmt::format("'{}' must be {}; the value is secret and not shown", option.name, expected(option)));
  return Status::invalid(fmt::format("'{}' must be {}, but '{}' was found{}", option.name, expected(option), written, hint));
}

Status check_choice(const OptionSchema& option, std::string_view value) {
  if (option.choices.empty() || std::find(option.choices.begin(), option.choices.end(), value) != option.choices.end()) return {};
  return refusal(option, value, option.secret ? std::string() : did_you_mean(value, option.choices));
}

std::string_view bool_hint(std::string_view written) {
  for (const std::string_view word : {"yes", "on", "True", "TRUE", "y", "1"})
    if (written == word) return ": write true";
  for (const std::string_view word : {"no", "off", "False", "FALSE", "n", "0"})
    if (written == word) return ": write false";
  return {};
}

}  // namespace

const OptionSchema* PluginSchema::find(std::string_view name) const {
  const auto at = std::find_if(options.begin(), options.end(), [&](const OptionSchema& option) { return option.name == name; });
  return at == options.end() ? nullptr : &*at;
}

std::string_view type_name(OptionType type) {
  for (const auto& [known, name] : kTypeNames)
    if (known == type) return name;
  return "";
}

std::optional<OptionType> parse_type_name(std::string_view name) {
  for (const auto& [type, known] : kTypeNames)
    if (known == name) return type;
  return std::nullopt;
}

std::string expected(const OptionSchema& option) {
  if (!option.choices.empty()) return fmt::format("{}{}", option.type == OptionType::kTextList ? "a list of " : "", listed(option.choices));
  switch (option.type) {
    case OptionType::kBool:
      return "true or false";
    case OptionType::kInt32:
    case OptionType::kInt64:
      return "a whole number" + range_text(option);
    case OptionType::kDouble:
      return "a number" + range_text(option);
    case OptionType::kText:
      return "a text";
    case OptionType::kTextList:
      return "a list of texts, such as [a, b]";
    case OptionType::kSize:
      return option.min ? "a size" + range_text(option) : "a size, such as 64 MiB";
    case OptionType::kMillis:
      return option.min ? "a time" + range_text(option) : "a time, such as 10 s";
  }
  return "";
}

Result<std::string> canonical_value(const OptionSchema& option, std::string_view written, bool is_quoted) {
  switch (option.type) {
    case OptionType::kText:
    case OptionType::kTextList:
      if (Status status = check_choice(option, written); !status) return status;
      return std::string(written);
    case OptionType::kBool:
      if (!is_quoted && (written == "true" || written == "false")) return std::string(written);
      return refusal(option, written, is_quoted ? std::string_view(" in quotes") : bool_hint(written));
    case OptionType::kDouble: {
      double value = 0;
      const auto [end, error] = std::from_chars(written.data(), written.data() + written.size(), value);
      if (error != std::errc() || end != written.data() + written.size() || !std::isfinite(value) || !in_range(option, value))
        return refusal(option, written);
      return std::string(written);
    }
    default: {
      const auto value = parse_whole(option, written);
      if (!value || !in_range(option, static_cast<double>(*value))) return refusal(option, written);
      return std::to_string(*value);
    }
  }
}

namespace {

// The one setting, or nothing when findings were added.
std::optional<Setting> check_one(const OptionSchema& option, const RawSetting& raw, Findings& findings) {
  if (raw.is_unresolved) return std::nullopt;
  Setting setting{raw.name, {}, {}, option.type == OptionType::kTextList, option.secret || raw.is_secret, raw.at};
  const auto hidden = [&](const Status& status) {
    // What a secret held is not shown even where the option itself is not secret.
    if (raw.is_secret && !option.secret)
      return fmt::format("'{}' must be {}; the value came from outside and is not shown", option.name, expected(option));
    return std::string(message_of(status));
  };
  if (setting.is_list) {
    if (!raw.is_list) {
      findings.error(raw.at, fmt::format("'{}' must be {}, but one value was found: write [{}]", option.name, expected(option),
                                         raw.is_secret ? "…" : raw.values[0]));
      return std::nullopt;
    }
    for (const std::string& value : raw.values) {
      auto item = canonical_value(option, value, false);
      if (!item) return findings.error(raw.at, hidden(item.status())), std::nullopt;
      setting.items.push_back(*std::move(item));
    }
    return setting;
  }
  if (raw.is_list)
    return findings.error(raw.at, fmt::format("'{}' must be {}, but a list was found", option.name, expected(option))), std::nullopt;
  auto value = canonical_value(option, raw.values[0], raw.is_quoted);
  if (!value) return findings.error(raw.at, hidden(value.status())), std::nullopt;
  setting.value = *std::move(value);
  return setting;
}

}  // namespace

std::vector<Setting> check_settings(const PluginSchema& schema, const std::vector<RawSetting>& raw, const Position& block_at,
                                    Findings& findings) {
  std::vector<Setting> good;
  for (const RawSetting& each : raw) {
    const OptionSchema* option = schema.find(each.name);
    if (option == nullptr) {
      if (each.only_if_known) continue;
      std::vector<std::string> known;
      for (const OptionSchema& other : schema.options) known.push_back(other.name);
      const std::string has = known.empty() ? std::string("has no options")
                                            : fmt::format("has the option{} {}", known.size() == 1 ? "" : "s", listed(known, "and"));
      findings.error(each.name_at, fmt::format("unknown option '{}': {} '{}' {}{}", each.name, schema.kind, schema.id, has,
                                               did_you_mean(each.name, known)));
      continue;
    }
    if (auto setting = check_one(*option, each, findings)) good.push_back(*std::move(setting));
  }
  for (const OptionSchema& option : schema.options) {
    const bool said = std::any_of(raw.begin(), raw.end(), [&](const RawSetting& each) { return each.name == option.name; });
    if (option.required && !said)
      findings.error(block_at, fmt::format("{} '{}' needs the option '{}' in its config: {} ({})", schema.kind, schema.id, option.name,
                                           expected(option), option.help));
  }
  return good;
}

Status check_canonical(const PluginSchema& schema, const std::vector<Setting>& settings) {
  for (const Setting& setting : settings) {
    const OptionSchema* option = schema.find(setting.name);
    if (option == nullptr) return Status::invalid(fmt::format("{} '{}' has no option '{}'", schema.kind, schema.id, setting.name));
    if ((option->type == OptionType::kTextList) != setting.is_list)
      return Status::invalid(fmt::format("{} '{}': '{}' must be {}", schema.kind, schema.id, option->name, expected(*option)));
    for (const std::string& value : setting.is_list ? setting.items : std::vector<std::string>{setting.value}) {
      auto canonical = canonical_value(*option, value, false);
      if (!canonical) return Status::invalid(fmt::format("{} '{}': {}", schema.kind, schema.id, message_of(canonical.status())));
    }
  }
  for (const OptionSchema& option : schema.options) {
    const bool said = std::any_of(settings.begin(), settings.end(), [&](const Setting& each) { return each.name == option.name; });
    if (option.required && !said) return Status::invalid(fmt::format("{} '{}' needs the option '{}'", schema.kind, schema.id, option.name));
  }
  return {};
}

}  // namespace barnabas::config
