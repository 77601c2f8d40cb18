// Kafka's rules for names of topics. [any thread]
#pragma once

#include <algorithm>
#include <string_view>

namespace barnabas::broker {

inline bool is_valid_topic_name(std::string_view name) {
  const auto is_legal = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '_' || c == '-';
  };
  return !name.empty() && name.size() <= 249 && name != "." && name != ".." && std::all_of(name.begin(), name.end(), is_legal);
}

// Those that Kafka keeps its own state in; clients may read them but not write.
inline bool is_internal_topic(std::string_view name) {
  return name == "__consumer_offsets" || name == "__transaction_state" || name == "__share_group_state";
}

}  // namespace barnabas::broker
