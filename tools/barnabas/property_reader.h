// Values of client properties by their names, with Kafka's sentences for wrong ones.
#pragma once

#include <fmt/format.h>

#include <charconv>
#include <string>

#include "kernel/config/kafka_keys.h"
#include "tools/barnabas/client_properties.h"

namespace barnabas::tools {

class PropertyReader {
 public:
  explicit PropertyReader(const Properties& properties) : properties_(properties) {}

  std::string text(const char* name, const char* otherwise = "") const {
    const auto found = properties_.find(name);
    return found == properties_.end() ? otherwise : found->second;
  }

  // Leaves `value` as it is where the property is not there.
  template <class T>
  Status number(const char* name, T& value, T at_least) const {
    const std::string whole = text(name);
    const std::string_view given = config::trimmed(whole);
    if (given.empty()) return {};
    T read = 0;
    const auto [end, error] = std::from_chars(given.data(), given.data() + given.size(), read);
    if (error != std::errc() || end != given.data() + given.size() || read < at_least)
      return Status::invalid(
          fmt::format("Invalid value {} for configuration {}: a number of at least {} is expected", given, name, at_least));
    value = read;
    return {};
  }

  Status flag(const char* name, bool& value) const {
    const std::string given = text(name);
    if (given.empty()) return {};
    if (!is_true(given) && !is_false(given))
      return Status::invalid(fmt::format("Invalid value {} for configuration {}: Expected value to be either true or false", given, name));
    value = is_true(given);
    return {};
  }

 private:
  const Properties& properties_;
};

}  // namespace barnabas::tools
