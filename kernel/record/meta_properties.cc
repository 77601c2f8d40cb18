#include "kernel/record/meta_properties.h"

#include <fmt/format.h>

#include "kernel/base/uuid.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>

namespace barnabas::record {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\f'; }

// The next logical line: comments and blank lines skipped, lines that end in an odd number of backslashes joined. False at the end.
bool take_logical_line(std::string_view& rest, std::string& line) {
  line.clear();
  bool continued = false;
  while (!rest.empty()) {
    const std::size_t end = rest.find_first_of("\r\n");
    std::string_view part = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    while (!part.empty() && is_space(part.front())) part.remove_prefix(1);
    if (!continued && (part.empty() || part.front() == '#' || part.front() == '!')) continue;
    std::size_t backslashes = 0;
    while (backslashes < part.size() && part[part.size() - 1 - backslashes] == '\\') ++backslashes;
    continued = backslashes % 2 == 1;
    if (continued) part.remove_suffix(1);
    line.append(part);
    if (!continued) return true;
  }
  return !line.empty();
}

void append_utf8(std::string& to, std::uint32_t code) {
  const auto put = [&to](std::uint32_t octet) { to.push_back(static_cast<char>(octet)); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xc0 | code >> 6), put(0x80 | (code & 0x3f));
  } else {
    put(0xe0 | code >> 12), put(0x80 | (code >> 6 & 0x3f)), put(0x80 | (code & 0x3f));
  }
}

// Resolves the escape that begins after a backslash at `line[at]`; `at` becomes its last character. False: \u without four hex digits.
bool unescape(std::string_view line, std::size_t& at, std::string& to) {
  const char c = line[at];
  if (c == 'u') {
    std::uint32_t code = 0;
    if (line.size() - at < 5) return false;
    const char* digits = line.data() + at + 1;
    const auto [end, error] = std::from_chars(digits, digits + 4, code, 16);
    if (error != std::errc() || end != digits + 4) return false;
    append_utf8(to, code);
    at += 4;
    return true;
  }
  static constexpr std::string_view kFrom = "tnrf";
  static constexpr std::string_view kTo = "\t\n\r\f";
  const std::size_t known = kFrom.find(c);
  to.push_back(known == std::string_view::npos ? c : kTo[known]);
  return true;
}

bool split_line(std::string_view line, std::string& key, std::string& value) {
  key.clear(), value.clear();
  std::size_t at = 0;
  for (; at < line.size() && line[at] != '=' && line[at] != ':' && !is_space(line[at]); ++at) {
    if (line[at] != '\\') {
      key.push_back(line[at]);
    } else if (++at == line.size() || !unescape(line, at, key)) {
      return false;
    }
  }
  while (at < line.size() && is_space(line[at])) ++at;
  if (at < line.size() && (line[at] == '=' || line[at] == ':')) ++at;
  while (at < line.size() && is_space(line[at])) ++at;
  for (; at < line.size(); ++at) {
    if (line[at] != '\\') {
      value.push_back(line[at]);
    } else if (++at == line.size() || !unescape(line, at, value)) {
      return false;
    }
  }
  return true;
}

void append_escaped(std::string& to, std::string_view text, bool is_key) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    switch (c) {
      case '\t':
        to.append("\\t");
        break;
      case '\n':
        to.append("\\n");
        break;
      case '\r':
        to.append("\\r");
        break;
      case '\f':
        to.append("\\f");
        break;
      case ' ':
        if (is_key || i == 0) to.push_back('\\');
        to.push_back(c);
        break;
      case '\\':
      case '=':
      case ':':
      case '#':
      case '!':
        to.push_back('\\');
        [[fallthrough]];
      default:
        to.push_back(c);
    }
  }
}

// "Sat Nov 21 08:46:21 UTC 2026", as java.util.Date prints it.
std::string java_date(std::int64_t wall_ms) {
  using namespace std::chrono;
  static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const sys_seconds when = floor<seconds>(sys_time<milliseconds>(milliseconds(wall_ms)));
  const sys_days day = floor<days>(when);
  const year_month_day date(day);
  const hh_mm_ss time(when - day);
  char text[64];
  std::snprintf(text, sizeof text, "%s %s %02u %02d:%02d:%02d UTC %d", kDays[weekday(day).c_encoding()],
                kMonths[static_cast<unsigned>(date.month()) - 1], static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()),
                static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()), static_cast<int>(date.year()));
  return text;
}

bool parse_number(std::string_view text, std::int32_t& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

Status wrong(std::string_view key, std::string_view found, std::string_view expected) {
  return Status::corrupt(fmt::format("meta.properties says {}={}, not {}", key, found, expected));
}

}  // namespace

Result<JavaProperties> parse_java_properties(std::string_view text) {
  JavaProperties properties;
  std::string line, key, value;
  while (take_logical_line(text, line)) {
    if (!split_line(line, key, value))
      return Status::corrupt(fmt::format("properties line '{}' ends in the middle of an escape", line.substr(0, 80)));
    const auto known = std::find_if(properties.begin(), properties.end(), [&](const auto& entry) { return entry.first == key; });
    if (known != properties.end()) {
      known->second = value;
    } else {
      properties.emplace_back(key, value);
    }
  }
  return properties;
}

std::string print_java_properties(const JavaProperties& properties, std::int64_t wall_ms) {
  std::string text = fmt::format("#\n#{}\n", java_date(wall_ms));
  for (const auto& [key, value] : properties) {
    append_escaped(text, key, true);
    text.push_back('=');
    append_escaped(text, value, false);
    text.push_back('\n');
  }
  return text;
}

Result<MetaProperties> parse_meta_properties(std::string_view text) {
  auto properties = parse_java_properties(text);
  if (!properties) return std::move(properties).status();
  MetaProperties meta;
  meta.version = 0;
  for (auto& [key, value] : *properties) {
    if (key == "version") {
      if (!parse_number(value, meta.version) || meta.version < 0 || meta.version > 1) return wrong(key, value, "a known version, 0 or 1");
    } else if (key == "cluster.id") {
      meta.cluster_id = value;
    } else if (key == "node.id" || key == "broker.id") {
      if (!parse_number(value, meta.node_id)) return wrong(key, value, "a number");
    } else if (key == "directory.id") {
      meta.directory_id = base::parse_uuid(value);
      if (!meta.directory_id) return wrong(key, value, "an id of 22 characters");
    } else {
      meta.others.emplace_back(std::move(key), std::move(value));
    }
  }
  if (meta.version == 1 && (meta.cluster_id.empty() || meta.node_id < 0))
    return Status::corrupt("meta.properties of version 1 must say cluster.id and node.id");
  return meta;
}

std::string print_meta_properties(const MetaProperties& meta, std::int64_t wall_ms) {
  JavaProperties properties;
  if (!meta.cluster_id.empty()) properties.emplace_back("cluster.id", meta.cluster_id);
  if (meta.directory_id) properties.emplace_back("directory.id", base::to_string(*meta.directory_id));
  if (meta.node_id >= 0) properties.emplace_back(meta.version == 0 ? "broker.id" : "node.id", std::to_string(meta.node_id));
  properties.emplace_back("version", std::to_string(meta.version));
  properties.insert(properties.end(), meta.others.begin(), meta.others.end());
  return print_java_properties(properties, wall_ms);
}

}  // namespace barnabas::record
