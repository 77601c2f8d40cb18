#include "offset_store/offset_json.h"

#include <boost/json.hpp>

#include <algorithm>

namespace barnabas::offset_store {
namespace {

namespace json = boost::json;

bool is_utf8(std::string_view text) {
  if (std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; })) return true;
  boost::system::error_code error;
  json::parse(json::serialize(json::string(text)), error);
  return !error;
}

std::string from_latin1(std::string_view octets) {
  std::string utf8;
  for (char c : octets) {
    const auto octet = static_cast<unsigned char>(c);
    if (octet < 0x80) {
      utf8.push_back(c);
    } else {
      utf8.push_back(static_cast<char>(0xc0 | octet >> 6));
      utf8.push_back(static_cast<char>(0x80 | (octet & 0x3f)));
    }
  }
  return utf8;
}

std::string to_latin1(std::string_view utf8) {
  std::string octets;
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    const auto first = static_cast<unsigned char>(utf8[i]);
    const bool is_two = first >= 0xc0 && i + 1 < utf8.size();
    octets.push_back(is_two ? static_cast<char>((first & 3) << 6 | (utf8[i + 1] & 0x3f)) : utf8[i]);
    if (is_two) ++i;
  }
  return octets;
}

std::string hex(const sdk::Uuid& id) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (std::uint8_t octet : id.octets) text.append({kDigits[octet >> 4], kDigits[octet & 15]});
  return text;
}

bool parse_hex(std::string_view text, sdk::Uuid& id) {
  if (text.size() != 2 * sizeof id.octets) return false;
  const auto digit = [](char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; };
  for (std::size_t i = 0; i < sizeof id.octets; ++i) {
    const int high = digit(text[2 * i]);
    const int low = digit(text[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    id.octets[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return true;
}

template <class Integer>
bool take(const json::object& from, std::string_view name, Integer& to) {
  const json::value* value = from.if_contains(name);
  if (value == nullptr) return true;
  boost::system::error_code error;
  to = value->to_number<Integer>(error);
  return !error;
}

}  // namespace

std::string to_json(const OwnedOffset& offset, std::int32_t epoch) {
  json::object to;
  to["epoch"] = epoch;
  to["offset"] = offset.offset;
  if (offset.leader_epoch >= 0) to["leader_epoch"] = offset.leader_epoch;
  if (is_utf8(offset.metadata)) {
    to["metadata"] = offset.metadata;
  } else {
    to["metadata_latin1"] = from_latin1(offset.metadata);
  }
  to["commit_ms"] = offset.commit_ms;
  if (offset.expire_ms >= 0) to["expire_ms"] = offset.expire_ms;
  if (!offset.topic_id.is_zero()) to["topic_id"] = hex(offset.topic_id);
  return json::serialize(to);
}

bool from_json(std::string_view text, OwnedOffset& offset) {
  boost::system::error_code error;
  const json::value value = json::parse(text, error);
  if (error || !value.is_object()) return false;
  const json::object& from = value.get_object();
  if (!from.contains("offset") || !take(from, "offset", offset.offset) || !take(from, "leader_epoch", offset.leader_epoch) ||
      !take(from, "commit_ms", offset.commit_ms) || !take(from, "expire_ms", offset.expire_ms))
    return false;
  if (const json::value* id = from.if_contains("topic_id");
      id != nullptr && (!id->is_string() || !parse_hex(id->get_string(), offset.topic_id)))
    return false;
  if (const json::value* metadata = from.if_contains("metadata")) {
    if (!metadata->is_string()) return false;
    offset.metadata = std::string(metadata->get_string());
  } else if (const json::value* octets = from.if_contains("metadata_latin1")) {
    if (!octets->is_string()) return false;
    offset.metadata = to_latin1(octets->get_string());
  }
  return true;
}

}  // namespace barnabas::offset_store
