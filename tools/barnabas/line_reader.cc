#include "tools/barnabas/line_reader.h"

#include <fmt/format.h>

#include "tools/barnabas/client_properties.h"

namespace barnabas::tools {

Result<LineReader> LineReader::make(const std::map<std::string, std::string>& properties) {
  LineReader reader;
  for (const auto& [name, value] : properties) {
    if (name == "parse.key")
      reader.parse_key_ = is_true(value);
    else if (name == "parse.headers")
      reader.parse_headers_ = is_true(value);
    else if (name == "ignore.error")
      reader.ignore_error_ = is_true(value);
    else if (name == "key.separator")
      reader.key_separator_ = value;
    else if (name == "headers.delimiter")
      reader.headers_delimiter_ = value;
    else if (name == "headers.separator")
      reader.headers_separator_ = value;
    else if (name == "headers.key.separator")
      reader.headers_key_separator_ = value;
    else if (name == "null.marker")
      reader.null_marker_ = value;
    else
      return Status::invalid(fmt::format(
          "'{}' is no property of the line reader: parse.key, parse.headers, key.separator, headers.delimiter, headers.separator, "
          "headers.key.separator, ignore.error and null.marker are",
          name));
  }
  // Lines that could be read in two ways, as Kafka's own reader refuses them.
  const auto differ = [](std::string_view a, const std::string& b, std::string_view c, const std::string& d) -> Status {
    return b == d ? Status::invalid(fmt::format("{} and {} may not be equal", a, c)) : Status();
  };
  if (reader.parse_headers_) {
    BARNABAS_TRY(differ("headers.delimiter", reader.headers_delimiter_, "headers.separator", reader.headers_separator_));
    BARNABAS_TRY(differ("headers.delimiter", reader.headers_delimiter_, "headers.key.separator", reader.headers_key_separator_));
    BARNABAS_TRY(differ("headers.separator", reader.headers_separator_, "headers.key.separator", reader.headers_key_separator_));
  }
  return reader;
}

std::optional<std::string> LineReader::unless_null(std::string text) const {
  if (null_marker_ && text == *null_marker_) return std::nullopt;
  return text;
}

Result<LineRecord> LineReader::parse(std::string line, std::uint64_t line_number) const {
  LineRecord record;
  // Cuts the part before `separator` off the line.
  const auto cut = [&](const std::string& separator, std::string_view what, std::string& part) -> Status {
    const auto at = line.find(separator);
    if (at == std::string::npos) {
      if (ignore_error_) return Status::not_found("");
      return Status::invalid(fmt::format("No {} separator found on line number {}: '{}'", what, line_number, line));
    }
    part = line.substr(0, at);
    line.erase(0, at + separator.size());
    return {};
  };
  if (parse_headers_) {
    std::string headers;
    Status status = cut(headers_delimiter_, "headers", headers);
    if (!status.ok() && status.code() != Code::kNotFound) return status;
    if (status.ok() && !(null_marker_ && headers == *null_marker_)) {
      for (std::size_t at = 0; at < headers.size();) {
        const auto end = std::min(headers.find(headers_separator_, at), headers.size());
        const std::string one = headers.substr(at, end - at);
        const auto colon = one.find(headers_key_separator_);
        if (colon == std::string::npos && !ignore_error_)
          return Status::invalid(fmt::format("No header key separator found in pair '{}' on line number {}", one, line_number));
        if (colon == std::string::npos) {
          record.headers.emplace_back(one, std::nullopt);
        } else {
          record.headers.emplace_back(one.substr(0, colon), unless_null(one.substr(colon + headers_key_separator_.size())));
        }
        at = end + headers_separator_.size();
      }
    }
  }
  if (parse_key_) {
    std::string key;
    Status status = cut(key_separator_, "key", key);
    if (!status.ok() && status.code() != Code::kNotFound) return status;
    if (status.ok()) record.key = unless_null(std::move(key));
  }
  record.value = unless_null(std::move(line));
  return record;
}

sdk::RecordView view_of(const LineRecord& record, std::int64_t timestamp_ms, std::vector<sdk::HeaderView>& headers) {
  headers.clear();
  for (const auto& [name, value] : record.headers) headers.push_back({name, value ? sdk::Bytes(*value) : sdk::Bytes(), value.has_value()});
  sdk::RecordView view;
  view.timestamp_ms = timestamp_ms;
  if (record.key) view.key = *record.key;
  if (record.value) view.value = *record.value;
  view.has_key = record.key.has_value();
  view.has_value = record.value.has_value();
  view.headers = headers.data();
  view.header_count = headers.size();
  return view;
}

LineRecord line_record_of(const sdk::RecordView& view) {
  const auto text_of = [](sdk::Bytes octets, bool is_there) {
    return is_there ? std::optional(std::string(reinterpret_cast<const char*>(octets.data), octets.size)) : std::nullopt;
  };
  LineRecord record;
  record.key = text_of(view.key, view.has_key);
  record.value = text_of(view.value, view.has_value);
  for (std::size_t i = 0; i < view.header_count; ++i) {
    const sdk::HeaderView& header = view.headers[i];
    record.headers.emplace_back(std::string(header.key), text_of(header.value, header.has_value));
  }
  return record;
}

}  // namespace barnabas::tools
