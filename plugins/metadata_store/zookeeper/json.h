// JSON as Kafka writes it into znodes: compact, keys in the order in which they are added, text escaped as its library does. And objects as
// they are read: what a member must be is said where it is asked for. [any thread, each on its own object]
#pragma once

#include <boost/json/object.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/base/result.h"

namespace barnabas::metadata_zookeeper {

// With its quotes. What is no UTF-8 becomes U+FFFD, as in Java.
std::string quoted(std::string_view text);
std::string json_list(const std::vector<std::int32_t>& numbers);

class JsonObject {
 public:
  // `value` is JSON already.
  JsonObject& add(std::string_view key, std::string_view value);
  JsonObject& add(std::string_view key, std::int64_t value) { return add(key, std::to_string(value)); }
  std::string text() const { return '{' + members_ + '}'; }

 private:
  std::string members_;
};

// An object that was read. The first member that is not what was asked for decides status(); what is returned then means nothing. Members
// that nobody asks for are nobody's business.
class Members {
 public:
  explicit Members(std::string_view json);
  explicit Members(const boost::json::value& value);

  const Status& status() const { return status_; }
  bool has(std::string_view key) const;
  std::int64_t number(std::string_view key, std::int64_t least, std::int64_t most);
  std::int32_t int32(std::string_view key) { return static_cast<std::int32_t>(number(key, INT32_MIN, INT32_MAX)); }
  // A number that is written as text: "1000".
  std::int64_t number_in_text(std::string_view key);
  std::string text(std::string_view key);
  std::vector<std::int32_t> numbers(std::string_view key);
  std::vector<std::string> texts(std::string_view key);
  // Empty where it is not there or null.
  std::optional<std::string> optional_text(std::string_view key);
  // call(key, value) for each member of an object; a member that is not there is an empty one.
  template <class Call>
  void each(std::string_view key, Call&& call) {
    if (const boost::json::object* members = object(key); members != nullptr)
      for (const auto& [name, value] : *members) call(std::string_view(name.data(), name.size()), value);
  }
  void refuse(std::string_view key, std::string_view wanted);

 private:
  const boost::json::value* find(std::string_view key) const;
  const boost::json::object* object(std::string_view key);

  boost::json::object members_;
  Status status_;
};

// A list of numbers; false: it is none.
bool read_numbers(const boost::json::value& value, std::vector<std::int32_t>& numbers);
// A whole decimal number; false: it is none.
bool read_decimal(std::string_view text, std::int64_t& number);

}  // namespace barnabas::metadata_zookeeper
