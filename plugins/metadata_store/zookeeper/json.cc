#include "json.h"

#include <boost/json.hpp>

#include <charconv>

namespace barnabas::metadata_zookeeper {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";

// How many octets at the front of `text` are one character of UTF-8; 0: none.
std::size_t character_size(std::string_view text) {
  const auto octet = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = octet(0);
  if (first < 0x80) return 1;
  const std::size_t size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < size) return 0;
  for (std::size_t i = 1; i < size; ++i)
    if ((octet(i) & 0xc0) != 0x80) return 0;
  const bool is_overlong = (first == 0xe0 && octet(1) < 0xa0) || (first == 0xf0 && octet(1) < 0x90);
  const bool is_outside = (first == 0xed && octet(1) > 0x9f) || (first == 0xf4 && octet(1) > 0x8f);
  return is_overlong || is_outside ? 0 : size;
}

void append_escaped(std::string& to, char c) {
  constexpr std::string_view kShort = "\b\f\n\r\t\"\\";
  constexpr std::string_view kLetters = "bfnrt\"\\";
  constexpr char kHex[] = "0123456789ABCDEF";
  to.push_back('\\');
  if (const std::size_t at = kShort.find(c); at != std::string_view::npos) {
    to.push_back(kLetters[at]);
    return;
  }
  const auto octet = static_cast<unsigned char>(c);
  to.append("u00").push_back(kHex[octet >> 4]);
  to.push_back(kHex[octet & 15]);
}

}  // namespace

std::string quoted(std::string_view text) {
  std::string to = "\"";
  while (!text.empty()) {
    const char c = text.front();
    const std::size_t size = character_size(text);
    if (c == '"' || c == '\\' || (c >= 0 && c < 0x20)) {
      append_escaped(to, c);
    } else if (size == 0) {
      to.append(kReplacement);
    } else {
      to.append(text.substr(0, size));
    }
    text.remove_prefix(std::max<std::size_t>(size, 1));
  }
  to.push_back('"');
  return to;
}

std::string json_list(const std::vector<std::int32_t>& numbers) {
  std::string to = "[";
  for (const std::int32_t number : numbers) {
    if (to.size() > 1) to.push_back(',');
    to.append(std::to_string(number));
  }
  to.push_back(']');
  return to;
}

JsonObject& JsonObject::add(std::string_view key, std::string_view value) {
  if (!members_.empty()) members_.push_back(',');
  members_.append(quoted(key)).append(":").append(value);
  return *this;
}

Members::Members(std::string_view json) {
  boost::system::error_code error;
  const boost::json::value value = boost::json::parse({json.data(), json.size()}, error);
  if (error || !value.is_object()) {
    status_ = Status::corrupt("it is no JSON object");
    return;
  }
  members_ = value.get_object();
}

Members::Members(const boost::json::value& value) {
  if (value.is_object()) {
    members_ = value.get_object();
  } else {
    status_ = Status::corrupt("it is no JSON object");
  }
}

const boost::json::value* Members::find(std::string_view key) const { return members_.if_contains({key.data(), key.size()}); }

bool Members::has(std::string_view key) const { return find(key) != nullptr; }

void Members::refuse(std::string_view key, std::string_view wanted) {
  if (status_.ok()) status_ = Status::corrupt("its \"" + std::string(key) + "\" is not " + std::string(wanted));
}

std::int64_t Members::number(std::string_view key, std::int64_t least, std::int64_t most) {
  const boost::json::value* value = find(key);
  if (value != nullptr && value->is_int64() && value->get_int64() >= least && value->get_int64() <= most) return value->get_int64();
  refuse(key, "a number from " + std::to_string(least) + " to " + std::to_string(most));
  return 0;
}

std::int64_t Members::number_in_text(std::string_view key) {
  std::int64_t number = 0;
  if (!read_decimal(text(key), number)) refuse(key, "a number in quotes");
  return number;
}

std::string Members::text(std::string_view key) {
  if (auto found = optional_text(key)) return *std::move(found);
  refuse(key, "a text");
  return {};
}

std::optional<std::string> Members::optional_text(std::string_view key) {
  const boost::json::value* value = find(key);
  if (value == nullptr || value->is_null()) return std::nullopt;
  if (value->is_string()) return std::string(value->get_string().data(), value->get_string().size());
  refuse(key, "a text");
  return std::nullopt;
}

std::vector<std::int32_t> Members::numbers(std::string_view key) {
  std::vector<std::int32_t> numbers;
  const boost::json::value* value = find(key);
  if (value == nullptr || !read_numbers(*value, numbers)) refuse(key, "a list of numbers");
  return numbers;
}

std::vector<std::string> Members::texts(std::string_view key) {
  std::vector<std::string> texts;
  const boost::json::value* value = find(key);
  if (value == nullptr || !value->is_array()) {
    refuse(key, "a list of texts");
    return texts;
  }
  for (const boost::json::value& one : value->get_array()) {
    if (!one.is_string()) refuse(key, "a list of texts");
    if (one.is_string()) texts.emplace_back(one.get_string().data(), one.get_string().size());
  }
  return texts;
}

const boost::json::object* Members::object(std::string_view key) {
  const boost::json::value* value = find(key);
  if (value == nullptr || value->is_null()) return nullptr;
  if (!value->is_object()) refuse(key, "an object");
  return value->if_object();
}

bool read_numbers(const boost::json::value& value, std::vector<std::int32_t>& numbers) {
  if (!value.is_array()) return false;
  for (const boost::json::value& one : value.get_array()) {
    if (!one.is_int64() || one.get_int64() < INT32_MIN || one.get_int64() > INT32_MAX) return false;
    numbers.push_back(static_cast<std::int32_t>(one.get_int64()));
  }
  return true;
}

bool read_decimal(std::string_view text, std::int64_t& number) {
  const auto end = std::from_chars(text.data(), text.data() + text.size(), number);
  return end.ec == std::errc() && end.ptr == text.data() + text.size();
}

}  // namespace barnabas::metadata_zookeeper
