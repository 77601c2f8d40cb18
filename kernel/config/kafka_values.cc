// Kafka's checks of a configuration value, in Kafka's words.
#include "kernel/config/kafka_keys.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <limits>
#include <optional>

#include <fmt/format.h>

namespace barnabas::config {

namespace {

bool same_letters(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

Status wrong(const KafkaKey& key, std::string_view value, std::string_view why) {
  return Status::invalid(fmt::format("Invalid value {} for configuration {}: {}", key.is_secret() ? "[hidden]" : value, key.name, why));
}

template <class T>
std::optional<T> parse(std::string_view text) {
  if (text.starts_with("+-")) return std::nullopt;
  if (text.starts_with('+')) text.remove_prefix(1);
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// "[1,...]", "[1,...,9]" and "[1,...,9] or -1".
struct Range {
  double min = std::numeric_limits<double>::lowest();
  double max = std::numeric_limits<double>::max();
  std::optional<double> or_else;
  std::string_view min_text;
  std::string_view max_text;
};

std::optional<Range> parse_range(std::string_view valid) {
  const auto dots = valid.find(",...");
  const auto end = valid.find(']');
  if (!valid.starts_with('[') || dots == std::string_view::npos || end == std::string_view::npos) return std::nullopt;
  Range range;
  range.min_text = valid.substr(1, dots - 1);
  const auto min = parse<double>(range.min_text);
  if (!min) return std::nullopt;
  range.min = *min;
  if (dots + 5 < end) {
    range.max_text = valid.substr(dots + 5, end - dots - 5);
    range.max = parse<double>(range.max_text).value_or(range.max);
  }
  constexpr std::string_view kOr = "] or ";
  if (const auto at = valid.find(kOr); at != std::string_view::npos) range.or_else = parse<double>(valid.substr(at + kOr.size()));
  return range;
}

Status check_number(const KafkaKey& key, std::string_view value, double number) {
  const auto range = parse_range(key.valid);
  if (!range || (range->or_else && *range->or_else == number)) return {};
  const bool inside = number >= range->min && number <= range->max;
  if (!inside && range->or_else)
    return wrong(key, value,
                 fmt::format("Value must be between {} and {} or equal to {}", range->min_text, range->max_text, *range->or_else));
  if (number < range->min) return wrong(key, value, fmt::format("Value must be at least {}", range->min_text));
  if (number > range->max) return wrong(key, value, fmt::format("Value must be no more than {}", range->max_text));
  return {};
}

template <class T>
Status check_integer(const KafkaKey& key, std::string_view value, std::string_view type) {
  const auto number = parse<T>(trimmed(value));
  if (!number) return wrong(key, value, fmt::format("Not a number of type {}", type));
  return check_number(key, value, static_cast<double>(*number));
}

// "PnDTnHnMn.nS" with at least one of its parts, in this order, none of them negative.
bool is_duration(std::string_view text) {
  if (text.empty() || std::toupper(static_cast<unsigned char>(text[0])) != 'P') return false;
  text.remove_prefix(1);
  std::string_view units = "DTHMS";
  bool any = false;
  while (!text.empty()) {
    std::size_t digits = 0;
    while (digits < text.size() && ((text[digits] >= '0' && text[digits] <= '9') || text[digits] == '.')) ++digits;
    if (digits == text.size()) return false;
    const auto unit = units.find(static_cast<char>(std::toupper(static_cast<unsigned char>(text[digits]))));
    if (unit == std::string_view::npos) return false;
    const char name = units[unit];
    if ((name == 'T') != (digits == 0) || (name != 'S' && text.substr(0, digits).find('.') != std::string_view::npos)) return false;
    if (units[0] == 'D' && name != 'D' && name != 'T') return false;  // hours and below come behind the T
    any = name != 'T';
    units.remove_prefix(unit + 1);
    text.remove_prefix(digits + 1);
  }
  return any;
}

// A choice that stands for more than itself, such as by_duration:PnDTnHnMn.nS.
constexpr std::string_view kDuration = ":PnDTnHnMn.nS";
bool fits(std::string_view choice, std::string_view item) {
  if (!choice.ends_with(kDuration)) return choice == item;
  choice.remove_suffix(kDuration.size() - 1);
  return item.starts_with(choice) && is_duration(item.substr(choice.size()));
}

Status check_choice(const KafkaKey& key, std::string_view value, std::string_view item) {
  constexpr std::string_view kAnyCase = "(case insensitive) ";
  std::string_view valid = key.valid;
  const bool any_case = valid.starts_with(kAnyCase);
  if (any_case) valid.remove_prefix(kAnyCase.size());
  if (!valid.starts_with('[') || !valid.ends_with(']')) return {};
  valid = valid.substr(1, valid.size() - 2);
  const auto choices = split_list(valid);
  const bool found = std::any_of(choices.begin(), choices.end(),
                                 [&](const std::string& choice) { return any_case ? same_letters(choice, item) : fits(choice, item); });
  if (found) return {};
  if (choices.back().ends_with(kDuration))
    return wrong(key, value,
                 fmt::format("Invalid value `{}` for configuration {}. The value must be either 'earliest', 'latest' or of the format "
                             "'by_duration:<PnDTnHnMn.nS>'.",
                             value, key.name));
  return wrong(key, value, fmt::format("String must be one of{}: {}", any_case ? " (case insensitive)" : "", valid));
}

// "0:1,1:2" or "*".
Status check_replicas(const KafkaKey& key, std::string_view value) {
  const auto items = split_list(value);
  const auto is_pair = [](const std::string& item) {
    const auto colon = item.find(':');
    const auto digits = [](std::string_view text) {
      return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    };
    return colon != std::string::npos && digits(std::string_view(item).substr(0, colon)) &&
           digits(std::string_view(item).substr(colon + 1));
  };
  if ((items.size() == 1 && items[0] == "*") || std::all_of(items.begin(), items.end(), is_pair)) return {};
  return wrong(key, value,
               fmt::format("{} must be the literal '*' or a list of replicas in the following format: {}", key.name, key.valid));
}

Status check_list(const KafkaKey& key, std::string_view value) {
  if (key.valid.starts_with("[partitionId]")) return check_replicas(key, value);
  const auto items = split_list(value);
  if (key.valid == "non-empty list" && items.empty()) return wrong(key, value, "Configuration must not be empty");
  for (const std::string& item : items) {
    if (item.empty()) return wrong(key, value, "The list has an empty item");
    BARNABAS_TRY(check_choice(key, item, item));
  }
  return {};
}

// "10.0.0.1:100,host:5". Java's split leaves out what is empty at the end.
Status check_address_limits(const KafkaKey& key, std::string_view value) {
  std::vector<std::string> items = split_list(value);
  while (!items.empty() && items.back().empty()) items.pop_back();
  for (const std::string& item : items) {
    const auto colon = item.rfind(':');
    const auto count = colon == std::string::npos ? std::nullopt : parse<std::int32_t>(trimmed(std::string_view(item).substr(colon + 1)));
    if (!count || *count < 0 || trimmed(std::string_view(item).substr(0, colon)).empty())
      return wrong(key, value, fmt::format("'{}' is no address with its number of connections, such as 10.0.0.1:100", item));
  }
  return {};
}

}  // namespace

std::string_view trimmed(std::string_view value) {
  while (!value.empty() && static_cast<unsigned char>(value.front()) <= ' ') value.remove_prefix(1);
  while (!value.empty() && static_cast<unsigned char>(value.back()) <= ' ') value.remove_suffix(1);
  return value;
}

std::optional<std::int64_t> integer_of(std::string_view value) { return parse<std::int64_t>(trimmed(value)); }

std::optional<bool> boolean_of(std::string_view value) {
  const std::string_view text = trimmed(value);
  if (same_letters(text, "true")) return true;
  return same_letters(text, "false") ? std::optional(false) : std::nullopt;
}

Status check_value(const KafkaKey& key, std::string_view value) {
  const std::string_view text = trimmed(value);
  switch (key.type) {
    case KafkaType::kBoolean:
      return same_letters(text, "true") || same_letters(text, "false") ? Status()
                                                                       : wrong(key, value, "Expected value to be either true or false");
    case KafkaType::kShort:
      return check_integer<std::int16_t>(key, value, "SHORT");
    case KafkaType::kInt:
      return check_integer<std::int32_t>(key, value, "INT");
    case KafkaType::kLong:
      return check_integer<std::int64_t>(key, value, "LONG");
    case KafkaType::kDouble: {
      const auto number = parse<double>(text);
      return number ? check_number(key, value, *number) : wrong(key, value, "Not a number of type DOUBLE");
    }
    case KafkaType::kList:
      return check_list(key, text);
    case KafkaType::kString:
      if (key.name == "max.connections.per.ip.overrides") return check_address_limits(key, text);
      if (key.valid == "non-empty string" && text.empty()) return wrong(key, value, "String must be non-empty");
      return check_choice(key, value, text);
    case KafkaType::kClass:
    case KafkaType::kPassword:
      return {};
  }
  return {};
}

}  // namespace barnabas::config
